"""Every validator: what it accepts, what it refuses by value and by type, and what cannot be a rule at all."""

from __future__ import annotations

import datetime
import math
from collections import OrderedDict
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from measurand import validators
from measurand.errors import DefinitionError, RefusedType, RefusedValue
from measurand.validators import (
    Anything,
    Arrays,
    Bool,
    Callable,
    CheckedByOwner,
    ComplexNumbers,
    Dict,
    Enum,
    Ints,
    Lists,
    Multiples,
    MultiType,
    MultiTypeAnd,
    MultiTypeOr,
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
)

NAN, INF = math.nan, math.inf
NO_NUMBERS = [
    "1",
    "",
    None,
    b"1",
    [1],
    (1,),
    {1},
    object(),
    Decimal(1),
    Fraction(1),
    np.array(1),
    np.array([1.0]),
    np.str_("1"),
]

TABLE: list[tuple[Validator[Any], list[Any], list[Any], list[Any]]] = [
    (
        Numbers(0.001, 25),
        [0.001, 25, 1.5, True, np.float64(3), np.int16(2), np.float32(1), np.uint8(25), np.longdouble(1)],
        [0, 25.0001, NAN, INF, -INF, 10**400, -(10**400), -1, False, np.float64(NAN), np.float32(INF), 10**5000],
        [*NO_NUMBERS, 1j, np.complex128(1), np.True_],
    ),
    (Numbers(), [0, -1e300, INF, -INF, 10**400], [NAN, np.float32(NAN)], [*NO_NUMBERS]),
    (Numbers(0), [0, 10**400, INF], [-1e-300, NAN, -INF], []),
    (Numbers(-(10**400), 2**53 + 1), [2**53 + 1, -1e300], [float(2**53 + 2), 2**53 + 2, -INF], []),
    (Numbers(np.float32(0), np.int64(3)), [0, 3.0], [3.1], []),
    (
        Ints(1, 4),
        [1, 4, True, np.int64(2), np.uint8(1)],
        [0, 5, False, 10**400, np.int8(-1)],
        [1.0, np.float64(1), np.True_, NAN, INF, 1j, *NO_NUMBERS],
    ),
    (Ints(), [0, -(10**30), 10**400], [], [0.5, NAN, INF]),
    (Ints(7, 7), [7], [6, 8], []),
    (Ints(-INF, 2.0), [2, -(10**30)], [3], []),
    (
        PermissiveInts(0, 10),
        [3, 3.0, 0.1 * 30, np.float32(3), np.int8(3), True, 3.000001, 10.000001, -0.0000001, np.float64(7)],
        [-1, 11, 11.0, NAN, INF, -INF, 10**400],
        [2.5, 3.001, np.float32(2.5), 1j, *NO_NUMBERS],
    ),
    (PermissiveInts(), [10**400, 1e300], [INF, NAN], [0.5]),
    (
        Multiples(4, 0, 20),
        [0, 4, 20, False, np.int64(8)],
        [3, 24, -4, True, 10**400],
        [8.0, NAN, np.float64(4), *NO_NUMBERS],
    ),
    (Multiples(), [0, -7, 10**30], [], [1.0]),
    (Multiples(3, min_value=1), [3, 6], [0, -3], []),
    (Multiples(divisor=2, max_value=-1), [-2, -(10**30)], [0, 2, -1], []),
    (
        PermissiveMultiples(0.1),
        [0, 5, 0.3, 0.1 * 3, -0.2, 1e9 + 0.1, 6.1234567891e9, 0.3 + 5e-10, np.float64(0.7), np.int32(3), False],
        [0.35, 0.3 + 5e-9, NAN, INF, -INF, 10**400],
        [1j, *NO_NUMBERS],
    ),
    (PermissiveMultiples(4), [8, 8.0, -4, 8 + 1e-10, 4 * 10**400], [3, 2.0, 4 * 10**400 + 1], []),
    (PermissiveMultiples(1e-9), [0, 5e-9, 1.0], [1.5e-9, 2e-10], []),
    (PermissiveMultiples(0.5, precision=0.1), [0.4, 0.6, 1.09], [0.25, 0.7], []),
    (
        ComplexNumbers(),
        [1j, 0j, np.complex64(1), complex(INF, 0)],
        [complex(NAN, 0), np.complex128(complex(0, NAN))],
        [1, 1.0, True, np.array(1j), *NO_NUMBERS],
    ),
    (Strings(1, 3), ["a", "abc", "µΩ", np.str_("a")], ["", "abcd"], [1, None, b"a", True, NAN, ["a"], np.array("a")]),
    (Strings(), ["", "x" * 10_000], [], [None]),
    (Strings(pattern="CH[1-4]"), ["CH1", np.str_("CH4")], ["", "CH5", "CH1\n", "xCH1", "ch1"], [1, None]),
    (Strings(2, 4, pattern="(?i)[a-f]*"), ["ab", "FACE"], ["a", "faced", "gg"], [b"ab"]),
    (
        Enum("dc", 5, None, 2.5, (1, 2), 1j),
        ["dc", 5, 5.0, None, np.float64(2.5), np.int8(5), (1, 2), (1.0, 2), 1j],
        ["ac", "", "5", NAN, INF, 10**400, (2, 1)],
        [[1, 2], {}, np.array(5), ([],)],
    ),
    (Enum(0, 1), [True, False, 0.0], ["0"], []),
    (OnOff(), ["on", "off", np.str_("on")], ["ON", "", 1, True, None], [["on"]]),
    (Bool(), [True, False, np.True_, np.False_], [], [0, 1, 1.0, "True", None, NAN, np.array(True), np.int8(1), []]),
    (
        Arrays(),
        [np.zeros(3), np.array([1, NAN, INF]), np.zeros((2, 0)), np.array(1.0), np.arange(3, dtype="uint8")],
        [],
        [
            [0, 1],
            1,
            None,
            "x",
            np.float64(1),
            np.zeros(2, complex),
            np.array([True]),
            np.array(["a"]),
            np.array([None]),
        ],
    ),
    (
        Arrays(0, 1, shape=(2,)),
        [np.array([0, 1]), np.zeros(2), np.ones(2, "float32")],
        [np.array([0, 2.0]), np.array([NAN, 0]), np.array([-INF, 0]), np.zeros(3), np.zeros((2, 1)), np.array(1)],
        [(0, 1)],
    ),
    (Arrays(-1, 10**400, shape=()), [np.array(3), np.array(5, "uint8")], [np.array(-2), np.array([3])], []),
    (Arrays(-1, 10**400), [np.array([1e308, 3.0])], [np.array([0.0, -2.0]), np.array([INF])], []),
    (Arrays(max_value=5), [np.array([-1e300, 5]), np.zeros((0,))], [np.array([6])], []),
    (Arrays(shape=(lambda: 2, 3)), [np.zeros((2, 3))], [np.zeros((3, 2)), np.zeros(6)], ["x"]),
    (Arrays(shape=(lambda: 2.0, np.int64(1))), [np.zeros((2, 1))], [np.zeros((1, 2))], []),
    (
        Arrays(shape=("n", "n", "m")),
        [np.zeros((2, 2, 5)), np.zeros((0, 0, 1))],
        [np.zeros((2, 3, 5)), np.zeros((2, 2))],
        [],
    ),
    (Arrays(valid_types=[np.complexfloating]), [np.zeros(3, complex), np.zeros(1, "complex64")], [], [np.zeros(3)]),
    (Arrays(valid_types=(int,)), [np.zeros(2, "int8"), np.zeros(2, "uint64")], [], [np.zeros(2), np.array([True])]),
    (Arrays(0, 1, valid_types=(np.float32,)), [np.zeros(2, "float32")], [np.full(2, 2, "float32")], [np.zeros(2)]),
    (Arrays(valid_types=[float, complex]), [np.zeros(2), np.zeros(2, complex)], [], [np.zeros(2, int)]),
    (
        Lists(Ints(0, 3)),
        [[], [1, 2], [np.int64(3)]],
        [[4], [0, 0, -1]],
        [(1,), "ab", None, ["x"], [1.0], np.array([1])],
    ),
    (Lists(), [[], [None, "x"]], [], [(), range(3)]),
    (Lists(Lists(Strings(1))), [[["a"], []]], [[["a", ""]]], [["a"]]),
    (Sequence(Ints(0, 3)), [[1], (1,), range(3), []], [[4]], [["x"], "ab", b"ab", None, {1}, np.array([1]), iter([1])]),
    (
        Sequence(length=2, require_sorted=True),
        [[1, 2], (1, 1), ["a", "b"]],
        [[2, 1], [1], [1, 2, 3], [1, NAN], [NAN, 1]],
        ["ab", [1, "a"], [1j, 2j]],
    ),
    (Sequence(length=0), [[], ()], [[1]], []),
    (
        Dict(["a", 1]),
        [{}, {"a": 3}, {1: None, "a": 0}, OrderedDict(a=1)],
        [{"b": 1}, {"a": 1, None: 2}],
        [None, [], "a", [("a", 1)]],
    ),
    (Dict(), [{}, {None: 1}], [], [[1]]),
    (Dict([]), [{}], [{"a": 1}], []),
    (
        ObjectTypeValidator(datetime.date, dict),
        [datetime.date(2026, 1, 1), datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC), {}],
        [],
        [1, None, "x"],
    ),
    (Callable(), [len, int, lambda: 0, Numbers(0, 1).validate], [], [1, None, "len"]),
    (Anything(), [None, 1, "x", object(), NAN, [], 10**400], [], []),
    (Nothing("locked by the key"), [], [None, 1, "x", NAN, object()], []),
    (MultiType(Numbers(0, 1), Enum("auto")), [0.5, "auto", True], [2, "manual", NAN], [[1]]),
    (MultiType(Ints(0, 9), Enum(2, 20), combiner="AND"), [2], [20, 3], ["x", 2.0]),
    (MultiTypeOr(Numbers(0, 1), Enum(None)), [0, None], [2], [[1]]),
    (MultiTypeAnd(Numbers(0, 60), Enum(30, 90)), [30], [90, 45], [None]),
    (CheckedByOwner("Odd", "odd numbers"), [1, 2, None, "x"], [], []),
]


