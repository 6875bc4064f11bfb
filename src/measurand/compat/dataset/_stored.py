"""What a dataset needs to know of a run, wherever that is kept: run folder, database of QCoDeS, netCDF file."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from measurand.compat.dataset._links import Link
from measurand.compat.description import RunDescriber


@dataclass(frozen=True)
class Identity:
    """What a run is called and counted as.

    Args:
        run_id: Its number in this database.
        captured_run_id: Its number in the database in which it was measured.
        counter: Which one it is of its experiment, from 1.
        captured_counter: Which one it was where it was measured.
        guid: Its identity.
        name: What it is called.
        exp_id: Number of its experiment.
        exp_name: What that is called.
        sample_name: What was measured.
        path_to_db: The database.
    """

    run_id: int
    captured_run_id: int
    counter: int
    captured_counter: int
    guid: str
    name: str
    exp_id: int
    exp_name: str
    sample_name: str
    path_to_db: str | None


class StoredRun(Protocol):
    """One run. Every question is answered as of the moment it is asked."""

    @property
    def identity(self) -> Identity:
        """What it is called and counted as."""
        ...

    def description(self) -> RunDescriber:
        """Return what it says of its columns."""
        ...

    def started(self) -> float | None:
        """Return when it was started, s since 1970; None: not yet."""
        ...

    def ended(self) -> float | None:
        """Return when it ended, s since 1970; None: not yet, or nobody knows."""
        ...

    def completed(self) -> bool:
        """Return whether nothing more will come, whatever its outcome."""
        ...

    def snapshot(self) -> str | None:
        """Return the state of the instruments as JSON text; None: it was not taken."""
        ...

    def metadata(self) -> dict[str, Any]:
        """Return what was noted, by tag."""
        ...

    def note(self, tag: str, value: Any) -> None:
        """Note something under a tag, in place of what was noted under it before."""
        ...

    def links(self) -> list[Link]:
        """Return what it was made from."""
        ...

    def results(self) -> int:
        """Return the number of results, as QCoDeS counts them: one per result and point, arrays one per array."""
        ...

    def state(self) -> Hashable:
        """Return something that is another one once data was added."""
        ...

    def data(self, tree: Sequence[str]) -> dict[str, Any]:
        """Return the points of a result with its setpoints, in the order they were added, on no grid."""
        ...

    def rows(self, since: int) -> tuple[list[tuple[Any, ...]], int]:
        """Return the rows from number ``since`` on, and how many there are.

        A row is what was added together, its values in the order of the description; None where it has none.
        """
        ...
