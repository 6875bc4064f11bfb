"""What type checkers must infer of declared parameters and submodules."""

from __future__ import annotations

from typing import assert_type

from measurand.instrument import Declared, DeclaredModule, Instrument, InstrumentChannel, late, parameter, submodule
from measurand.parameters import Parameter
from measurand.validators import Enum, Ints, Numbers


class Channel(InstrumentChannel):
    def __init__(self, parent: Instrument, name: str, number: int) -> None:
        self.number = number
        super().__init__(parent, name)

    voltage = parameter("SOUR{self.number}:VOLT?", "SOUR{self.number}:VOLT {}", get_parser=float, unit="V")


class Source(Instrument):
    highest = 10.0
    power = parameter("POW?", "POW {}", get_parser=float, vals=Numbers(-10, 10))
    mode = parameter("MODE?", "MODE {}", val_mapping={"dc": 0, "ac": 1})
    count = parameter(set_cmd=None, vals=Ints(1, 10))
    limit = parameter(set_cmd=None, vals=late(lambda self: Numbers(0, self.highest)))
    note = parameter(set_cmd=None, initial_value="new")
    choice = parameter(set_cmd=None, vals=Enum("a", "b"))
    ch1 = submodule(Channel, 1)


def check(source: Source) -> None:
    assert_type(source.power, Parameter[float])
    assert_type(source.power(), float)
    assert_type(source.mode, Parameter[str])
    assert_type(source.count, Parameter[int])
    assert_type(source.limit, Parameter[float])
    assert_type(source.note, Parameter[str])
    assert_type(source.choice, Parameter[str])
    assert_type(source.ch1, Channel)
    assert_type(source.ch1.voltage, Parameter[float])
    assert_type(Source.power, Declared[float])
    assert_type(Source.ch1, DeclaredModule[Channel])
