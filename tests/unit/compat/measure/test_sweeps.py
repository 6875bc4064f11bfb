"""Sweeps: their values, and what is refused when they are made."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from measurand.compat.measure import AbstractSweep, ArraySweep, LinSweep, LinSweeper, LogSweep, TogetherSweep, dond
from measurand.errors import DefinitionError
from measurand.parameters import ManualParameter


def test_values_are_equal_steps_equal_ratios_or_given(gate: Any) -> None:
    assert LinSweep(gate, 0, 1, 5).get_setpoints().tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert LogSweep(gate, -1, 1, 3).get_setpoints().tolist() == [0.1, 1, 10]
    assert ArraySweep(gate, [3, 1, 2]).get_setpoints().tolist() == [3, 1, 2]
    assert len(LinSweep(gate, 0, 1, 0).get_setpoints()) == 0
    points = TogetherSweep(LinSweep(gate, 0, 1, 2), ArraySweep(ManualParameter("other"), [5, 6])).get_setpoints()
    assert [tuple(map(float, point)) for point in points] == [(0, 5), (1, 6)]


def test_a_sweep_tells_what_it_is_made_of(gate: Any) -> None:
    sweep = LinSweep(gate, 0, 1, 3, 0.1, (print,), True)
    assert (sweep.param, sweep.delay, sweep.num_points, sweep.post_actions, sweep.get_after_set) == (
        gate,
        0.1,
        3,
        (print,),
        True,
    )
    assert repr(sweep) == "<LinSweep of gate, 3 points>"
    assert TogetherSweep(sweep).sweeps == (sweep,)


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda p: LinSweep(p, 0, 1, 2.5), "gate: num_points=2.5 refused"),
        (lambda p: LogSweep(p, 0, 1, -1), "gate: num_points=-1 refused"),
        (lambda p: ArraySweep(p, [[1, 2]]), r"gate: an array of shape \(1, 2\) refused"),
        (lambda _: TogetherSweep(), "must contain at least one sweep"),
        (lambda p: TogetherSweep(LinSweep(p, 0, 1, 2), LinSweep(p, 0, 1, 3)), "same length. Sweep of gate had 3"),
    ],
)
def test_what_is_no_sweep_is_refused(gate: Any, make: Any, problem: str) -> None:
    with pytest.raises(DefinitionError, match=problem):
        make(gate)


def test_a_sweeper_sets_waits_and_acts_at_each_value(gate: Any) -> None:
    seen: list[float] = []
    sweeper = LinSweeper(gate, 0, 1, 3, 1e-4, (lambda: seen.append(gate()),))
    for _ in range(2):
        assert list(sweeper) == [0, 0.5, 1]
    assert seen == [0, 0.5, 1] * 2


@pytest.mark.usefixtures("experiment")
def test_a_sweep_of_ones_own_is_swept(gate: Any, current: Any) -> None:
    class Squares(AbstractSweep):
        param = gate
        delay = 0.0
        num_points = 4
        post_actions = ()

        def get_setpoints(self) -> Any:
            return np.arange(4) ** 2

    dataset, _, _ = dond(Squares(), current)
    assert dataset.get_parameter_data()["current"]["gate"].tolist() == [0, 1, 4, 9]
