"""The circuit in time, driven by a clock that does not run by itself."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measurand.simulation._circuit import Circuit, Wiring
from measurand.simulation._dot import Dot
from measurand.testing import FakeClock

PEAK = -0.304  # V at the gate: on a conductance peak of the standard dot
GAIN = Wiring().preamp_gain


def settled(gate: float, bias: float, excitation: float = 0.0) -> tuple[FakeClock, Circuit]:
    clock = FakeClock()
    circuit = Circuit(clock)
    circuit.drive(1, gate, 1e4)
    circuit.drive(2, bias, 1e4)
    circuit.excite(excitation, 1e4)
    clock.advance(1.0)
    return clock, circuit


def test_at_rest_the_preamplifier_shows_the_current_of_the_dot() -> None:
    _, circuit = settled(PEAK, 0.05)
    expected = GAIN * Dot().current(PEAK, 0.05 / 100, 0.4)
    assert expected > 1e-3
    assert circuit.average(0.02) == pytest.approx(expected, rel=1e-5)


def test_averaging_takes_its_time() -> None:
    clock, circuit = settled(PEAK, 0.05)
    circuit.average(0.3)
    assert clock.slept == [0.3]


def test_at_rest_the_lock_in_sees_the_derivative_behind_the_preamplifier() -> None:
    clock, circuit = settled(PEAK, 0.0, excitation=0.1)
    clock.advance(1.0)
    _, signal = circuit.demodulated()
    _, harmonic = Dot().response(PEAK, 0.0, 0.4, excitation=1e-4)
    lag = 1 + 2j * math.pi * 1e4 * Wiring().preamp_time_constant
    assert signal == pytest.approx(GAIN * harmonic / lag, rel=1e-5)


def test_the_lock_in_follows_exponentially() -> None:
    clock, circuit = settled(PEAK, 0.0, excitation=0.1)
    circuit.filter(1e-3)
    clock.advance(1.0)
    _, full = circuit.demodulated()
    circuit.excite(0.0, 1e4)
    for _ in range(3):
        clock.advance(1e-3)
        now, signal = circuit.demodulated()
        assert abs(signal / full) == pytest.approx(math.exp(-(now - 2.0) / 1e-3), rel=1e-6)


def test_a_line_delays_what_the_dot_sees() -> None:
    """A step of the bias in the linear range of the dot reaches the current through the bias line's low-pass."""
    clock, circuit = settled(PEAK, 0.0)
    small = 1e-4
    circuit.drive(2, small, 1e4)
    clock.advance(45e-6)
    begun = circuit.average(1e-9)
    clock.advance(1.0)
    done = circuit.average(1e-9)
    assert begun / done == pytest.approx(1 - math.exp(-45e-6 / 30e-6), rel=0.05)


def test_an_output_moves_at_its_rate() -> None:
    clock, circuit = settled(0.0, 0.0)
    circuit.drive(3, 5.0, 2.0)
    clock.advance(1.0)
    assert circuit.output(3) == pytest.approx(2.0)
    assert circuit.moving(3) == pytest.approx(1.5)
    circuit.drive(3, 0.0, 4.0)
    clock.advance(0.25)
    assert circuit.output(3) == pytest.approx(1.0)
    clock.advance(0.25)
    assert circuit.output(3) == 0.0
    assert circuit.moving(3) == 0.0


def test_an_average_over_a_ramp_is_the_mean_of_what_was_passed() -> None:
    """Slow against all filters, so the mean over time is the mean over voltage."""
    clock, circuit = settled(-0.6, 0.05)
    circuit.drive(1, -0.2, 1.0)
    mean = circuit.average(0.4)
    points = 4000
    passed = [Dot().current(-0.6 + 0.4 * (k + 0.5) / points, 0.05 / 100, 0.4) for k in range(points)]
    assert clock.monotonic() == pytest.approx(1.4)
    assert mean == pytest.approx(GAIN * sum(passed) / points, rel=0.02)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(1e-6, 4e-4), min_size=1, max_size=30), st.floats(-0.4, -0.2))
def test_looking_changes_nothing(looks: list[float], gate: float) -> None:
    """What is read at a time hardly depends on how often something was read before.

    Hardly: while a line settles, the pieces in which the circuit is solved are up to a few time constants long.
    """
    largest = abs(settled(PEAK, 0.0, 0.1)[1].demodulated()[1])
    (clock, circuit), (other_clock, other) = settled(PEAK, 0.05, 0.1), settled(PEAK, 0.05, 0.1)
    for each in (circuit, other):
        each.drive(1, gate, 1e4)
    for wait in looks:
        clock.advance(wait)
        circuit.demodulated()
    other_clock.advance(sum(looks))
    assert abs(circuit.demodulated()[1] - other.demodulated()[1]) < 0.02 * largest


def test_warming_reaches_the_dot() -> None:
    clock, circuit = settled(PEAK, 0.0, excitation=0.01)
    cold = abs(circuit.demodulated()[1])
    circuit.heat(2.0, 4.0)
    clock.advance(4.0)
    assert circuit.temperature() == pytest.approx(2.0 - 1.6 / math.e)
    clock.advance(100.0)
    assert abs(circuit.demodulated()[1]) < 0.7 * cold


def test_a_long_pause_costs_no_more_than_a_short_one(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, circuit = settled(-1.0, 0.05)
    circuit.drive(1, 1.0, 1e-3)
    calls = []
    monkeypatch.setattr(circuit, "_dot", _Counting(calls))
    clock.advance(1500.0)
    circuit.demodulated()
    assert len(calls) < 100


class _Counting(Dot):
    def __init__(self, calls: list[float]) -> None:
        super().__init__()
        object.__setattr__(self, "calls", calls)

    def response(self, gate: float, *rest: float) -> tuple[float, float]:
        self.calls.append(gate)  # type: ignore[attr-defined]  # set above
        return super().response(gate, *rest)
