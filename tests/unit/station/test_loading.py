"""From a file to instruments: adjusted before anything is set, complete or not there at all."""

from __future__ import annotations

import pytest

from measurand import Instrument
from measurand.errors import (
    CannotOpen,
    ConfigurationError,
    DuplicateName,
    RefusedValue,
    StationFileError,
    UnknownName,
)
from measurand.station import Station
from measurand.validators import Numbers


class GroupedDevice(Instrument):
    """Takes its parameters from others, through the station."""

    def __init__(self, name, station, gates):
        super().__init__(name)
        self.gates = [station.get_component(path) for path in gates]


class NotThere(Instrument):
    """An instrument that does not answer."""

    def __init__(self, name, address="", **kwargs):
        super().__init__(name, **kwargs)
        raise CannotOpen(f"{name}: {address} does not answer. Check power and cable.")


def station_of(write, text):
    return Station(config_file=write(text))


def test_an_instrument_is_made_as_the_file_says(write):
    station = station_of(write, """
        instruments:
          dac:
            type: RackDac
            address: GPIB0::5::INSTR
            init: {channels: 3}
            metadata: {shelf: 2}
    """)  # fmt: skip
    dac = station.load_instrument("dac")
    assert station.dac is station["dac"] is dac
    assert (dac.address_given, len(dac.submodules), dac.metadata) == ("GPIB0::5::INSTR", 3, {"shelf": 2})
    assert dac.sent == []


def test_arguments_may_be_given_instead(write):
    station = station_of(write, "{instruments: {dac: {type: RackDac, address: a, init: {channels: 3}}}}")
    dac = station.load_dac(address="b", channels=1)
    assert (dac.address_given, len(dac.submodules)) == ("b", 1)


def test_parameters_are_adjusted(write):
    dac = station_of(write, """
        instruments:
          dac:
            type: RackDac
            parameters:
              ch1.voltage:
                label: Cutter
                unit: mV
                limits: -1, 1
                vals: {kind: Multiples, divisor: 1}
                step: 1
                inter_delay: 0.001
                post_delay: 0.002
                alias: cutter
                monitor: true
                metadata: {wire: 7}
    """).load_dac()  # fmt: skip
    cutter = dac.cutter
    assert cutter is dac.ch1.voltage
    assert (cutter.label, cutter.unit, cutter.step) == ("Cutter", "mV", 1)
    assert (cutter.inter_delay, cutter.post_delay) == (0.001, 0.002)
    assert cutter.metadata == {"wire": 7, "monitor": True}
    assert cutter.validators[:2] == (Numbers(-10, 10), Numbers(-1, 1))
    assert len(cutter.validators) == 3


def test_limits_of_a_file_never_widen_those_of_the_driver(write):
    station = station_of(write, """
        instruments:
          dac: {type: RackDac, parameters: {ch1.voltage: {limits: [-100, 100]}}}
    """)  # fmt: skip
    with pytest.raises(RefusedValue, match="12 V refused"):
        station.load_dac().ch1.voltage(12)
    assert station.dac.sent == []


def test_initial_values_are_set_last_and_ramped(write):
    station = station_of(write, """
        instruments:
          dac:
            type: RackDac
            parameters:
              ch1.voltage: {initial_value: 1.0, step: 0.5}
              ch2.voltage: {initial_value: -1}
              output: {initial_value: true}
    """)  # fmt: skip
    dac = station.load_dac()
    assert dac.sent == [(1, 0.5), (1, 1.0), (2, -1)]
    assert dac.output() is True


def test_a_device_that_refuses_an_initial_value_is_closed(write):
    """What only the device knows is told with the place in the file; the instrument does not stay half adjusted."""
    station = station_of(write, """
        instruments:
          dac: {type: RackDac, parameters: {ch1.voltage: {initial_value: 1}, ch2.voltage: {initial_value: 2}}}
    """)  # fmt: skip

    def refuse(number, value):
        raise OSError("interlock open")

    with pytest.raises(OSError, match="interlock open") as caught:
        station.load_dac(on_arrival=refuse)
    assert caught.value.__notes__[1:] == [
        "while setting the initial value 1 of dac.ch1.voltage, lab.yaml:2:66",
        "while adjusting the instrument 'dac' (RackDac), lab.yaml:2:3; it is closed",
    ]
    assert "dac" not in Instrument.registry
    assert "dac" not in station.components


