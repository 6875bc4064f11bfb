"""The instruments as their language shows them, wired together, by a clock that does not run by itself."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable

import pytest

from measurand.simulation._laboratory import INSTRUMENTS, build
from measurand.testing import FakeClock

NO_ERROR = '0,"No error"'


class Bench:
    """The instruments of one laboratory, asked by ``bench.source("*IDN?")``."""

    def __init__(self, seed: int = 0) -> None:
        self.clock = FakeClock()
        self.instruments = build(self.clock, seed)

    def __getattr__(self, name: str) -> Callable[[str], str | None]:
        return self.instruments[name].handle


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_manners_of_every_instrument(bench: Bench, name: str) -> None:
    handle = bench.instruments[name].handle
    vendor, _, serial, firmware = str(handle("*idn?")).split(",")
    assert (vendor, serial.isdecimal(), firmware) == ("MEASURAND", True, "1.0")
    assert handle("*CLS;*OPC?;*TST?;*STB?;*ESR?;SYST:ERR?;:SYSTem:VERSion?") == f"1;0;0;0;{NO_ERROR};1999.0"
    assert handle("*ESE 16;*ESE?;*SRE 32;*SRE?;*OPC;*ESR?") == "16;32;1"
    assert handle("NOSUCH:THING 1;:SYST:ERR:COUN?;NEXT?") == '1;-113,"Undefined header"'
    assert handle("*RST;*WAI;:SYST:ERR?") == NO_ERROR
    assert handle("*RST") is None


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("SOUR1:VOLT 10.1", '-222,"Data out of range"'),
        ("SOUR5:VOLT 1", '-114,"Header suffix out of range"'),
        ("SOUR1:VOLT", '-109,"Missing parameter"'),
        ("SOUR1:VOLT 1,2", '-108,"Parameter not allowed"'),
        ("SOUR1:VOLT? 1", '-108,"Parameter not allowed"'),
        ("*RST 1", '-108,"Parameter not allowed"'),
        ("SOUR1:VOLT high", '-104,"Data type error"'),
        ("SOUR1:VOLT:BUSY 1", '-113,"Undefined header"'),
    ],
)
def test_the_source_refuses_and_says_why(bench: Bench, message: str, error: str) -> None:
    assert bench.source(f"{message};:SYST:ERR?") == error
    assert bench.source("SOUR1:VOLT?;:SYST:ERR?") == f"0;{NO_ERROR}"


def test_a_fault_of_the_simulation_looks_like_one_of_the_instrument(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench.instruments["dmm"], "_range", "broken")
    assert bench.dmm("READ?;:SYST:ERR?") == '-310,"System error"'


def test_the_source_is_busy_while_it_moves(bench: Bench) -> None:
    assert bench.source("SOUR2:VOLT:RAMP 2;:SOUR2:VOLT 1;VOLT:BUSY?;:SOUR1:VOLT:BUSY?") == "1;0"
    bench.clock.advance(0.25)
    assert bench.source("SOUR2:VOLT?;VOLT:ACT?;BUSY?") == "1;0.5;1"
    assert bench.source("*OPC?;:SOUR2:VOLT:ACT?;BUSY?") == "1;1;0"
    assert bench.clock.slept == [pytest.approx(0.25)]


def test_the_limit_of_an_output_protects_the_sample(bench: Bench) -> None:
    assert bench.source("SOUR1:VOLT 0.4;VOLT:LIM 0.5;:SYST:ERR?") == NO_ERROR
    assert bench.source("SOUR1:VOLT -0.6;:SYST:ERR?;:SOUR1:VOLT?") == '-222,"Data out of range";0.4'
    assert bench.source("SOUR1:VOLT:LIM 0.3;:SYST:ERR?") == '-222,"Data out of range"'
    assert bench.source("*RST;*OPC?;:SOUR1:VOLT?;VOLT:LIM?") == "1;0;10"


def test_the_multimeter_takes_its_time_and_its_noise_falls_with_it(bench: Bench) -> None:
    deviations = []
    for cycles in (0.01, 1.0):
        bench.dmm(f"SENS:VOLT:NPLC {cycles}")
        deviations.append(statistics.stdev(float(str(bench.dmm("READ?"))) for _ in range(1000)))
        assert bench.clock.slept[-1] == pytest.approx(cycles * 0.02)
    assert deviations[0] / deviations[1] == pytest.approx(10, rel=0.1)


def test_the_multimeter_says_when_its_range_is_exceeded(bench: Bench) -> None:
    bench.source("SOUR2:VOLT 10")
    bench.dmm("SENS:VOLT:RANG 0.1")
    assert bench.dmm("READ?") == "9.9E+37"
    bench.source("SOUR2:VOLT -10")
    bench.clock.advance(1.0)
    assert bench.dmm("READ?") == "-9.9E+37"


def test_the_lock_in_measures_a_peak_with_a_phase(bench: Bench) -> None:
    bench.source("SOUR1:VOLT -0.3")
    bench.lockin("SOUR:VOLT 0.1;:SENS:TCON 1;:SENS:VOLT:RANG 0.05;:SYST:ERR?")
    bench.clock.advance(100)
    x, y, r, theta = (float(str(bench.lockin(f"FETC:{part}?"))) for part in ("X", "Y", "R", "THET"))
    assert x > 1e-3
    assert r == pytest.approx(math.hypot(x, y))
    assert theta == pytest.approx(-math.degrees(math.atan(2 * math.pi * 1e4 * 0.8e-6)), abs=0.1)
    assert bench.lockin("SENS:VOLT:RANG 1E-6;:FETC:X?;R?") == "9.9E+37;9.9E+37"


def test_the_lock_in_accepts_the_settings_on_its_dial(bench: Bench) -> None:
    assert bench.lockin("SENS:TCON 3E-3;TCON?;TCON 4E-3;:SYST:ERR?") == '0.003;-224,"Illegal parameter value"'
    assert bench.lockin("*RST;:SOUR:VOLT?;FREQ?;:SENS:TCON?") == "0;10000;0.1"


def test_the_thermostat_heats_as_far_as_its_range_reaches(bench: Bench) -> None:
    def kelvin() -> float:
        return float(str(bench.thermostat("MEAS:TEMP?")))

    assert kelvin() == pytest.approx(0.3, abs=0.01)
    bench.thermostat("SOUR:TEMP:SPO 1.5")
    bench.clock.advance(100)
    assert kelvin() == pytest.approx(0.3, abs=0.01)
    assert bench.thermostat("OUTP:HEAT:RANG low;RANG?") == "LOW"
    bench.clock.advance(100)
    assert kelvin() == pytest.approx(0.6, abs=0.01)
    assert bench.thermostat("OUTP:HEAT:RANG MEDIUM;RANG?") == "MED"
    bench.clock.advance(4.0)
    assert kelvin() == pytest.approx(1.5 - 0.9 / math.e, abs=0.01)
    bench.thermostat("*RST")
    bench.clock.advance(100)
    assert kelvin() == pytest.approx(0.3, abs=0.01)


def test_the_same_seed_gives_the_same_noise() -> None:
    def readings(seed: int) -> list[str | None]:
        bench = Bench(seed)
        return [bench.dmm("READ?"), bench.lockin("FETC:X?"), bench.thermostat("MEAS:TEMP?")]

    assert readings(1) == readings(1)
    assert all(a != b for a, b in zip(readings(1), readings(2), strict=True))
