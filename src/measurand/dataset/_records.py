"""What a listing says about a run, read from the run's folder. Knows no index."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from measurand.dataset._aside import move_to_trash
from measurand.dataset._format._annotations import captured
from measurand.dataset._format._moments import parse
from measurand.dataset._format._runfile import RunInfo
from measurand.dataset._read._dataset import Dataset
from measurand.dataset._read._table_reader import count_rows
from measurand.dataset._statistics import size_of

_MOST = 1 << 53  # of anything that is counted
_GREATEST = sys.float_info.max
_LONG_AGO = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True)
class ColumnSummary:
    """One column of a run in a few numbers.

    Args:
        unit: SI text.
        min: Least value in ``unit``, of those that are numbers; None: there is none, or the run has not ended.
        max: Greatest value.
        mean: Their mean.
        count: How many numbers the column holds, NaN not counted.
        nan: How many NaN.
    """

    unit: str = ""
    min: float | None = None
    max: float | None = None
    mean: float | None = None
    count: int | None = None
    nan: int | None = None


@dataclass(frozen=True)
class RunRecord:
    """One line of a listing.

    Args:
        number: The run's number in its data root.
        id: Its identity, 32 hexadecimal digits.
        name: What it is called.
        path: Its folder.
        status: ``"running"``, ``"completed"``, ``"interrupted"``, ``"failed"`` or ``"lost"``.
        started: When, with time zone.
        ended: When; None while it runs and if it was lost.
        rows: Number of rows of all tables together.
        sample: What was measured.
        experiment: What it belongs to.
        columns: Names of all columns.
        user: Who started it.
        host: On which computer.
        tags: What it was tagged with.
        starred: Whether it has a star.
        notes: Remarks, oldest first.
        parents: Ids of the runs that it continues or uses.
        size: Bytes of its folder when it ended; None if not known.
        metadata: What was noted, nested.
        summaries: Unit and statistics of each column.
        told: Bytes of ``run.jsonl`` that say this; they only grow.
    """

    number: int
    id: str
    name: str
    path: Path
    status: str
    started: datetime.datetime
    ended: datetime.datetime | None
    rows: int
    sample: str = ""
    experiment: str = ""
    columns: tuple[str, ...] = ()
    user: str = ""
    host: str = ""
    tags: tuple[str, ...] = ()
    starred: bool = False
    notes: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    size: int | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict, repr=False)
    summaries: Mapping[str, ColumnSummary] = field(default_factory=dict, repr=False)
    told: int = field(default=0, repr=False)

    @property
    def duration(self) -> float | None:
        """Seconds from start to end; None if it has not ended."""
        return None if self.ended is None else (self.ended - self.started).total_seconds()

    @property
    def tagged(self) -> bool:
        """Whether it has any tag."""
        return bool(self.tags)

    def at(self, root: Path) -> Self:
        """Return the record with its path below ``root``; an index keeps paths without it."""
        return type(self)(**{**vars(self), "path": root / self.path})  # as `replace`, in half the time

    def measure_size(self) -> int:
        """Return the bytes of its folder: those it noted when it ended, else those of its files now."""
        return size_of(self.path) if self.size is None else self.size

    def trash(self) -> Path:
        """Move the run into the trash of its data root; return where it is now.

        Raises:
            RunNotFound: Its folder is not there any more.
            DatasetError: It is running.
            StorageFailed: The disk refuses, e.g. since somebody has one of its files open.
        """
        return move_to_trash(self.path)

    def load(self) -> Dataset:
        """Return what the run stored.

        Raises:
            RunNotFound: Its folder is not there any more.
        """
        return Dataset(self.path)


def record_of(info: RunInfo) -> RunRecord:
    """Return the record of a run as its folder has it now.

    Raises:
        ValueError: It says of itself what no run can be, e.g. a number of 30 digits.
    """
    header, end, said = info.header, info.end, info.annotations
    number = int(header["number"])
    status = info.status()
    if end is not None:
        rows = sum(end.get("rows", {}).values())
    else:
        rows = sum(count_rows(info.folder, spec, info.before.get(name, 0)) for name, spec in info.tables.items())
    measured = _last(info, "statistics")
    units: dict[str, str] = {}
    for column in _columns(info):
        units.setdefault(column["name"], str(column.get("unit") or ""))
    known = measured.get("columns") or {}
    if not 0 <= number <= _MOST or not 0 <= rows <= _MOST:
        raise ValueError(f"{info.folder}: a run has neither the number {number} nor {rows} rows")
    return RunRecord(
        number=number,
        id=str(header["id"]),
        name=said.name,
        path=info.folder,
        status=status,
        started=parse(header.get("started")) or _LONG_AGO,
        ended=parse(end.get("time")) if end is not None else None,
        rows=rows,
        sample=said.sample,
        experiment=said.experiment,
        columns=tuple(units),
        user=str(header.get("user") or ""),
        host=str(header.get("host") or ""),
        tags=said.tags,
        starred=said.starred,
        notes=said.notes,
        parents=tuple(str(parent) for parent in header.get("parents") or ()),
        size=_count(measured.get("bytes")),
        metadata={**_searchable(captured(header, info.events)), **said.metadata},
        summaries={name: ColumnSummary(unit, **_numbers(known.get(name))) for name, unit in units.items()},
        told=info.size,
    )


def _columns(info: RunInfo) -> Iterator[Mapping[str, Any]]:
    """Yield the columns of all tables as they were first described."""
    for table in info.header.get("tables", ()):
        yield from table["columns"]
    for event in info.events:
        if event.get("event") == "table" and isinstance(event.get("table"), Mapping):
            yield from event["table"]["columns"]


def _last(info: RunInfo, kind: str) -> Mapping[str, Any]:
    return next((event for event in reversed(info.latest) if event.get("event") == kind), {})


def _numbers(said: object) -> dict[str, Any]:
    """The statistics that an event said of a column, as far as they are understood."""
    if not isinstance(said, Mapping):
        return {}
    found = {
        key: said[key] for key in ("min", "max", "mean", "count", "nan") if isinstance(said.get(key), (int, float))
    }
    return {
        key: value for key, value in found.items() if abs(value) <= (_MOST if key in ("count", "nan") else _GREATEST)
    }


def _count(said: object) -> int | None:
    return said if isinstance(said, int) and 0 <= said <= _MOST else None


def _searchable(found: Mapping[str, Any]) -> dict[str, Any]:
    """What was captured by itself and is worth searching; the rest is in the run's metadata."""
    wanted = {"code": ("file", "commit", "branch", "changed"), "versions": ("measurand", "python")}
    trees = {key: found[key] for key in wanted if isinstance(found.get(key), Mapping)}
    return {key: {name: tree[name] for name in wanted[key] if name in tree} for key, tree in trees.items()}