def test_nothing_is_set_if_anything_is_refused(write):
    """All of it is told at once, with its place in the file, and the instrument is closed."""
    station = station_of(write, """
        instruments:
          dac:
            type: RackDac
            parameters:
              ch1.voltage: {initial_value: 1.0}
              ch2.voltage: {limits: [-1, 1], initial_value: 2}
              ch1x.voltage: {}
              output: {step: 3, scale: 2, alias: ch2}
              temperature: {initial_value: 4.2}
              ch1: {label: One}
              ch1.voltag: {safe_value: 0}
    """)  # fmt: skip
    with pytest.raises(StationFileError) as caught:
        station.load_dac()
    assert list(caught.value.args) == [
        "lab.yaml:6:53: dac.ch2.voltage: 2 V refused, allowed -1 to 1 V.",
        "lab.yaml:7:7: dac.ch1x.voltage: dac leads no further: dac has no 'ch1x'; did you mean dac.ch1?",
        "lab.yaml:8:22: dac.output: step=3 refused: only numbers can be ramped, allowed True and False.",
        "lab.yaml:8:32: dac.output: its values are True, False, not to be scaled.",
        "lab.yaml:8:42: dac.ch2 exists already; choose another alias.",
        "lab.yaml:9:36: dac.temperature cannot be set, so it takes no initial value.",
        "lab.yaml:10:7: dac.ch1 is <InstrumentChannel dac.ch1>, no parameter.",
        (
            "lab.yaml:11:7: dac.ch1.voltag: dac.ch1 leads no further: dac.ch1 has no 'voltag'; did you mean "
            "dac.ch1.voltage?"
        ),
    ]
    assert "dac" not in station.components
    assert "dac" not in Instrument.registry


def test_added_parameters(write):
    station = station_of(write, """
        instruments:
          field: {type: Instrument, add_parameters: {B: {unit: T, initial_value: 0.5, limits: 0, 1}}}
    """.replace("limits: 0, 1", "limits: [0, 1]"))  # fmt: skip
    field = station.load_field()
    assert field.B() == 0.5
    with pytest.raises(RefusedValue, match=r"field\.B: 2 T refused, allowed 0 to 1 T"):
        field.B(2)


def test_an_added_parameter_may_be_another_name(write):
    station = station_of(write, """
        instruments:
          sample:
            type: Instrument
            add_parameters:
              gate: {source: dac.ch1.voltage, scale: 100, unit: V, limits: [-0.05, 0.05]}
          dac:
            type: RackDac
            add_parameters:
              ch1.bias: {source: dac.ch2.voltage, label: Bias}
              Bx: {source: ch2.voltage}
    """)  # fmt: skip
    assert station.load_all_instruments() == ("dac", "sample")
    station.sample.gate(0.02)
    station.dac.ch1.bias(3)
    assert station.dac.sent == [(1, 2.0), (2, 3)]
    assert station.get_component("dac_ch1_bias").label == "Bias"
    new = type(station.dac).recreate("dac")
    station.sample.gate(0.01)
    assert new.sent == [(1, 1.0)]  # E16: what refers to an instrument follows it
    station.close_all_registered_instruments()
    assert station.load_all_instruments() == ("dac", "sample")
    assert station.dac.Bx.source is station.dac.ch2.voltage  # a path may begin at the instrument itself


def test_a_source_that_is_not_there(write):
    station = station_of(write, """
        instruments:
          sample: {type: Instrument, add_parameters: {gate: {source: dac.ch1.voltage}}}
          dac: {type: RackDac}
    """)  # fmt: skip
    with pytest.raises(StationFileError) as caught:
        station.load_sample()
    assert caught.value.args == (
        "lab.yaml:2:47: dac.ch1.voltage: dac is not loaded yet; load it first with station.load_dac().",
    )


def test_instruments_that_refer_to_others_come_after_them(write):
    station = station_of(write, """
        instruments:
          device: {type: GroupedDevice, init: {gates: [dac.ch1.voltage, wires.plunger]}}
          wires: {type: Instrument, add_parameters: {plunger: {source: dac.ch2.voltage}}}
          dac: {type: RackDac}
    """)  # fmt: skip
    assert station.load_all_instruments() == ("dac", "wires", "device")
    assert [gate.full_name for gate in station.device.gates] == ["dac_ch1_voltage", "wires_plunger"]


