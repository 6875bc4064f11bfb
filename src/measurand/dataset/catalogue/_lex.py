"""The words of a search, each with its place, and the error that points at one."""

from __future__ import annotations

import re
from typing import NamedTuple

from measurand.errors import QueryError

_AROUND = 100  # characters of a search are shown on both sides of what is wrong
_JOINED = {"&": "and", "|": "or", "!": "not", ";": "and"}
_OTHER_DATE = re.compile(r"\d+([./-])\d+\1\d+")
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<date>\d{4}-\d\d(?:-\d\d(?:[T\ ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?)?(?![\w.]))
  | (?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?=[^\d.]|$))
  | (?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
  | (?P<sign>==|!=|<>|<=|>=|[=<>~(),.])
  | (?P<word>[^\W\d][\w/^·²³√%°-]*|[%°Ω])
  )""",
    re.VERBOSE,
)


class Token(NamedTuple):
    """One word, number, text or sign; ``kind`` is empty at the end of the search."""

    kind: str
    text: str
    start: int
    end: int


def tokens(source: str) -> list[Token]:
    """Return the tokens of ``source``, and one that marks its end.

    Raises:
        QueryError: Something is no token.
    """
    found, place = [], 0
    while source[place:].strip():
        match = _TOKEN.match(source, place)
        if match is None or match.lastgroup is None:
            start = place + len(source[place:]) - len(source[place:].lstrip())
            raise _no_token(source, start)
        found.append(Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup), match.end()))
        place = match.end()
    end = len(source.rstrip())
    return [*found, Token("", "", end, end + 1)]


def _no_token(source: str, start: int) -> QueryError:
    """Return the exception for what begins at ``start`` and is no word, with what may be meant instead."""
    first = source[start]
    if first in "'\"":
        return refusal(source, Token("", first, start, len(source)), "a text begins here and does not end.")
    date = _OTHER_DATE.match(source, start)
    if date is not None:
        return refusal(source, Token("", date[0], start, date.end()), "a date is written 2026-11-20.")
    advice = f"; say {_JOINED[first]!r}" if first in _JOINED else ""
    return refusal(source, Token("", first, start, start + 1), f"{first!r} means nothing here{advice}.")


def unquoted(text: str) -> str:
    """Return what stands between the quotes."""
    return re.sub(r"\\(.)", r"\1", text[1:-1])


def refusal(source: str, token: Token, message: str) -> QueryError:
    """Return the exception that shows the search with the place marked, and then says what is wrong there."""
    start, end = token.start, max(token.end, token.start + 1)
    first, last = max(0, start - _AROUND), min(len(source), end + _AROUND)
    shown = "".join(letter if letter.isprintable() else " " for letter in source[first:last])  # all in one line
    before, after = "…" * (first > 0), "…" * (last < len(source))
    marks = " " * (len(before) + start - first) + "^" * (end - start)
    return QueryError(f"This search cannot be read:\n    {before}{shown}{after}\n    {marks}\n{message}")
