"""Parameters written in the body of a class (A41–A45, E14, E16)."""

from __future__ import annotations

from typing import Any

import pytest

from measurand.errors import DefinitionError, DuplicateName, GuardedAttribute, RefusedValue
from measurand.instrument import (
    Declared,
    Instrument,
    InstrumentChannel,
    InstrumentModule,
    VisaInstrument,
    late,
    parameter,
    submodule,
)
from measurand.parameters import ManualParameter, MultiParameter, Parameter
from measurand.transports import ScriptedTransport
from measurand.validators import Enum, Numbers


class Channel(InstrumentChannel):
    """One output."""

    voltage = parameter(
        "SOUR{self.number}:VOLT?",
        "SOUR{self.number}:VOLT {:.3f}",
        unit="V",
        get_parser=float,
        vals=late(lambda self: Numbers(0, self.root_instrument.highest)),
    )
    """Voltage of the output."""

    def __init__(self, parent: Instrument, name: str, number: int) -> None:
        self.number = number
        super().__init__(parent, name)


class Source(VisaInstrument):
    """A source with two outputs."""

    highest = 10.0
    mode = parameter("MODE?", "MODE {}", val_mapping={"dc": "0", "ac": "1"}, docstring="How it works.")
    """Not shown: docstring= is."""
    temperature = parameter("TEMP?", unit="K", get_parser=float)
    note = parameter(set_cmd=None, initial_value="new")
    total = parameter(lambda self: self.ch1.voltage() + self.ch2.voltage(), unit="V")
    """Sum of both."""
    gain = parameter(parameter_class=ManualParameter, initial_value=1, vals=Enum(1, 10))
    ch1 = submodule(Channel, 1)
    ch2 = submodule(Channel, 2)

    def set_power(self, raw: Any) -> None:
        self.write(f"POW {raw}")

    power = parameter(False, set_power, vals=Numbers(0, 1))


class LargerSource(Source):
    """The same with 20 V and without a mode."""

    highest = 20.0
    mode = None  # type: ignore[assignment]
    temperature = parameter("TEMP? INNER", unit="K", get_parser=float)


def scripted(kind: type[Any], *script: tuple[str, str | None]) -> tuple[Any, ScriptedTransport]:
    transport = ScriptedTransport(script)
    return kind("source", "GPIB0::1::INSTR", transport=transport), transport


def test_a_declared_parameter_is_an_ordinary_one() -> None:
    source, transport = scripted(Source, ("MODE 1", None), ("MODE?", "0"), ("TEMP?", "4.2"), ("POW 0.5", None))
    source.mode("ac")
    assert source.mode() == "dc"
    assert source.temperature() == 4.2
    source.power(0.5)
    assert (source.note(), source.gain()) == ("new", 1)
    assert source.parameters["mode"] is source.mode
    assert type(source.mode) is Parameter
    assert type(source.gain) is ManualParameter
    transport.finish()


def test_commands_and_limits_come_from_the_channel() -> None:
    source, transport = scripted(
        Source, ("SOUR2:VOLT 1.500", None), ("SOUR1:VOLT?", "1"), ("SOUR1:VOLT?", "1"), ("SOUR2:VOLT?", "2")
    )
    source.ch2.voltage(1.5)
    assert source.ch1.voltage() == 1.0
    assert source.total() == 3.0
    with pytest.raises(RefusedValue, match=r"source\.ch1\.voltage: 15 V refused, allowed 0 to 10 V"):
        source.ch1.voltage(15)
    transport.finish()


def test_a_subclass_may_declare_anew_or_take_away() -> None:
    source, transport = scripted(LargerSource, ("SOUR1:VOLT 15.000", None), ("TEMP? INNER", "1"))
    source.ch1.voltage(15)
    assert source.temperature() == 1.0
    assert "mode" not in source.parameters
    transport.finish()


