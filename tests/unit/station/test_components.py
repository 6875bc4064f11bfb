"""What a laboratory consists of: found by name and path, followed when made anew, recorded whatever fails."""

from __future__ import annotations

import json
import logging

import pytest
from tests.unit.station.conftest import RackDac

from measurand import Instrument, ManualParameter, Parameter
from measurand.errors import DuplicateName, UnknownName
from measurand.instrument import ChannelTuple, InstrumentChannel
from measurand.station import Station


def test_components_by_name():
    dac, bias = RackDac("dac"), ManualParameter("bias", initial_value=2)
    station = Station(dac, bias)
    assert station.dac is station["dac"] is dac
    assert station.bias() == 2
    assert list(station.components) == ["dac", "bias"]
    assert {"dac", "bias", "add_component"} <= set(dir(station))
    assert station.add_component(ManualParameter("gain"), name="preamp_gain") == "preamp_gain"
    assert station.remove_component("bias") is bias
    with pytest.raises(AttributeError, match="no component 'bias'; it has dac and preamp_gain"):
        _ = station.bias
    with pytest.raises(UnknownName, match="no component 'dca'; did you mean 'dac'"):
        station["dca"]
    with pytest.raises(UnknownName, match="no component 'bias'"):
        station.remove_component("bias")


def test_the_last_station_is_the_default():
    assert Station.default is None
    first = Station()
    assert Station.default is first
    Station(default=False)
    assert Station.default is first
    second = Station()
    assert Station.default is second


def test_a_name_is_given_once():
    station = Station(ManualParameter("bias"))
    with pytest.raises(DuplicateName, match=r"another component 'bias': .*remove_component\('bias'\)"):
        station.add_component(ManualParameter("bias"))
    assert station.add_component(station.bias) == "bias"
    with pytest.raises(UnknownName, match="has no name; give one"):
        station.add_component(object())


def test_paths():
    station = Station(RackDac("dac"), RackDac("dac_2"), ManualParameter("bias"))
    for path in ("dac.ch1.voltage", "dac_ch1_voltage", "dac_ch1.voltage"):
        assert station.get_component(path) is station.dac.ch1.voltage
    assert station.get_component("dac_2_ch1_voltage") is station.dac_2.ch1.voltage
    assert station.get_component("bias") is station.bias
    assert station.get_component("dac.ch1") is station.dac.ch1
    with pytest.raises(
        UnknownName, match=r"dac\.ch1\.volts: dac\.ch1 leads no further: .*did you mean dac.ch1.voltage"
    ):
        station.get_component("dac.ch1.volts")
    with pytest.raises(UnknownName, match=r"dca\.ch1: the station has no component 'dca'; did you mean 'dac'"):
        station.get_component("dca.ch1")
    with pytest.raises(UnknownName, match="_lock is private"):
        station.get_component("dac._lock")


def test_the_station_follows_an_instrument_that_is_made_anew():
    """E16: after recreate, what the station hands out is the new one."""
    station = Station(RackDac("dac"))
    old = station.dac
    new = RackDac.recreate("dac", channels=1)
    assert station.dac is station["dac"] is station.components["dac"] is new is not old
    assert station.get_component("dac.ch1.voltage") is new.ch1.voltage


def test_the_station_follows_parameters_that_are_swapped():
    """E16: a parameter that depends on a mode is found as it is now."""
    station = Station(RackDac("dac"))
    del station.dac.parameters["output"]
    swapped = station.dac.add_parameter("output", set_cmd=None, initial_value="auto")
    assert station.get_component("dac.output") is swapped
    assert station.snapshot()["instruments"]["dac"]["parameters"]["output"]["value"] == "auto"


def test_a_closed_instrument_is_shown_as_closed():
    station = Station(RackDac("dac"))
    station.dac.ch1.voltage(2.5)
    station.dac.close()
    assert station.dac.closed
    state = station.snapshot(update=True)["instruments"]["dac"]
    assert state["closed"] is True
    assert state["submodules"]["ch1"]["parameters"]["voltage"]["value"] == 2.5
    station.add_component(RackDac("dac"))  # in its place
    assert "closed" not in station.snapshot()["instruments"]["dac"]


