"""The SR830: what is sent, as its manual writes it, and what the lock-in on the bench makes of it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from measurand.errors import DeviceError, InstrumentError, RefusedValue
from measurand.instrument_drivers.Stanford.Stanford_SR830 import StanfordSR830
from measurand.simulation.devices.Stanford_SR830 import StanfordSR830Simulator, simulate
from measurand.simulation.kit import Served
from measurand.testing import FakeClock
from measurand.transports import ScriptedTransport

START = [
    ("*ESR?", "128"),
    ("*IDN?", "Stanford_Research_Systems,SR830,s/n00111,ver1.000"),
    ("ISRC?", "0"),
    ("DDEF? 1", "0,0"),
    ("DDEF? 2", "0,0"),
]


def scripted(*script: tuple[Any, Any]) -> tuple[StanfordSR830, ScriptedTransport]:
    transport = ScriptedTransport([*START, *script])
    return StanfordSR830("lockin", "SCRIPTED::INSTR", transport=transport), transport


@pytest.fixture
def bench() -> Iterator[tuple[StanfordSR830, Served[StanfordSR830Simulator], FakeClock]]:
    clock = FakeClock()
    with simulate(clock) as served, StanfordSR830("lockin", served.address, clock=clock) as lockin:
        yield lockin, served, clock


@pytest.mark.parametrize(
    ("path", "value", "sent", "asked", "answer"),
    [
        ("reference", "external", "FMOD 0", "FMOD?", "0"),
        ("frequency", 137.5, "FREQ 137.5", "FREQ?", "137.5"),
        ("phase", -30.0, "PHAS -30.0", "PHAS?", "-30"),
        ("harmonic", 2, "HARM 2", "HARM?", "2"),
        ("reference_trigger", "falling", "RSLP 2", "RSLP?", "2"),
        ("amplitude", 0.1, "SLVL 0.1", "SLVL?", "0.100"),
        ("input_config", "A-B", "ISRC 1", "ISRC?", "1"),
        ("input_shield", "ground", "IGND 1", "IGND?", "1"),
        ("input_coupling", "DC", "ICPL 1", "ICPL?", "1"),
        ("notch_filter", "both", "ILIN 3", "ILIN?", "3"),
        ("sensitivity", 2e-9, "SENS 0", "SENS?", "0"),
        ("sensitivity", 5e-5, "SENS 13", "SENS?", "13"),
        ("sensitivity", 1.0, "SENS 26", "SENS?", "26"),
        ("current_sensitivity", 5e-11, "SENS 13", "SENS?", "13"),
        ("reserve", "low noise", "RMOD 2", "RMOD?", "2"),
        ("time_constant", 1e-5, "OFLT 0", "OFLT?", "0"),
        ("time_constant", 0.3, "OFLT 9", "OFLT?", "9"),
        ("time_constant", 3e4, "OFLT 19", "OFLT?", "19"),
        ("filter_slope", 24, "OFSL 3", "OFSL?", "3"),
        ("sync_filter", True, "SYNC 1", "SYNC?", "1"),
        ("aux_out3", -1.5, "AUXV 3,-1.5", "AUXV? 3", "-1.500"),
        ("ch1.output", "x", "FPOP 1,1", "FPOP? 1", "1"),
        ("ch2.output", "display", "FPOP 2,0", "FPOP? 2", "0"),
        ("buffer.sample_rate", 0.0625, "SRAT 0", "SRAT?", "0"),
        ("buffer.sample_rate", 512.0, "SRAT 13", "SRAT?", "13"),
        ("buffer.sample_rate", "trigger", "SRAT 14", "SRAT?", "14"),
        ("buffer.end_mode", "loop", "SEND 1", "SEND?", "1"),
        ("buffer.trigger_starts", True, "TSTR 1", "TSTR?", "1"),
    ],
)
def test_settings_are_confirmed_and_read_back(path: str, value: object, sent: str, asked: str, answer: str) -> None:
    """A21, the golden rule; tables are those of the manual."""
    units = [("DDEF? 1", "0,0"), ("DDEF? 2", "0,0")] if path == "input_config" else []
    lockin, transport = scripted((f"{sent};*ESR?", "0"), *units, (asked, answer), (f"{sent};*ESR?", "0"), *units)
    node: Any = lockin
    for name in path.split("."):
        node = node[name]
    node(value)
    assert node() == value
    node(node.cache())
    transport.finish()


def test_what_is_set_in_pairs_keeps_the_other() -> None:
    lockin, transport = scripted(
        ("DDEF? 1", "0,2"), ("DDEF 1,1,2;*ESR?", "0"),
        ("DDEF? 2", "3,0"), ("DDEF 2,3,1;*ESR?", "0"),
        ("OEXP? 3", "5.00,1"), ("OEXP 3,-10.5,1;*ESR?", "0"),
        ("OEXP? 1", "5.00,1"), ("OEXP 1,5.0,2;*ESR?", "0"),
    )  # fmt: skip
    lockin.ch1.display("r")
    lockin.ch2.ratio("aux_in3")
    lockin.r_offset.offset(-10.5)
    lockin.x_offset.expand(100)
    transport.finish()


def test_readings_and_what_is_of_one_moment() -> None:
    lockin, transport = scripted(
        ("OUTP? 1", "3e-3"), ("OUTP? 2", "4e-3"), ("OUTP? 3", "5e-3"), ("OUTP? 4", "53.13"), ("OUTR? 2", "4e-3"),
        ("OAUX? 2", "0.250"), ("SNAP? 1,2", "3e-3,4e-3"), ("SNAP? 3,4", "5e-3,53.13"),
        ("SNAP? 1,2,9,5", "0.951359,0.0253297,1000.00,1.234"),
    )  # fmt: skip
    assert [lockin.x(), lockin.y(), lockin.r(), lockin.theta(), lockin.ch2.value()] == [3e-3, 4e-3, 5e-3, 53.13, 4e-3]
    assert lockin.parameters["aux_in2"]() == 0.25
    assert lockin.xy() == (3e-3, 4e-3)
    assert lockin.polar() == (5e-3, 53.13)
    moment = lockin.snap("x", "y", "frequency", "aux_in1")  # the manual's own example
    assert moment == {"x": 0.951359, "y": 0.0253297, "frequency": 1000.0, "aux_in1": 1.234}
    transport.finish()


def test_methods_and_status() -> None:
    lockin, transport = scripted(
        ("LIAS? 0", "1"), ("LIAS? 1", "0"), ("LIAS? 2", "0"), ("LIAS? 3", "1"),
        ("LIAS?", "36"), ("ERRS?", "68"),
        ("AOFF 2;*ESR?", "0"), ("OFLT?", "8"), ("APHS;*ESR?", "0"), ("OFLT?", "8"), ("AGAN;*ESR?", "0"), ("OFLT?", "8"),
        ("ARSV;*ESR?", "0"), ("SSET 9;*ESR?", "0"), ("RSET 9;*ESR?", "0"), ("TRIG;*ESR?", "0"),
    )  # fmt: skip
    overloads = [p() for p in (lockin.input_overload, lockin.filter_overload, lockin.output_overload, lockin.unlocked)]
    assert overloads == [True, False, False, True]
    assert lockin.status() == ["output overload", "time constant changed by the device"]
    assert lockin.errors() == ["RAM failed", "DSP failed"]
    lockin.y_offset.auto()
    lockin.auto_phase()
    lockin.auto_gain()
    lockin.auto_reserve()
    lockin.save_setup(9)
    lockin.recall_setup(9)
    lockin.buffer.trigger()
    transport.finish()


def test_answers_come_over_the_interface_that_is_used() -> None:
    transport = ScriptedTransport([("OUTX 1;*ESR?", "128"), *START[1:]])
    StanfordSR830("gpib", "GPIB0::8::INSTR", transport=transport)
    transport.finish()
    transport = ScriptedTransport([("OUTX 0;*ESR?", "160"), *START[1:]])
    StanfordSR830("serial", "ASRL1::INSTR", transport=transport)
    transport.finish()


def test_stored_points_as_bytes_and_as_text() -> None:
    """TRCB sends little-endian 32-bit numbers without a header; TRCA text with a comma after the last."""
    lockin, transport = scripted(
        ("SPTS?", "3"),
        ("TRCB? 1,0,2", struct.pack("<2f", 1.5, -2.0)),
        ("SPTS?", "2"),
        ("TRCA? 2,0,2", "-1.234567e-009,+7.654321e-009,"),
        ("SPTS?", "1"),
    )
    lockin.buffer.npts(2)
    assert lockin.ch1.trace().tolist() == [1.5, -2.0]
    lockin.buffer.binary(False)
    assert lockin.ch2.trace().tolist() == [-1.234567e-9, 7.654321e-9]
    with pytest.raises(InstrumentError, match=r"lockin_buffer: 1 of 2 points are stored\. Call lockin_buffer\.acquire"):
        lockin.ch1.trace()
    transport.finish()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("frequency", 102_001), ("frequency", 0), ("phase", 730), ("harmonic", 0), ("harmonic", 20_000),
        ("amplitude", 0.003), ("amplitude", 5.1), ("sensitivity", 2.0), ("time_constant", 2e-3), ("filter_slope", 30),
        ("aux_out1", 10.6), ("x_offset.offset", 106), ("x_offset.expand", 5), ("buffer.npts", 16384),
        ("buffer.sample_rate", 1024.0), ("ch1.display", "y"), ("ch2.ratio", "aux_in1"),
    ],
)  # fmt: skip
def test_beyond_the_limits_of_the_manual_nothing_is_sent(path: str, value: object) -> None:
    lockin, transport = scripted()
    node: Any = lockin
    for name in path.split("."):
        node = node[name]
    with pytest.raises((RefusedValue, InstrumentError, ValueError)):
        node(value)
    transport.finish()


def test_what_cannot_be_asked_together_is_not_asked() -> None:
    lockin, transport = scripted()
    for quantities in (("x",), ("x", "z"), ("x",) * 7):
        with pytest.raises(InstrumentError, match="allowed are two to six of x, y, r"):
            lockin.snap(*quantities)
    with pytest.raises(RefusedValue):
        lockin.recall_setup(10)
    transport.finish()


Bench = tuple[StanfordSR830, Served[StanfordSR830Simulator], FakeClock]


def test_what_the_device_refuses_is_raised(bench: Bench) -> None:
    """The limit depends on the harmonic, which only the device knows for sure."""
    lockin, _, _ = bench
    lockin.harmonic(100)
    with pytest.raises(DeviceError, match=r"reported parameter out of range \(execution error\) after 'FREQ 50000.0'"):
        lockin.frequency(50_000.0)
    assert lockin.frequency() == 1000.0
    with pytest.raises(DeviceError, match="illegal command"):
        lockin.write("NONS 1")


def test_the_signal_of_the_bench(bench: Bench) -> None:
    lockin, _, _ = bench
    lockin.amplitude(1.0)
    assert lockin.polar() == pytest.approx((0.1, -30), rel=1e-5)
    lockin.auto_phase()
    assert lockin.phase() == pytest.approx(-30)
    assert lockin.xy() == pytest.approx((0.1, 0), abs=1e-7)
    lockin.auto_gain()
    assert lockin.sensitivity() == 0.1
    lockin.sensitivity(0.05)
    lockin.r()
    assert lockin.output_overload() is True
    assert lockin.output_overload() is False  # it was read
    lockin.safe_state()
    assert lockin.amplitude() == 0.004


def test_current_inputs_read_amperes(bench: Bench) -> None:
    lockin, _, _ = bench
    lockin.input_config("I 1 MOhm")
    assert (lockin.x.unit, lockin.xy.units, lockin.polar.units) == ("A", ("A", "A"), ("A", "deg"))
    assert lockin.ch1.trace.unit == "A"
    lockin.ch2.display("theta")
    assert lockin.ch2.trace.unit == "deg"
    lockin.current_sensitivity(2e-8)
    assert lockin.sensitivity() == 2e-2
    assert lockin.r() == pytest.approx(1e-7)


def test_an_acquisition(bench: Bench) -> None:
    """F16: the points come with the times at which they were stored."""
    lockin, served, clock = bench
    lockin.ch1.display("r")
    lockin.buffer.sample_rate(64.0)
    lockin.buffer.npts(32)
    lockin.buffer.acquire()
    assert 0.5 <= clock.monotonic() < 0.6
    assert not any("SEND 1" in message for message in served.received)
    trace = lockin.ch1.trace()
    np.testing.assert_allclose(trace, 0.1 * (1 + 0.01 * np.sin(2 * np.pi * np.arange(32) / 20)), rtol=1e-6)
    assert lockin.buffer.time_axis()[-1] == 31 / 64
    lockin.ch1.trace.validate_consistent_shape()
    lockin.buffer.binary(False)
    np.testing.assert_allclose(lockin.ch1.trace(), trace, rtol=1e-6)


def test_triggers_that_do_not_come(bench: Bench) -> None:
    lockin, served, clock = bench
    lockin.buffer.sample_rate("trigger")
    assert lockin.buffer.time_axis.unit == "pt"
    lockin.buffer.npts(3)
    with pytest.raises(InstrumentError, match=r"0 of 3 points were stored in 60 s\. Look at sample_rate"):
        lockin.buffer.acquire(timeout=60)
    assert clock.monotonic() == pytest.approx(60)
    lockin.buffer.start()
    for _ in range(3):
        lockin.buffer.trigger()
    assert lockin.buffer.stored() == 3
    assert served.received[-1] == "SPTS?"


def test_a_trigger_starts_an_acquisition_where_it_is_asked_to(bench: Bench) -> None:
    """``STRT`` is left to the trigger at a fixed rate, but not where each point has a trigger of its own."""
    lockin, served, _ = bench
    lockin.buffer.npts(2)
    lockin.buffer.trigger_starts(True)
    with pytest.raises(InstrumentError, match="0 of 2 points"):
        lockin.buffer.acquire(timeout=5)
    assert "STRT;*ESR?" not in served.received
    lockin.buffer.sample_rate("trigger")
    with pytest.raises(InstrumentError, match="0 of 2 points"):
        lockin.buffer.acquire(timeout=5)
    assert "STRT;*ESR?" in served.received
