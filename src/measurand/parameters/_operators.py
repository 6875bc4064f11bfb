"""The operators of expressions: what each computes, how tightly it binds, how it is written. Knows no parameter.

``&`` and ``|`` mean *and* and *or* of truth values, both sides always evaluated; arrays are combined element by element.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Style = Literal["infix", "prefix", "call", "method"]

# How tightly things bind, as in Python; what binds less tightly than its place demands is put in parentheses.
COMPARISON, OR, AND, SUM, PRODUCT, SIGN, POWER, ATOM = range(8)


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator.

    Attributes:
        symbol: As in Python, e.g. ``"+"`` or ``"abs"``; with the number of operands it identifies the operator.
        function: Computes the result from the values of the operands.
        binding: How tightly the written form binds, `COMPARISON` to `ATOM`.
        style: ``infix`` (a + b), ``prefix`` (-a), ``call`` (abs(a)) or ``method`` (a.eq(b)).
    """

    symbol: str
    function: Callable[..., Any]
    binding: int
    style: Style = "infix"

    def written(self, operands: Sequence[tuple[str, int]]) -> str:
        """Return the operation as text.

        Args:
            operands: Text of each operand and how tightly it binds.
        """
        first, rest = operands[0], operands[1:]
        if self.style == "call":
            return f"{self.symbol}({', '.join(text for text, _ in operands)})"
        if self.style == "method":
            method = "eq" if self.symbol == "==" else "ne"
            return f"{_at_least(ATOM, first)}.{method}({', '.join(text for text, _ in rest)})"
        if self.style == "prefix":
            return f"{self.symbol}{_at_least(SIGN, first)}"
        left, right = self._needed()
        return f"{_at_least(left, first)} {self.symbol} {_at_least(right, rest[0])}"

    def _needed(self) -> tuple[int, int]:
        """Return how tightly the left and the right operand must bind to stand without parentheses."""
        if self.binding == POWER:  # a ** b ** c is a ** (b ** c), and a ** -b needs no parentheses
            return ATOM, SIGN
        if self.binding == COMPARISON:  # a < b < c would be a chain
            return COMPARISON + 1, COMPARISON + 1
        return self.binding, self.binding + 1  # a - b - c is (a - b) - c


def operator_of(symbol: str, count: int) -> Operator | None:
    """Return the operator with this symbol for ``count`` operands, None if there is none."""
    return _TABLE.get((symbol, count))


def symbols() -> list[str]:
    """Return the symbol of every operator, once each."""
    return list(dict.fromkeys(symbol for symbol, _ in _TABLE))


def is_array(value: object) -> bool:
    """Return whether ``value`` has dimensions, as numpy's arrays do."""
    return bool(getattr(value, "ndim", 0))


def _at_least(needed: int, operand: tuple[str, int]) -> str:
    text, binding = operand
    return text if binding >= needed else f"({text})"


def _both(left: Any, right: Any) -> Any:
    if is_array(left) or is_array(right):
        import numpy as np

        return np.logical_and(left, right)
    return bool(left) and bool(right)


def _either(left: Any, right: Any) -> Any:
    if is_array(left) or is_array(right):
        import numpy as np

        return np.logical_or(left, right)
    return bool(left) or bool(right)


def _rounded(value: Any, digits: int | None = None) -> Any:
    if is_array(value):
        return value.round(digits or 0)
    return round(value, digits)


_TABLE: dict[tuple[str, int], Operator] = {
    ("+", 2): Operator("+", operator.add, SUM),
    ("-", 2): Operator("-", operator.sub, SUM),
    ("*", 2): Operator("*", operator.mul, PRODUCT),
    ("/", 2): Operator("/", operator.truediv, PRODUCT),
    ("//", 2): Operator("//", operator.floordiv, PRODUCT),
    ("%", 2): Operator("%", operator.mod, PRODUCT),
    ("**", 2): Operator("**", operator.pow, POWER),
    ("<", 2): Operator("<", operator.lt, COMPARISON),
    ("<=", 2): Operator("<=", operator.le, COMPARISON),
    (">", 2): Operator(">", operator.gt, COMPARISON),
    (">=", 2): Operator(">=", operator.ge, COMPARISON),
    ("==", 2): Operator("==", operator.eq, ATOM, "method"),
    ("!=", 2): Operator("!=", operator.ne, ATOM, "method"),
    ("&", 2): Operator("&", _both, AND),
    ("|", 2): Operator("|", _either, OR),
    ("-", 1): Operator("-", operator.neg, SIGN, "prefix"),
    ("+", 1): Operator("+", operator.pos, SIGN, "prefix"),
    ("abs", 1): Operator("abs", abs, ATOM, "call"),
    ("round", 1): Operator("round", _rounded, ATOM, "call"),
    ("round", 2): Operator("round", _rounded, ATOM, "call"),
}
