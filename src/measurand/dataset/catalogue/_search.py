"""From the keywords of a search to a query. What each means is said once, in `search_query`."""

from __future__ import annotations

import datetime
import operator
from collections.abc import Callable, Iterable, Iterator
from typing import SupportsIndex, TypedDict

from measurand.dataset.catalogue import _times
from measurand.dataset.catalogue._fields import STATES
from measurand.dataset.catalogue._parse import parse_condition, parse_order
from measurand.dataset.catalogue._query import (
    All,
    Compare,
    Comparison,
    Condition,
    Field,
    Has,
    Not,
    Period,
    Query,
    Some,
    Words,
)
from measurand.dataset.catalogue._values import no_state
from measurand.errors import QueryError

Texts = str | Iterable[str] | None
When = str | datetime.date | None  # a datetime is a date


class Search(TypedDict, total=False):
    """The keywords of a search; what each means is said by `search_query`."""

    name: Texts
    tag: Texts
    sample: Texts
    experiment: Texts
    parameter: Texts
    status: Texts
    text: str | None
    since: When
    until: When
    starred: bool | None
    sort: Texts
    limit: int | None


_MOST_PARTS, _MOST_LETTERS = 10_000, 10_000  # SQLite is not made for more


def search_query(
    where: str | None = None,
    *,
    now: datetime.datetime,
    name: Texts = None,
    tag: Texts = None,
    sample: Texts = None,
    experiment: Texts = None,
    parameter: Texts = None,
    status: Texts = None,
    text: str | None = None,
    since: When = None,
    until: When = None,
    starred: bool | None = None,
    sort: Texts = None,
    limit: int | None = None,
) -> Query:
    """Return the query that asks for runs that are all of what is given.

    Args:
        where: A search as text, see `measurand.dataset.DataRoot.runs`.
        now: What ``yesterday`` is seen from.
        name: A part of the name, whatever the case; with ``*`` or ``?``: a pattern for the whole name. Several texts: one
            that fits is enough, here and below.
        tag: A tag, exactly.
        sample: The sample, exactly.
        experiment: The experiment, exactly.
        parameter: The name of a column, exactly.
        status: One of running, completed, interrupted, failed, lost.
        text: Words, each of which begins a word of anything said about the run.
        since: Started then or later: a text such as ``"yesterday"``, a date or a datetime.
        until: Started then or earlier; a day counts as a whole.
        starred: Whether it has a star.
        sort: Fields, the greatest first with ``-`` before it; default by start.
        limit: Only so many: the first ones by ``sort``, without it the newest.

    Raises:
        QueryError: Something cannot be read.
    """
    parts: list[Condition] = [parse_condition(_text(where), now)] if where is not None else []
    for kind, texts in (("tag", tag), ("sample", sample), ("experiment", experiment), ("parameter", parameter)):
        parts += _any(kind, texts, lambda _: "==")
    parts += _any("name", name, lambda given: "like" if "*" in given or "?" in given else "contains")
    for state in _several(status):
        if state not in STATES:
            raise QueryError(no_state(state))
    parts += _any("status", status, lambda _: "==")
    parts += [Words(_text(text))] if text else []
    parts += [Compare(Field("started"), ">=", _period(since, now))] if since is not None else []
    parts += [Compare(Field("started"), "<=", _period(until, now))] if until is not None else []
    parts += [Compare(Field("starred"), "==", bool(starred))] if starred is not None else []
    orders = tuple(parse_order(word) for word in _several(sort))
    condition = parts[0] if len(parts) == 1 else All(tuple(parts))
    if (count := sum(map(_checked, _leaves_of(condition)))) > _MOST_PARTS:
        raise QueryError(f"This search compares {count} things; {_MOST_PARTS} can be asked for at once.")
    return Query(condition, orders, None if limit is None else _count(limit))


def _any(kind: str, texts: Texts, by: Callable[[str], Comparison]) -> list[Condition]:
    parts: list[Condition] = [Compare(Field(kind), by(text), text) for text in _several(texts)]
    return parts if len(parts) < 2 else [Some(tuple(parts))]


def _several(texts: Texts) -> list[str]:
    if texts is None:
        return []
    return list(map(_text, texts if isinstance(texts, Iterable) and not isinstance(texts, str) else [texts]))


def _text(given: object) -> str:
    if not isinstance(given, str):
        raise QueryError(f"{given!r} cannot be searched for: give a text, or for keywords several.")
    return given


def _count(limit: object) -> int:
    """How many runs are asked for; there are never more than a whole number of 62 bits."""
    if not isinstance(limit, SupportsIndex) or isinstance(limit, bool) or operator.index(limit) < 1:
        raise QueryError(f"limit {limit!r}: a whole number of runs can be asked for, one at least.")
    return min(operator.index(limit), 1 << 62)


def _leaves_of(condition: Condition) -> Iterator[Compare | Has | Words]:
    match condition:
        case All(parts) | Some(parts):
            for part in parts:
                yield from _leaves_of(part)
        case Not(part):
            yield from _leaves_of(part)
        case _:
            yield condition


def _checked(leaf: Compare | Has | Words) -> int:
    """Return how much a part of a search asks; refuse texts that are too long."""
    value = leaf.text if isinstance(leaf, Words) else leaf.value if isinstance(leaf, Compare) else ""
    for text in (value if isinstance(value, str) else "", "" if isinstance(leaf, Words) else leaf.field.of):
        if len(text) > _MOST_LETTERS:
            raise QueryError(f"{text[:20]!r}… has {len(text)} characters; {_MOST_LETTERS} can be searched for.")
    return 1


def _period(when: str | datetime.date, now: datetime.datetime) -> Period:
    if not isinstance(when, (str, datetime.date)):
        raise QueryError(f"{when!r} is no time: give a text such as 'yesterday', a date or a datetime.")
    try:
        if isinstance(when, datetime.datetime):
            moment = when.timestamp()
            return Period(moment, moment)
        return _times.period(when.isoformat() if isinstance(when, datetime.date) else when, now)
    except (ValueError, OverflowError, OSError) as error:
        raise QueryError(str(error) if isinstance(when, str) else f"{when} is no time: {error}") from None