@pytest.mark.parametrize(
    ("validator", "good", "bad_value", "bad_type"), TABLE, ids=[repr(row[0])[:60] for row in TABLE]
)
def test_table(validator: Validator[Any], good: list[Any], bad_value: list[Any], bad_type: list[Any]) -> None:
    """B01, B02, B03: wrong type is a TypeError, a value that is not allowed a ValueError; examples are accepted."""
    for value in [*good, *validator.valid_values]:
        validator.validate(value)
        assert validator.refusal(value) is None
    for value in bad_value:
        with pytest.raises(RefusedValue):
            validator.validate(value)
    for value in bad_type:
        with pytest.raises(RefusedType):
            validator.validate(value)


def test_the_table_is_complete() -> None:
    classes = {name for name in validators.__all__ if isinstance(getattr(validators, name), type)}
    assert classes - {"Refusal", "Validator"} == {type(row[0]).__name__ for row in TABLE}


def test_errors_are_what_a_careful_user_catches() -> None:
    """B01."""
    with pytest.raises(TypeError):
        Numbers(0, 1).validate("0.5")
    with pytest.raises(ValueError):
        Numbers(0, 1).validate(2)


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


@pytest.mark.parametrize("row", TABLE, ids=[repr(row[0])[:60] for row in TABLE])
def test_examples_exist(row: tuple[Validator[Any], list[Any], list[Any], list[Any]]) -> None:
    """Wherever a rule has allowed values, some are known, but for objects, whose making is not ours."""
    validator = row[0]
    if isinstance(validator, (Nothing, ObjectTypeValidator, CheckedByOwner)) or "CH" in repr(validator):
        assert validator.valid_values == ()
    else:
        assert len(validator.valid_values) > 0


