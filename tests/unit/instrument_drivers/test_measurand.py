"""What the drivers of MEASURAND instruments send, and what they make of answers. The devices are lists of lines."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest

from measurand.errors import DeviceError, RefusedValue
from measurand.instrument import Instrument
from measurand.instrument_drivers.Measurand.Measurand_DM7 import MeasurandDM7
from measurand.instrument_drivers.Measurand.Measurand_LA2 import MeasurandLA2
from measurand.instrument_drivers.Measurand.Measurand_TC1 import MeasurandTC1
from measurand.instrument_drivers.Measurand.Measurand_VS4 import MeasurandVS4
from measurand.testing import fresh_registry
from measurand.transports import ScriptedTransport

OK = '0,"No error"'


@pytest.fixture(autouse=True)
def _no_other_instruments(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(Instrument, "quiet", True)
    with fresh_registry():
        yield


def scripted(driver: type[Any], *script: tuple[str, str]) -> tuple[Any, ScriptedTransport]:
    transport = ScriptedTransport([("*IDN?", "MEASURAND,X,1,1.0"), *script])
    return driver("ins", "TCPIP0::127.0.0.1::1::SOCKET", transport=transport), transport


@pytest.mark.parametrize(
    ("driver", "path", "value", "sent", "asked", "answer"),
    [
        (MeasurandVS4, "ch3.voltage", -0.5, "SOUR3:VOLT -0.5", "SOUR3:VOLT?", "-0.5"),
        (MeasurandVS4, "ch1.ramp_rate", 2.0, "SOUR1:VOLT:RAMP 2.0", "SOUR1:VOLT:RAMP?", "2"),
        (MeasurandVS4, "ch4.limit", 1.0, "SOUR4:VOLT:LIM 1.0", "SOUR4:VOLT:LIM?", "1"),
        (MeasurandDM7, "nplc", 0.02, "SENS:VOLT:NPLC 0.02", "SENS:VOLT:NPLC?", "0.02"),
        (MeasurandDM7, "range", 10.0, "SENS:VOLT:RANG 10.0", "SENS:VOLT:RANG?", "10"),
        (MeasurandLA2, "amplitude", 0.1, "SOUR:VOLT 0.1", "SOUR:VOLT?", "0.1"),
        (MeasurandLA2, "frequency", 1e4, "SOUR:FREQ 10000.0", "SOUR:FREQ?", "10000"),
        (MeasurandLA2, "time_constant", 3e-4, "SENS:TCON 0.0003", "SENS:TCON?", "0.0003"),
        (MeasurandLA2, "sensitivity", 5e-6, "SENS:VOLT:RANG 5e-06", "SENS:VOLT:RANG?", "5E-06"),
        (MeasurandTC1, "setpoint", 1.5, "SOUR:TEMP:SPO 1.5", "SOUR:TEMP:SPO?", "1.5"),
        (MeasurandTC1, "heater_range", "medium", "OUTP:HEAT:RANG MED", "OUTP:HEAT:RANG?", "MED"),
    ],
)
def test_settings_are_confirmed_and_read_back(
    driver: type[Any], path: str, value: object, sent: str, asked: str, answer: str
) -> None:
    """A21, the golden rule: what is read can be set."""
    instrument, transport = scripted(driver, (f"{sent};:SYST:ERR?", OK), (asked, answer), (f"{sent};:SYST:ERR?", OK))
    parameter = instrument
    for name in path.split("."):
        parameter = parameter[name]
    parameter(value)
    assert parameter() == value
    parameter(parameter.cache())
    transport.finish()


@pytest.mark.parametrize(
    ("driver", "path", "value"),
    [
        (MeasurandVS4, "ch1.voltage", 10.5),
        (MeasurandVS4, "ch1.ramp_rate", 0),
        (MeasurandDM7, "range", 2.0),
        (MeasurandLA2, "time_constant", 2e-3),
        (MeasurandTC1, "heater_range", "full"),
    ],
)
def test_a_refused_value_sends_nothing(driver: type[Any], path: str, value: object) -> None:
    """A10: the validator refuses before a byte is sent; the script has nothing for it."""
    instrument, transport = scripted(driver)
    node, _, name = path.rpartition(".")
    parameter = (instrument[node] if node else instrument)[name]
    with pytest.raises(RefusedValue):
        parameter(value)
    assert transport.sent == ["*IDN?"]


def test_an_error_of_the_device_is_raised_with_its_text() -> None:
    """The whole queue is told, so that the next command is not blamed for it."""
    source, transport = scripted(
        MeasurandVS4,
        ("SOUR2:VOLT 5;:SYST:ERR?", '-222,"Data out of range"'),
        ("SYST:ERR?", '-350,"Queue overflow"'),
        ("SYST:ERR?", OK),
    )
    with pytest.raises(DeviceError) as caught:
        source.ch2.voltage(5)
    assert str(caught.value) == (
        "ins (TCPIP0::127.0.0.1::1::SOCKET): the device reported "
        '-222,"Data out of range"; -350,"Queue overflow" after \'SOUR2:VOLT 5\'.'
    )
    assert caught.value.__notes__ == ["while setting ins.ch2.voltage to 5"]
    assert not source.ch2.voltage.cache.valid
    transport.finish()


@pytest.mark.parametrize(("answer", "value"), [("0.125", 0.125), ("9.9E+37", math.inf), ("-9.9E+37", -math.inf)])
def test_an_overload_is_infinite(answer: str, value: float) -> None:
    dmm, _ = scripted(MeasurandDM7, ("READ?", answer))
    assert dmm.voltage() == value


def test_readings_of_the_lock_in() -> None:
    lockin, transport = scripted(
        MeasurandLA2, ("FETC:X?", "3E-3"), ("FETC:Y?", "4E-3"), ("FETC:R?", "5E-3"), ("FETC:THET?", "53.13")
    )
    assert [lockin.x(), lockin.y(), lockin.r(), lockin.theta()] == [3e-3, 4e-3, 5e-3, 53.13]
    transport.finish()


def test_safe_state_and_reset() -> None:
    source, transport = scripted(
        MeasurandVS4,
        *[(f"SOUR{n}:VOLT 0.0;:SYST:ERR?", OK) for n in range(1, 5)],
        ("*OPC?", "1"),
        ("*RST;:SYST:ERR?", OK),
        ("SOUR1:VOLT:BUSY?", "0"),
    )
    source.safe_state()
    source.wait()
    assert source.ch4.voltage.cache.valid
    source.reset()
    assert not source.ch4.voltage.cache.valid
    assert source.ch1.busy() is False
    transport.finish()
    thermostat, transport = scripted(_renamed(MeasurandTC1), ("OUTP:HEAT:RANG OFF;:SYST:ERR?", OK))
    thermostat.safe_state()
    transport.finish()


def _renamed(driver: type[Any]) -> Any:
    return lambda name, *rest, **more: driver(f"{name}_2", *rest, **more)
