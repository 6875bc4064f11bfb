"""Validators as data: to JSON and back, in this process and in another one, and what cannot travel."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

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
    from_dict,
)

RULES: list[tuple[Validator[Any], dict[str, Any]]] = [
    (Numbers(), {"kind": "Numbers"}),
    (Numbers(-10, 10.5), {"kind": "Numbers", "min_value": -10, "max_value": 10.5}),
    (Numbers(np.float32(0.5), np.int8(3)), {"kind": "Numbers", "min_value": 0.5, "max_value": 3}),
    (Numbers(max_value=10**400), {"kind": "Numbers", "max_value": 10**400}),
    (Ints(1, 4.0), {"kind": "Ints", "min_value": 1, "max_value": 4}),
    (PermissiveInts(0), {"kind": "PermissiveInts", "min_value": 0}),
    (Multiples(4, max_value=16), {"kind": "Multiples", "divisor": 4, "max_value": 16}),
    (PermissiveMultiples(0.1), {"kind": "PermissiveMultiples", "divisor": 0.1, "precision": 1e-9}),
    (ComplexNumbers(), {"kind": "ComplexNumbers"}),
    (Strings(), {"kind": "Strings"}),
    (Strings(1, 5, "CH[1-4]µ"), {"kind": "Strings", "min_length": 1, "max_length": 5, "pattern": "CH[1-4]µ"}),
    (Enum("dc", 2, 2.5, None, True), {"kind": "Enum", "values": ["dc", 2, 2.5, None, True]}),
    (
        Enum(1 + 2j, (1, ("a",)), np.float32(0.5), b"\x00\xff", float("inf"), frozenset("ba"), int),
        {
            "kind": "Enum",
            "values": [
                {"complex": [1.0, 2.0]},
                {"tuple": [1, {"tuple": ["a"]}]},
                {"numpy": "float32", "value": 0.5},
                {"bytes": "00ff"},
                {"float": "inf"},
                {"frozenset": ["a", "b"]},
                {"type": "builtins:int"},
            ],
        },
    ),
    (OnOff(), {"kind": "OnOff"}),
    (Bool(), {"kind": "Bool"}),
    (Arrays(), {"kind": "Arrays"}),
    (
        Arrays(0, 1, shape=(3, "n"), valid_types=[np.floating, int]),
        {
            "kind": "Arrays",
            "min_value": 0,
            "max_value": 1,
            "shape": [3, "n"],
            "valid_types": [{"type": "numpy:floating"}, {"type": "builtins:int"}],
        },
    ),
    (Arrays(shape=()), {"kind": "Arrays", "shape": []}),
    (Lists(), {"kind": "Lists"}),
    (Lists(Ints(0, 3)), {"kind": "Lists", "elt_validator": {"kind": "Ints", "min_value": 0, "max_value": 3}}),
    (Sequence(Bool(), 2, True), {"kind": "Sequence", "elt_validator": {"kind": "Bool"}, "length": 2, "require_sorted": True}),
    (Dict(), {"kind": "Dict"}),
    (Dict(["a", 1, (2,)]), {"kind": "Dict", "allowed_keys": ["a", 1, {"tuple": [2]}]}),
    (Dict([]), {"kind": "Dict", "allowed_keys": []}),
    (
        ObjectTypeValidator(datetime.date, dict),
        {"kind": "ObjectTypeValidator", "types": [{"type": "datetime:date"}, {"type": "builtins:dict"}]},
    ),
    (Anything(), {"kind": "Anything"}),
    (Nothing("locked"), {"kind": "Nothing", "reason": "locked"}),
    (
        MultiType(Numbers(0, 60), Enum("auto")),
        {"kind": "MultiType", "validators": [{"kind": "Numbers", "min_value": 0, "max_value": 60}, {"kind": "Enum", "values": ["auto"]}]},
    ),
    (MultiType(Bool(), combiner="AND"), {"kind": "MultiType", "validators": [{"kind": "Bool"}], "combiner": "AND"}),
    (MultiTypeOr(Bool()), {"kind": "MultiTypeOr", "validators": [{"kind": "Bool"}]}),
    (MultiTypeAnd(Bool()), {"kind": "MultiTypeAnd", "validators": [{"kind": "Bool"}]}),
    (
        CheckedByOwner("Odd", "odd numbers", True),
        {"kind": "CheckedByOwner", "of": "Odd", "rule": "odd numbers", "is_numeric": True},
    ),
]  # fmt: skip


def through_json(validator: Validator[Any]) -> Validator[Any]:
    return from_dict(json.loads(json.dumps(validator.to_dict(), allow_nan=False)))


@pytest.mark.parametrize(("validator", "data"), RULES, ids=[repr(row[0])[:60] for row in RULES])
def test_data(validator: Validator[Any], data: dict[str, Any]) -> None:
    """B07: the form is what other programs rely on; describe, JSON, describe is the identity."""
    assert validator.to_dict() == {"version": 1, **data}
    back = through_json(validator)
    assert back == validator
    assert hash(back) == hash(validator)
    assert back.to_dict() == validator.to_dict()
    assert repr(back) == repr(validator)
    assert back.is_numeric == validator.is_numeric


def test_members_of_an_enum_come_back_with_their_types() -> None:
    """B07: JSON has no complex, no tuples, no numpy; they come back whole."""
    members = (1, 2.5, True, None, "x", 3j, (1, (2,)), np.float32(0.1), np.int16(7), np.str_("y"), np.True_, b"z", int)
    back = through_json(Enum(*dict.fromkeys(members)))
    assert [type(v) for v in back.values] == [type(v) for v in Enum(*members).values]
    assert back.values == Enum(*members).values


class Waveform:
    """A class of a module that other processes do not have."""


def odd(value: object) -> bool:
    return isinstance(value, int) and value % 2 == 1


class Odd(Ints):
    """A rule of a user, made of one of ours."""

    def judge(self, value: object) -> Refusal | None:
        return None if odd(value) else Refusal(wrong_type=False)

    def refusal(self, value: object) -> Refusal | None:
        return Validator.refusal(self, value)

    def allowed(self, unit: str = "") -> str:
        return "odd numbers"


def local_class() -> type:
    class Local:
        pass

    return Local


@pytest.mark.parametrize(
    ("validator", "of", "rule"),
    [
        (Callable(), "Callable", "functions and whatever else can be called"),
        (Odd(), "Odd", "odd numbers"),
        (ObjectTypeValidator(local_class()), "ObjectTypeValidator", "objects of type local_class.<locals>.Local"),
        (Enum(len, "a"), "Enum", "<built-in function len> and 'a'"),
        (Enum(datetime.UTC), "Enum", "datetime.timezone.utc"),
        (Enum(np.longdouble(1)), "Enum", "np.longdouble('1.0')"),
    ],
    ids=lambda cell: repr(cell)[:40],
)
def test_what_cannot_travel_is_checked_by_the_owner(validator: Validator[Any], of: str, rule: str) -> None:
    """B07: shown by its text; accepts everything elsewhere, and says who checks; the host has the last word."""
    data = validator.to_dict()
    back = through_json(validator)
    assert (data["kind"], data["of"], data["rule"]) == ("CheckedByOwner", of, rule)
    assert back.to_dict() == data
    assert back.allowed() == f"{rule} (checked by its owner)"
    assert back.is_numeric == validator.is_numeric
    back.validate("whatever")


def test_only_the_part_that_cannot_travel_is_left_to_the_owner() -> None:
    """B07."""
    back = through_json(MultiTypeAnd(Numbers(0, 9), Odd()))
    back.validate(2)  # the owner will refuse it
    with pytest.raises(RefusedValue, match=r"allowed 0 to 9"):
        back.validate(10)


class Parameter:
    """What an array's length may ask."""

    full_name = "scope_n_points"

    def __call__(self) -> int:
        return 3

    def get_latest(self) -> int:
        return 3


