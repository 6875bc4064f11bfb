"""All rows of one table, wherever they are: sealed in its Arrow file, then in its tails. Knows no run.

Tails are looked at first and the Arrow file after them, so that rows that are sealed meanwhile are seen twice, never
not at all; what was seen is dropped by row number.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measurand.dataset._format._describe import Column, TableSpec
from measurand.dataset._format._record import Records, peek_rows, read_records
from measurand.dataset._read._arrow_reader import ArrowReader
from measurand.dataset._read._sinks import Sink, sink

if TYPE_CHECKING:
    import numpy.typing as npt


class TableReader:
    """Reads one table of one run; `refresh` takes in what was added, everything else is as of then."""

    def __init__(self, folder: Path, spec: TableSpec) -> None:
        self.spec = spec
        self.rows = 0
        self._folder = folder
        self._arrow = ArrowReader(folder / f"{spec.name}.arrow")
        self._parts: list[tuple[int, npt.NDArray[Any]]] = []  # first row, records
        self._proven: dict[Path, int] = {}

    def refresh(self, *, ended: bool) -> None:
        """Take in all rows that are there now; ``ended``: the run ended properly."""
        tails = [self._read_tail(path) for path in tail_paths(self._folder, self.spec.name)]
        self._arrow.refresh(ended=ended)
        self._parts = []
        seen = self._arrow.rows
        for tail in tails:
            if tail is None or tail.row0 > seen or tail.row0 + len(tail.rows) <= seen:
                continue
            self._parts.append((seen, tail.rows[seen - tail.row0 :]))
            seen = tail.row0 + len(tail.rows)
        self.rows = seen
        if not all(column.settled for column in self.spec.columns):
            known = [tail.spec for tail in tails if tail is not None]
            known += [self._arrow.spec] if self._arrow.spec is not None else []
            self.spec = known[0] if known else self.spec

    def read(self, names: Iterable[str]) -> dict[str, npt.NDArray[Any]]:
        """Return whole columns by name, rows in the order they were added; `_time` and `_index` are names too."""
        wanted = {name: self._column(name) for name in names}
        sinks: dict[str, Sink] = {name: sink(column, self.rows) for name, column in wanted.items()}
        if self._arrow.rows:
            self._arrow.read(sinks)
        for first, records in self._parts:
            for name in wanted:
                sinks[name].array[first : first + len(records)] = records[self._field(name)]
        return {name: filled.array for name, filled in sinks.items()}

    def _read_tail(self, path: Path) -> Records | None:
        try:
            data = path.read_bytes()
        except FileNotFoundError:  # sealed meanwhile
            return None
        found = read_records(data, self._proven.get(path, 0))
        if found is not None:
            self._proven[path] = len(found.rows)
        return found

    def _column(self, name: str) -> Column:
        if name == "_time":
            return Column("time", "datetime", dtype="datetime64[ns]")
        if name == "_index":
            return Column("index", "int", shape=(len(self.spec.dims),), dtype="int32")
        return next(column for column in self.spec.columns if column.name == name)

    def _field(self, name: str) -> str:
        """What the records call a column."""
        if name in ("_time", "_index"):
            return name[1:]
        return f"c{[column.name for column in self.spec.columns].index(name)}"


def tail_paths(folder: Path, table: str) -> list[Path]:
    """Return the tails of a table that are there, in the order of their rows."""
    prefix, suffix = f"{table}.tail-", ".rec"
    return sorted(path for path in folder.iterdir() if path.name.startswith(prefix) and path.name.endswith(suffix))


def count_rows(folder: Path, spec: TableSpec) -> int:
    """Return the number of rows of a table, without reading them where that is possible."""
    most = 0
    for path in tail_paths(folder, spec.name):
        try:
            with path.open("rb") as file:
                most = max(most, peek_rows(file.read(64), path.stat().st_size))
        except FileNotFoundError:  # sealed meanwhile
            continue
    if most:
        return most
    reader = TableReader(folder, spec)
    reader.refresh(ended=False)
    return reader.rows
