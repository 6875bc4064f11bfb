"""Times as people write them, as periods of local time. Knows no clock: now is an argument."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

from measurand._core.names import nearest
from measurand.dataset.catalogue._query import Period

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_STEPS = {
    "second": 1.0, "minute": 60.0, "min": 60.0, "hour": 3600.0, "day": 86_400.0, "week": 604_800.0,
    "month": 30 * 86_400.0, "year": 365 * 86_400.0,
}  # fmt: skip
_AGO = re.compile(r"(?P<count>an?|\d+(\.\d+)?) (?P<step>[a-z]+?)s? ago")
_LAST = re.compile(r"last (?P<count>\d+(\.\d+)?) (?P<step>[a-z]+?)s?")
_DATE = re.compile(r"(?P<year>\d{4})(-(?P<month>\d\d)(-(?P<day>\d\d))?)?")
_MINUTE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
WRITTEN = "2026-11-20, 2026-11-20T18:23, 2026-11, today, yesterday, monday, last week, last 3 days, 2 hours ago"


def period(text: str, now: datetime.datetime) -> Period:
    """Return the period that ``text`` names, seen from ``now`` (with zone).

    Raises:
        ValueError: It names none; the message says what is understood.
    """
    words = " ".join(text.lower().split())
    try:
        for reader in (_relative, _iso):
            found = reader(words, now.astimezone())
            if found is not None:
                return Period(found[0].timestamp(), found[1].timestamp())
    except (ValueError, OverflowError, OSError) as error:  # no such day, or none that this computer can count to
        raise ValueError(f"{text!r} is no time: {error}.") from None
    known = [
        "today",
        "yesterday",
        "now",
        *_WEEKDAYS,
        *(f"{which} {step}" for which in ("last", "this") for step in _SPANS),
    ]
    meant = nearest(words, known)
    raise ValueError(
        f"{text!r} is no time" + (f"; did you mean {meant!r}?" if meant else f"; understood are {WRITTEN}.")
    )


_Span = tuple[datetime.datetime, datetime.datetime]


def _relative(words: str, now: datetime.datetime) -> _Span | None:
    today = _midnight(now.year, now.month, now.day)
    if words == "now":
        return now, now
    if words in ("today", "yesterday"):
        return _days(today, 0 if words == "today" else -1, 1)
    if words.removeprefix("last ") in _WEEKDAYS:
        back = (now.weekday() - _WEEKDAYS.index(words.removeprefix("last "))) % 7
        return _days(today, -(back or 7) if words.startswith("last ") else -back, 1)
    which, _, step = words.partition(" ")
    if which in ("this", "last") and step in _SPANS:
        return _SPANS[step](today, -1 if which == "last" else 0)
    ago, last = _AGO.fullmatch(words), _LAST.fullmatch(words)
    match = ago or last
    if match is None or match["step"] not in _STEPS:
        return None
    count = 1.0 if match["count"] in ("a", "an") else float(match["count"])
    then = now - datetime.timedelta(seconds=count * _STEPS[match["step"]])
    return (then, then) if ago else (then, now)


def _iso(words: str, _now: datetime.datetime) -> _Span | None:
    match = _DATE.fullmatch(words)
    if match is None:
        try:
            moment = datetime.datetime.fromisoformat(words.upper())
        except ValueError:
            return None
        moment = moment.astimezone()
        return moment, moment + datetime.timedelta(minutes=1) if _MINUTE.fullmatch(words.upper()) else moment
    year, month, day = int(match["year"]), int(match["month"] or 1), int(match["day"] or 1)
    first = _midnight(year, month, day)  # ValueError: there is no 31st of June
    if match["day"]:
        return _days(first, 0, 1)
    return _month(first, 0) if match["month"] else _year(first, 0)


def _midnight(year: int, month: int, day: int) -> datetime.datetime:
    return datetime.datetime(year, month, day).astimezone()  # local time is meant; its zone is added


def _days(day: datetime.datetime, first: int, count: int) -> _Span:
    """Whole days; by the calendar, since some have 23 or 25 hours."""
    start = day.date() + datetime.timedelta(days=first)
    end = start + datetime.timedelta(days=count)
    return _midnight(start.year, start.month, start.day), _midnight(end.year, end.month, end.day)


def _week(day: datetime.datetime, step: int) -> _Span:
    return _days(day, 7 * step - day.weekday(), 7)


def _month(day: datetime.datetime, step: int) -> _Span:
    count = day.year * 12 + day.month - 1 + step
    return _midnight(count // 12, count % 12 + 1, 1), _midnight((count + 1) // 12, (count + 1) % 12 + 1, 1)


def _year(day: datetime.datetime, step: int) -> _Span:
    return _midnight(day.year + step, 1, 1), _midnight(day.year + step + 1, 1, 1)


_SPANS: dict[str, Callable[[datetime.datetime, int], _Span]] = {"week": _week, "month": _month, "year": _year}
