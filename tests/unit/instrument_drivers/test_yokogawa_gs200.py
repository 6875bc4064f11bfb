"""The Yokogawa GS200: what is sent, and how it behaves at its simulated device."""

from __future__ import annotations

import math
from typing import Any

import pytest

from measurand.errors import DeviceError, InstrumentError, RefusedValue
from measurand.instrument_drivers.Yokogawa.Yokogawa_GS200 import YokogawaGS200
from measurand.simulation.devices.Yokogawa_GS200 import simulate
from measurand.transports import ScriptedTransport

OK = '0,"No error"'
OPENING = [
    ("*IDN?", "YOKOGAWA,GS210,1,2.02"),
    ("*OPT?", "0"),
    (":SOUR:FUNC?", "VOLT"),
    (":SOUR:RANG?", "+1.0E+00"),
    (":SOUR:LEV?", "+0.000000E+00"),
]


def scripted(*script: tuple[str, Any], option: str = "0") -> tuple[Any, ScriptedTransport]:
    opening = [(sent, option if sent == "*OPT?" else answer) for sent, answer in OPENING]
    transport = ScriptedTransport([*opening, *script])
    return YokogawaGS200("gs", "TCPIP0::127.0.0.1::7655::SOCKET", transport=transport), transport


@pytest.mark.parametrize(
    ("path", "value", "sent", "asked", "answer"),
    [
        ("range", 10.0, ":SOUR:RANG 10.0", ":SOUR:RANG?", "+10E+0"),
        ("voltage", -0.5, ":SOUR:LEV -0.5", ":SOUR:LEV?", "-5.000000E-01"),
        ("output_enabled", True, ":OUTP 1", ":OUTP?", "1"),
        ("voltage_limit", 14.0, ":SOUR:PROT:VOLT 14.0", ":SOUR:PROT:VOLT?", "+14E+0"),
        ("current_limit", 0.01, ":SOUR:PROT:CURR 0.01", ":SOUR:PROT:CURR?", "+10E-3"),
        ("four_wire", True, ":SENS:REM 1", ":SENS:REM?", "1"),
        ("guard", True, ":SENS:GUAR 1", ":SENS:GUAR?", "1"),
        ("monitor.enabled", True, ":SENS 1", ":SENS?", "1"),
        ("monitor.nplc", 25, ":SENS:NPLC 25", ":SENS:NPLC?", "25"),
        ("monitor.delay", 0.5, ":SENS:DEL 500.0", ":SENS:DEL?", "500"),
    ],
)
def test_settings_are_confirmed_and_read_back(path: str, value: object, sent: str, asked: str, answer: str) -> None:
    """A21, the golden rule: what is read can be set."""
    confirmed = (f"{sent};:SYST:ERR?", OK)
    source, transport = scripted(confirmed, (asked, answer), confirmed, option="/MON")
    parameter = source
    for name in path.split("."):
        parameter = parameter[name]
    parameter(value)
    assert parameter() == value
    parameter(parameter.cache())
    transport.finish()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("voltage", 1.21),
        ("voltage", -1.21),
        ("range", 2.0),
        ("range", 0.2),
        ("current_limit", 0.3),
        ("voltage_limit", 0.5),
    ],
)
def test_what_is_beyond_the_limits_is_not_sent(path: str, value: float) -> None:
    """A10: in the range of 1 V no more than 1.2 V; a range of the other function is none."""
    source, transport = scripted()
    with pytest.raises(RefusedValue, match=f"gs.{path}: .* refused, allowed "):
        source[path](value)
    transport.finish()


def test_the_limits_of_the_level_follow_the_range() -> None:
    source, transport = scripted((":SOUR:RANG 0.01;:SYST:ERR?", OK), (":SOUR:LEV 0.012;:SYST:ERR?", OK))
    source.voltage.add_validator(_below(0.05))  # of the user: it stays
    source.range(0.01)
    with pytest.raises(RefusedValue, match=r"gs\.voltage: 0\.02 V refused, allowed -0\.012 to 0\.012 V"):
        source.voltage(0.02)
    source.voltage(0.012)
    assert len(source.voltage.validators) == 2
    transport.finish()


def _below(limit: float) -> Any:
    from measurand.validators import Numbers

    return Numbers(-limit, limit)


def test_a_range_that_does_not_hold_the_level_is_refused() -> None:
    """What the device would put out then, nobody should have to know."""
    with simulate() as served, YokogawaGS200("gs", served.address) as source:
        source.voltage(1.0)
        before = len(served.received)
        with pytest.raises(RefusedValue, match=r"gs\.range: 0\.1 V refused, allowed 1\.0, 10\.0 and 30\.0 V"):
            source.range(0.1)
        assert len(served.received) == before
        source.voltage(0.1)
        source.range(0.1)
        assert source.range() == 0.1


def test_a_ramp_goes_in_steps_and_ends_on_the_target() -> None:
    steps = [(f":SOUR:LEV {value};:SYST:ERR?", OK) for value in (0.1, 0.2, 0.25)]
    source, transport = scripted(*steps)
    source.voltage.step = 0.1
    source.voltage(0.25)
    transport.finish()


