"""Devices composed of other instruments' parameters, as station files describe them: the station is the lookup."""

from __future__ import annotations

import pytest
from tests.unit.station.conftest import RackDac

from measurand.errors import RefusedValue, UnknownName
from measurand.station import Station

CHIP = """
    instruments:
      chip:
        type: qcodes.instrument.delegate.InstrumentGroup
        init:
          submodules_type: qcodes.instrument.delegate.DelegateInstrument
          submodules:
            left:
              parameters: {gate: dac.ch1.voltage}
            right:
              parameters: {gate: [dac.ch2.voltage], both: [dac.ch1.voltage, dac.ch2.voltage]}

      dot:
        type: qcodes.instrument.delegate.DelegateInstrument
        init:
          parameters:
            gate: dac.ch1.voltage
            lead: dac.ch2.voltage
          units: {gate: mV}
          set_initial_values_on_load: true
          initial_values: {gate: 0.5}
          setters:
            lead: {method: dac.ch2.voltage.set}
        parameters:
          gate: {limits: [-1, 1], label: Plunger, alias: plunger, monitor: true}

      dac:
        type: RackDac
"""


@pytest.fixture
def station(write):
    return Station(config_file=write(CHIP))


def test_devices_are_loaded_after_what_they_are_made_of(station):
    """A file of QCoDeS users, unchanged: old paths of classes, the station found without being given."""
    assert station.load_all_instruments() == ("dac", "chip", "dot")
    assert station.dac.sent == [(1, 0.5)]
    assert station.dot.gate() == station.chip.left.gate() == 0.5
    assert station.dot.plunger is station.dot.gate
    assert (station.dot.gate.label, station.dot.gate.unit) == ("Plunger", "mV")
    station.dot.lead(0.25)
    assert station.chip.right.both() == (0.5, 0.25)
    assert [p.full_name for p in station.monitored()] == ["dot_gate"]
    with pytest.raises(RefusedValue, match=r"dot\.gate: 2 mV refused, allowed -1 to 1 mV"):
        station.dot.gate(2)


def test_a_device_whose_instruments_are_not_there_says_so(station):
    with pytest.raises(UnknownName, match="there is no instrument 'dac' for 'dac.ch1.voltage'") as caught:
        station.load_dot()
    assert caught.value.__notes__[-1] == (
        "while loading the instrument 'dot' (qcodes.instrument.delegate.DelegateInstrument), lab.yaml:12:3"
    )
    assert "dot" not in station.components


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("type: DelegateInstrument, init: {{parameters: {{gate: dac.ch1.voltage}}, {values}}}", "gate"),
        (
            "type: InstrumentGroup, init: {{submodules: {{dot: {{parameters: {{gate: dac.ch1.voltage}}, {values}}}}}}}",
            "dot.gate",
        ),
    ],
)
def test_initial_values_of_devices_respect_the_limits_of_the_file(write, text, path):
    """A device sets its initial values when it is made; here only after the file's limits are in force."""
    values = "initial_values: {gate: 5}, set_initial_values_on_load: true"
    rest = f"parameters: {{{path}: {{limits: [-1, 1]}}}}"
    file = write(f"instruments:\n  d: {{{text.format(values=values)}, {rest}}}\n  dac: {{type: RackDac}}\n")
    station = Station(config_file=file)
    dac = station.load_dac()
    with pytest.raises(RefusedValue, match="5 V refused, allowed -1 to 1 V"):
        station.load_d()
    assert dac.sent == []
    assert "d" not in station.components
    write(
        f"instruments:\n  d: {{{text.format(values=values.replace('5', '0.5'))}, {rest}}}\n  dac: {{type: RackDac}}\n"
    )
    station.reload_config_file()
    station.load_d()
    assert dac.sent == [(1, 0.5)]


def test_devices_follow_an_instrument_that_is_made_anew(station):
    """E16: the station follows, and so do devices that find their parameters through it."""
    station.load_all_instruments()
    new = RackDac.recreate("dac")
    station.dot.gate(-0.5)
    assert new.sent == [(1, -0.5)]


def test_restoring_sets_the_instruments_and_the_devices_follow(station):
    station.load_all_instruments()
    before = station.snapshot()
    station.dac.ch1.voltage(0.75)
    del station.dac.sent[:]
    preview = station.restore(before)
    assert [change.path for change in preview.apply()] == ["dac.ch1.voltage"]
    assert {change.path: change.why for change in preview.left} == {
        "dot.gate": "follows dac.ch1.voltage",
        "chip.left.gate": "follows dac.ch1.voltage",
        "chip.right.both": "follows dac.ch1.voltage and dac.ch2.voltage",
    }
    assert station.dac.sent == [(1, 0.5)]


def test_a_device_is_taken_out_like_an_instrument(station):
    station.load_all_instruments()
    station.close_and_remove_instrument("dot")
    assert "dot" not in station.components
    station.load_dot()
    station.close_all_registered_instruments()
    assert not station.components
