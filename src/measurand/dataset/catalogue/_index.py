"""The seam: what keeps records of runs and answers searches. Anything that passes its conformance suite will do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, Protocol

from measurand.dataset._records import RunRecord
from measurand.dataset.catalogue._query import Query

NameKind = Literal["columns", "tags", "metadata"]


class Index(Protocol):
    """Records of the runs of one data root, and marks of what was already looked at.

    It need not survive anything: whatever it forgets is read from the folders again. Paths in its records are relative
    to the data root, so that a root may be moved. `measurand.testing.check_index` says in code what is promised here.
    """

    def put(self, records: Iterable[RunRecord], removed: Iterable[str], marks: Mapping[str, int | None]) -> None:
        """Take in what was seen, all of it or nothing.

        Args:
            records: Runs as they are; each replaces the one of the same folder unless that was told more (`told`), which
                is what happens when two processes look at a run that changes.
            removed: Folders that are gone.
            marks: Numbers to be remembered by name; None: to be forgotten.
        """
        ...

    def marks(self) -> dict[str, int]:
        """Return everything marked."""
        ...

    def folders(self, below: str) -> set[str]:
        """Return the folders of the known runs that lie directly below ``below``."""
        ...

    def find(self, query: Query) -> Sequence[int]:
        """Return the keys (`key_of`) of the runs that ``query`` asks for, in its order."""
        ...

    def get(self, keys: Sequence[int]) -> list[RunRecord | None]:
        """Return the record of each key; None where it is gone."""
        ...

    def names(self, kind: NameKind) -> list[str]:
        """Return all names of columns, all tags, or all paths of metadata, sorted."""
        ...
