"""The runs that a database file of QCoDeS holds, as the older part of a history. The file is read and never written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from measurand.compat.dataset._ledger import ExperimentRecord
from measurand.compat.dataset._stored import StoredRun


class Older:
    """What is in a database file.

    Args:
        path: The file; if there is none, there is nothing in it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def last_run_id(self) -> int:
        """The number of the last run; 0: there is none."""
        return 0

    def experiments(self) -> tuple[ExperimentRecord, ...]:
        """Return its experiments."""
        return ()

    def run(self, run_id: int) -> StoredRun | None:
        """Return a run by its number; None if it is not there."""
        del run_id
        return None

    def runs(self) -> Iterator[StoredRun]:
        """Yield its runs, the oldest first."""
        yield from ()