def test_the_class_can_be_read_without_an_instrument() -> None:
    assert isinstance(Source.mode, Declared)
    assert Source.mode.docstring == "How it works."
    assert Channel.voltage.docstring == "Voltage of the output."
    assert repr(Channel.voltage) == "<Parameter Channel.voltage, declared>"


def test_the_text_below_is_the_docstring() -> None:
    """A41, A44: written once, seen by editors, documentation, `help` and snapshots."""
    source, _ = scripted(Source)
    assert source.ch1.voltage.docstring == "Voltage of the output."
    assert "Voltage of the output." in source.ch1.voltage.__doc__
    assert source.total.docstring == "Sum of both."
    assert source.temperature.docstring is None


def test_a_declared_parameter_can_be_removed_and_made_anew() -> None:
    """E14, E16: also when its class declares it."""
    source, _ = scripted(Source)
    del source.parameters["mode"]
    with pytest.raises(AttributeError, match="mode"):
        _ = source.mode
    source.add_parameter("mode", set_cmd=None, initial_value=3)
    assert source.mode() == 3
    assert source.snapshot()["parameters"]["mode"]["value"] == 3


def test_it_cannot_be_overwritten() -> None:
    source, _ = scripted(Source)
    with pytest.raises(GuardedAttribute, match=r"call source\.mode\('ac'\)"):
        source.mode = "ac"
    with pytest.raises(DuplicateName):
        source.add_parameter("mode")


def test_each_instrument_has_its_own() -> None:
    first, _ = scripted(Source)
    first.note("mine")
    second = Source("other", "GPIB0::2::INSTR", transport=ScriptedTransport())
    assert (first.note(), second.note()) == ("mine", "new")


def test_initial_values_that_would_be_sent_too_early_are_refused() -> None:
    with pytest.raises(DefinitionError, match="before there is a connection"):
        parameter("VOLT?", "VOLT {}", initial_value=1)


def test_what_the_class_says_is_not_said_again() -> None:
    with pytest.raises(DefinitionError, match="said by the class"):
        parameter("VOLT?", name="voltage")  # type: ignore[call-overload]


def test_what_is_missing_is_named() -> None:
    class Forgetful(InstrumentModule):
        voltage = parameter("SOUR{self.number}:VOLT?", "SOUR{self.number}:VOLT {}")

    class Hasty(Instrument):
        voltage = parameter(set_cmd=None, vals=late(lambda self: Numbers(0, self.highest)))

    with pytest.raises(DefinitionError, match=r"Forgetful: .*number.*Set it before super\(\).__init__\(\)"):
        Forgetful(Instrument("source"), "part")
    with pytest.raises(DefinitionError, match="'vals' needs something that is not there yet"):
        Hasty("hasty")
    assert "hasty" not in Instrument.registry


def test_braces_that_are_the_devices_stay() -> None:
    class Json(InstrumentModule):
        setting = parameter('{{"get": {self.number}}}', '{{"set": {self.number}, "to": {}}}', get_parser=float)

        def __init__(self, parent: Instrument, name: str) -> None:
            self.number = 7
            super().__init__(parent, name)

    transport = ScriptedTransport([('{"get": 7}', "1"), ('{"set": 7, "to": 2}', None)])
    device = VisaInstrument("device", "GPIB0::1::INSTR", transport=transport)
    part: Any = Json(device, "part")
    assert part.setting() == 1.0
    part.setting(2)
    transport.finish()


def test_classes_of_parameters_that_know_no_commands() -> None:
    class Both(MultiParameter):
        def __init__(self, name: str, instrument: Instrument, **kwargs: Any) -> None:
            super().__init__(name, names=("x", "y"), shapes=((), ()), units=("V", "V"), instrument=instrument, **kwargs)

        def get_raw(self) -> tuple[float, float]:
            return 1.0, 2.0

    class Lockin(Instrument):
        xy = parameter(parameter_class=Both)
        """Both quadratures of one moment."""

    lockin: Any = Lockin("lockin")
    assert lockin.xy() == (1.0, 2.0)
    assert lockin.xy.docstring == "Both quadratures of one moment."
