"""The structure of an instrument as data: from the class and from the instrument."""

from __future__ import annotations

import json
from typing import Any

from measurand.instrument import ChannelTuple, Instrument, InstrumentChannel, blueprint, late, parameter, submodule
from measurand.parameters import ParameterWithSetpoints
from measurand.validators import Arrays, Enum, Numbers


class Channel(InstrumentChannel):
    """One output."""

    voltage = parameter("SOUR{self.number}:VOLT?", "SOUR{self.number}:VOLT {}", unit="V", vals=Numbers(-10, 10))
    """Voltage of the output."""
    limit = parameter("LIM?", "LIM {}", vals=late(lambda self: Numbers(0, self.number)))

    def __init__(self, parent: Instrument, name: str, number: int) -> None:
        self.number = number
        super().__init__(parent, name)


class Source(Instrument):
    """A source."""

    mode = parameter(set_cmd=None, val_mapping={"dc": 0, "ac": 1})
    power = parameter(lambda self: 1.0, unit="W")
    ch1 = submodule(Channel, 1)

    def ramp(self, target: float, seconds: float = 1.0) -> None:
        """Move gently."""


def test_a_class_tells_without_a_connection() -> None:
    drawn = blueprint(Source)
    json.dumps(drawn, allow_nan=False)
    assert drawn["name"] is None
    assert drawn["kind"].endswith("Source")
    assert drawn["docstring"] == "A source."
    assert drawn["methods"]["ramp"] == {
        "signature": "(self, target: 'float', seconds: 'float' = 1.0) -> 'None'",
        "docstring": "Move gently.",
    }
    voltage = drawn["submodules"]["ch1"]["parameters"]["voltage"]
    assert (voltage["unit"], voltage["docstring"]) == ("V", "Voltage of the output.")
    assert (voltage["get_cmd"], voltage["set_cmd"]) == ("SOUR<number>:VOLT?", "SOUR<number>:VOLT {}")
    assert drawn["submodules"]["ch1"]["parameters"]["limit"]["validators"] == []
    assert drawn["parameters"]["mode"]["codes"] == [0, 1]


def test_an_instrument_tells_everything() -> None:
    source: Any = Source("source")
    source.add_parameter("range", get_cmd=lambda: 1, set_cmd=None, vals=Enum(1, 10))
    source.add_function("reset", call_cmd=lambda: None)
    drawn = blueprint(source)
    json.dumps(drawn, allow_nan=False)
    assert drawn["name"] == "source"
    assert drawn["submodules"]["ch1"]["parameters"]["voltage"]["get_cmd"] == "SOUR1:VOLT?"
    assert drawn["submodules"]["ch1"]["name"] == "source_ch1"
    assert drawn["functions"]["reset"]["args"] == []
    assert {"IDN", "mode", "power", "range"} == set(drawn["parameters"])
    assert drawn["submodules"]["ch1"]["parameters"]["limit"]["validators"] == [Numbers(0, 1).to_dict()]


def test_no_value_is_in_it_and_nothing_is_read() -> None:
    read: list[int] = []

    class Counting(Instrument):
        reading = parameter(lambda _: read.append(1) or 5)

    counting: Any = Counting("counting")
    assert "value" not in blueprint(counting)["parameters"]["reading"]
    assert read == []


def test_channels_are_parts(channels_dac) -> None:  # type: ignore[no-untyped-def]  # a driver of the tests
    """A list of channels is told as a node that has them, unless they are submodules by themselves."""
    told = blueprint(channels_dac)["submodules"]["channels"]
    assert json.loads(json.dumps(told)) == told
    assert list(told["submodules"]) == ["ch1", "ch2", "ch3"]
    assert told["submodules"]["ch2"]["parameters"]["voltage"]["full_name"] == "dac_ch2_voltage"
    again = ChannelTuple(channels_dac, "again", InstrumentChannel, channels_dac.channels, snapshotable=False)
    channels_dac.add_submodule("again", again)
    assert blueprint(channels_dac)["submodules"]["again"]["submodules"] == {}


def test_what_cannot_be_known_of_a_class_is_left_out() -> None:
    class Scope(Instrument):
        points = parameter(set_cmd=None, initial_value=3)
        trace = parameter(
            lambda self: [0.0] * self.points(),
            parameter_class=ParameterWithSetpoints,
            setpoints=late(lambda self: (self.points,)),
            vals=late(lambda self: Arrays(shape=(self.points,))),
        )
        """What the screen shows."""

    drawn = blueprint(Scope)["parameters"]["trace"]
    assert drawn["docstring"] == "What the screen shows."
    assert drawn["kind"] == "measurand.parameters._array.ParameterWithSetpoints"
