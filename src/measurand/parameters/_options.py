"""The keywords of a parameter as a type, so that a misspelt one is seen before the code runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypedDict

from measurand._core.clock import Clock
from measurand._core.names import nearest
from measurand.errors import UnknownKeyword
from measurand.parameters._source import GetCmd, SetCmd
from measurand.validators import Validator


class Options(TypedDict, total=False):
    """Keywords that do not decide the type of the value; see `Parameter` for what they mean."""

    label: str | None
    unit: str | None
    units: str | None
    set_cmd: SetCmd
    set_parser: Callable[[Any], Any] | None
    scale: float | None
    offset: float | None
    max_val_age: float | None
    initial_cache_value: Any
    step: float | None
    inter_delay: float
    post_delay: float
    docstring: str | None
    metadata: Mapping[str, Any] | None
    snapshot_get: bool
    snapshot_value: bool
    snapshot_exclude: bool
    bind_to_instrument: bool
    on_set_callback: Callable[[Any], Any] | None
    abstract: bool
    clock: Clock


class AllOptions(Options, total=False):
    """Every keyword of `Parameter`."""

    get_cmd: GetCmd
    get_parser: Callable[[Any], Any] | None
    val_mapping: Mapping[Any, Any] | None
    vals: Validator[Any] | None
    initial_value: Any


def refuse_unknown(where: str, unknown: Iterable[str]) -> None:
    """Raise `UnknownKeyword` for the first of ``unknown``, naming the keyword that was probably meant."""
    known = set(AllOptions.__annotations__) | set(Options.__annotations__)
    for word in unknown:
        meant = nearest(word, known)
        advice = f"did you mean {meant}?" if meant else f"known are {', '.join(sorted(known))}."
        raise UnknownKeyword(f"{where}: unknown keyword {word!r}; {advice}")
