"""The Rohde & Schwarz SGS100A: what is sent, and how it behaves at its simulated device."""

from __future__ import annotations

from typing import Any

import pytest

from measurand.errors import DeviceError, RefusedValue
from measurand.instrument_drivers.RohdeSchwarz.RohdeSchwarz_SGS100A import RohdeSchwarzSGS100A
from measurand.simulation.devices.RohdeSchwarz_SGS100A import simulate
from measurand.transports import ScriptedTransport

OK = '0,"No error"'
FREQUENCIES = [(":SOUR:FREQ? MIN", "1000000"), (":SOUR:FREQ? MAX", "12750000000")]
LEVELS = [(":SOUR:POW? MIN", "-120"), (":SOUR:POW? MAX", "25")]
OPENING = [("SYST:ERR?", OK), *FREQUENCIES, *LEVELS, ("*IDN?", "Rohde&Schwarz,SGS100A,1,3.1")]


def scripted(*script: tuple[str, Any]) -> tuple[Any, ScriptedTransport]:
    transport = ScriptedTransport([*OPENING, *script])
    return RohdeSchwarzSGS100A("rf", "TCPIP0::127.0.0.1::1::SOCKET", transport=transport), transport


@pytest.mark.parametrize(
    ("name", "value", "command", "raw"),
    [
        ("frequency", 12.75e9, ":SOUR:FREQ", "12750000000.0"),
        ("frequency", 6123456789.12, ":SOUR:FREQ", "6123456789.12"),
        ("phase", -90.0, ":SOUR:PHAS", "-90.0"),
        ("power", -12.5, ":SOUR:POW", "-12.5"),
        ("power_limit", 0.0, ":SOUR:POW:LIM", "0.0"),
        ("status", True, ":OUTP", "1"),
        ("pulsemod_state", True, ":SOUR:PULM:STAT", "1"),
        ("pulsemod_source", "EXT", ":SOUR:PULM:SOUR", "EXT"),
        ("pulsemod_polarity", "inverted", ":SOUR:PULM:POL", "INV"),
        ("pulsemod_period", 1e-3, ":SOUR:PULM:PER", "0.001"),
        ("pulsemod_width", 1e-6, ":SOUR:PULM:WIDT", "1e-06"),
        ("IQ_state", True, ":SOUR:IQ:STAT", "1"),
        ("IQ_impairments", True, ":SOUR:IQ:IMP:STAT", "1"),
        ("I_offset", 1.5, ":SOUR:IQ:IMP:LEAK:I", "1.5"),
        ("Q_offset", -1.5, ":SOUR:IQ:IMP:LEAK:Q", "-1.5"),
        ("IQ_gain_imbalance", 0.5, ":SOUR:IQ:IMP:IQR", "0.5"),
        ("IQ_angle", 8.0, ":SOUR:IQ:IMP:QUAD", "8.0"),
        ("IQ_crest_factor", 3.0, ":SOUR:IQ:CRES", "3.0"),
        ("operation_mode", "baseband bypass", ":SOUR:OPM", "BBBY"),
        ("ref_osc_source", "EXT", ":SOUR:ROSC:SOUR", "EXT"),
        ("ref_osc_external_freq", 100e6, ":SOUR:ROSC:EXT:FREQ", "100MHZ"),
        ("ref_osc_output_freq", 1e9, ":SOUR:ROSC:OUTP:FREQ", "1000MHZ"),
        ("LO_source", "EXT", ":SOUR:LOSC:SOUR", "EXT"),
        ("ref_LO_out", "LO", ":CONN:REFL:OUTP", "LO"),
    ],
)
def test_settings_are_confirmed_and_read_back(name: str, value: object, command: str, raw: str) -> None:
    """A21, the golden rule: what is read can be set."""
    confirmed = (f"{command} {raw};:SYST:ERR?", OK)
    source, transport = scripted(confirmed, (f"{command}?", raw), confirmed)
    source[name](value)
    assert source[name]() == value
    source[name](source[name].cache())
    transport.finish()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("frequency", 12.76e9),
        ("frequency", 0.9e6),
        ("power", 25.1),
        ("power_offset", 101),
        ("phase", 361),
        ("pulsemod_width", 1e-8),
        ("IQ_angle", 8.1),
        ("ref_osc_external_freq", 20e6),
        ("status", "maybe"),
    ],
)
def test_what_the_device_has_not_is_not_sent(name: str, value: object) -> None:
    """A10."""
    source, transport = scripted()
    with pytest.raises(RefusedValue):
        source[name](value)
    assert transport.sent == [sent for sent, _ in OPENING]


