"""From the text of a search to its condition. Knows no index: whether a column exists is not asked here.

::

    condition   all { "or" all }
    all         one { "and" one }
    one         "not" one | "(" condition ")" | ("since" | "until" | "before" | "after") time | "text" sign words
                | "has" "(" column or metadata ")" | "starred" | field sign value | field ["not"] "in" "(" values ")"
    field       name, tag, started, … | metadata.path.to.it | min|max|mean|count|nan "(" column ")"
    sign        == != < <= > >= ~ contains like
    value       'text' or one word | number [unit] | true | false | time
"""

from __future__ import annotations

import datetime
from collections.abc import Callable

from measurand._core.names import listing, nearest
from measurand.dataset.catalogue._cursor import JOINS, Cursor
from measurand.dataset.catalogue._fields import ALIASES, FIELDS, STATISTICS, info_of, words
from measurand.dataset.catalogue._lex import Token
from measurand.dataset.catalogue._query import (
    All,
    Compare,
    Comparison,
    Condition,
    Field,
    Has,
    Not,
    Order,
    Some,
    Words,
)
from measurand.dataset.catalogue._values import read_time, read_value
from measurand.errors import QueryError

_SIGNS: dict[str, Comparison] = {
    "==": "==", "=": "==", "!=": "!=", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "~": "contains",
    "contains": "contains", "like": "like",
}  # fmt: skip
_BOUNDS: dict[str, Comparison] = {"since": ">=", "until": "<=", "before": "<", "after": ">"}
_DEEPEST = 40  # brackets and nots within each other; each is a few calls of Python
_FOR_TEXT = ("==", "!=", "contains", "like")


def parse_condition(text: str, now: datetime.datetime) -> Condition:
    """Return the condition that ``text`` says; an empty one is always so.

    Args:
        text: For example ``"max(current) > 1 nA and sample == 'S12' and not tag == 'bad'"``.
        now: What ``yesterday`` is seen from.

    Raises:
        QueryError: It cannot be read.
    """
    cursor = Cursor(text)
    if not cursor.here.kind:
        return All(())
    found = _Conditions(cursor, now).read()
    cursor.expect_end("what comes next is joined by 'and' or 'or'", ("and", "or"))
    return found


def parse_field(text: str) -> Field:
    """Return the field that ``text`` names, e.g. ``"max(current)"``.

    Raises:
        QueryError: There is none.
    """
    cursor = Cursor(text)
    field = _field(cursor)
    cursor.expect_end("this is one field, e.g. name, max(current) or metadata.fridge.temperature")
    return field


def parse_order(text: str) -> Order:
    """Return the order that ``"started"`` or, the greatest first, ``"-max(current)"`` says.

    Raises:
        QueryError: There is no such field, or runs have several of it.
    """
    bare = text.strip()
    field = parse_field(bare.removeprefix("-"))
    if info_of(field.kind).many and field.kind != "metadata":
        raise QueryError(f"Runs cannot be sorted by {field}: a run may have several.")
    return Order(field, descending=bare.startswith("-"))


