"""From the keywords of a search to a query. What each means is said once, in `search_query`."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from typing import TypedDict

from measurand._core.names import listing, nearest
from measurand.dataset.catalogue import _times
from measurand.dataset.catalogue._parse import parse_condition, parse_order
from measurand.dataset.catalogue._query import All, Compare, Comparison, Condition, Field, Period, Query, Some, Words
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


_STATES = ("running", "completed", "interrupted", "failed", "lost")


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
    parts: list[Condition] = [parse_condition(where, now)] if where else []
    for kind, texts in (("tag", tag), ("sample", sample), ("experiment", experiment), ("parameter", parameter)):
        parts += _any(kind, texts, lambda _: "==")
    parts += _any("name", name, lambda given: "like" if "*" in given or "?" in given else "contains")
    for state in _several(status):
        if state not in _STATES:
            meant = nearest(state, _STATES)
            raise QueryError(
                f"status {state!r}: there is {listing(_STATES)}." + (f" Did you mean {meant!r}?" if meant else "")
            )
    parts += _any("status", status, lambda _: "==")
    parts += [Words(text)] if text else []
    parts += [Compare(Field("started"), ">=", _period(since, now))] if since is not None else []
    parts += [Compare(Field("started"), "<=", _period(until, now))] if until is not None else []
    parts += [Compare(Field("starred"), "==", bool(starred))] if starred is not None else []
    if limit is not None and limit < 1:
        raise QueryError(f"limit {limit}: at least one run can be asked for.")
    orders = tuple(parse_order(word) for word in _several(sort))
    return Query(parts[0] if len(parts) == 1 else All(tuple(parts)), orders, limit)


def _any(kind: str, texts: Texts, by: Callable[[str], Comparison]) -> list[Condition]:
    parts: list[Condition] = [Compare(Field(kind), by(text), text) for text in _several(texts)]
    return parts if len(parts) < 2 else [Some(tuple(parts))]


def _several(texts: Texts) -> list[str]:
    found = [] if texts is None else [texts] if isinstance(texts, str) else list(texts)
    for text in found:
        if not isinstance(text, str):
            raise QueryError(f"{text!r} cannot be searched for: give a text or several.")
    return found


def _period(when: str | datetime.date, now: datetime.datetime) -> Period:
    if isinstance(when, datetime.datetime):
        moment = when.timestamp()
        return Period(moment, moment)
    try:
        return _times.period(when.isoformat() if isinstance(when, datetime.date) else when, now)
    except (ValueError, AttributeError) as error:
        raise QueryError(f"{when!r} is no time: {error}") from None
