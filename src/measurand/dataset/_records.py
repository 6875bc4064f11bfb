"""What a listing says about a run, read from the run's folder. Knows no index."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from measurand.dataset._format._moments import parse
from measurand.dataset._format._runfile import RunInfo
from measurand.dataset._read._table_reader import count_rows

_LONG_AGO = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True)
class RunRecord:
    """One line of a listing.

    Args:
        number: The run's number in its data root.
        id: Its identity, 32 hexadecimal digits.
        name: What it was called.
        path: Its folder.
        status: ``"running"``, ``"completed"``, ``"interrupted"``, ``"failed"`` or ``"lost"``.
        started: When, with time zone.
        ended: When; None while it runs and if it was lost.
        rows: Number of rows of all tables together.
        sample: What was measured.
        experiment: What it belongs to.
        columns: Names of all columns.
    """

    number: int
    id: str
    name: str
    path: Path
    status: str
    started: datetime.datetime
    ended: datetime.datetime | None
    rows: int
    sample: str
    experiment: str
    columns: tuple[str, ...]


def record_of(info: RunInfo) -> RunRecord:
    """Return the record of a run as its folder has it now."""
    header, end = info.header, info.end
    status = info.status()
    if end is not None:
        rows = sum(end.get("rows", {}).values())
    else:
        rows = sum(count_rows(info.folder, spec) for spec in info.tables.values())
    return RunRecord(
        number=int(header["number"]),
        id=str(header["id"]),
        name=str(header["name"]),
        path=info.folder,
        status=status,
        started=parse(header.get("started")) or _LONG_AGO,
        ended=parse(end.get("time")) if end is not None else None,
        rows=rows,
        sample=str(header.get("sample") or ""),
        experiment=str(header.get("experiment") or ""),
        columns=tuple(dict.fromkeys(column.name for spec in info.tables.values() for column in spec.columns)),
    )