@pytest.mark.parametrize(
    ("offset", "command", "value", "limits", "shifted"),
    [
        ("power_offset", ":SOUR:POW", -20.0, ("-140", "5"), ("power", 5.0, 5.1)),
        ("frequency_offset", ":SOUR:FREQ", 1e9, ("1001000000", "13750000000"), ("frequency", 13e9, 13.8e9)),
    ],
)
def test_an_offset_shifts_the_limits(
    offset: str, command: str, value: float, limits: tuple[str, str], shifted: tuple[str, float, float]
) -> None:
    """What is shown is doubted, and validated with the limits that the device has now."""
    name, allowed, refused = shifted
    source, transport = scripted(
        (f"{command}:OFFS {value};:SYST:ERR?", OK),
        (f"{command}? MIN", limits[0]),
        (f"{command}? MAX", limits[1]),
        (f"{command} {allowed};:SYST:ERR?", OK),
    )
    source[offset](value)
    with pytest.raises(RefusedValue):
        source[name](refused)
    source[name](allowed)
    transport.finish()


def test_methods_say_what_they_should() -> None:
    source, transport = scripted(
        (":SOUR:PHAS:REF;:SYST:ERR?", OK),
        (":OUTP 0;:SYST:ERR?", OK),
        ("*RST;:SYST:ERR?", OK),
        *FREQUENCIES,
        *LEVELS,
        ("SYST:ERR?", '-221,"Settings conflict"'),
        ("SYST:ERR?", OK),
    )
    source.phase_reference()
    source.safe_state()
    assert source.status.cache() is False
    source.reset()
    assert not source.status.cache.valid
    assert source.errors() == ['-221,"Settings conflict"']
    transport.finish()


def test_old_errors_are_not_blamed_on_the_first_set(caplog: pytest.LogCaptureFixture) -> None:
    script = [("SYST:ERR?", '-113,"Undefined header"'), *OPENING, (":OUTP 1;:SYST:ERR?", OK)]
    source = RohdeSchwarzSGS100A("rf", "GPIB0::1::INSTR", transport=ScriptedTransport(script))
    source.status(True)
    assert "Undefined header" in caplog.text


def test_the_output_is_not_moved_by_an_offset_and_held_by_the_limit() -> None:
    with simulate() as served, RohdeSchwarzSGS100A("rf", served.address) as source:
        source.frequency(6123456789.12)
        source.power(-10)
        source.power_offset(-20)
        source.power_limit(-15)
        assert served.device.radiated is None
        source.status(True)
        assert source.power() == -30
        assert source.frequency() == 6123456789.12
        assert served.device.radiated == (6123456789.12, -15)
        source.safe_state()
        assert served.device.radiated is None


def test_what_the_device_refuses_is_raised() -> None:
    with simulate() as served, RohdeSchwarzSGS100A("rf", served.address) as source:
        source.pulsemod_width()
        with pytest.raises(DeviceError, match="Settings conflict"):
            source.pulsemod_width(1e-3)  # the period is 10 us
        assert source.pulsemod_width() == 2e-6
        source.power_offset(10)
        with pytest.raises(RefusedValue, match="allowed -110 to 35"):
            source.power(36)
