"""Judge data by a JSON schema: the words that schemas of settings use. Knows no files.

`type`, `enum`, `const`, `properties`, `required`, `additionalProperties`, `items`, `minItems`, `maxItems`, `minimum`,
`maximum`, `exclusiveMinimum`, `exclusiveMaximum`, `minLength`, `maxLength`, `pattern`, `anyOf`, `oneOf` and `allOf` of
draft 7 (json-schema.org); other words mean nothing, as that standard has it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from measurand.errors import ConfigurationError

Schema = Mapping[str, Any]

_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: (
        (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer())
    ),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "object": lambda value: isinstance(value, Mapping),
    "array": lambda value: isinstance(value, (list, tuple)),
    "null": lambda value: value is None,
}
_BOUNDS: Mapping[str, tuple[str, Callable[[Any, Any], bool]]] = {
    "minimum": ("at least", lambda value, bound: value >= bound),
    "maximum": ("at most", lambda value, bound: value <= bound),
    "exclusiveMinimum": ("above", lambda value, bound: value > bound),
    "exclusiveMaximum": ("below", lambda value, bound: value < bound),
}
_LENGTHS = {"minLength": (str, True), "maxLength": (str, False), "minItems": (list, True), "maxItems": (list, False)}


def problems(value: Any, schema: Schema | bool, at: str = "") -> Iterator[str]:
    """Yield everything about ``value`` that a schema refuses, each as a sentence.

    Raises:
        ConfigurationError: The schema itself names a type that there is not.
    """
    if schema is True or schema is False:
        if not schema:
            yield f"{at or 'the settings'}: not allowed here."
        return
    kinds = schema.get("type")
    if kinds is not None and not any(_of_type(kind, value) for kind in _listed(kinds)):
        yield _refused(at, value, " or ".join(map(str, _listed(kinds))))
        return
    if "enum" in schema and value not in schema["enum"]:
        yield _refused(at, value, ", ".join(map(repr, schema["enum"])))
    if "const" in schema and value != schema["const"]:
        yield _refused(at, value, repr(schema["const"]))
    yield from _sizes(value, schema, at)
    yield from _combined(value, schema, at)
    if isinstance(value, Mapping):
        yield from _entries(value, schema, at)
    elif isinstance(value, (list, tuple)):
        yield from _items(value, schema, at)


def check_type(name: str) -> None:
    """Refuse what is no type of JSON schema.

    Raises:
        ConfigurationError: It is none.
    """
    if name not in _TYPES:
        raise ConfigurationError(f"The type {name!r} is refused, allowed {', '.join(_TYPES)}.")


def _of_type(kind: str, value: Any) -> bool:
    check_type(kind)
    return _TYPES[kind](value)


def _listed(kinds: str | list[str]) -> list[str]:
    return [kinds] if isinstance(kinds, str) else kinds


def _refused(at: str, value: Any, allowed: str) -> str:
    return f"{at or 'the settings'}: {value!r} refused, allowed {allowed}."


def _sizes(value: Any, schema: Schema, at: str) -> Iterator[str]:
    for word, (text, holds) in _BOUNDS.items():
        if word in schema and _TYPES["number"](value) and not holds(value, schema[word]):
            yield _refused(at, value, f"{text} {schema[word]}")
    for word, (kind, least) in _LENGTHS.items():
        if word in schema and isinstance(value, kind):
            length, bound = len(value), schema[word]
            if length < bound if least else length > bound:
                yield _refused(at, value, f"{'at least' if least else 'at most'} {bound} of its parts")
    if "pattern" in schema and isinstance(value, str) and not re.search(schema["pattern"], value):
        yield _refused(at, value, f"what matches {schema['pattern']}")


def _combined(value: Any, schema: Schema, at: str) -> Iterator[str]:
    for part in schema.get("allOf", ()):
        yield from problems(value, part, at)
    for word in ("anyOf", "oneOf"):
        if word in schema:
            judged = [list(problems(value, part, at)) for part in schema[word]]
            fitting = judged.count([])
            if fitting == 0:
                yield "; ".join(text for texts in judged for text in texts)
            elif fitting > 1 and word == "oneOf":
                yield f"{at}: {value!r} refused, it is of several kinds that exclude each other."


def _entries(value: Mapping[str, Any], schema: Schema, at: str) -> Iterator[str]:
    known: Schema = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{_below(at, name)}: is missing."
    for name, entry in value.items():
        part = known.get(name, schema.get("additionalProperties", True))
        yield from problems(entry, part, _below(at, name))


def _items(value: list[Any] | tuple[Any, ...], schema: Schema, at: str) -> Iterator[str]:
    parts = schema.get("items", True)
    if isinstance(parts, list):
        for index, (item, part) in enumerate(zip(value, parts, strict=False)):
            yield from problems(item, part, f"{at}[{index}]")
        return
    for index, item in enumerate(value):
        yield from problems(item, parts, f"{at}[{index}]")


def _below(at: str, name: str) -> str:
    return f"{at}.{name}" if at else str(name)