def test_auto_range_is_the_devices_own() -> None:
    with simulate() as served, YokogawaGS200("gs", served.address) as source:
        source.auto_range(True)
        source.voltage(15.0)
        assert ":SOUR:LEV:AUTO 15.0;:SYST:ERR?" in served.received
        assert not source.range.cache.valid
        assert source.range() == 30.0
        source.voltage(0.005)
        assert source.range() == 0.01
        source.auto_range(False)
        with pytest.raises(RefusedValue):
            source.voltage(0.02)


def test_a_number_meant_as_voltage_is_never_sent_to_a_current_source() -> None:
    """E14: what does not exist in a mode is not there in it, and whoever still holds it is refused."""
    with simulate() as served, YokogawaGS200("gs", served.address) as source:
        held = source.voltage
        source.function("current")
        assert "voltage" not in source.parameters
        assert not hasattr(source, "voltage")
        with pytest.raises(RefusedValue, match="the source is a current source at present"):
            held(0.1)
        assert source.range.unit == source.current.unit == "A"
        source.range(0.1)
        source.current(0.05)
        assert served.device.state["level"] == 0.05
        with pytest.raises(RefusedValue):
            source.current(0.13)
        source.current(0.0)
        source.function("voltage")
        assert source.voltage is held
        source.voltage(0.1)


def test_what_somebody_changed_at_the_device_is_followed() -> None:
    with simulate() as served, YokogawaGS200("gs", served.address) as source:
        served.device.handle(":SOUR:FUNC CURR;RANG 0.1;LEV 0.05")
        assert source.function() == "current"
        assert "voltage" not in source.parameters
        assert source.current.cache() == 0.05
        assert source.range.cache() == 0.1
        with pytest.raises(RefusedValue):
            source.range(0.01)


def test_the_function_is_not_changed_under_voltage() -> None:
    with simulate() as served, YokogawaGS200("gs", served.address) as source:
        source.output_enabled(True)
        source.voltage(1.0)
        with pytest.raises(InstrumentError, match=r"gs: the function is not changed while the output is on\. Bring"):
            source.function("current")
        assert source.function() == "voltage"
        assert served.device.state["level"] == 1.0
        source.function("voltage")  # no change
        source.safe_state()
        source.function("current")


@pytest.mark.parametrize("function", ["voltage", "current"])
def test_safe_is_the_level_at_zero_and_then_no_output(function: str) -> None:
    with simulate() as served, YokogawaGS200("gs", served.address) as source:
        source.function(function)
        level = source[function]
        level(1e-3)
        source.output_enabled(True)
        level.step = 5e-4
        before = len(served.received)
        source.safe_state()
        sent = [message.partition(";")[0] for message in served.received[before:]]
        assert sent == [":SOUR:LEV 0.0005", ":SOUR:LEV 0.0", ":OUTP 0"]


def test_the_monitor_measures_within_the_limit() -> None:
    """1 kOhm at the output: 1 V drive 1 mA, and 12 V no more than the limit."""
    with simulate() as served, YokogawaGS200("gs", served.address) as source:
        assert math.isnan(source.monitor.reading())
        source.output_enabled(True)
        source.monitor.enabled(True)
        source.voltage(1.0)
        assert source.monitor.reading() == 1e-3
        source.range(30)
        source.voltage(12)
        source.current_limit(5e-3)
        assert source.monitor.reading() == 5e-3
        assert source.errors() == []


def test_without_the_option_there_is_no_monitor() -> None:
    source, transport = scripted()
    assert "monitor" not in source.submodules
    transport.finish()


def test_an_error_of_the_device_is_raised_with_its_text() -> None:
    source, transport = scripted((":SOUR:LEV 1.0;:SYST:ERR?", '-221,"Settings conflict"'), ("SYST:ERR?", OK))
    with pytest.raises(DeviceError, match='the device reported -221,"Settings conflict" after'):
        source.voltage(1.0)
    assert not source.voltage.cache.valid
    transport.finish()


def test_reset_asks_the_device_what_it_is_now() -> None:
    with simulate() as served, YokogawaGS200("gs", served.address) as source:
        source.function("current")
        source.current(1e-3)
        source.reset()
        assert source.function.cache() == "voltage"
        assert source.voltage() == 0.0
        assert "current" not in source.parameters


def test_the_simulated_source_refuses_what_the_real_one_does() -> None:
    with simulate() as served:
        for message, error in (
            (":SOUR:LEV 1.3", "-222"),
            (":SOUR:RANG 3", "-224"),
            (":SOUR:PROT:VOLT 31", "-222"),
            (":SOUR:FUNC RES", "-224"),
        ):
            assert str(served.device.handle(f"{message};:SYST:ERR?")).startswith(error), message
        assert served.device.handle(":SOURce:FUNCtion VOLTage;RANGe 100E-3;RANGe?") == "+1.0E-01"
