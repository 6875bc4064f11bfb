"""The Keysight 33522B: what is sent, what a waveform must be, and how it behaves at its simulated device."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from measurand.errors import DeviceError, RefusedValue
from measurand.instrument_drivers.Keysight.Keysight_33522B import Keysight33522B
from measurand.simulation.devices.Keysight_33522B import simulate
from measurand.testing import fresh_registry
from measurand.transports import ScriptedTransport

OK = '+0,"No error"'
PREPARED = [
    exchange
    for number in (1, 2)
    for exchange in ((f"SOUR{number}:VOLT:UNIT VPP;:SYST:ERR?", OK), (f"OUTP{number}:LOAD?", "+5.000000000000000E+01"))
]
OPENING = [("SYST:ERR?", OK), *PREPARED, ("*IDN?", "Agilent Technologies,33522B,MY1,4.00")]
SWAPPED = ("FORM:BORD SWAP;:SYST:ERR?", OK)


def scripted(*script: tuple[Any, Any]) -> tuple[Any, ScriptedTransport]:
    transport = ScriptedTransport([*OPENING, *script])
    return Keysight33522B("awg", "TCPIP0::127.0.0.1::5025::SOCKET", transport=transport), transport


@pytest.mark.parametrize(
    ("path", "value", "command", "raw"),
    [
        ("ch1.output_enabled", True, "OUTP1", "1"),
        ("ch2.load", 1000.0, "OUTP2:LOAD", "1000.0"),
        ("ch1.polarity", "inverted", "OUTP1:POL", "INV"),
        ("ch2.function", "arbitrary", "SOUR2:FUNC", "ARB"),
        ("ch1.frequency", 30e6, "SOUR1:FREQ", "30000000.0"),
        ("ch1.amplitude", 10.0, "SOUR1:VOLT", "10.0"),
        ("ch2.offset", -2.5, "SOUR2:VOLT:OFFS", "-2.5"),
        ("ch1.limit_enabled", True, "SOUR1:VOLT:LIM:STAT", "1"),
        ("ch1.limit_high", 0.5, "SOUR1:VOLT:LIM:HIGH", "0.5"),
        ("ch1.limit_low", -0.5, "SOUR1:VOLT:LIM:LOW", "-0.5"),
        ("ch2.phase", 90.0, "SOUR2:PHAS", "90.0"),
        ("ch1.duty_cycle", 20.0, "SOUR1:FUNC:SQU:DCYC", "20.0"),
        ("ch1.symmetry", 50.0, "SOUR1:FUNC:RAMP:SYMM", "50.0"),
        ("ch1.pulse_width", 1e-6, "SOUR1:FUNC:PULS:WIDT", "1e-06"),
        ("ch1.sample_rate", 250e6, "SOUR1:FUNC:ARB:SRAT", "250000000.0"),
        ("ch1.arb_filter", "step", "SOUR1:FUNC:ARB:FILT", "STEP"),
        ("ch1.burst_enabled", True, "SOUR1:BURS:STAT", "1"),
        ("ch1.burst_mode", "gated", "SOUR1:BURS:MODE", "GAT"),
        ("ch1.burst_cycles", 3, "SOUR1:BURS:NCYC", "3"),
        ("ch1.burst_period", 0.5, "SOUR1:BURS:INT:PER", "0.5"),
        ("ch1.gate_polarity", "inverted", "SOUR1:BURS:GATE:POL", "INV"),
        ("ch2.trigger_source", "bus", "TRIG2:SOUR", "BUS"),
        ("ch2.trigger_slope", "negative", "TRIG2:SLOP", "NEG"),
        ("ch2.trigger_delay", 0.001, "TRIG2:DEL", "0.001"),
        ("sync_enabled", False, "OUTP:SYNC", "0"),
        ("sync_source", "ch2", "OUTP:SYNC:SOUR", "CH2"),
        ("trigger_output_enabled", True, "OUTP:TRIG", "1"),
        ("trigger_output_source", "ch2", "OUTP:TRIG:SOUR", "CH2"),
        ("trigger_output_slope", "negative", "OUTP:TRIG:SLOP", "NEG"),
        ("rates_coupled", True, "RATE:COUP", "1"),
        ("reference_source", "external", "ROSC:SOUR", "EXT"),
    ],
)
def test_settings_are_confirmed_and_read_back(path: str, value: object, command: str, raw: str) -> None:
    """A21, the golden rule: what is read can be set."""
    confirmed = (f"{command} {raw};:SYST:ERR?", OK)
    asked = (f"{command}?", raw)
    followed = [asked] if path.endswith("load") else []  # for the limits
    generator, transport = scripted(confirmed, *followed, asked, confirmed, *followed)
    parameter = generator
    for name in path.split("."):
        parameter = parameter[name]
    parameter(value)
    assert parameter() == value
    parameter(parameter.cache())
    transport.finish()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("ch1.frequency", 30.1e6),
        ("ch1.amplitude", 10.1),
        ("ch1.offset", -5.1),
        ("ch1.load", 0.5),
        ("ch1.sample_rate", 251e6),
        ("ch1.burst_cycles", 0),
        ("ch2.trigger_source", "never"),
    ],
)
def test_what_the_device_has_not_is_not_sent(path: str, value: object) -> None:
    """A10."""
    generator, transport = scripted()
    node, _, name = path.rpartition(".")
    with pytest.raises(RefusedValue):
        generator[node][name](value)
    assert transport.sent == [sent for sent, _ in OPENING]


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("pulse", np.zeros(7), r"float64 values of shape \(7,\) refused, allowed is one row of 8 to 1000000"),
        ("pulse", np.zeros(1_000_001), "1000001"),
        ("pulse", np.zeros((2, 8)), r"\(2, 8\)"),
        ("pulse", np.zeros(8, complex), "complex128"),
        ("pulse", ["0"] * 8, "<U1"),
        ("pulse", [0] * 7 + [1.001], r"from 0.0 to 1.001 refused, allowed -1 to 1. The voltages are set by amplitude"),
        ("pulse", [0] * 7 + [math.nan], "nan"),
        ("1st", np.zeros(8), "the name '1st' refused, allowed are up to 12 letters"),
        ('a";*RST;"', np.zeros(8), "refused"),
        ("thirteenchars", np.zeros(8), "refused"),
    ],
)
def test_a_waveform_that_is_none_is_not_sent(name: str, values: Any, message: str) -> None:
    """Length, range, type and name are looked at first; the script has nothing for it."""
    generator, transport = scripted()
    with pytest.raises(RefusedValue, match=message) as caught:
        generator.ch2.upload(name, values)
    assert str(caught.value).startswith("awg_ch2.upload: ")
    assert transport.sent == [sent for sent, _ in OPENING]


def test_a_waveform_is_a_block_of_16_bit_numbers() -> None:
    points = np.array([-32767, 32767, 0, 16384, 0, 0, 0, 0], "<i2")
    block = b"SOUR2:DATA:ARB:DAC pulse,#216" + points.tobytes()
    generator, transport = scripted(SWAPPED, (block, None), ("SYST:ERR?", OK))
    generator.ch2.upload("pulse", [-1, 1, 0, 0.5, 0, 0, 0, 0])
    transport.finish()


def test_a_waveform_that_the_device_refuses_is_raised() -> None:
    with simulate() as served, Keysight33522B("awg", served.address) as generator:
        generator.ch1.upload("pulse", np.ones(8))
        with pytest.raises(DeviceError, match="awg_ch1: the device reported -224.* after the waveform 'pulse'"):
            generator.ch1.upload("pulse", np.ones(8))
        assert generator.ch1.waveforms()[-1] == "PULSE"
        generator.ch1.clear_waveforms()
        generator.ch1.upload("pulse", np.ones(8))


def test_methods_say_what_they_should() -> None:
    generator, transport = scripted(
        ("*TRG;:SYST:ERR?", OK),
        ("PHAS:SYNC;:SYST:ERR?", OK),
        ("FUNC:ARB:SYNC;:SYST:ERR?", OK),
        ("SOUR2:DATA:VOL:CLE;:SYST:ERR?", OK),
        ("SOUR2:DATA:VOL:CAT?", '""'),
        ("OUTP1 0;:SYST:ERR?", OK),
        ("OUTP2 0;:SYST:ERR?", OK),
        ("*RST;:SYST:ERR?", OK),
        *PREPARED,
    )
    generator.force_trigger()
    generator.synchronize_phase()
    generator.synchronize_waveforms()
    generator.ch2.clear_waveforms()
    assert generator.ch2.waveforms() == []
    generator.safe_state()
    generator.reset()
    transport.finish()


def test_an_open_end_doubles_what_is_shown_and_the_limits() -> None:
    with simulate() as served, Keysight33522B("awg", served.address) as generator:
        channel = generator.ch1
        channel.amplitude(1.0)
        channel.offset(0.25)
        channel.load(math.inf)
        assert channel.load() == math.inf
        assert [channel.amplitude(), channel.offset()] == [2.0, 0.5]
        channel.amplitude(19.0)
        channel.load(50)
        with pytest.raises(RefusedValue):
            channel.amplitude(10.5)


def test_what_the_device_refuses_is_raised_and_changes_nothing() -> None:
    with simulate() as served, Keysight33522B("awg", served.address) as generator:
        channel = generator.ch1
        channel.offset(1.0)
        with pytest.raises(DeviceError, match="Settings conflict"):
            channel.amplitude(9.0)
        channel.offset(0.0)
        channel.limit_high(0.2)
        channel.limit_low(-0.2)
        channel.limit_enabled(True)
        with pytest.raises(DeviceError, match="Settings conflict"):
            channel.amplitude(0.5)
        with pytest.raises(DeviceError, match="Settings conflict"):
            channel.load(math.inf)
        assert channel.load() == 50
        channel.arb_filter("off")
        with pytest.raises(DeviceError, match="Settings conflict"):
            channel.sample_rate(100e6)
        assert channel.sample_rate() == 4e4


def test_coupled_rates_are_not_remembered_wrongly() -> None:
    with simulate() as served, Keysight33522B("awg", served.address) as generator:
        generator.rates_coupled(True)
        assert generator.ch2.sample_rate() == 4e4
        generator.ch1.sample_rate(1e6)
        assert not generator.ch2.sample_rate.cache.valid
        assert generator.ch2.sample_rate() == 1e6


def test_a_burst_by_software() -> None:
    with simulate() as served, Keysight33522B("awg", served.address) as generator:
        generator.channels.trigger_source("bus")
        generator.ch2.burst_enabled(True)
        generator.force_trigger()
        assert [served.device.state["triggers", number] for number in (1, 2)] == [0, 1]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(-1, 1), min_size=8, max_size=300), st.floats(0.01, 10))
@example([0.0] * 7 + [8224 / 32767], 1.0)  # ends in two spaces
@example([0.0] * 7 + [2570 / 32767], 1.0)  # ends in two line feeds
def test_what_was_uploaded_comes_out(values: list[float], amplitude: float) -> None:
    """Whatever the bytes are, line feeds and hashes included, the waveform arrives: volts at the load are right to 1/32767."""
    with fresh_registry(), simulate() as served, Keysight33522B("awg", served.address) as generator:
        channel = generator.ch2
        assert served.device.played(2) is None
        channel.upload("wave_1", values)
        channel.waveform("wave_1")
        channel.function("arbitrary")
        channel.amplitude(amplitude)
        channel.output_enabled(True)
        assert served.device.played(2) == pytest.approx(np.array(values) * amplitude / 2, abs=amplitude / 32767 / 2)
