"""Rules that hold for every expression: its value, its text, its data, its inputs."""

from __future__ import annotations

import json
import math
import operator
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from measurand.parameters._expression import Expression, Operand


class Quantity(Operand):
    """An operand that counts how often it is read."""

    def __init__(self, name: str, value: Any) -> None:
        self.full_name = name
        self.value = value
        self.reads = 0

    def get(self) -> Any:
        self.reads += 1
        return self.value


def both(a: Any, b: Any) -> bool:
    return bool(a) and bool(b)


def either(a: Any, b: Any) -> bool:
    return bool(a) or bool(b)


ARITHMETIC: list[tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]] = [
    (f, f) for f in (operator.add, operator.sub, operator.mul, operator.lt, operator.le, operator.gt, operator.ge)
]
LOGIC = [(operator.and_, both), (operator.or_, either)]
EQUALITY = [
    (lambda a, b: a.eq(b) if isinstance(a, Operand) else b.eq(a), operator.eq),
    (lambda a, b: a.ne(b) if isinstance(a, Operand) else b.ne(a), operator.ne),
]
PARTIAL: list[Any] = [  # not defined for all numbers: for tests that do not evaluate
    (f, f) for f in (operator.truediv, operator.floordiv, operator.mod, operator.pow, operator.pow)
]
UNARY = [operator.neg, operator.pos, abs, round]
numbers = st.integers(-9, 9)


@st.composite
def pairs(
    draw: st.DrawFn, more: tuple[Any, ...] = ()
) -> tuple[Any, Callable[[dict[str, int]], Any], dict[str, Quantity]]:
    """Return an expression, the function that computes the same from plain values, and its quantities."""
    names = "abc"
    quantities = {name: Quantity(name, 0) for name in names}

    def leaf() -> tuple[Any, Callable[[dict[str, int]], Any]]:
        choice = draw(st.sampled_from(names) | numbers)
        return (quantities[choice], lambda v: v[choice]) if isinstance(choice, str) else (choice, lambda v: choice)

    def tree(depth: int) -> tuple[Any, Callable[[dict[str, int]], Any]]:
        if depth == 0 or draw(st.integers(0, 4)) == 0:
            return leaf()
        left, computed = tree(depth - 1)
        if not isinstance(left, Operand) or draw(st.booleans()):
            name = draw(st.sampled_from(names))
            right, other = (quantities[name], lambda v: v[name]) if draw(st.booleans()) else tree(depth - 1)
            if isinstance(left, Operand) or isinstance(right, Operand):
                make, plain = draw(st.sampled_from([*ARITHMETIC, *LOGIC, *EQUALITY, *more]))
                return make(left, right), lambda v: plain(computed(v), other(v))
            return leaf()
        unary = draw(st.sampled_from(UNARY))
        return unary(left), lambda v: unary(computed(v))

    made, function = tree(4)
    if not isinstance(made, Expression):
        first = quantities[names[0]]
        return made + first, lambda v: function(v) + v[names[0]], quantities
    return made, function, quantities


@given(pair=pairs(), values=st.fixed_dictionaries(dict.fromkeys("abc", numbers)))
def test_an_expression_is_what_python_computes_from_the_values_at_call_time(pair: Any, values: dict[str, int]) -> None:
    """D01, D02; each input is read once."""
    expression, plain, quantities = pair
    for name, value in values.items():
        quantities[name].value = value
    assert expression() == plain(values)
    assert {q.full_name for q in quantities.values() if q.reads} == {q.full_name for q in expression.inputs}
    assert max(q.reads for q in quantities.values()) == 1


@given(pair=pairs(more=tuple(PARTIAL)))
def test_the_text_is_the_python_that_makes_the_expression(pair: Any) -> None:
    """D04: parentheses stand where Python needs them, since reading the text again gives the same expression."""
    expression, _, quantities = pair
    again = eval(repr(expression), {**quantities, "abs": abs, "round": round})
    assert repr(again) == repr(expression)
    assert again.to_dict() == expression.to_dict()


@given(pair=pairs(), values=st.fixed_dictionaries(dict.fromkeys("abc", numbers)))
def test_data_gives_the_same_expression_back(pair: Any, values: dict[str, int]) -> None:
    """D04, DESIGN 9: through JSON, with the same parameters, values and text."""
    expression, _, quantities = pair
    again = Expression.from_dict(json.loads(json.dumps(expression.to_dict())), quantities.__getitem__)
    for name, value in values.items():
        quantities[name].value = value
    assert again.to_dict() == expression.to_dict()
    assert again.inputs == expression.inputs
    assert repr(again) == repr(expression)
    assert again() == expression()


constants = st.none() | st.booleans() | st.integers() | st.floats() | st.complex_numbers() | st.text()


@given(value=constants)
def test_a_constant_survives_json_exactly(value: Any) -> None:
    """B07 for expressions: also NaN, the infinities, the sign of zero, complex numbers and text."""
    p = Quantity("p", 0)
    data = json.loads(json.dumps(p.eq(value).to_dict(), allow_nan=False))
    back = Expression.from_dict(data, lambda name: p).terms[1].value
    assert type(back) is type(value)
    assert repr(back) == repr(value)
    if isinstance(value, float):
        assert math.copysign(1, back) == math.copysign(1, value) or math.isnan(value)
