"""Rows that are not sealed yet, from either kind of tail. Knows no Arrow file and no order of tails."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from measurand.dataset._format._describe import TableSpec
from measurand.dataset._format._record import read_records
from measurand.dataset._read._arrow_reader import ArrowReader, InMemory
from measurand.dataset._read._sinks import Sink

if TYPE_CHECKING:
    import numpy.typing as npt

_NAME = re.compile(r"(.+)\.tail-(\d{12,})\.(rec|arrows)")


class TailReader(Protocol):
    """One tail: the rows ``row0`` to ``rows``, numbered as in the table."""

    row0: int

    @property
    def rows(self) -> int:
        """The number after that of the last row."""
        ...

    @property
    def spec(self) -> TableSpec | None:
        """The table as the tail describes it; None if there is no whole description."""
        ...

    def refresh(self) -> None:
        """Take in what is there now; nothing changes if the file is gone."""
        ...

    def read(self, sinks: dict[str, Sink], start: int, stop: int, base: int) -> None:
        """Have each sink take its column of rows ``start`` to ``stop``; row ``base`` is the sinks' first."""
        ...


def tail_paths(folder: Path, table: str, since: int = 0) -> list[Path]:
    """Return the tails of a table that are there, in the order of their rows; none if the folder is gone.

    Args:
        folder: The run's folder.
        table: Name of the table.
        since: Only those that begin with this row, or a later one.
    """
    try:
        found = [(int(match[2]), path) for path in folder.iterdir() if (match := _NAME.fullmatch(path.name))]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [path for row0, path in sorted(found) if row0 >= since and path.name.startswith(f"{table}.tail-")]


def first_row(path: Path) -> int:
    """Return the number of the first row of a tail, from its name."""
    match = _NAME.fullmatch(path.name)
    return int(match[2]) if match else 0


def open_tail(path: Path) -> TailReader:
    """Return the reader of a tail; nothing is read yet."""
    row0 = first_row(path)
    return _RecordTail(path, row0) if path.suffix == ".rec" else _StreamTail(path, row0)


class _RecordTail:
    def __init__(self, path: Path, row0: int) -> None:
        self.row0 = self.rows = row0
        self.spec: TableSpec | None = None
        self._path = path
        self._records: npt.NDArray[Any] | None = None

    def refresh(self) -> None:
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:  # sealed meanwhile
            return
        found = read_records(data, trusted=self.rows - self.row0)
        if found is not None and found.row0 == self.row0:
            self.spec, self._records = found.spec, found.rows
            self.rows = self.row0 + len(found.rows)

    def read(self, sinks: dict[str, Sink], start: int, stop: int, base: int) -> None:
        if self._records is None or self.spec is None:
            return
        records = self._records[start - self.row0 : stop - self.row0]
        names = {column.name: f"c{number}" for number, column in enumerate(self.spec.columns)}
        for name, sink in sinks.items():
            sink.put(start - base, records[names.get(name, name[1:])])  # `_time` and `_index` are `time` and `index`


class _StreamTail:
    """An Arrow stream, kept in memory as far as it was read: it may be removed at any moment."""

    def __init__(self, path: Path, row0: int) -> None:
        self.row0 = row0
        self._reader = ArrowReader(InMemory(path), 0, row0)
        self.read = self._reader.read

    @property
    def rows(self) -> int:
        return self._reader.rows

    @property
    def spec(self) -> TableSpec | None:
        return self._reader.spec

    def refresh(self) -> None:
        self._reader.refresh(ended=False)
