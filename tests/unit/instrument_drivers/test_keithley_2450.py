"""The Keithley 2450: what is sent, and how it behaves at its simulated device."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from measurand.errors import ConfigurationError, DeviceError, InstrumentError, RefusedType, RefusedValue
from measurand.instrument_drivers.Keithley.Keithley_2450 import Keithley2450
from measurand.simulation.devices.Keithley_2450 import simulate
from measurand.transports import ScriptedTransport

OK = '0,"No error;0;0 0"'
OPENING = [
    ("*IDN?", "KEITHLEY INSTRUMENTS,MODEL 2450,1,1.6.0d"),
    ("*LANG?", "SCPI"),
    ("SOUR:FUNC?", "VOLT"),
    ("SENS:FUNC?", '"CURR:DC"'),
    ("SOUR:VOLT:RANG:AUTO?", "1"),
    ("SOUR:CURR:RANG:AUTO?", "0"),
    ("SOUR:CURR:RANG?", "1.000000E-03"),
]


def scripted(*script: tuple[str, Any]) -> tuple[Any, ScriptedTransport]:
    transport = ScriptedTransport([*OPENING, *script])
    return Keithley2450("smu", "TCPIP0::127.0.0.1::5025::SOCKET", transport=transport), transport


@pytest.mark.parametrize(
    ("path", "value", "sent", "asked", "answer"),
    [
        ("sense_function", "resistance", 'SENS:FUNC "RES"', "SENS:FUNC?", '"RES"'),
        ("output_enabled", True, "OUTP 1", "OUTP?", "1"),
        ("output_off_state", "high_impedance", "OUTP:VOLT:SMOD HIMP", "OUTP:VOLT:SMOD?", "HIMP"),
        ("terminals", "rear", "ROUT:TERM REAR", "ROUT:TERM?", "REAR"),
        ("voltage_source.level", -0.5, "SOUR:VOLT -0.5", "SOUR:VOLT?", "-5.000000E-01"),
        ("voltage_source.current_limit", 1e-6, "SOUR:VOLT:ILIM 1e-06", "SOUR:VOLT:ILIM?", "1.000000E-06"),
        ("voltage_source.protection", 20, "SOUR:VOLT:PROT PROT20", "SOUR:VOLT:PROT?", "PROT20"),
        ("voltage_source.delay", 0.01, "SOUR:VOLT:DEL 0.01", "SOUR:VOLT:DEL?", "1.000000E-02"),
        ("voltage_source.auto_delay", True, "SOUR:VOLT:DEL:AUTO 1", "SOUR:VOLT:DEL:AUTO?", "1"),
        ("voltage_source.read_back", False, "SOUR:VOLT:READ:BACK 0", "SOUR:VOLT:READ:BACK?", "0"),
        ("current_source.level", 1e-3, "SOUR:CURR 0.001", "SOUR:CURR?", "1.000000E-03"),
        ("current_source.range", 1e-8, "SOUR:CURR:RANG 1e-08", "SOUR:CURR:RANG?", "1.000000E-08"),
        ("current_source.auto_range", True, "SOUR:CURR:RANG:AUTO 1", "SOUR:CURR:RANG:AUTO?", "1"),
        ("current_source.voltage_limit", 2.0, "SOUR:CURR:VLIM 2.0", "SOUR:CURR:VLIM?", "2.000000E+00"),
        ("voltage_sense.range", 0.02, "SENS:VOLT:RANG 0.02", "SENS:VOLT:RANG?", "2.000000E-02"),
        ("current_sense.range", 1e-6, "SENS:CURR:RANG 1e-06", "SENS:CURR:RANG?", "1.000000E-06"),
        ("resistance_sense.range", 2e8, "SENS:RES:RANG 200000000.0", "SENS:RES:RANG?", "2.000000E+08"),
        ("resistance_sense.four_wire", True, "SENS:RES:RSEN 1", "SENS:RES:RSEN?", "1"),
        ("current_sense.auto_range", False, "SENS:CURR:RANG:AUTO 0", "SENS:CURR:RANG:AUTO?", "0"),
        ("current_sense.nplc", 0.1, "SENS:CURR:NPLC 0.1", "SENS:CURR:NPLC?", "1.000000E-01"),
        ("current_sense.auto_zero", False, "SENS:CURR:AZER 0", "SENS:CURR:AZER?", "0"),
    ],
)
def test_settings_are_confirmed_and_read_back(path: str, value: object, sent: str, asked: str, answer: str) -> None:
    """A21, the golden rule: what is read can be set."""
    confirmed = (f"{sent};:SYST:ERR?", OK)
    smu, transport = scripted(confirmed, (asked, answer), confirmed)
    parameter = smu
    for name in path.split("."):
        parameter = parameter[name]
    parameter(value)
    assert parameter() == value
    parameter(parameter.cache())
    transport.finish()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("voltage_source.level", 210.1),
        ("voltage_source.current_limit", 1.1),
        ("voltage_source.protection", 30),
        ("voltage_source.range", 1.0),
        ("current_source.level", 1.06e-3),
        ("current_source.voltage_limit", 0.01),
        ("current_sense.nplc", 11),
        ("sweep.points", 1),
        ("sweep.delay", 1e-5),
    ],
)
def test_what_is_beyond_the_limits_is_not_sent(path: str, value: float) -> None:
    """A10: the limits of the manual; in a fixed range those of the range."""
    smu, transport = scripted()
    module, name = path.split(".")
    with pytest.raises((RefusedValue, RefusedType), match=rf"smu\.{module}\.{name}"):
        smu[module][name](value)
    transport.finish()


def test_another_language_is_said_and_not_spoken() -> None:
    """In TSP no command would be answered; a time-out would not say why."""
    with simulate() as served:
        served.device.language = "TSP"
        with pytest.raises(
            ConfigurationError, match=r"smu \(TCPIP0::.*\): the device is set to the command set TSP, this"
        ):
            Keithley2450("smu", served.address)
        served.device.language = "SCPI"
        Keithley2450("smu", served.address).close()


def test_the_limits_of_the_level_follow_the_range() -> None:
    with simulate() as served, Keithley2450("smu", served.address) as smu:
        source = smu.voltage_source
        source.level(15.0)
        assert source.range() == 20.0
        source.range(2.0)
        assert source.auto_range.cache() is False
        with pytest.raises(RefusedValue, match=r"smu\.voltage_source\.level: 3\.0 V refused, allowed -2\.1 to 2\.1 V"):
            source.level(3.0)
        source.level(1.0)
        source.auto_range(True)
        source.level(100.0)
        assert source.range() == 200.0


def test_readings_have_their_unit_and_their_limit() -> None:
    """1 kOhm at the output: 1 V drives 1 mA, but the limit is 0.5 mA."""
    with simulate() as served, Keithley2450("smu", served.address) as smu:
        smu.voltage_source.current_limit(5e-4)
        smu.voltage_source.level(0.25)
        smu.output_enabled(True)
        assert (smu.reading(), smu.reading.unit) == (2.5e-4, "A")
        assert smu.voltage_source.limit_tripped() is False
        smu.voltage_source.level(1.0)
        assert smu.reading() == 5e-4
        assert smu.voltage_source.limit_tripped() is True
        smu.sense_function("resistance")
        assert (smu.reading(), smu.reading.unit) == (1e3, "Ohm")
        smu.sense_function("current")
        smu.current_sense.range(1e-6)
        assert smu.reading() == math.inf


def test_what_is_sourced_is_not_changed_while_the_output_is_on() -> None:
    with simulate() as served, Keithley2450("smu", served.address) as smu:
        smu.output_enabled(True)
        with pytest.raises(InstrumentError, match="smu: what is sourced is not changed while the output is on"):
            smu.source_function("current")
        smu.source_function("voltage")  # no change
        smu.safe_state()
        smu.source_function("current")
        assert smu.sweep.axis.unit == smu.sweep.start.unit == "A"
        assert smu.source() is smu.current_source


def test_safe_is_both_levels_at_zero_and_then_no_output() -> None:
    with simulate() as served, Keithley2450("smu", served.address) as smu:
        smu.voltage_source.level(0.2)
        smu.output_enabled(True)
        smu.voltage_source.level.step = 0.1
        before = len(served.received)
        smu.safe_state()
        sent = [
            message.partition(";")[0] for message in served.received[before:] if "?" not in message.partition(";")[0]
        ]
        assert [one for one in sent if "VOLT" in one or "OUTP" in one] == ["SOUR:VOLT 0.1", "SOUR:VOLT 0.0", "OUTP 0"]


def ready(smu: Keithley2450, start: float = -1.0, stop: float = 1.0, points: int = 5) -> None:
    smu.voltage_source.current_limit(0.01)
    smu.sweep.start(start)
    smu.sweep.stop(stop)
    smu.sweep.points(points)
    smu.output_enabled(True)


def test_a_sweep_with_its_axis() -> None:
    """F16: the axis is that of the readings."""
    with simulate() as served, Keithley2450("smu", served.address) as smu:
        ready(smu)
        np.testing.assert_allclose(smu.sweep.trace(), np.linspace(-1e-3, 1e-3, 5))
        np.testing.assert_allclose(smu.sweep.axis(), np.linspace(-1, 1, 5))
        assert smu.sweep.trace.setpoints == (smu.sweep.axis,)
        assert smu.sweep.trace.unit == "A"
        assert smu.output_enabled() is False  # the device has done that
        assert smu.voltage_source.level() == 1.0
        assert smu.timeout() == 5
        assert smu.errors() == []


def test_what_a_sweep_sends() -> None:
    confirmed = [
        (f"{sent};:SYST:ERR?", OK)
        for sent in (
            "SOUR:VOLT 0.0",
            'SOUR:SWE:VOLT:LIN 0.0,1.0,11,-1,1,BEST,ON,OFF,"defbuffer1"',
            "INIT",
        )
    ]
    smu, transport = scripted(
        ("OUTP?", "1"),
        confirmed[0],
        ("SOUR:VOLT:RANG:AUTO?", "1"),
        *confirmed[1:],
        ("SOUR:VOLT:DEL?", "0"),
        ("SENS:CURR:NPLC?", "1"),
        ('*WAI;:TRAC:DATA? 1,11,"defbuffer1",READ', ",".join(["1.0E-03"] * 10 + ["9.9E+37"])),
    )
    trace = smu.sweep.trace()
    assert trace[0] == 1e-3
    assert trace[-1] == math.inf
    assert not smu.output_enabled.cache.valid
    transport.finish()


def test_a_sweep_does_not_switch_the_output_on() -> None:
    with simulate() as served, Keithley2450("smu", served.address) as smu:
        with pytest.raises(InstrumentError, match="smu: the output is off and would be switched on by a sweep"):
            smu.sweep.trace()
        assert not any("SWE" in message or "INIT" in message for message in served.received)


@pytest.mark.parametrize(
    ("start", "stop", "points", "message"),
    [
        (
            -1.0,
            0.0,
            5,
            r"smu\.sweep: 5 points from -1\.0 to 0\.0 V are 0\.25 V apart, smu_voltage_source_level\.step allows 0\.1 V",
        ),
        (-1.0, 1.0, 21, r"smu\.sweep: after 1\.0 V the device may switch its output off, a jump that"),
    ],
)
def test_a_sweep_never_jumps_where_a_ramp_would_not(start: float, stop: float, points: int, message: str) -> None:
    with simulate() as served, Keithley2450("smu", served.address) as smu:
        ready(smu, start, stop, points)
        smu.voltage_source.level.step = 0.1
        with pytest.raises(RefusedValue, match=message):
            smu.sweep.trace()
        assert served.device.state["level", "VOLT"] == 0.0


def test_levels_of_a_sweep_are_those_that_may_be_set() -> None:
    with simulate() as served, Keithley2450("smu", served.address) as smu:
        ready(smu, 0.0, 3.0)
        smu.voltage_source.range(2.0)
        with pytest.raises(RefusedValue, match=r"smu\.voltage_source\.level: 3\.0 V refused, allowed -2\.1 to 2\.1 V"):
            smu.sweep.trace()


def test_display() -> None:
    smu, transport = scripted(('DISP:USER1:TEXT "at rest";:SYST:ERR?', OK), ('DISP:USER2:TEXT "";:SYST:ERR?', OK))
    smu.display("at rest")
    with pytest.raises(RefusedValue, match=r"smu\.display: 'x+' refused in line 1, allowed are 20 characters"):
        smu.display("x" * 21)
    transport.finish()


def test_an_error_of_the_device_is_raised_with_its_text() -> None:
    smu, transport = scripted(
        ("SOUR:VOLT:ILIM 1e-06;:SYST:ERR?", '-222,"Parameter data out of range;1;2026/11/20 10:00:00"'),
        ("SYST:ERR?", OK),
    )
    with pytest.raises(DeviceError, match='the device reported -222,"Parameter data out of range'):
        smu.voltage_source.current_limit(1e-6)
    transport.finish()


def test_reset_asks_the_device_what_it_is_now() -> None:
    with simulate() as served, Keithley2450("smu", served.address) as smu:
        smu.sense_function("voltage")
        smu.voltage_source.range(2.0)
        smu.reset()
        assert smu.reading.unit == "A"
        smu.voltage_source.level(15.0)


def test_the_simulated_source_meter_refuses_what_the_real_one_does() -> None:
    with simulate() as served:
        for message, error in (
            ("SOUR:VOLT 211", "-222"),
            ("SOUR:CURR:RANG 1e-2;:SOUR:CURR 0.1", "-222"),
            ('SENS:FUNC "TEMP"', "-224"),
            ("SOUR:VOLT:PROT PROT30", "-224"),
            ("INIT", "-221"),
            ("SOUR:SWE:CURR:LIN 0,1e-3,5", "-221"),
            ('TRAC:DATA? 1,5,"defbuffer1",READ', "-222"),
        ):
            assert str(served.device.handle(f"{message};:SYST:ERR?")).startswith(error), message
        assert served.device.handle(':SENS:CURR:RANG 9e-3;RANG?;:SENS:FUNC "CURR";FUNC?') == '0.01;"CURR:DC"'