@pytest.mark.parametrize("length", [Parameter(), Parameter().get_latest], ids=["parameter", "method"])
def test_a_length_that_is_asked_is_left_to_the_owner(length: Any) -> None:
    """B07: everything else about the array is checked here."""
    rule = Arrays(0, 1, shape=(length, 2))
    data = rule.to_dict()
    assert data["shape"] == [{"asked": "scope_n_points"}, 2]
    back = through_json(rule)
    assert back.to_dict() == data
    assert "scope_n_points, checked by its owner" in repr(back)
    assert isinstance(back, Arrays)
    assert back.shape == (None, 2)
    back.validate(np.zeros((7, 2)))  # the owner will refuse it
    for wrong in (np.zeros((3, 3)), np.zeros(3), np.full((3, 2), 2.0)):
        with pytest.raises(RefusedValue):
            back.validate(wrong)
    with pytest.raises(RefusedType):
        back.validate([[0, 0]])


def test_a_lambda_has_no_name() -> None:
    assert Arrays(shape=(lambda: 3,)).to_dict()["shape"] == [{"asked": "a function"}]


def test_a_class_that_is_not_loaded_is_left_to_the_owner_and_never_imported() -> None:
    """B07: reading data runs no code; describing it again gives the same data."""
    sys.modules.pop("antigravity", None)
    data = {"version": 1, "kind": "ObjectTypeValidator", "types": [{"type": "antigravity:Apple"}]}
    back = from_dict(
        {"version": 1, "kind": "Lists", "elt_validator": {k: v for k, v in data.items() if k != "version"}}
    )
    assert "antigravity" not in sys.modules
    assert back.to_dict()["elt_validator"]["types"] == data["types"]
    assert "antigravity:Apple (checked by its owner)" in repr(back)
    assert from_dict(data) == from_dict(data)
    assert from_dict(data).to_dict() == data
    back.validate(["whatever"])