def test_attributes_are_the_arguments() -> None:
    """Code that knows the documented attributes finds them."""
    numbers, arrays = Numbers(0, 5), Arrays(0, 1, shape=(lambda: 2, "n", 3), valid_types=[float])
    assert (numbers.min_value, numbers.max_value, Numbers().max_value) == (0, 5, INF)
    assert (Ints(1, 4).min_value, Multiples(4, 0, 9).divisor, PermissiveMultiples(0.5).divisor) == (1, 4, 0.5)
    assert PermissiveMultiples(0.5).precision == 1e-9
    assert (Strings(1, 5, "a+").max_length, Strings(1, 5, "a+").pattern) == (5, "a+")
    assert (arrays.min_value, arrays.shape, arrays.valid_types) == (0, (2, None, 3), (float,))
    assert arrays.shape_unevaluated[1:] == ("n", 3)
    assert Arrays().shape is None
    assert Enum("a", "b").values == ("a", "b")
    assert Lists(numbers).elt_validator is numbers
    assert (Sequence(numbers, 2, True).length, Sequence(numbers, 2, True).require_sorted) == (2, True)
    assert (Dict(["a"]).allowed_keys, Nothing("why").reason) == (("a",), "why")
    assert ObjectTypeValidator(dict).types == (dict,)
    assert MultiTypeAnd(numbers, Ints()).combiner == "AND"


