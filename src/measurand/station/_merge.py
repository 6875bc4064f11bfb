"""Several files as one: tables are joined, and what two files say differently is a problem, never a silent choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from measurand.station._document import Document
from measurand.station._problems import Mark, Path, Problem, Spot
from measurand.station._shapes import named, shown


class Merged:
    """The entries of several documents, in the order in which they were read.

    Args:
        documents: They; their problems are not looked at.
    """

    def __init__(self, documents: Sequence[Document]) -> None:
        self.data: dict[str, Any] = {}
        self.problems: list[Problem] = []
        self._spots: dict[Path, Spot] = {}
        self._file = documents[0].file if documents else ""
        for document in documents:
            self._join(self.data, document.data, (), document)

    def spot(self, at: Path) -> Spot:
        """Return where an entry stands, or else the nearest entry above it."""
        while at and at not in self._spots:
            at = at[:-1]
        start = Mark(self._file, 1, 1)
        return self._spots.get(at, Spot(start, start))

    def _join(self, into: dict[str, Any], data: Mapping[str, Any], at: Path, document: Document) -> None:
        for key, value in data.items():
            here = (*at, key)
            is_table = isinstance(value, dict)
            if key not in into or (is_table and into[key] is None):
                into[key] = {} if is_table else value
                self._spots[here] = document.spot(here)
                if isinstance(value, list):
                    self._spots.update({(*here, i): document.spot((*here, i)) for i in range(len(value))})
            if is_table and isinstance(into[key], dict):
                self._join(into[key], value, here, document)
            elif value is None and isinstance(into[key], dict):
                continue  # an empty table
            elif not _same(into[key], value):
                self._conflict(into[key], value, here, document)

    def _conflict(self, first: Any, second: Any, at: Path, document: Document) -> None:
        known = self.spot(at).value
        text = f"{named(at)}: {shown(second)} contradicts {shown(first)} of {known}. Keep one of them."
        self.problems.append(Problem(document.spot(at).value, text, at))


def _same(first: Any, second: Any) -> bool:
    """Return whether two files say the same; 1 and 1.0 are the same, 1 and true are not."""
    alike = isinstance(first, bool) == isinstance(second, bool)
    return (alike and bool(first == second)) or repr(first) == repr(second)  # the latter for NaN