def test_another_process_applies_the_rules() -> None:
    """B07: equal verdicts on the other side of a process border."""
    rules = [validator for validator, _ in RULES]
    values = [None, True, -1, 0, 3, 4.0, 0.1, 61, "", "auto", "CH1µ", [], [1, 2], {"a": 1}]
    code = (
        "import json, sys; from measurand.validators import from_dict\n"
        "rules, values = json.load(sys.stdin)\n"
        "print(json.dumps([[from_dict(rule).refusal(value) is None for value in values] for rule in rules]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps([[rule.to_dict() for rule in rules], values]),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout) == [[rule.refusal(value) is None for value in values] for rule in rules]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("Numbers", "no description"),
        (None, "no description"),
        ({}, "version"),
        ({"kind": "Numbers"}, "version"),
        ({"version": "1", "kind": "Numbers"}, "version"),
        ({"version": True, "kind": "Numbers"}, "version"),
        ({"version": 0, "kind": "Numbers"}, "version"),
        ({"version": 2, "kind": "Numbers"}, "update Measurand"),
        ({"version": 1}, "Kind None of validator is unknown"),
        ({"version": 1, "kind": "Number"}, "Did you mean 'Numbers'"),
        ({"version": 1, "kind": ["Numbers"]}, "unknown"),
        ({"version": 1, "kind": "Callable"}, "unknown"),
        ({"version": 1, "kind": "Numbers", "min": 3}, "'Numbers' cannot be read"),
        ({"version": 1, "kind": "Numbers", "min_value": "3"}, "number"),
        ({"version": 1, "kind": "Numbers", "min_value": {"float": "3"}}, "nan, inf"),
        ({"version": 1, "kind": "Numbers", "min_value": {"real": 3}}, "cannot be read as a value"),
        ({"version": 1, "kind": "Enum", "values": "abc"}, "no list"),
        ({"version": 1, "kind": "Enum", "values": [{"bytes": "0x"}]}, "cannot be read as a value"),
        ({"version": 1, "kind": "Enum", "values": [{"complex": [1]}]}, "cannot be read as a value"),
        ({"version": 1, "kind": "Enum", "values": [{"complex": [1, 2], "x": 1}]}, "cannot be read as a value"),
        ({"version": 1, "kind": "Enum", "values": [{"numpy": "memmap", "value": "x"}]}, "no scalar type"),
        ({"version": 1, "kind": "Enum", "values": [{"type": 3}]}, "cannot be read as a value"),
        ({"version": 1, "kind": "Enum", "values": [[1]]}, "cannot be read as a value"),
        ({"version": 1, "kind": "Enum"}, "at least one"),
        ({"version": 1, "kind": "Lists", "elt_validator": {"kind": "Nought"}}, "Nought"),
        ({"version": 1, "kind": "Lists", "elt_validator": 3}, "validator"),
        ({"version": 1, "kind": "MultiType", "validators": [3]}, "validator"),
        ({"version": 1, "kind": "ObjectTypeValidator", "types": [3]}, "no class"),
        ({"version": 1, "kind": "Strings", "pattern": "("}, "regular expression"),
        ({"version": 1, "kind": "Strings", "values": [1]}, "'Strings' cannot be read"),
        ({"version": 1, "kind": "CheckedByOwner"}, "cannot be read"),
        ({"version": 1, "kind": "CheckedByOwner", "of": 3, "rule": "x"}, "text"),
        ({"version": 1, "kind": "Arrays", "shape": 3}, "cannot be read"),
    ],
    ids=lambda cell: repr(cell)[:60],
)
def test_data_that_are_no_rule_are_refused(data: Any, says: str) -> None:
    with pytest.raises(DefinitionError, match=says):
        from_dict(data)
