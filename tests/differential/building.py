"""Words for writing cases down: they return the plain data that `interpreter` describes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from tests.differential.values import encode

Case = dict[str, Any]
Words = dict[str, Any]  # keywords of a constructor


class Reference(dict[str, Any]):
    """Data for something JSON has no word for, resolved by the interpreter: a function, a validator, a parameter."""


def function(name: str) -> Reference:
    """Return the function of this name in `interpreter.FUNCTIONS`."""
    return Reference(function=name)


def validator(name: str, *args: Any, **keywords: Any) -> Reference:
    """Return ``name(*args, **keywords)`` of the library's validators."""
    words = [{word: data(value) for word, value in keywords.items()}] if keywords else []
    return Reference(validator=[name, [data(a) for a in args], *words])


def parameter(name: str) -> Reference:
    """Return the parameter of the same case made before."""
    return Reference(parameter=name)


def on_off(**codes: Any) -> Reference:
    """Return the library's mapping of the forms of on and off to two codes."""
    return Reference(on_off={word: encode(code) for word, code in codes.items()})


INSTRUMENT = Reference(instrument=None)
READ = Reference(device=["read"])
SEND = Reference(device=["send"])
TEXT: Words = {"instrument": INSTRUMENT, "get_cmd": "VOLT?", "set_cmd": "VOLT {}"}
FUNCTIONS: Words = {"get_cmd": READ, "set_cmd": SEND}
MANUAL: Words = {"get_cmd": None, "set_cmd": None}


def data(value: Any) -> Any:
    """Return ``value`` as plain data, references kept."""
    if isinstance(value, Reference):
        return dict(value)
    if isinstance(value, list):
        return [data(v) for v in value]
    return encode(value)


def define(
    name: str,
    kind: str = "Parameter",
    /,
    *args: Any,
    methods: dict[str, str] | None = None,
    nameless: bool = False,
    **keywords: Any,
) -> dict[str, Any]:
    """Return the definition of one parameter.

    Args:
        name: Its name, in the case and in the library.
        kind: Its class.
        *args: Positional arguments after the name.
        methods: Methods of a subclass, each with the register of the device it reads or fills.
        nameless: Whether the constructor takes no name first.
        **keywords: Keywords of the constructor.
    """
    definition: dict[str, Any] = {"kind": kind, "name": name}
    if args:
        definition["args"] = [data(a) for a in args]
    if keywords:
        definition["keywords"] = {word: data(value) for word, value in keywords.items()}
    if methods:
        definition["methods"] = methods
    if nameless:
        definition["nameless"] = True
    return definition


def case(
    name: str,
    definitions: list[dict[str, Any]],
    *actions: tuple[Any, ...],
    device: dict[str, Any] | None = None,
    refused: tuple[Any, ...] = (),
    needs: tuple[str, ...] = (),
) -> Case:
    """Return one case; the last of ``definitions`` is what the actions mean."""
    made: Case = {"id": name, "parameters": definitions, "actions": [_action(a) for a in actions]}
    if device:
        made["device"] = {query: encode(answer) for query, answer in device.items()}
    if refused:
        made["refused"] = [encode(r) for r in refused]
    if needs:
        made["needs"] = list(needs)
    return made


def numbered(*words: Words) -> Iterable[tuple[int, Words]]:
    """Return keywords with their numbers, for cases that differ in nothing else."""
    return enumerate(words)


def whole(count: int) -> np.ndarray[Any, Any]:
    """Return 0, 1, 2, … of the same type on every system."""
    return np.arange(count, dtype=np.int64)


def one(name: str, keywords: dict[str, Any], *actions: tuple[Any, ...], **more: Any) -> Case:
    """Return a case with one plain parameter ``p``."""
    return case(name, [define("p", **keywords)], *actions, **more)


def _action(action: tuple[Any, ...]) -> list[Any]:
    verb, *args = action
    if verb.startswith("@"):
        return [verb, *_action(tuple(args))]
    if verb in {"set_to", "restore_at_exit"}:
        *values, inside = args
        return [verb, *(encode(v) for v in values), [_action(a) for a in inside]]
    return [verb, *(data(a) for a in args)]