class _Conditions:
    """Reads conditions off a cursor."""

    def __init__(self, cursor: Cursor, now: datetime.datetime) -> None:
        self._cursor, self._now, self._depth = cursor, now, 0

    def read(self) -> Condition:
        parts = self._joined("or", self._all_of)
        return parts[0] if len(parts) == 1 else Some(parts)

    def _all_of(self) -> Condition:
        parts = self._joined("and", self._one)
        return parts[0] if len(parts) == 1 else All(parts)

    def _joined(self, word: str, part: Callable[[], Condition]) -> tuple[Condition, ...]:
        parts = [part()]
        while self._cursor.accept(word):
            parts.append(part())
        return tuple(parts)

    def _one(self) -> Condition:
        token = self._cursor.here
        if token.text in ("not", "(") and token.kind in ("word", "sign"):
            return self._deeper()
        if token.kind == "word" and token.text in _BOUNDS:
            self._cursor.take()
            return Compare(Field("started"), _BOUNDS[token.text], read_time(self._cursor, self._now))
        if token.kind == "word" and token.text == "text":
            return self._words()
        if token.kind == "word" and token.text == "has":
            self._cursor.take()
            return Has(self._what_it_has())
        return self._comparison()

    def _deeper(self) -> Condition:
        token = self._cursor.take()
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._cursor.refusal(token, f"brackets and 'not' may be {_DEEPEST} deep.")
        found = Not(self._one()) if token.text == "not" else self.read()
        if token.text == "(":
            self._cursor.expect(")", "a bracket that was opened is closed here")
        self._depth -= 1
        return found

    def _words(self) -> Condition:
        self._cursor.take()
        sign = self._cursor.take()
        if _SIGNS.get(sign.text) not in ("==", "contains"):
            raise self._cursor.refusal(sign, "text is compared by ~: text ~ 'gate sweep' finds both words anywhere.")
        return Words(self._cursor.text())

    def _what_it_has(self) -> Field:
        self._cursor.expect("(", "what the run should have stands in brackets: has(current), has(metadata.fridge)")
        if self._cursor.here.text == "metadata":
            self._cursor.take()
            found = Field("metadata", _path(self._cursor))
        else:
            found = Field("parameter", self._cursor.name())
        self._cursor.expect(")", "a bracket that was opened is closed here")
        return found

    def _comparison(self) -> Condition:
        first = self._cursor.here
        field = _field(self._cursor)
        held = info_of(field.kind).type
        if held == "truth" and self._cursor.here.text not in _SIGNS:
            return Compare(field, "==", True)
        if self._cursor.here.text in ("not", "in"):
            return self._membership(field)
        sign = self._cursor.here
        if sign.text not in _SIGNS:
            meant = nearest(sign.text, [key for key in _SIGNS if key.isalpha()]) if sign.text else None
            advice = f"Did you mean {meant!r}?" if meant else f"Compare {field} by one of {' '.join(_SIGNS)}."
            place = sign if sign.kind else first
            raise self._cursor.refusal(place, f"{field} is compared with nothing. {advice}")
        self._cursor.take()
        by = _SIGNS[sign.text]
        if by not in _FOR_TEXT and held in ("text", "truth"):
            raise self._cursor.refusal(sign, f"{field} has no order; compare it by {listing(_FOR_TEXT)}.")
        if by in ("contains", "like") and held not in ("text", "anything"):
            raise self._cursor.refusal(sign, f"{field} is no text; compare it by == != < <= > >=.")
        return Compare(
            field,
            by,
            self._cursor.text() if by in ("contains", "like") else read_value(self._cursor, field, held, self._now),
        )

    def _membership(self, field: Field) -> Condition:
        negated = self._cursor.accept("not")
        self._cursor.expect("in", f"'in' and a list, as in {field} in ('a', 'b')")
        self._cursor.expect("(", "the list stands in brackets")
        held = info_of(field.kind).type
        parts: list[Condition] = [Compare(field, "==", read_value(self._cursor, field, held, self._now))]
        while self._cursor.accept(","):
            parts.append(Compare(field, "==", read_value(self._cursor, field, held, self._now)))
        self._cursor.expect(")", "a bracket that was opened is closed here")
        return Not(Some(tuple(parts))) if negated else Some(tuple(parts))


def _field(cursor: Cursor) -> Field:
    token = cursor.take()
    name = ALIASES.get(token.text, token.text)
    if token.kind == "word" and name in STATISTICS and cursor.accept("("):
        column = cursor.name()
        cursor.expect(")", f"one column stands in the brackets: {name}(current)")
        return Field(name, column)
    if token.kind == "word" and name == "metadata":
        return Field("metadata", _path(cursor))
    if token.kind == "word" and name in FIELDS:
        return Field(name)
    raise cursor.refusal(token, _no_field(token))


def _no_field(token: Token) -> str:
    """What is wrong with a word that names no field, and what may be meant."""
    if token.kind in ("text", "sign", "") or token.text in JOINS:
        return "a condition is expected here, e.g. name == 'gate sweep'."
    if token.kind != "word":
        return "what is compared comes first: max(current) > 1e-9."
    meant = nearest(token.text, [*words(), *JOINS])
    if meant is not None and meant not in STATISTICS:
        return f"{token.text!r} is nothing that a run has. Did you mean {meant!r}?"
    asked = (
        f"A column is asked for by its values, as in max({token.text}), metadata by its path, metadata.{token.text}."
    )
    return f"{token.text!r} is nothing that a run has. There are {listing(FIELDS)}. {asked}"


def _path(cursor: Cursor) -> str:
    if not cursor.accept("."):
        raise cursor.refusal(cursor.here, "the path of metadata follows a dot: metadata.fridge.temperature.")
    return cursor.name()
