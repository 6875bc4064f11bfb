"""The right-hand side of a comparison: what a field can be compared with. Knows no condition."""

from __future__ import annotations

import datetime

from measurand._core.names import listing, nearest
from measurand.dataset.catalogue import _times
from measurand.dataset.catalogue._cursor import JOINS, Cursor
from measurand.dataset.catalogue._fields import BYTES, SECONDS, STATES, FieldType
from measurand.dataset.catalogue._lex import Token, unquoted
from measurand.dataset.catalogue._query import Field, Period, Quantity, Value


def read_value(cursor: Cursor, field: Field, held: FieldType, now: datetime.datetime) -> Value:
    """Return the value that comes next; ``held`` is what ``field`` holds."""
    token = cursor.here
    if held == "time":
        return read_time(cursor, now)
    if held == "text":
        text = cursor.text()
        if field.kind == "status" and text not in STATES:
            raise cursor.refusal(token, no_state(text))
        return text
    if held == "truth" or (held == "anything" and token.text in ("true", "false", "True", "False")):
        cursor.take()
        if token.text.lower() not in ("true", "false"):
            raise cursor.refusal(token, f"{field} is true or false.")
        return token.text.lower() == "true"
    if held == "anything" and token.kind != "number":
        return cursor.text()
    return _quantity(cursor, field, held)


def no_state(word: str) -> str:
    """Return what is wrong with ``word`` as a status."""
    meant = nearest(word, STATES)
    return f"status {word!r}: there is {listing(STATES)}." + (f" Did you mean {meant!r}?" if meant else "")


def read_time(cursor: Cursor, now: datetime.datetime) -> Period:
    """Return the period that comes next: a text in quotes, or all words up to one that joins conditions."""
    first = last = cursor.here
    while cursor.here.kind in ("word", "number", "date", "text") and cursor.here.text not in JOINS:
        last = cursor.take()
        if last.kind == "text":
            break
    if cursor.here is first:
        raise cursor.refusal(first, f"a time is expected here, e.g. {_times.WRITTEN}.")
    text = unquoted(first.text) if first.kind == "text" else cursor.source[first.start : last.end]
    try:
        return _times.period(text, now)
    except ValueError as error:
        raise cursor.refusal(Token("", text, first.start, last.end), str(error)) from None


def _quantity(cursor: Cursor, field: Field, held: FieldType) -> Quantity:
    token = cursor.take()
    if token.kind != "number":
        raise cursor.refusal(token, f"{field} is compared with a number.")
    following = cursor.here
    if following.kind != "word" or following.text in JOINS:
        return Quantity(float(token.text))
    if cursor.after.kind == "word" and cursor.after.text not in JOINS:  # no unit has a word after it
        meant = nearest(following.text, JOINS[:2])
        advice = f"; did you mean {meant!r}?" if meant else "."
        raise cursor.refusal(following, f"what comes next is joined by 'and' or 'or'{advice}")
    unit = cursor.take().text
    if held in ("duration", "size"):
        known = SECONDS if held == "duration" else BYTES
        if unit not in known:
            raise cursor.refusal(following, f"{field} has no unit {unit!r}; it has {listing(known)}.")
        return Quantity(float(token.text) * known[unit])
    if field.kind not in ("min", "max", "mean"):
        raise cursor.refusal(following, f"{field} has no unit; write the number alone, as it was stored.")
    return Quantity(float(token.text), unit)
