"""Expressions as data, through JSON and back."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from measurand.errors import DefinitionError
from measurand.parameters import Parameter
from measurand.parameters._expression import Expression, NamedExpression, Operand
from measurand.parameters._latest import Latest


class Quantity(Parameter[Any], Operand):
    """A parameter with operators, and whose latest value is one too."""

    @property
    def get_latest(self) -> Any:
        return Latest(self)


def manual(name: str, value: Any = None, **options: Any) -> Quantity:
    return Quantity(name, set_cmd=None, initial_value=value, **options)


@pytest.fixture
def p() -> Quantity:
    return manual("p", 3.0)


@pytest.fixture
def q() -> Quantity:
    return manual("q", 4.0)


def find_in(*quantities: Any) -> Any:
    return {quantity.full_name: quantity for quantity in quantities}.__getitem__


@pytest.mark.parametrize(
    "make",
    [
        lambda p, q: abs(p * q) >= 1e-3,
        lambda p, q: round(p, 2) - -q,
        lambda p, q: p.get_latest - p,
        lambda p, q: (p * q).named("power", unit="W", label="Power") / 2,
        lambda p, q: p.eq("on") | p.eq(None) | q,
        lambda p, q: p * (1 + 2j) + float("inf"),
        lambda p, q: p * np.float32(0.1) + np.int8(3),
        lambda p, q: p * np.array([[1.0, float("nan")], [-0.0, 3.0]]) + np.array([1 + 2j, 3]),
        lambda p, q: p + np.zeros((0, 3), ">i2"),
        lambda p, q: p.eq(np.array(["a", "bc"])) & np.bool_(True),
        lambda p, q: p + np.array(2.5),
    ],
)
def test_through_json_and_back(p: Quantity, q: Quantity, make: Any) -> None:
    """D04, DESIGN 9: names and operators; the same parameters, constants and types of constants."""
    made = make(p, q)
    data = json.loads(json.dumps(made.to_dict(), allow_nan=False))
    again = Expression.from_dict(data, find_in(p, q))
    assert again.to_dict() == made.to_dict()
    assert repr(again) == repr(made)
    assert again.inputs == made.inputs


def test_an_array_comes_back_exactly(p: Quantity) -> None:
    array = np.array([[1.5, np.nan, -0.0], [np.inf, -np.inf, 1e-308]], np.float32)
    back = Expression.from_dict(json.loads(json.dumps((p + array).to_dict())), find_in(p)).terms[1]
    assert back.value.dtype == array.dtype  # type: ignore[attr-defined]  # it is the constant
    assert back.value.tobytes() == array.tobytes()  # type: ignore[attr-defined]  # as above


def test_a_named_expression_as_data(p: Quantity) -> None:
    power = (p * 2).named("power", unit="W", label="Power")
    again = NamedExpression.from_dict(json.loads(json.dumps(power.to_dict())), find_in(p))
    assert repr(again) == repr(power)
    assert (again.name, again.unit, again.label, again()) == ("power", "W", "Power", 6.0)
    with pytest.raises(DefinitionError, match="describes no named expression"):
        NamedExpression.from_dict((p * 2).to_dict(), find_in(p))
    with pytest.raises(DefinitionError, match="describes no expression"):
        Expression.from_dict(power.to_dict(), find_in(p))


def test_code_is_no_data(p: Quantity) -> None:
    with pytest.raises(DefinitionError, match=r"<lambda>\(\) is a function.*get_cmd=function"):
        (p + (lambda: 3)).to_dict()


P = {"parameter": "p"}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (None, "describes no part"),
        ({}, "describes no part"),
        ({"operator": "^", "operands": [P, P]}, r"no operator '\^' for 2 operands; known are \+, -"),
        ({"operator": ["+"], "operands": [P, P]}, "no operator"),
        ({"operator": "+", "operands": [P, P, P]}, "for 3 operands"),
        ({"operator": "+", "operands": []}, "for 0 operands"),
        ({"operator": "+", "operands": [P, {"parameter": 3}]}, "describes no part"),
        ({"operator": "+", "operands": [P, {"parameter": "other"}]}, "other: .* cannot be part"),
        ({"operator": "+", "operands": [P, {"latest": "other"}]}, "other: .* cannot be part"),
        ({"operator": "+", "operands": [P, {"value": [1]}]}, "no constant"),
        ({"operator": "+", "operands": [P, {"value": {"dtype": "O", "scalar": 1}}]}, "no constant"),
        ({"operator": "+", "operands": [P, {"value": {"dtype": "<f8", "shape": [2], "array": [1]}}]}, "no constant"),
        ({"operator": "+", "operands": [P, {"value": {"complex": [1]}}]}, "no constant"),
        ({"operator": "+", "operands": [P, {"value": {"float": "one"}}]}, "no constant"),
        ({"name": "a b", "unit": "", "label": "", "expression": {"operator": "-", "operands": [P]}}, "name of an exp"),
    ],
)
def test_damaged_data_is_refused(p: Quantity, data: Any, message: str) -> None:
    with pytest.raises(DefinitionError, match=message):
        Expression.from_dict(data, {"p": p, "other": object()}.__getitem__)
