"""What a refusal says: where, what was given, why, what is allowed."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

from measurand.errors import RefusedType, RefusedValue
from measurand.validators import (
    Anything,
    Arrays,
    Bool,
    Callable,
    ComplexNumbers,
    Dict,
    Enum,
    Ints,
    Lists,
    Multiples,
    MultiType,
    MultiTypeAnd,
    Nothing,
    Numbers,
    ObjectTypeValidator,
    OnOff,
    PermissiveInts,
    PermissiveMultiples,
    Sequence,
    Strings,
    Validator,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("validator", "value", "message"),
    [
        (Numbers(-10, 10), 12, "12 V refused, allowed -10 to 10 V."),
        (Numbers(-10, 10), "12", "'12' (str) refused, allowed -10 to 10 V."),
        (Numbers(-10, 10), None, "None (NoneType) refused, allowed -10 to 10 V."),
        (Numbers(-10, 10), "", "'' (str) refused, allowed -10 to 10 V."),
        (Numbers(-10, 10), NAN, "nan V refused, allowed -10 to 10 V."),
        (Numbers(-10, 10), np.float64(12), "12.0 V refused, allowed -10 to 10 V."),
        (Numbers(-10, 10), np.array(1.0), "array(1.) (ndarray) refused, allowed -10 to 10 V."),
        (Numbers(-10, 10), 10**5000, "<int> V refused, allowed -10 to 10 V."),
        (Numbers(0), -1, "-1 V refused, allowed 0 V and above."),
        (Numbers(max_value=0), 1, "1 V refused, allowed 0 V and below."),
        (Numbers(), NAN, "nan V refused, allowed any number."),
        (Numbers(0, 10**400), -1, "-1 V refused, allowed 0 to about 1e400 V."),
        (Ints(1, 4), 1.0, "1.0 V (float) refused, allowed whole numbers 1 to 4 V."),
        (Ints(), "1", "'1' (str) refused, allowed whole numbers."),
        (PermissiveInts(1, 4), 2.5, "2.5 V (float) refused: it is not whole, allowed whole numbers 1 to 4 V."),
        (Multiples(4, 0, 8), 6, "6 V refused, allowed multiples of 4, whole numbers 0 to 8 V."),
        (PermissiveMultiples(0.1), 0.25, "0.25 V refused, allowed multiples of 0.1 V (within 1e-09)."),
        (ComplexNumbers(), 1.0, "1.0 V (float) refused, allowed complex numbers in V."),
        (Strings(1, 3), "abcd", "'abcd' refused, allowed text of 1 to 3 characters."),
        (Strings(1), "", "'' refused, allowed text of at least 1 characters."),
        (Strings(pattern="CH[1-4]"), "CH5", "'CH5' refused, allowed text that matches 'CH[1-4]'."),
        (Enum("dc", "ac"), "DC", "'DC' refused, allowed 'dc' and 'ac'."),
        (Enum(1, 2.5), 3, "3 V refused, allowed 1 and 2.5 V."),
        (Enum(*np.arange(2.0)), 3, "3 V refused, allowed 0.0 and 1.0 V."),
        (Enum(*range(50)), 60, "60 V refused, allowed 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, … and 49 V."),
        (OnOff(), True, "True refused, allowed 'on' and 'off'."),
        (Bool(), 1, "1 V (int) refused, allowed True and False."),
        (Arrays(0, 1), [1], "[1] (list) refused, allowed arrays of real numbers 0 to 1 V."),
        (
            Arrays(0, 1),
            np.array([[0.0], [7.0]]),
            "array([[0.], [7.]]) refused: element [1, 0] is 7.0, allowed arrays of real numbers 0 to 1 V.",
        ),
        (Arrays(0, 1), np.array(7), "array(7) refused, allowed arrays of real numbers 0 to 1 V."),
        (
            Arrays(shape=(2, "n")),
            np.zeros(1),
            "array([0.]) refused: its shape is (1,), allowed arrays of shape (2, n) of real numbers.",
        ),
        (
            Arrays(valid_types=[np.complexfloating]),
            np.zeros(1),
            "array([0.]) (ndarray) refused: its elements are float64, allowed arrays of complexfloating.",
        ),
        (
            Lists(Ints(0, 3)),
            [0, "x"],
            "[0, 'x'] (list) refused: element 1 is 'x' (str), allowed lists whose elements are whole numbers 0 to 3 V.",
        ),
        (
            Sequence(Numbers(), 2, require_sorted=True),
            (2, 1),
            "(2, 1) refused: element 1 is 1, after 2, allowed ascending sequences of length 2 whose elements are any number.",
        ),
        (Sequence(length=2), [1], "[1] refused: it has 1 elements, allowed sequences of length 2."),
        (
            Dict(["start", "stop"]),
            {"step": 1},
            "{'step': 1} refused: it has the key 'step', allowed dictionaries with no keys but 'start' and 'stop'.",
        ),
        (ObjectTypeValidator(dict, list), 1, "1 V (int) refused, allowed objects of type dict or list."),
        (Callable(), "f", "'f' (str) refused, allowed functions and whatever else can be called."),
        (Nothing("locked by the key"), 3, "3 V refused: locked by the key, allowed nothing."),
        (MultiType(Numbers(0, 60), Enum("auto")), "manual", "'manual' refused, allowed 0 to 60 V or 'auto'."),
        (
            MultiType(Arrays(0, 1), Enum("auto")),
            np.array([2]),
            "array([2]) refused: element [0] is 2, allowed arrays of real numbers 0 to 1 V or 'auto'.",
        ),
        (MultiTypeAnd(Numbers(0, 60), Enum(30, 90)), 90, "90 V refused, allowed 0 to 60 V."),
    ],
    ids=lambda cell: cell[:40] if isinstance(cell, str) else type(cell).__name__,
)
def test_message(validator: Validator[Any], value: Any, message: str) -> None:
    """B04: the text contains the value, the rule and `instrument.parameter`."""
    with pytest.raises((RefusedType, RefusedValue)) as caught:
        validator.validate(value, "dac.ch3.voltage", "V")
    assert str(caught.value) == f"dac.ch3.voltage: {message}"
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_without_context_and_unit() -> None:
    with pytest.raises(RefusedValue) as caught:
        Numbers(-10, 10).validate(12)
    assert str(caught.value) == "12 refused, allowed -10 to 10."


def test_a_long_value_is_shortened_in_the_message() -> None:
    with pytest.raises(RefusedValue) as caught:
        Arrays(shape=(2,)).validate(np.zeros(10_000))
    assert len(str(caught.value)) < 300


def test_repr_shows_the_rule() -> None:
    assert repr(Numbers(-1, 1)) == "<Numbers: -1 to 1>"
    assert repr(Enum("dc", "ac")) == "<Enum: 'dc' and 'ac'>"
    assert repr(Ints(1)) == "<Ints: whole numbers 1 and above>"
    assert repr(Ints(0, 2**53)) == "<Ints: whole numbers 0 to 9007199254740992>"
    assert repr(Lists()) == "<Lists: lists>"
    assert repr(Sequence()) == "<Sequence: sequences>"
    assert repr(Dict()) == "<Dict: any dictionary>"
    assert repr(Anything()) == "<Anything: anything>"
    assert repr(Strings(2, pattern="a+")) == "<Strings: text of at least 2 characters that matches 'a+'>"
