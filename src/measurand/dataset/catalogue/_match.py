"""Whether a run is what a condition says, and what sorts it: the meaning of the language in plain Python.

An index may be quicker; it may not answer anything else.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from measurand.dataset._records import RunRecord
from measurand.dataset._units import in_relatives
from measurand.dataset.catalogue._fields import STATISTICS
from measurand.dataset.catalogue._keys import milliseconds
from measurand.dataset.catalogue._leaves import leaves, lower, pattern, words, words_of
from measurand.dataset.catalogue._query import All, Compare, Condition, Field, Has, Not, Period, Quantity, Some, Words

_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_MANY = {"tag": "tags", "note": "notes", "parameter": "columns", "parent": "parents"}


def matches(condition: Condition, run: RunRecord) -> bool:
    """Return whether ``condition`` is so for ``run``."""
    match condition:
        case All(parts):
            return all(matches(part, run) for part in parts)
        case Some(parts):
            return any(matches(part, run) for part in parts)
        case Not(part):
            return not matches(part, run)
        case Has(Field("parameter", of)):
            return of in run.columns
        case Has(Field(_, of)):
            return any(leaf.path == of or leaf.path.startswith(f"{of}.") for leaf in leaves(run.metadata))
        case Words(text):
            there = words_of(run)
            return all(f" {word}" in there for word in words(text))
        case Compare():
            return _compare(condition, run)


def value_of(field: Field, run: RunRecord) -> Any:
    """Return what ``field`` is for ``run``; the first one if it may have several, None if it has none."""
    if field.kind == "metadata":
        found = [
            leaf.text if leaf.number is None else leaf.number for leaf in leaves(run.metadata) if leaf.path == field.of
        ]
        return found[0] if found else None
    if field.kind in _MANY:
        return next(iter(getattr(run, _MANY[field.kind])), None)
    if field.kind in ("started", "ended"):
        moment = getattr(run, field.kind)
        return None if moment is None else moment.timestamp()
    if field.kind in STATISTICS:
        summary = run.summaries.get(field.of)
        return None if summary is None else getattr(summary, field.kind)
    return getattr(run, field.kind)


def _compare(condition: Compare, run: RunRecord) -> bool:
    field, by, value = condition.field, condition.by, condition.value
    if field.kind == "metadata":
        return _compare_metadata(condition, run)
    if isinstance(value, str):
        held = getattr(run, _MANY[field.kind]) if field.kind in _MANY else (getattr(run, field.kind),)
        return (
            not any(_text(text, "==", value) for text in held)
            if by == "!="
            else any(_text(text, by, value) for text in held)
        )
    found = value_of(field, run)
    if found is None:
        return False
    if isinstance(value, Period):
        return in_time(found, by, value)
    if isinstance(value, Quantity):
        number = _in_unit_of(value, field, run)
        return number is not None and _ORDER[by](found, number)
    return _ORDER[by](found, value)


def _compare_metadata(condition: Compare, run: RunRecord) -> bool:
    there = [leaf for leaf in leaves(run.metadata) if leaf.path == condition.field.of]
    value, by = condition.value, condition.by
    if by == "!=":
        return bool(there) and not _compare_metadata(Compare(condition.field, "==", value), run)
    if isinstance(value, Quantity):
        return any(leaf.number is not None and _ORDER[by](leaf.number, value.number) for leaf in there)
    text = value if isinstance(value, str) else "true" if value else "false"
    return any(leaf.text is not None and _text(leaf.text, by, text) for leaf in there)


def _text(held: str, by: str, value: str) -> bool:
    if by == "contains":
        return lower(value) in lower(held)
    if by == "like":
        parts = [".*" if c == "%" else "." if c == "_" else re.escape(c) for c in lower(pattern(value))]
        return re.fullmatch("".join(parts), lower(held), re.DOTALL) is not None
    return _ORDER[by](held, value)


def in_time(moment: float, by: str, period: Period) -> bool:
    """Return whether a moment is in, before or after a period, to the ms."""
    at, start, end = (milliseconds(seconds) for seconds in (moment, *period))
    inside = at == start if start == end else start <= at < end
    before = at < start
    return {
        "==": inside, "!=": not inside, "<": before, "<=": before or inside,
        ">": not before and not inside, ">=": not before,
    }[by]  # fmt: skip


def _in_unit_of(value: Quantity, field: Field, run: RunRecord) -> float | None:
    """Return ``value`` in the unit that the run stored; None if that is of another kind."""
    if not value.unit:
        return value.number
    return in_relatives(value.number, value.unit).get(run.summaries[field.of].unit)
