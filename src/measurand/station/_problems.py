"""Where something stands in a file, and what is wrong with it. Knows no file format."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

Path = tuple[Any, ...]
"""Keys from the top of a file down to a value, e.g. ``("instruments", "dac", "address")``."""


class Mark(NamedTuple):
    """A place in a file; lines and columns count from 1, as editors do.

    Attributes:
        file: Name of the file as it was given.
        line: Line.
        column: Column.
    """

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Spot(NamedTuple):
    """Where an entry of a file stands.

    Attributes:
        key: Where its key is; for the item of a list, where the item is.
        value: Where its value begins.
    """

    key: Mark
    value: Mark


class Problem(NamedTuple):
    """Something wrong in a file, or, as a note, something that should be written differently.

    Attributes:
        mark: Where in the file.
        text: What was given, what is allowed, what to do.
        at: Where in the data; empty if it is the file as a whole.
        unknown: Whether it is a key that means nothing, so that all others can be understood without it.
    """

    mark: Mark
    text: str
    at: Path = ()
    unknown: bool = False

    def __str__(self) -> str:
        return f"{self.mark}: {self.text}"


class Tell:
    """Gathers problems and notes about the entries of one file.

    Args:
        spot: Returns where an entry stands.
    """

    def __init__(self, spot: Callable[[Path], Spot]) -> None:
        self._spot = spot
        self.problems: list[Problem] = []
        self.places: list[Path] = []
        """Where in the data the problems are."""
        self.notes: list[Problem] = []

    def value(self, at: Path, text: str) -> None:
        """Tell a problem with the value at ``at``."""
        self.problems.append(Problem(self._spot(at).value, text, at))
        self.places.append(at)

    def key(self, at: Path, text: str) -> None:
        """Tell a problem with the key at ``at``."""
        self.problems.append(Problem(self._spot(at).key, text, at))
        self.places.append(at)

    def unknown(self, at: Path, text: str) -> None:
        """Tell that the key at ``at`` means nothing."""
        self.problems.append(Problem(self._spot(at).key, text, at, unknown=True))
        self.places.append(at)

    def note(self, at: Path, text: str) -> None:
        """Tell that the key at ``at`` is an old spelling."""
        self.notes.append(Problem(self._spot(at).key, text))


def in_order(problems: list[Problem]) -> list[Problem]:
    """Return the problems as a reader of the files meets them: by file as read, then from top to bottom."""
    files = list(dict.fromkeys(problem.mark.file for problem in problems))
    return sorted(problems, key=lambda problem: (files.index(problem.mark.file), *problem.mark[1:]))
