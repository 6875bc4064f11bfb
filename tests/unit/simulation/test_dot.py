"""The dot against closed results of the theory, and against laws that hold for any conductor."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measurand.simulation import _dot
from measurand.simulation._dot import BOLTZMANN, ELEMENTARY_CHARGE, Dot

gates = st.floats(-2, 2)
biases = st.floats(-0.01, 0.01)
temperatures = st.floats(0.05, 5)


def gate_at(dot: Dot, electrons: int, energy: float = 0.0) -> float:
    """Return the gate voltage at which the next of so many electrons costs ``energy`` in eV."""
    return (dot.addition_energy(electrons, 0.0) - energy) / dot.gate_lever


def rates(dot: Dot, electrons: int) -> tuple[float, float]:
    biased, grounded = _dot._couplings(electrons)
    return biased * dot.rates[0], grounded * dot.rates[1]


@settings(deadline=None)
@given(gates, temperatures)
def test_no_bias_no_current(gate: float, temperature: float) -> None:
    assert abs(Dot().current(gate, 0.0, temperature)) < 1e-20


@settings(deadline=None)
@given(gates, biases, temperatures)
def test_dissipates_and_never_delivers_power(gate: float, bias: float, temperature: float) -> None:
    """Second law: current times voltage is not negative."""
    assert Dot().current(gate, bias, temperature) * bias >= -1e-24


@settings(deadline=None)
@given(gates, st.floats(-0.01, 0.01), temperatures)
def test_current_never_exceeds_what_the_barriers_let_through(gate: float, bias: float, temperature: float) -> None:
    dot = Dot()
    channels = 2 * (2 * _dot._LEVELS + 1)
    assert abs(dot.current(gate, bias, temperature)) < ELEMENTARY_CHARGE * channels * 1.45 * min(dot.rates)


@pytest.mark.parametrize("energy", [-60e-6, -10e-6, 0.0, 20e-6, 60e-6])
def test_conductance_peak_of_a_level_with_two_spins(energy: float) -> None:
    """Beenakker 1991, kT far below level spacing and charging energy, two-fold degenerate level."""
    dot, temperature = Dot(), 0.2
    kt = BOLTZMANN * temperature
    biased, grounded = rates(dot, 2)
    f = 1 / (1 + math.exp(energy / kt))
    expected = ELEMENTARY_CHARGE / kt * biased * grounded / (biased + grounded) * 2 * f * (1 - f) / (1 + f)
    step = 1e-8
    conductance = dot.current(gate_at(dot, 2, energy), step, temperature) / step
    assert conductance == pytest.approx(expected, rel=2e-3)


def test_current_through_one_level_with_room_for_either_spin() -> None:
    """Full rate in through one barrier for both spins, out through the other for the one that is there."""
    dot, bias = Dot(), 0.4e-3
    biased, grounded = rates(dot, 4)
    gate = gate_at(dot, 4, -0.2e-3 + dot.bias_lever * bias)  # the level in the middle of the window
    assert dot.current(gate, bias, 0.05) == pytest.approx(
        ELEMENTARY_CHARGE * 2 * grounded * biased / (2 * grounded + biased), rel=1e-6
    )
    gate = gate_at(dot, 4, 0.2e-3 - dot.bias_lever * bias)
    assert dot.current(gate, -bias, 0.05) == pytest.approx(
        -ELEMENTARY_CHARGE * 2 * biased * grounded / (2 * biased + grounded), rel=1e-6
    )


@pytest.mark.parametrize(("electrons", "expected"), [(1, 2.8e-3), (2, 4.2e-3), (3, 2.8e-3), (-2, 4.2e-3)])
def test_every_second_electron_pays_the_level_spacing(electrons: int, expected: float) -> None:
    dot = Dot()
    paid = dot.addition_energy(electrons, 0.3) - dot.addition_energy(electrons - 1, 0.3)
    assert paid == pytest.approx(expected)


@pytest.mark.parametrize("electrons", [1, 2])
def test_a_diamond_is_as_high_as_the_addition_energy(electrons: int) -> None:
    dot = Dot(bias_lever=0.5)
    height = dot.addition_energy(electrons, 0.0) - dot.addition_energy(electrons - 1, 0.0)
    middle = 0.5 * (gate_at(dot, electrons) + gate_at(dot, electrons - 1))
    assert abs(dot.current(middle, 0.95 * height, 0.1)) < 1e-12
    assert dot.current(middle, 1.05 * height, 0.1) > 5e-11


def test_an_excited_state_opens_a_second_way() -> None:
    """Where the next level comes into the window of the bias, two more states can be entered."""
    dot = Dot(bias_lever=0.0)
    biased, grounded = rates(dot, 2)
    for depth, ways in ((dot.level_spacing - 0.2e-3, 2), (dot.level_spacing + 0.2e-3, 4)):
        expected = ELEMENTARY_CHARGE * ways * biased * grounded / (ways * biased + grounded)
        current = dot.current(gate_at(dot, 2, 2.0e-3 - depth), -2.0e-3, 0.05)
        assert current == pytest.approx(-expected, rel=1e-6)


def test_warmth_lowers_and_widens_a_peak() -> None:
    dot = Dot()
    top = {t: dot.current(gate_at(dot, 2), 1e-6, t) for t in (0.2, 0.4)}
    side = {t: dot.current(gate_at(dot, 2, 0.2e-3), 1e-6, t) for t in (0.2, 0.4)}
    assert top[0.2] / top[0.4] == pytest.approx(2, rel=0.01)
    assert side[0.2] < side[0.4]


def test_the_side_gate_does_what_the_gate_does() -> None:
    dot = Dot()
    ratio = dot.side_lever / dot.gate_lever
    assert dot.current(-0.5, 1e-3, 0.3, side=0.7) == pytest.approx(dot.current(-0.5 + 0.7 * ratio, 1e-3, 0.3))


def test_a_small_excitation_measures_the_derivative() -> None:
    dot = Dot()
    gate, bias, excitation, step = gate_at(dot, 2, 40e-6), 20e-6, 2e-6, 1e-6
    mean, harmonic = dot.response(gate, bias, 0.3, 0.0, excitation)
    slope = (dot.current(gate, bias + step, 0.3) - dot.current(gate, bias - step, 0.3)) / (2 * step)
    assert harmonic / excitation == pytest.approx(slope, rel=1e-3)
    assert mean == pytest.approx(dot.current(gate, bias, 0.3), rel=1e-2)
    assert dot.response(gate, bias, 0.3) == (dot.current(gate, bias, 0.3), 0.0)


@pytest.mark.parametrize("extra", [0, 1, 2])
@pytest.mark.parametrize("factor", [1e-6, 0.1, 0.6])
def test_occupations_are_those_of_all_configurations(
    extra: int, factor: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The canonical mean over every way of placing the electrons, written out."""
    monkeypatch.setattr(_dot, "_LEVELS", 2)
    states = [level for level in range(-2, 3) for _ in range(2)]
    electrons = sum(level < 0 for level in states) + extra
    lowest = sum(sorted(states)[:electrons])
    total, filled = 0.0, dict.fromkeys(range(-2, 3), 0.0)
    for chosen in itertools.combinations(states, electrons):
        weight = factor ** (sum(chosen) - lowest)
        total += weight
        for level in chosen:
            filled[level] += weight
    assert _dot._occupations(factor, extra) == pytest.approx([filled[level] / total for level in range(-2, 3)])
