"""Rows that are not sealed yet, from either kind of tail. Knows no Arrow file and no order of tails."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from measurand.dataset._format._describe import TableSpec
from measurand.dataset._format._record import HEAD_SIZE, Layout, peek_rows, proven, read_head
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
    """Records, kept in memory as far as they were read. Only what is new is read: a tail is looked at again and again."""

    def __init__(self, path: Path, row0: int) -> None:
        self.row0 = self.rows = row0
        self.spec: TableSpec | None = None
        self._path = path
        self._first = 0  # where the records begin
        self._layout: Layout | None = None
        self._records: npt.NDArray[Any] | None = None

    def refresh(self) -> None:
        try:
            with self._path.open("rb", buffering=0) as file:
                layout = self._layout or self._describe(file)
                if layout is not None:
                    self._take_new(file, layout)
        except FileNotFoundError:  # sealed meanwhile
            return

    def _describe(self, file: BinaryIO) -> Layout | None:
        found = read_head(file)
        if found is None or found[0].row0 != self.row0:
            return None
        head, spec = found
        layout = Layout(spec)
        if layout.size != head.size:
            return None
        self.spec, self._first, self._layout = spec, head.first, layout
        return layout

    def _take_new(self, file: BinaryIO, layout: Layout) -> None:
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        told, have = peek_rows(file.read(HEAD_SIZE), size), self.rows
        if told <= have:
            return
        file.seek(self._first + (have - self.row0) * layout.size)
        new = proven(_read(file, min((told - have) * layout.size, size)), layout, have)
        held, after = have - self.row0, have - self.row0 + len(new)
        records = self._records
        if records is None or len(records) < after:
            records = self._records = _longer(records, held, after, layout)
        records[held:after] = new
        self.rows = have + len(new)

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


def _read(file: BinaryIO, length: int) -> bytes:
    """Read ``length`` bytes, or up to the end; a single call may return fewer."""
    data = file.read(length)
    while len(data) < length and (more := file.read(length - len(data))):
        data += more
    return data


def _longer(records: Any, held: int, rows: int, layout: Layout) -> Any:
    import numpy as np

    found = np.empty(max(rows, 2 * held), layout.dtype())
    if records is not None:
        found[:held] = records[:held]
    return found
