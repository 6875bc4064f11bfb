"""The SR860: what is sent, as its manual writes it, and what the lock-in on the bench makes of it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from measurand.errors import DeviceError, InstrumentError, RefusedValue
from measurand.instrument_drivers.Stanford.Stanford_SR860 import StanfordSR860
from measurand.simulation.devices.Stanford_SR860 import StanfordSR860Simulator, simulate
from measurand.simulation.kit import Served, block
from measurand.testing import FakeClock
from measurand.transports import ScriptedTransport

START = [("*ESR?", "128"), ("*IDN?", "Stanford_Research_Systems,SR860,000111,v1.47"), ("IVMD?", "0")]
Bench = tuple[StanfordSR860, Served[StanfordSR860Simulator], FakeClock]


def scripted(*script: tuple[Any, Any]) -> tuple[StanfordSR860, ScriptedTransport]:
    transport = ScriptedTransport([*START, *script])
    return StanfordSR860("lockin", "SCRIPTED::INSTR", transport=transport, clock=FakeClock()), transport


@pytest.fixture
def bench() -> Iterator[Bench]:
    clock = FakeClock()
    with simulate(clock) as served, StanfordSR860("lockin", served.address, clock=clock) as lockin:
        yield lockin, served, clock


@pytest.mark.parametrize(
    ("name", "value", "sent", "asked", "answer"),
    [
        ("reference", "dual", "RSRC 2", "RSRC?", "2"),
        ("reference_trigger", "rising", "RTRG 1", "RTRG?", "1"),
        ("reference_impedance", 50, "REFZ 0", "REFZ?", "0"),
        ("frequency", 137.5, "FREQ 137.5", "FREQ?", "137.5"),
        ("phase", -30.0, "PHAS -30.0", "PHAS?", "-30"),
        ("harmonic", 99, "HARM 99", "HARM?", "99"),
        ("amplitude", 0.1, "SLVL 0.1", "SLVL?", "0.1"),
        ("dc_level", -0.5, "SOFF -0.5", "SOFF?", "-0.5"),
        ("dc_mode", "common", "REFM 1", "REFM?", "1"),
        ("input_mode", "current", "IVMD 1", "IVMD?", "1"),
        ("input_config", "A-B", "ISRC 1", "ISRC?", "1"),
        ("input_coupling", "DC", "ICPL 1", "ICPL?", "1"),
        ("input_shield", "float", "IGND 0", "IGND?", "0"),
        ("input_range", 0.03, "IRNG 3", "IRNG?", "3"),
        ("current_range", 1e-8, "ICUR 1", "ICUR?", "1"),
        ("sensitivity", 1.0, "SCAL 0", "SCAL?", "0"),
        ("sensitivity", 2e-3, "SCAL 8", "SCAL?", "8"),
        ("sensitivity", 1e-9, "SCAL 27", "SCAL?", "27"),
        ("current_sensitivity", 2e-9, "SCAL 8", "SCAL?", "8"),
        ("time_constant", 1e-6, "OFLT 0", "OFLT?", "0"),
        ("time_constant", 0.1, "OFLT 10", "OFLT?", "10"),
        ("time_constant", 3e4, "OFLT 21", "OFLT?", "21"),
        ("filter_slope", 18, "OFSL 2", "OFSL?", "2"),
        ("sync_filter", True, "SYNC 1", "SYNC?", "1"),
        ("advanced_filter", False, "ADVFILT 0", "ADVFILT?", "0"),
        ("aux_out4", 1.5, "AUXV 3, 1.5", "AUXV? 3", "1.5"),
    ],
)
def test_settings_are_confirmed_and_read_back(name: str, value: object, sent: str, asked: str, answer: str) -> None:
    """A21, the golden rule."""
    lockin, transport = scripted((f"{sent};*ESR?", "0"), (asked, answer), (f"{sent};*ESR?", "0"))
    parameter: Any = lockin.parameters[name]
    parameter(value)
    assert parameter() == value
    parameter(parameter.cache())
    transport.finish()


def test_readings_and_what_is_of_one_moment() -> None:
    lockin, transport = scripted(
        ("OUTP? 0", "3e-3"), ("OUTP? 1", "4e-3"), ("OUTP? 2", "5e-3"), ("OUTP? 3", "53.13"), ("OAUX? 0", "0.25"),
        ("FREQDET?", "2000"), ("ILVL?", "3"), ("ENBW?", "1.25"),
        ("SNAP? 0, 1", "3e-3,4e-3"), ("SNAP? 2, 3", "5e-3,53.13"), ("SNAP? 0, 1, 4", "0.951359,0.0253297,1.234"),
        ("SNAPD?", "2.3346669042e-09,4.3821726803e-10,2.4805799637e-09,19.749698639"),
        ("CUROVLDSTAT?", "0"), ("CUROVLDSTAT?", "24"),
        ("APHS;*ESR?", "0"), ("ARNG;*ESR?", "0"), ("ASCL;*ESR?", "0"),
    )  # fmt: skip
    assert [lockin.x(), lockin.y(), lockin.r(), lockin.theta()] == [3e-3, 4e-3, 5e-3, 53.13]
    assert lockin.parameters["aux_in1"]() == 0.25
    assert (lockin.detection_frequency(), lockin.signal_strength(), lockin.noise_bandwidth()) == (2000.0, 3, 1.25)
    assert lockin.xy() == (3e-3, 4e-3)
    assert lockin.polar() == (5e-3, 53.13)
    assert lockin.snap("x", "y", "aux_in1") == {"x": 0.951359, "y": 0.0253297, "aux_in1": 1.234}
    assert lockin.snap_displayed()[3] == 19.749698639
    assert lockin.overloaded() is False
    assert lockin.overloads() == ["reference unlocked", "input range"]
    lockin.auto_phase()
    lockin.auto_range()
    lockin.auto_scale()
    transport.finish()


def test_a_capture_line_by_line() -> None:
    """600 points of two quantities are 4800 bytes: three blocks of 2 kbytes, of which the end is not ours."""
    points = np.arange(1536, dtype=np.float32)
    lockin, transport = scripted(
        ("CAPTURECFG RT;*ESR?", "0"), ("CAPTURELEN 6;*ESR?", "0"), ("CAPTURERATE 3;*ESR?", "0"),
        ("CAPTURERATEMAX?", "8000"), ("CAPTURESTART ONE, IMM;*ESR?", "0"),
        ("CAPTUREBYTES?", "2048"), ("CAPTUREBYTES?", "4800"), ("CAPTURESTOP;*ESR?", "0"),
        ("CAPTURESTAT?", "3"), ("CAPTURESTAT?", "2"), ("CAPTUREGET? 0, 6", block(points.tobytes())),
    )  # fmt: skip
    lockin.capture.quantities("polar")
    lockin.capture.divider(3)
    lockin.capture.npts(600)
    lockin.capture.acquire()
    assert lockin.capture.parameters["r"]().tolist() == list(range(0, 1200, 2))
    assert lockin.capture.parameters["theta"]().tolist() == list(range(1, 1200, 2))
    assert lockin.capture.time_axis()[-1] == pytest.approx(0.599)
    with pytest.raises(InstrumentError, match="x was not stored, but r, theta"):
        lockin.capture.parameters["x"]()
    transport.finish()


def test_a_long_capture_is_fetched_in_blocks_of_64_kbytes() -> None:
    def sent(kbytes: int) -> bytes:
        return block(struct.pack(f"<{256 * kbytes}f", *([0.5] * (256 * kbytes))))

    lockin, transport = scripted(
        ("CAPTURECFG X;*ESR?", "0"), ("CAPTURELEN 66;*ESR?", "0"), ("CAPTURERATE 0;*ESR?", "0"),
        ("CAPTURERATEMAX?", "8000"), ("CAPTURESTART ONE, SAMP;*ESR?", "0"), ("CAPTUREBYTES?", "67584"),
        ("CAPTURESTOP;*ESR?", "0"), ("CAPTURESTAT?", "6"), ("CAPTUREGET? 0, 64", sent(64)), ("CAPTUREGET? 64, 2", sent(2)),
    )  # fmt: skip
    lockin.capture.quantities("x")
    lockin.capture.begin("each trigger")
    lockin.capture.npts(16500)
    lockin.capture.acquire()
    assert lockin.capture.parameters["x"]().shape == (16500,)
    assert (lockin.capture.time_axis.unit, lockin.capture.time_axis()[-1]) == ("pt", 16499)
    transport.finish()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("frequency", 500_001), ("harmonic", 100), ("amplitude", 2.1), ("dc_level", 5.1), ("input_range", 0.5),
        ("sensitivity", 2.0), ("time_constant", 2e-3), ("aux_out1", -10.6), ("capture.divider", 21), ("capture.npts", 0),
        ("capture.quantities", "y"),
    ],
)  # fmt: skip
def test_beyond_the_limits_nothing_is_sent(path: str, value: object) -> None:
    lockin, transport = scripted()
    node: Any = lockin
    for name in path.split("."):
        node = node[name]
    with pytest.raises((RefusedValue, ValueError)):
        node(value)
    transport.finish()


def test_what_does_not_fit_is_not_asked_for() -> None:
    lockin, transport = scripted()
    with pytest.raises(InstrumentError, match="allowed are two or three of x, y, r"):
        lockin.snap("x", "y", "r", "theta")
    lockin.capture.quantities("all")
    lockin.capture.npts(262_145)
    with pytest.raises(InstrumentError, match="room for 262144 of each"):
        lockin.capture.acquire()
    transport.finish()


def test_what_the_device_refuses_is_raised(bench: Bench) -> None:
    lockin, _, _ = bench
    lockin.harmonic(5)
    with pytest.raises(DeviceError, match=r"reported parameter out of range \(execution error\) after 'FREQ 200000.0'"):
        lockin.frequency(200_000.0)
    with pytest.raises(DeviceError, match="illegal command"):
        lockin.write("SENS 1")


def test_the_signal_of_the_bench(bench: Bench) -> None:
    lockin, _, _ = bench
    lockin.amplitude(1.0)
    lockin.dc_level(0.5)
    assert lockin.polar() == pytest.approx((0.1, -30))
    lockin.auto_phase()
    assert lockin.xy() == pytest.approx((0.1, 0), abs=1e-9)
    lockin.sensitivity(0.05)
    assert (lockin.overloaded(), lockin.overloads()) == (True, ["output 1"])
    lockin.input_mode("current")
    assert (lockin.x.unit, lockin.xy.units, lockin.capture.parameters["y"].unit) == ("A", ("A", "A"), "A")
    assert lockin.r() == pytest.approx(1e-7)
    lockin.safe_state()
    assert (lockin.amplitude(), lockin.dc_level()) == (1e-9, 0.0)


def test_a_capture_on_the_bench(bench: Bench) -> None:
    """F16: points with the times at which they were stored."""
    lockin, _, clock = bench
    lockin.amplitude(1.0)
    lockin.capture.quantities("all")
    lockin.capture.divider(4)
    lockin.capture.npts(150)
    lockin.capture.acquire()
    seconds = 150 / lockin.capture.rate()
    assert seconds * 0.9 <= clock.monotonic() < seconds * 1.3 + 0.1
    captured = lockin.capture.parameters["r"]()
    np.testing.assert_allclose(captured, 0.1 * (1 + 0.01 * np.sin(2 * np.pi * np.arange(150) / 20)), rtol=1e-6)
    assert lockin.capture.time_axis().shape == (150,)


def test_triggers_that_do_not_come(bench: Bench) -> None:
    lockin, served, clock = bench
    lockin.capture.begin("each trigger")
    with pytest.raises(InstrumentError, match=r"0 of 4096 bytes were stored in 60 s\. Look at the trigger"):
        lockin.capture.acquire(timeout=60)
    assert clock.monotonic() >= 60
    assert not served.device.capture.running
