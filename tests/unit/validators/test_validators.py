"""Validators: what they accept, what they refuse and how they say it."""

from __future__ import annotations

import numpy as np
import pytest

from measurand.errors import DefinitionError, RefusedType, RefusedValue
from measurand.validators import Anything, Arrays, Bool, Enum, Ints, MultiType, Numbers, Strings


@pytest.mark.parametrize("value", [0.001, 25, 1.5, np.float64(3), np.int16(2), np.float32(1)])
def test_numbers_accepts_the_closed_range(value: float) -> None:
    """B01."""
    Numbers(0.001, 25).validate(value)


@pytest.mark.parametrize("value", [0, 25.0001, float("nan"), float("inf"), 10**400, -1])
def test_numbers_refuses_values_outside(value: float) -> None:
    """B01: out of range is a ValueError; NaN is never in a range."""
    with pytest.raises(ValueError, match=r"allowed 0\.001 to 25"):
        Numbers(0.001, 25).validate(value)


@pytest.mark.parametrize("value", ["1", None, 1j, [1], np.array([1.0]), np.array(1.0), np.str_("1")])
def test_numbers_refuses_other_types(value: object) -> None:
    """B01: wrong type is a TypeError."""
    with pytest.raises(TypeError):
        Numbers(0.001, 25).validate(value)


def test_enum_of_steps() -> None:
    """B02: members as int or float, nothing else."""
    steps = Enum(*np.arange(0, 60.1, 2).tolist())
    for value in [*range(0, 61, 2), *np.arange(0, 60.1, 2)]:
        steps.validate(value)
    for value in (1, 61, 62, -2, 0.5, "2", None):
        with pytest.raises(RefusedValue):
            steps.validate(value)
    with pytest.raises(RefusedType):
        steps.validate([2])


@pytest.mark.parametrize(
    ("validator", "good", "bad_value", "bad_type"),
    [
        (Strings(1, 3), ["a", "abc"], ["", "abcd"], [1, None, b"a"]),
        (Bool(), [True, False, np.True_], [], [0, 1, "True", None]),
        (Ints(1, 4), [1, 4, np.int64(2), True], [0, 5], [1.0, "1", None, np.float64(1)]),
        (Ints(), [0, -(10**30)], [], [0.5]),
        (Anything(), [None, 1, "x", object()], [], []),
        (MultiType(Numbers(0, 1), Enum("auto")), [0.5, "auto"], [2, "manual"], []),
        (MultiType(Ints(0, 9), Enum(2, 20), combiner="AND"), [2], [20, 3], ["x"]),
        (
            Arrays(0, 1, shape=(2,)),
            [np.array([0, 1]), np.zeros(2)],
            [np.array([0, 2.0]), np.zeros(3)],
            [[0, 1], 1, None],
        ),
        (Arrays(valid_types=[np.complexfloating]), [np.zeros(3, complex)], [], [np.zeros(3)]),
        (Arrays(shape=(lambda: 2, 3)), [np.zeros((2, 3))], [np.zeros((3, 2))], ["x"]),
    ],
)
def test_each_validator(
    validator: Numbers, good: list[object], bad_value: list[object], bad_type: list[object]
) -> None:
    """B03."""
    for value in [*good, *validator.valid_values]:
        validator.validate(value)
    for value in bad_value:
        with pytest.raises(RefusedValue):
            validator.validate(value)
    for value in bad_type:
        with pytest.raises(RefusedType):
            validator.validate(value)


def test_message_says_where_what_and_allowed() -> None:
    """B04."""
    with pytest.raises(RefusedValue) as caught:
        Numbers(-10, 10).validate(12, "dac.ch3.voltage", "V")
    assert str(caught.value) == "dac.ch3.voltage: 12 V refused, allowed -10 to 10 V."
    with pytest.raises(RefusedType) as wrong:
        Numbers(-10, 10).validate("12", "dac.ch3.voltage", "V")
    assert str(wrong.value) == "dac.ch3.voltage: '12' (str) refused, allowed -10 to 10 V."


def test_array_message_names_the_element() -> None:
    """B04: which element of an array is out of range."""
    with pytest.raises(RefusedValue, match=r"element \[1, 0\] is 7\.0"):
        Arrays(0, 1).validate(np.array([[0.0], [7.0]]))


def test_a_long_value_is_shortened_in_the_message() -> None:
    with pytest.raises(RefusedValue) as caught:
        Arrays(shape=(2,)).validate(np.zeros(10_000))
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "make",
    [
        lambda: Numbers(1, 0),
        lambda: Numbers(0, 0),
        lambda: Numbers("0", 1),
        lambda: Ints(0.5, 2),
        lambda: Ints(3, 2),
        lambda: Strings(3, 2),
        lambda: Enum(),
        lambda: Enum([1]),
        lambda: MultiType(),
        lambda: MultiType(int),
        lambda: MultiType(Numbers(), combiner="XOR"),
        lambda: Arrays(1, 0),
        lambda: Arrays(0, 1, valid_types=[np.complexfloating]),
    ],
)
def test_contradictory_rules_are_refused(make: object) -> None:
    with pytest.raises(DefinitionError):
        make()  # type: ignore[operator]


def test_repr_shows_the_rule() -> None:
    assert repr(Numbers(-1, 1)) == "<Numbers: -1 to 1>"
    assert repr(Enum("dc", "ac")) == "<Enum: 'dc' and 'ac'>"
    assert repr(Ints(1)) == "<Ints: whole numbers 1 and above>"
