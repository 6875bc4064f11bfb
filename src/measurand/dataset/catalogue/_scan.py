"""Keeping an index true to the folders of a data root, by looking at as little as shows what changed.

What is looked at each time, and what it shows:

- the time of each day's folder: runs that came, went or were renamed in it; then the names in it are compared;
- the size of each journal: runs that started, ended or were annotated, here or on other computers; their folders are read;
- ``run.jsonl`` of every run that has not ended or could not be read: whether it can be now.

Finished runs are not looked at otherwise. What tells no journal (a tag given by a computer that may not write there) shows
after a rebuild. Where looking is slow, as on a share far away, days are looked at for a twentieth of the time.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from measurand._core.clock import Clock
from measurand.dataset._folders import names_of_day, times_of_days
from measurand.dataset._format._runfile import NAME, read_run
from measurand.dataset._journal import new_lines
from measurand.dataset._records import RunRecord, record_of
from measurand.dataset.catalogue._index import Index
from measurand.errors import DatasetError, StorageFailed

_SETTLED_AFTER = 3.0  # s; a folder changed later than this ago may change again without its time showing it
_UNSETTLED = -1  # the time of a day that is looked at again, and missed if it goes
_BATCH = 1000  # runs put in at once, so that a rebuild that is stopped goes on where it was
_QUICK = 0.25  # s; looking at days that takes longer is not done each time
_SHARE = 0.05  # of the time, at most, is spent looking at days
_ALWAYS = 0  # the stamp of a run that is looked at each time
_RUN = re.compile(r"\d{4}/\d{4}-\d{2}-\d{2}/[^/\\:]+")
_log = logging.getLogger(__name__)


class Scanner:
    """Looks at one data root for one index.

    Args:
        root: The data root.
        journal: The folder of its journals.
        index: Takes in what was seen.
        clock: Tells how old a change is, and when to look again.
    """

    def __init__(self, root: Path, journal: Path, index: Index, clock: Clock) -> None:
        self._root, self._journal, self._index, self._clock = root, journal, index, clock
        self._look_at_days_after = -float("inf")

    def refresh(self) -> None:
        """Look at what may have changed and tell the index.

        Raises:
            StorageFailed: The data root cannot be reached; the index is left as it is.
        """
        if not (self._journal.parent / "root.json").exists():
            raise StorageFailed(f"{self._root} cannot be reached; connect the disk or share it lies on.")
        marks = self._index.marks()
        if not marks:  # all folders will be read; only what the journals say from now on is new
            marks = {f"journal:{name}": offset for name, offset, _ in new_lines(self._journal, {})}
            self._index.put((), (), marks)
        if self._clock.monotonic() >= self._look_at_days_after:
            self._look_at_days(self._times_of_days(), marks)
        self._look_at_journals(marks)
        self._look_at_watched(marks)

    def _times_of_days(self) -> dict[str, int]:
        """Return when each day's folder changed; this is what takes long on a share."""
        begun = self._clock.monotonic()
        found = times_of_days(self._root)
        taken = self._clock.monotonic() - begun
        self._look_at_days_after = begun + taken / _SHARE if taken > _QUICK else begun
        return found

    def _look_at_days(self, found: dict[str, int], marks: dict[str, int]) -> None:
        new: list[str] = []
        settled: dict[str, int] = {}
        for name, changed in found.items():
            if marks.get(f"day:{name}") == changed:
                continue
            new += self._new_in_day(name, marks)
            time = changed if abs(self._clock.time() - changed / 1e9) > _SETTLED_AFTER else _UNSETTLED
            if marks.get(f"day:{name}") != time:
                settled[f"day:{name}"] = time
            if len(new) >= _BATCH:  # many days together: what is put in at once costs a fraction
                self._take_in(new, settled, marks)
                new, settled = [], {}
        self._take_in(new, settled, marks)
        for mark in marks:
            name = mark.removeprefix("day:")
            if name != mark and name not in found:
                removed = self._index.folders(name)
                self._index.put((), removed, {mark: None, **_unwatched(removed, marks)})

    def _new_in_day(self, name: str, marks: dict[str, int]) -> list[str]:
        """Return the folders of a day that the index does not know; tell it which are gone."""
        known = self._index.folders(name)
        watched = {mark.removeprefix("run:") for mark in marks if mark.startswith(f"run:{name}/")}
        present = {f"{name}/{folder}" for folder in names_of_day(self._root / name)}
        gone = (known | watched) - present
        if gone:
            self._index.put((), gone, _unwatched(gone, marks))
        return sorted(present - known - watched)

    def _take_in(self, new: list[str], settled: Mapping[str, int], marks: dict[str, int]) -> None:
        """Read runs, and mark the days: those that need not be looked at again until they change, and those that do."""
        if len(new) >= _BATCH:
            _log.info("%s: reading %d runs that the index does not know, up to %s", self._root, len(new), new[-1])
        self._read(new, marks)
        if settled:
            self._index.put((), (), settled)

    def _look_at_journals(self, marks: dict[str, int]) -> None:
        known = {name.removeprefix("journal:"): value for name, value in marks.items() if name.startswith("journal:")}
        for name, offset, lines in new_lines(self._journal, known):
            self._read(sorted({line["folder"] for line in lines if _is_run(line.get("folder"))}), marks)
            self._index.put((), (), {f"journal:{name}": offset})

    def _look_at_watched(self, marks: dict[str, int]) -> None:
        """Read those again that had not ended or could not be read, if their files changed."""
        watched = [(name.removeprefix("run:"), stamp) for name, stamp in marks.items() if name.startswith("run:")]
        self._read([folder for folder, stamp in watched if stamp == _ALWAYS or self._stamp(folder) != stamp], marks)

    def _read(self, folders: list[str], marks: dict[str, int]) -> None:
        """Read runs and tell the index what they are, or that they are gone."""
        for start in range(0, len(folders), _BATCH):
            seen, gone, changed = [], [], {}
            for folder in folders[start : start + _BATCH]:
                stamp = self._stamp(folder)  # first, so that what changes while we read is noticed
                record = self._record(folder)
                if record is not None:
                    seen.append(record)
                elif stamp is None:
                    gone.append(folder)
                watch = _watch(record, stamp)
                if marks.get(f"run:{folder}") != watch:
                    changed[f"run:{folder}"] = watch
            self._index.put(seen, gone, changed)

    def _record(self, folder: str) -> RunRecord | None:
        """The record of a run; None if none is there, or its header is not whole (yet)."""
        try:
            return replace(record_of(read_run(self._root / folder)), path=Path(folder))
        except (DatasetError, OSError, KeyError, TypeError, ValueError, AttributeError):
            return None  # one folder that somebody spoiled must not hide all others

    def _stamp(self, folder: str) -> int | None:
        """Return a number that changes when a run that does not run any more is changed; None if there is no folder."""
        try:
            place = (self._root / folder).stat().st_mtime_ns
        except OSError:
            return None
        try:
            file = (self._root / folder / NAME).stat()
        except OSError:
            return place
        return hash((file.st_size, file.st_mtime_ns, place))


def _watch(record: RunRecord | None, stamp: int | None) -> int | None:
    """Return the mark of a run: always to be looked at, or if its stamp is another one, or (None) not at all."""
    if record is not None and record.status == "running":
        return _ALWAYS
    return stamp if record is None or record.status == "lost" else None


def _unwatched(folders: Iterable[str], marks: dict[str, int]) -> dict[str, int | None]:
    return {f"run:{folder}": None for folder in folders if f"run:{folder}" in marks}


def _is_run(folder: object) -> bool:
    """Whether a journal's word is a folder of a run: year, day, run."""
    return isinstance(folder, str) and _RUN.fullmatch(folder) is not None
