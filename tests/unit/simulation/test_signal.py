from __future__ import annotations

import cmath
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measurand.simulation._signal import Ramp, Relaxation, low_pass

volts = st.floats(-10, 10)
durations = st.floats(1e-6, 1e-2)


def test_a_ramp_moves_and_stops() -> None:
    ramp = Ramp(began=1.0, start=2.0, target=-1.0, rate=1.5)
    assert ramp.end == 3.0
    assert [ramp.value(t) for t in (1.0, 2.0, 3.0, 9.0)] == [2.0, 0.5, -1.0, -1.0]


def test_a_relaxation_loses_a_factor_e_in_each_time_constant() -> None:
    cooling = Relaxation(began=5.0, start=4.0, target=1.0, time_constant=2.0)
    assert cooling.value(7.0) == pytest.approx(1 + 3 / math.e)
    assert cooling.value(1e6) == 1.0


@settings(deadline=None)
@given(volts, volts, durations, durations)
def test_low_pass_step_response(output: float, level: float, duration: float, time_constant: float) -> None:
    expected = level + (output - level) * math.exp(-duration / time_constant)
    assert low_pass(output, level, level, duration, time_constant) == pytest.approx(expected, abs=1e-9)


@settings(deadline=None)
@given(volts, volts, volts, durations, durations, st.floats(0.01, 0.99))
def test_low_pass_does_not_depend_on_the_pieces(
    output: float, before: float, after: float, duration: float, time_constant: float, part: float
) -> None:
    middle = before + part * (after - before)
    halfway = low_pass(output, before, middle, part * duration, time_constant)
    in_two = low_pass(halfway, middle, after, (1 - part) * duration, time_constant)
    assert in_two == pytest.approx(low_pass(output, before, after, duration, time_constant), abs=1e-6)


def test_low_pass_of_no_time_changes_nothing() -> None:
    assert low_pass(1.5, 0.0, 3.0, 0.0, 1e-3) == 1.5


def test_low_pass_filters_complex_signals() -> None:
    turned = cmath.rect(1.0, 0.3)
    assert low_pass(0j, turned, turned, 1e-3, 1e-3) == pytest.approx(turned * (1 - 1 / math.e))
