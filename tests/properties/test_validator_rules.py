"""Rules that hold for every validator: examples, verdicts, short cuts, and the data form."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from measurand.validators import (
    Anything,
    Arrays,
    Bool,
    ComplexNumbers,
    Dict,
    Enum,
    Ints,
    Lists,
    Multiples,
    MultiType,
    Nothing,
    Numbers,
    ObjectTypeValidator,
    OnOff,
    PermissiveInts,
    PermissiveMultiples,
    Refusal,
    Sequence,
    Strings,
    Validator,
    from_dict,
)

reals = st.integers(-20, 20) | st.floats(-20, 20) | st.floats() | st.integers() | st.booleans()
numpy_scalars = st.one_of(
    st.floats(-20, 20).map(np.float64),
    st.floats(-20, 20, width=32).map(np.float32),
    st.integers(-20, 20).map(np.int16),
    st.booleans().map(np.bool_),
    st.text(max_size=3).map(np.str_),
    st.complex_numbers(max_magnitude=9).map(np.complex128),
)
members = st.one_of(
    st.integers(-20, 20), st.floats(allow_nan=False), st.text(max_size=4), st.booleans(), st.none(),
    st.complex_numbers(allow_nan=False), st.binary(max_size=3), numpy_scalars,
    st.tuples(st.integers(0, 3), st.text(max_size=2)), st.frozensets(st.text(max_size=2), max_size=3),
)  # fmt: skip
arrays = st.one_of(
    st.lists(st.floats(-3, 3) | st.just(math.nan), max_size=4).map(lambda v: np.array(v, float)),
    st.lists(st.integers(-3, 3), max_size=4).map(lambda v: np.array(v, "int8")),
    st.tuples(st.integers(0, 3), st.integers(0, 3)).map(np.zeros),
    st.floats(-3, 3).map(np.array),
    st.just(np.zeros(2, complex)),
)
plain = members | reals | st.complex_numbers() | arrays
values = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=4,
)


def ranges(rule: Any, numbers: st.SearchStrategy[Any]) -> st.SearchStrategy[Validator[Any]]:
    """Return rules with none, one or two limits."""
    pairs = st.tuples(numbers, numbers).filter(lambda pair: pair[0] < pair[1])
    return st.one_of(
        st.just(rule()),
        numbers.map(lambda low: rule(min_value=low)),
        numbers.map(lambda high: rule(max_value=high)),
        pairs.map(lambda pair: rule(*pair)),
    )


whole = st.integers(-20, 20) | st.integers()
limits = whole | st.floats(-20, 20)
lengths = st.integers(0, 3) | st.sampled_from(["n", "m"])
numeric_rules = st.one_of(
    ranges(Numbers, limits),
    ranges(Ints, whole),
    ranges(PermissiveInts, whole),
    st.builds(Multiples, st.integers(1, 9), st.integers(-20, 0), st.integers(0, 20)),
    st.builds(PermissiveMultiples, st.floats(0.01, 9) | st.integers(1, 9)),
)
leaves = st.one_of(
    numeric_rules,
    st.sampled_from([Anything(), Bool(), OnOff(), ComplexNumbers(), Nothing("why"), ObjectTypeValidator(dict, str)]),
    st.lists(members, min_size=1, max_size=5).map(lambda chosen: Enum(*chosen)),
    st.builds(Strings, st.integers(0, 2), st.integers(2, 4), st.sampled_from([None, "[a-z]*", "(?i)x?"])),
    st.builds(Dict, st.none() | st.lists(st.text(max_size=2) | st.integers(0, 3), max_size=3)),
    st.builds(
        Arrays,
        st.none() | st.integers(-3, 0),
        st.none() | st.floats(0.5, 3),
        st.none() | st.lists(lengths, max_size=3),
        st.sampled_from([None, (np.floating,), (int,), (float, np.int8)]),
    ),
)
rules = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Lists, inner),
        st.builds(Sequence, inner, st.none() | st.integers(0, 3), st.booleans()),
        st.tuples(st.lists(inner, min_size=1, max_size=3), st.sampled_from(["OR", "AND"])).map(
            lambda made: MultiType(*made[0], combiner=made[1])
        ),
    ),
    max_leaves=4,
)


@given(rule=rules)
def test_examples_are_accepted(rule: Validator[Any]) -> None:
    for value in rule.valid_values:
        rule.validate(value)


@given(rule=numeric_rules)
def test_numeric_rules_have_examples(rule: Validator[Any]) -> None:
    assert rule.valid_values
    assert rule.is_numeric


@given(rule=rules, value=values)
def test_short_cuts_answer_as_the_whole_judgement(rule: Validator[Any], value: Any) -> None:
    """`refusal` only skips work whose result is known."""
    try:
        expected = rule.judge(value)
    except Exception:
        expected = rule.refusal(value)
        assert isinstance(expected, Refusal)
    assert rule.refusal(value) == expected


@given(rule=rules, value=values)
def test_a_value_is_never_changed(rule: Validator[Any], value: Any) -> None:
    before = repr(value)
    rule.refusal(value)
    assert repr(value) == before


@given(rule=rules, candidates=st.lists(values, min_size=1, max_size=5))
def test_data_form(rule: Validator[Any], candidates: list[Any]) -> None:
    """(7) B07: describe, JSON, describe is the identity, and both accept and refuse the same."""
    data = rule.to_dict()
    back = from_dict(json.loads(json.dumps(data, allow_nan=False)))
    assert back.to_dict() == data
    assert back == rule
    assert hash(back) == hash(rule)
    assert back.allowed("V") == rule.allowed("V")
    for value in [*candidates, *rule.valid_values]:
        assert back.refusal(value) == rule.refusal(value)


@given(low=limits, high=limits, value=reals)
def test_numbers_is_the_closed_range(low: float, high: float, value: float) -> None:
    """B01: for values and limits of any type and size; NaN is in no range."""
    if low < high:
        assert (Numbers(low, high).refusal(value) is None) == (low <= value <= high)


@given(divisor=st.integers(1, 50), count=st.integers(-1000, 1000), scale=st.integers(0, 6))
def test_multiples_of_decimal_steps(divisor: int, count: int, scale: int) -> None:
    """What a user reads as a multiple is one, although floats have no decimal steps; what lies between is none."""
    step = divisor / 10**scale
    rule = PermissiveMultiples(step)
    rule.validate(count * divisor / 10**scale)
    assert rule.refusal((count + 0.5) * step) is not None
