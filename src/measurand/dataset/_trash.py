"""The trash of a data root: runs moved aside in one step, and back. Nothing is removed before somebody says so twice.

A run lies in ``.measurand/trash`` under the path it had, so that it can go back there.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from measurand.dataset._annotate import annotate
from measurand.dataset._aside import move, trash_of
from measurand.dataset._folders import days, names_of_day
from measurand.dataset._format._moments import parse
from measurand.dataset._format._runfile import read_run
from measurand.dataset._records import RunRecord, record_of
from measurand.dataset._statistics import size_of
from measurand.errors import DatasetError, RunNotFound, StorageFailed


class Trash:
    """What lies in the trash of one data root.

    Args:
        root: The data root.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    @property
    def path(self) -> Path:
        """Its folder; it is there once something was put into it."""
        return trash_of(self._root)

    def runs(self) -> list[RunRecord]:
        """Return the runs in the trash in the order of their days and numbers."""
        found = []
        for folder in self._folders():
            try:
                found.append(record_of(read_run(folder)))
            except (DatasetError, KeyError, TypeError, ValueError):  # not a run any more
                continue
        return found

    def restore(self, which: int | str) -> Path:
        """Move a run back to where it was; return its folder.

        Args:
            which: Its number, or its id or the beginning of that.

        Raises:
            RunNotFound: No run in the trash, or more than one, is meant.
            DatasetError: Its place is taken.
            StorageFailed: The disk refuses.
        """
        found = [run for run in self.runs() if which in (run.number, str(run.number)) or _begins(run.id, which)]
        if len(found) != 1:
            said = "none" if not found else f"{len(found)}: {', '.join(run.id[:12] for run in found)}"
            raise RunNotFound(f"One run in {self.path} should be meant by {which!r}; it is {said}.")
        folder = self._root / found[0].path.relative_to(self.path)
        move(found[0].path, folder)
        annotate(folder, {"event": "restored"})
        return folder

    def purge(self, older_than: float = 0.0, *, now: float) -> Purge:
        """Return what would be removed for ever; nothing is, until `Purge.confirm` is called.

        Args:
            older_than: s; runs that went into the trash later than this ago stay.
            now: s since 1970.
        """
        runs = [run for run in self.runs() if now - _trashed(run.path) >= older_than]
        return Purge(tuple(runs), sum(size_of(run.path) for run in runs))

    def __repr__(self) -> str:
        return (
            f"<Trash of {str(self._root)!r}: {len(list(self._folders()))} runs. Go on with .runs(), .restore(number)>"
        )

    def _folders(self) -> Iterator[Path]:
        for day in days(self.path):
            yield from (day / name for name in sorted(names_of_day(day)))


@dataclass(frozen=True)
class Purge:
    """Runs that would be removed from the trash for ever, and how many bytes that frees."""

    runs: Sequence[RunRecord]
    size: int

    def confirm(self) -> None:
        """Remove those that are still in the trash. What goes first is ``run.jsonl``: a removal that was interrupted leaves no half a run.

        Raises:
            StorageFailed: The disk refuses.
        """
        for run in self.runs:
            try:
                (run.path / "run.jsonl").unlink()
                shutil.rmtree(run.path)
            except FileNotFoundError:  # restored since it was shown, or removed by somebody else
                continue
            except OSError as error:
                raise StorageFailed(f"{run.path} cannot be removed ({error}); close what has it open.") from error


def _begins(run_id: str, which: int | str) -> bool:
    return isinstance(which, str) and len(which) >= 4 and run_id.startswith(which.lower())


def _trashed(folder: Path) -> float:
    """When a run went into the trash, s since 1970."""
    times = [parse(event.get("time")) for event in read_run(folder).events if event.get("event") == "trashed"]
    return times[-1].timestamp() if times and times[-1] is not None else folder.stat().st_mtime