def test_limits_cannot_be_changed() -> None:
    """Others may use the same validator, and its hash would change."""
    with pytest.raises(AttributeError):
        Numbers(0, 1).max_value = 2  # type: ignore[misc]


@pytest.mark.parametrize(
    ("validator", "numeric"),
    [
        (Numbers(), True),
        (Ints(), True),
        (PermissiveInts(), True),
        (Multiples(2), True),
        (PermissiveMultiples(2), True),
        (Anything(), True),
        (Enum(1, 2.5), True),
        (Enum(1, "a"), False),
        (Enum(True, False), False),
        (MultiType(Strings(), Numbers()), True),
        (MultiType(Strings(), Bool()), False),
        (ComplexNumbers(), False),  # no order, so no ramp
        (Strings(), False),
        (OnOff(), False),
        (Arrays(), False),
        (Lists(Numbers()), False),
        (Nothing(""), False),
    ],
    ids=repr,
)
def test_is_numeric_tells_what_can_be_ramped(validator: Validator[Any], numeric: bool) -> None:
    assert validator.is_numeric is numeric


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Numbers(1, 0), "Numbers"),
        (lambda: Numbers(0, 0), "above"),
        (lambda: Numbers("0", 1), "number"),
        (lambda: Numbers(NAN, 1), "above"),
        (lambda: Numbers(0, NAN), "above"),
        (lambda: Numbers(None, 1), "number"),
        (lambda: Ints(0.5, 2), "whole"),
        (lambda: Ints(3, 2), "below"),
        (lambda: Ints(NAN, 2), "whole"),
        (lambda: Ints(INF, INF), "below"),
        (lambda: PermissiveInts(0, 2.5), "whole"),
        (lambda: Multiples(0), "divisor"),
        (lambda: Multiples(2.0), "divisor"),
        (lambda: Multiples(-2), "divisor"),
        (lambda: Multiples(10, 1, 9), "no multiple"),
        (lambda: PermissiveMultiples(0), "divisor"),
        (lambda: PermissiveMultiples(INF), "divisor"),
        (lambda: PermissiveMultiples(NAN), "divisor"),
        (lambda: PermissiveMultiples("1"), "divisor"),
        (lambda: PermissiveMultiples(1, precision=0.5), "precision"),
        (lambda: PermissiveMultiples(1, precision=-1), "precision"),
        (lambda: Strings(3, 2), "min_length"),
        (lambda: Strings(-1), "min_length"),
        (lambda: Strings(pattern="("), "regular expression"),
        (lambda: Strings(pattern=3), "regular expression"),
        (lambda: Enum(), "at least one"),
        (lambda: Enum([1]), "hashable"),
        (lambda: Enum(1, NAN), "NaN"),
        (lambda: MultiType(), "no validator"),
        (lambda: MultiType(int), "no validator"),
        (lambda: MultiTypeAnd(3), "MultiTypeAnd"),
        (lambda: MultiType(Numbers(), combiner="XOR"), "'OR' and 'AND'"),
        (lambda: Arrays(1, 0), "above"),
        (lambda: Arrays(NAN, 0), "above"),
        (lambda: Arrays(0, 1, valid_types=[np.complexfloating]), "complex"),
        (lambda: Arrays(0, 1, valid_types=[np.number]), "complex"),
        (lambda: Arrays(valid_types=[str]), "allowed are"),
        (lambda: Arrays(valid_types=["float"]), "allowed are"),
        (lambda: Arrays(valid_types=[]), "at least one"),
        (lambda: Arrays(shape=(-1,)), "length"),
        (lambda: Arrays(shape=(1.5,)), "length"),
        (lambda: Arrays(shape=("",)), "length"),
        (lambda: Arrays(shape=(True,)), "length"),
        (lambda: Arrays(shape="n"), "length"),
        (lambda: Lists(int), "validator"),
        (lambda: Sequence(3), "validator"),
        (lambda: Sequence(length=-1), "length"),
        (lambda: Sequence(length=1.0), "length"),
        (lambda: Dict("ab"), "list of keys"),
        (lambda: Dict([[1]]), "list of keys"),
        (lambda: Dict(3), "list of keys"),
        (lambda: ObjectTypeValidator(), "no class"),
        (lambda: ObjectTypeValidator("dict"), "no class"),
        (lambda: Nothing(None), "text"),
    ],
)
def test_contradictory_rules_are_refused(make: Any, says: str) -> None:
    with pytest.raises(DefinitionError, match=says):
        make()