def test_a_snapshot_holds_everything_and_is_json():
    station = Station(RackDac("dac"), ManualParameter("bias", unit="V", initial_value=1 + 2j))
    station.add_component({"not": "a parameter"}, name="note")
    state = json.loads(json.dumps(station.snapshot()))
    assert sorted(state) == ["components", "config", "instruments", "parameters"]
    assert state["parameters"]["bias"]["value"] == {"__dtype__": "complex", "re": 1.0, "im": 2.0}
    assert state["components"]["note"] == "{'not': 'a parameter'}"
    assert state["config"] == {}


def test_a_snapshot_never_fails_because_of_one_instrument(caplog):
    class Stubborn(Instrument):
        def snapshot_base(self, update=False, params_to_skip_update=None):
            raise OSError("the cable is out")

    station = Station(Stubborn("stubborn"), RackDac("dac"))
    state = station.snapshot()["instruments"]
    assert state["stubborn"]["error"] == "OSError: the cable is out"
    assert state["stubborn"]["__class__"].endswith("Stubborn")
    assert state["dac"]["name"] == "dac"
    assert "stubborn" in caplog.text


def test_a_snapshot_touches_no_device_unless_told():
    reads = []
    p = Parameter("p", get_cmd=lambda: reads.append(1) or len(reads))
    station = Station(p, update_snapshot=False)
    assert station.snapshot()["parameters"]["p"]["value"] is None
    assert not reads
    assert station.snapshot(update=True)["parameters"]["p"]["value"] == 1
    assert station.snapshot(update=None)["parameters"]["p"]["value"] == 1


def test_values_that_are_not_known_are_read_when_a_component_is_added(caplog):
    reads = []
    Station(Parameter("p", get_cmd=lambda: reads.append(1)), Parameter("q", get_cmd=lambda: 1 / 0))
    assert len(reads) == 1
    assert "q: not all values could be read: division by zero" in caplog.text
    assert logging.getLogger("measurand.station").level == logging.NOTSET


def test_what_is_not_for_snapshots_is_left_out():
    station = Station(Parameter("p", get_cmd=lambda: 1, snapshot_exclude=True))
    assert station.snapshot()["parameters"] == {}


def test_closing():
    station = Station(RackDac("one"), RackDac("two"), RackDac("three"), ManualParameter("bias"))
    one, two = station.one, station.two
    station.close_and_remove_instrument("one")
    station.close_and_remove_instrument(two)
    assert one.closed
    assert two.closed
    assert list(station.components) == ["three", "bias"]
    station.close_all_registered_instruments()
    assert list(station.components) == ["bias"]
    assert len(Instrument.registry) == 0
    with pytest.raises(UnknownName, match="no component 'one'"):
        station.close_and_remove_instrument("one")


def test_closing_goes_on_when_one_fails():
    class Stuck(Instrument):
        def close(self):
            super().close()
            raise OSError("the bus hangs")

    station = Station(RackDac("one"), Stuck("two"), RackDac("three"))
    one = station.one
    with pytest.raises(ExceptionGroup) as caught:
        station.close_all_registered_instruments()
    assert one.closed
    assert not station.components
    assert caught.value.exceptions[0].__notes__ == ["while closing 'two'"]


def test_lists_of_channels_are_part_of_the_tree():
    """Channels that only a list holds have paths through the list; those that are submodules too appear once."""
    dac = RackDac("dac")
    only = [InstrumentChannel(dac, name) for name in ("a", "b")]
    for channel in only:
        channel.add_parameter("gain", set_cmd=None, initial_value=1)
    dac.add_submodule("both", ChannelTuple(dac, "both", InstrumentChannel, [dac.ch1, dac.ch2], snapshotable=False))
    dac.add_submodule("only", ChannelTuple(dac, "only", InstrumentChannel, only))
    station = Station(dac)
    assert station.get_component("dac.only.a.gain") is only[0].gain
    before = station.snapshot()
    dac.only.gain(2)
    dac.ch1.voltage(1)
    assert [change.path for change in station.restore(before).apply()] == [
        "dac.ch1.voltage",
        "dac.only.a.gain",
        "dac.only.b.gain",
    ]
    assert dac.only.gain() == (1, 1)