def test_a_failing_driver_says_which_one_and_leaves_nothing(write):
    """E08: nothing half-open, and the error is the driver's own."""
    station = station_of(write, "instruments:\n  far: {type: NotThere, address: GPIB0::9}\n")
    with pytest.raises(CannotOpen, match="GPIB0::9 does not answer") as caught:
        station.load_far()
    assert caught.value.__notes__ == ["while loading the instrument 'far' (NotThere), lab.yaml:2:3"]
    assert "far" not in Instrument.registry
    assert "far" not in station.components


def test_wrong_arguments_that_only_the_driver_knows(write):
    station = station_of(write, "instruments:\n  dac: {type: RackDac, init: {chanels: 3}}\n")
    with pytest.raises(TypeError, match="chanels") as caught:
        station.load_dac()
    assert "lab.yaml:2:3" in caught.value.__notes__[0]
    assert len(Instrument.registry) == 0


def test_loading_all_loads_what_can_be_loaded(write):
    station = station_of(write, """
        instruments:
          far: {type: NotThere}
          dac: {type: RackDac}
    """)  # fmt: skip
    with pytest.raises(CannotOpen):
        station.load_all_instruments()
    assert list(station.components) == ["dac"]
    station.load_config("{instruments: {far: {type: NotThere}, away: {type: NotThere}, dac: {type: RackDac}}}")
    with pytest.raises(ExceptionGroup, match="2 instruments could not be loaded") as caught:
        station.load_all_instruments()
    assert [type(error) for error in caught.value.exceptions] == [CannotOpen, CannotOpen]


def test_only_some_are_loaded(write):
    station = station_of(write, """
        instruments:
          one: {type: RackDac}
          two: {type: Instrument}
          three: {type: RackDac}
    """)  # fmt: skip
    assert station.load_all_instruments(only_types=["RackDac"]) == ("one", "three")
    assert station.load_all_instruments(only_names=["two", "one"]) == ("two",)
    with pytest.raises(UnknownName, match="describe no instrument 'thre'; did you mean 'three'"):
        station.load_all_instruments(only_names=["thre"])


def test_loading_twice(write):
    station = station_of(write, """
        instruments:
          kept: {type: RackDac}
          anew: {type: RackDac, enable_forced_reconnect: true}
    """)  # fmt: skip
    kept, anew = station.load_kept(), station.load_anew()
    with pytest.raises(DuplicateName, match=r"kept is loaded already: .*enable_forced_reconnect: true \(lab.yaml:2:3"):
        station.load_kept()
    assert station.load_instrument("kept", revive_instance=True) is kept
    assert station.load_anew() is station.anew is not anew
    assert anew.closed


def test_an_instrument_made_elsewhere(write):
    station = station_of(write, """
        instruments:
          kept: {type: RackDac}
          anew: {type: RackDac, enable_forced_reconnect: true}
    """)  # fmt: skip
    kept, anew = station.config and Instrument("kept"), Instrument("anew")
    with pytest.raises(DuplicateName, match="exists already"):
        station.load_kept()
    with pytest.raises(UnknownName, match="is a Instrument, not a RackDac"):
        station.load_instrument("kept", revive_instance=True)
    station.load_anew()
    assert (kept.closed, anew.closed) == (False, True)


def test_an_instrument_that_no_file_describes(write):
    station = station_of(write, "{instruments: {dac: {type: RackDac}}}")
    with pytest.raises(UnknownName, match="no instrument 'dax'; did you mean 'dac'"):
        station.load_instrument("dax")
    with pytest.raises(AttributeError, match="no component 'load_dax'"):
        _ = station.load_dax
    with pytest.raises(UnknownName, match="none was read"):
        Station().load_instrument("dac")
    with pytest.raises(ConfigurationError, match="has read no file"):
        Station().reload_config_file()


def test_server_name_is_null_or_nothing(write):
    """J01: None is this process."""
    assert station_of(write, "{instruments: {dac: {type: RackDac, server_name: null}}}").load_dac().name == "dac"