def test_equal_rules_are_equal() -> None:
    assert Numbers(0, 1) == Numbers(0.0, np.float64(1))
    assert hash(Numbers(0, 1)) == hash(Numbers(0.0, np.float64(1)))
    assert Enum("a", "b") == Enum("b", "a")
    assert hash(Enum("a", "b")) == hash(Enum("b", "a"))
    assert MultiType(Numbers(0, 1), Enum("auto")) == MultiType(Numbers(0, 1), Enum("auto"))
    assert Arrays(shape=(len, "n")) == Arrays(shape=(len, "n"))
    assert len({Ints(0, 3), Ints(0, 3), Ints(0, 4), Multiples(1, 0, 3), PermissiveInts(0, 3), Numbers(0, 3)}) == 5
    assert Numbers(0, 1) != "0 to 1"


class Odd(Ints):
    """A rule of a user, made of one of ours."""

    def judge(self, value: object) -> Refusal | None:
        refusal = super().judge(value)
        return Refusal(wrong_type=False) if refusal is None and value % 2 == 0 else refusal  # type: ignore[operator]

    def refusal(self, value: object) -> Refusal | None:
        return Validator.refusal(self, value)


def test_a_rule_of_a_user_equals_only_itself() -> None:
    """It may hold a state that we do not know."""
    odd = Odd(0, 3)
    assert odd == odd  # noqa: PLR0124 - what is tested
    assert odd != Odd(0, 3)
    assert odd != Ints(0, 3)
    assert len({odd, Odd(0, 3)}) == 2
    with pytest.raises(RefusedValue):
        odd.validate(2)


class Hostile:
    """Whatever one asks it, it raises."""

    def _fail(self, *_: object) -> Any:
        raise ZeroDivisionError

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __hash__ = __len__ = __iter__ = __bool__ = __repr__ = _fail  # type: ignore[assignment]
    __getattr__ = __float__ = __int__ = __index__ = __complex__ = __array__ = __contains__ = __getitem__ = _fail
    __class__ = property(_fail)  # type: ignore[assignment]


class HostileText(str):
    __slots__ = ()

    def __len__(self) -> int:
        raise ZeroDivisionError

    def __hash__(self) -> int:
        raise ZeroDivisionError


class HostileFloat(float):
    def __ge__(self, other: object) -> bool:
        raise ZeroDivisionError

    __le__ = __lt__ = __gt__ = __eq__ = __ge__
    __hash__ = float.__hash__


HOSTILE = [Hostile(), HostileText("a"), HostileFloat(1), [Hostile()], (Hostile(),), {"a": Hostile()}]


@pytest.mark.parametrize("row", TABLE, ids=[repr(row[0])[:60] for row in TABLE])
def test_a_hostile_value_gets_a_verdict(row: tuple[Validator[Any], list[Any], list[Any], list[Any]]) -> None:
    """No method of a value, whatever it raises, gets past the validator; nor does its `repr` spoil the message."""
    for value in HOSTILE:
        if row[0].refusal(value) is not None:
            with pytest.raises((RefusedType, RefusedValue)):
                row[0].validate(value, "dac.x", "V")
    if not isinstance(row[0], (Anything, CheckedByOwner, Callable)):
        assert row[0].refusal(HOSTILE[0]) is not None


def test_a_length_that_cannot_be_told_is_said() -> None:
    """The function that gives the length of an array is user code too."""

    def n_points() -> Any:
        return answers.pop()

    answers: list[Any] = [None]
    rule = Arrays(shape=(n_points,))
    refused = rule.refusal(np.zeros(3))
    assert refused == Refusal(
        False, "its shape cannot be checked: n_points gave None as a length, allowed whole numbers from 0"
    )
    assert rule.refusal(np.zeros(3)) == Refusal(False, "its shape cannot be checked: its function raised IndexError")
    assert rule.valid_values == ()
    assert repr(rule) == "<Arrays: arrays of shape (n_points) of real numbers>"
    answers += [3.5, -1]
    assert rule.refusal(np.zeros(3)) is not None
    assert rule.refusal(np.zeros(3)) is not None


def test_importing_validators_loads_no_numpy() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from measurand.validators import *; Arrays(0, 1, shape=(3,)).refusal([1]); Bool().refusal(1);"
        "from_dict(Numbers(0, 1).to_dict()); Enum(1).refusal(2.0); assert 'numpy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": ":".join(sys.path)})
