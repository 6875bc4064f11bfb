"""Plans: how they are written, what is refused, what they say about themselves."""

from __future__ import annotations

import json
from typing import Any

import pytest

from measurand.dataset import DataRoot
from measurand.errors import DefinitionError, PlanError
from measurand.measure import BreakIf, Task, Wait, sweep
from measurand.parameters import DelegateParameter, ManualParameter, Parameter
from measurand.validators import Numbers


def test_plans_are_immutable_and_reusable(lab: Any) -> None:
    """K08."""
    bare = sweep(lab.gate, 0, 1, num=3)
    one, two = bare.each(lab.current), bare.each(lab.temperature, Wait(1))
    assert (bare.actions, len(one.actions), len(two.actions)) == ((), 1, 2)


def test_nesting_by_loop_and_by_each_is_the_same(lab: Any) -> None:
    """K02."""
    by_loop = sweep(lab.gate, 0, 1, num=3).loop(lab.bias, 0, 1, num=2).each(lab.current)
    by_each = sweep(lab.gate, 0, 1, num=3).each(sweep(lab.bias, 0, 1, num=2).each(lab.current))
    assert by_loop.to_dict() == by_each.to_dict()
    assert by_loop.points == 6


def test_description_is_plain_data(lab: Any) -> None:
    """K22."""
    plan = sweep(lab.gate[0:1:0.25], delay=0.1).each(
        lab.temperature, Wait(2), Task(print, lab.gate, 3), BreakIf(lambda: False),
        sweep(lab.bias, 0, 1, step=0.5).each(lab.current),
    ).then(print).finally_(Task(lab.gate.set, 0))  # fmt: skip
    described = json.loads(json.dumps(plan.to_dict()))
    assert described["sweep"] == {"parameter": "gate", "segments": [{"start": 0, "stop": 0.75, "num": 4}]}
    assert [next(iter(action)) for action in described["each"]] == ["read", "wait", "task", "break_if", "sweep"]
    assert described["delay"] == 0.1
    assert described["finally"][0]["task"].endswith("set")


@pytest.mark.parametrize(
    ("make", "hint"),
    [
        (lambda p: sweep(p), "start and stop"),
        (lambda p: sweep(p, 0, 1), "num="),
        (lambda p: sweep(p[0, 1], 0, 1, num=2), "ready values"),
        (lambda p: sweep([0, 1]), "allowed are parameters"),
        (lambda p: sweep(p, "ab"), "start and stop"),
        (lambda p: sweep(p[0, 1]).each(type("Nameless", (), {"get": lambda self: 1})()), "has a get but no name"),
        (lambda p: sweep(p[0, 1], delay=-1), "delay"),
        (lambda p: sweep(p[0, 1]).each(), "at least one"),
        (lambda p: sweep(p[0, 1]).each(3), "without parentheses"),
        (lambda p: sweep(p[0, 1]).each(object()), "allowed are parameters"),
        (lambda p: sweep(p[0, 1]).each(p).finally_(p(0)), "Task\\(gate.set, 0\\)"),
        (lambda p: sweep(p[0, 1]).each(p).then(p), "allowed are Task"),
        (lambda p: BreakIf(p == 3), "compares the objects"),
        (lambda p: BreakIf(3), "function"),
        (lambda p: Wait(-1), "from 0 s"),
        (lambda p: Task(3), "function"),
    ],
)
def test_mistakes_are_explained_at_once(make: Any, hint: str) -> None:
    """K26."""
    with pytest.raises(DefinitionError, match=hint):
        make(ManualParameter("p"))


def test_check_reports_all_problems_before_the_first_set(data: DataRoot, lab: Any) -> None:
    """K13."""
    write_only = Parameter("relay", get_cmd=False, set_cmd=lambda v: None)
    plan = sweep(lab.gate, 0, 5, num=6).each(write_only, sweep(lab.gate, 0, 1, num=2).each(lab.current))
    lab.gate.vals = Numbers(0, 3)
    with pytest.raises(PlanError) as caught:
        plan.run(data=data, snapshot=dict)
    message = str(caught.value)
    assert "3 problem(s)" in message
    for part in ("gate: 4 V refused", "relay cannot be measured", "gate is swept at two levels"):
        assert part in message
    assert lab.steps == []
    assert data.runs() == []


def test_a_plan_that_measures_nothing(data: DataRoot, lab: Any) -> None:
    with pytest.raises(PlanError, match="nothing is measured"):
        sweep(lab.gate, 0, 1, num=2).each(print).run(data=data, snapshot=dict)


def test_values_may_be_given_as_a_list(lab: Any) -> None:
    assert list(sweep(lab.gate, [0, 1, 5]).sweep) == list(sweep(lab.gate[0, 1, 5]).sweep) == [0, 1, 5]


def test_check_looks_through_delegates_and_at_kinds(data: DataRoot, lab: Any) -> None:
    """K13."""
    view = DelegateParameter("view", lab.gate)
    namesake = ManualParameter("gate")
    mixed = ManualParameter("mixed")
    for plan, problem in (
        (sweep(lab.gate, 0, 1, num=2).loop(view, 5, 6, num=2).each(lab.current), "gate is swept at two levels at once"),
        (sweep(lab.gate, 0, 1, num=2).loop(namesake, 5, 6, num=2).each(lab.current), "both called gate"),
        (sweep(mixed, [1, "auto"]).each(lab.current), "values of different kinds"),
        (
            sweep(lab.gate, 0, 1, num=2).each(lab.current, sweep(lab.bias[0, 1])),
            "nothing happens at the points of bias",
        ),
    ):
        with pytest.raises(PlanError, match=problem):
            plan.run(data=data, snapshot=dict)
    assert lab.steps == []
