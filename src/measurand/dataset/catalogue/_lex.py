"""The words of a search, each with its place, and the error that points at one."""

from __future__ import annotations

import re
from typing import NamedTuple

from measurand.errors import QueryError

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
            quoted = source[start] in "'\""
            said = "a text begins here and does not end" if quoted else f"{source[start]!r} means nothing here"
            raise refusal(source, Token("", source[start], start, len(source) if quoted else start + 1), f"{said}.")
        found.append(Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup), match.end()))
        place = match.end()
    end = len(source.rstrip())
    return [*found, Token("", "", end, end + 1)]


def unquoted(text: str) -> str:
    """Return what stands between the quotes."""
    return re.sub(r"\\(.)", r"\1", text[1:-1])


def refusal(source: str, token: Token, message: str) -> QueryError:
    """Return the exception that shows the search with the place marked, and then says what is wrong there."""
    marks = " " * token.start + "^" * max(token.end - token.start, 1)
    return QueryError(f"This search cannot be read:\n    {source}\n    {marks}\n{message}")
