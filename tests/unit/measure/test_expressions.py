"""Expressions and functions among the actions of a plan."""

from __future__ import annotations

import re

import pytest

from measurand.errors import DefinitionError
from measurand.measure import BreakIf, Task, sweep
from measurand.parameters import Function, ManualParameter


def test_a_task_evaluates_an_expression_among_its_arguments() -> None:
    """Decided 1: by position and by keyword, with the values at call time; the description shows it."""
    gate, got = ManualParameter("gate", initial_value=1.0), []
    task = Task(lambda a, b: got.append((a, b)), gate * 2, b=gate + 1)
    gate(5.0)
    task()
    assert got == [(10.0, 6.0)]
    assert task.to_dict()["arguments"] == ["gate * 2"]


def test_an_expression_without_a_name_is_not_measured() -> None:
    """D05: it is not silently evaluated and thrown away either."""
    gate = ManualParameter("gate", initial_value=1.0)
    with pytest.raises(DefinitionError, match=re.escape("gate * 2 has no name to be stored under: (gate * 2).named(")):
        sweep(gate, 0, 1, num=2).each(gate * 2)


def test_a_function_is_not_measured() -> None:
    """C09."""
    gate, done = ManualParameter("gate"), []
    beep = Function("beep", call_cmd=lambda: done.append(1))
    with pytest.raises(
        DefinitionError, match=re.escape("beep: a function cannot be measured. To call it at each point")
    ):
        sweep(gate, 0, 1, num=2).each(beep)
    assert sweep(gate, 0, 1, num=2).each(gate, Task(beep)).points == 2
    assert done == []


def test_a_comparison_of_objects_is_refused_with_the_deferred_one() -> None:
    """Decided 2."""
    gate = ManualParameter("gate")
    with pytest.raises(DefinitionError, match=r"p\.eq\(3\)"):
        BreakIf(gate == 3)
    assert BreakIf(gate.eq(3)).to_dict() == {"break_if": "gate.eq(3)"}
