"""What type checkers must infer about expressions; read by mypy and pyright, never run."""

from __future__ import annotations

from typing import assert_type

import numpy as np

from measurand.parameters import Expression, Function, Latest, NamedExpression, Parameter

p = Parameter("p", get_cmd="P?", get_parser=float)

# Operators, on either side (D02).
assert_type(p + 2, Expression)
assert_type(2 + p, Expression)
assert_type(np.float64(2) * p, Expression)
assert_type(-p, Expression)
assert_type(abs(p), Expression)
assert_type(round(p, 2), Expression)
assert_type(p >= 3, Expression)
assert_type((p > 1) & (p < 2), Expression)
assert_type(p.eq(3), Expression)

# The latest value keeps the type of its parameter (A25).
assert_type(p.get_latest, Latest[float])
assert_type(p.get_latest(), float | None)
assert_type(p - p.get_latest, Expression)

# A name makes it measurable (D05).
assert_type((p * 2).named("x", unit="V"), NamedExpression)
assert_type((p * 2).named("x") / 2, Expression)

# What is misspelt, or not there, is flagged.
(p * 2).naemd("x")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue] - misspelt
Function("f", call_cmd="*RST").get()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue] - C09
p == 3  # type: ignore[comparison-overlap]  # pyright: ignore[reportUnusedExpression] - identity; p.eq(3) is meant
