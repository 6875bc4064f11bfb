"""All rows of one table, wherever they are: sealed in its Arrow files, and in its tails. Knows no run.

Tails are looked at first and the Arrow files after them, so that rows that are sealed meanwhile are seen twice, never
not at all; what was seen is dropped by row number. A run that was resumed has more than one Arrow file, and tails of
whoever wrote before may lie between them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measurand._core import forking
from measurand.dataset._format._describe import Column, TableSpec
from measurand.dataset._format._parts import part_paths
from measurand.dataset._format._record import HEAD_SIZE, peek_rows
from measurand.dataset._read._arrow_reader import ArrowReader, OnDisk
from measurand.dataset._read._sinks import Sink, sink
from measurand.dataset._read._tails import TailReader, open_tail, tail_paths
from measurand.errors import DamagedData

if TYPE_CHECKING:
    import numpy.typing as npt


class TableReader:
    """Reads one table of one run; `refresh` takes in what was added, everything else is as of then.

    Several threads may use it: what one of them takes in, another one does not see by halves.
    """

    def __init__(self, folder: Path, spec: TableSpec) -> None:
        self.spec = spec
        self.rows = 0
        self.files: tuple[Path, ...] = ()
        """The finished Arrow files that hold all rows and nothing else, in order; empty if some rows are elsewhere."""
        self._folder = folder
        self._lock = threading.RLock()
        self._sealed: dict[Path, ArrowReader] = {}
        self._tails: dict[Path, TailReader] = {}
        self._parts: list[tuple[int, int, ArrowReader | TailReader]] = []  # first row, row after the last
        forking.tell(self)

    def disown(self) -> None:
        """Go on in a forked child, where nobody releases a lock that another thread held."""
        self._lock = threading.RLock()

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key != "_lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._lock = threading.RLock()
        forking.tell(self)

    def refresh(self, *, ended: bool) -> None:
        """Take in all rows that are there now; ``ended``: the run ended properly."""
        with self._lock:
            self._refresh(ended=ended)

    def _refresh(self, *, ended: bool) -> None:
        tails = tail_paths(self._folder, self.spec.name)
        if ended and self.files and [*self._tails] == tails and [*self._sealed] == self._list_sealed():
            return  # nothing of it changes any more
        self._tails = {path: self._tails.get(path) or open_tail(path) for path in tails}
        for tail in self._tails.values():
            tail.refresh()
        paths = self._list_sealed()
        for path in paths:
            if path not in self._sealed:
                self._sealed[path] = ArrowReader(OnDisk(path), row0=0 if path == paths[0] else None)
            # What an earlier writer left was proved, and brought through a power loss, before the next one began.
            self._sealed[path].refresh(ended=ended or path != paths[-1])
        self._parts, seen = [], 0
        pieces: list[ArrowReader | TailReader] = [*self._sealed.values(), *self._tails.values()]
        for piece in sorted(pieces, key=lambda piece: piece.row0):
            if piece.row0 <= seen < piece.rows:
                self._parts.append((seen, piece.rows, piece))
                seen = piece.rows
        self.rows = seen
        self.files = self._whole_files()
        if not all(column.settled for column in self.spec.columns):
            self.spec = next((part.spec for *_, part in self._parts[::-1] if part.spec is not None), self.spec)

    @property
    def direct(self) -> bool:
        """Whether a column, or a part of it, is read without reading the others: finished files, not compressed."""
        return bool(self.files) and not any(file.compressed for file in self._sealed.values())

    def _list_sealed(self) -> list[Path]:
        return part_paths(self._folder, self.spec.name)

    def _whole_files(self) -> tuple[Path, ...]:
        there = {path: file for path, file in self._sealed.items() if file.rows > file.row0}
        numbers = [(file.row0, file.rows, file) for file in there.values()]
        return tuple(there) if numbers == self._parts and all(file.finished for file in there.values()) else ()

    def read(self, names: Iterable[str], start: int = 0, stop: int | None = None) -> dict[str, npt.NDArray[Any]]:
        """Return columns by name, rows in the order they were added.

        Args:
            names: Names of columns; `_time` and `_index` are names too.
            start: Number of the first row.
            stop: Number after that of the last row; None: all.

        Raises:
            DamagedData: What is in the files are no rows: bits are wrong behind a good footer.
        """
        with self._lock:
            return self._read(names, start, stop)

    def _read(self, names: Iterable[str], start: int, stop: int | None) -> dict[str, npt.NDArray[Any]]:
        end = self.rows if stop is None else min(stop, self.rows)
        sinks: dict[str, Sink] = {name: sink(column_of(self.spec, name), max(0, end - start)) for name in names}
        # Without dims no file has an index: a row's position is of no numbers.
        held = {name: filled for name, filled in sinks.items() if name != "_index" or self.spec.dims}
        try:
            for first, after, part in self._parts:
                if max(first, start) < min(after, end):
                    part.read(held, max(first, start), min(after, end), start)
            return {name: filled.result() for name, filled in sinks.items()}
        except (EOFError, IndexError, ValueError, OverflowError) as error:
            raise DamagedData(
                f"{self._folder}: table {self.spec.name} cannot be read ({error}). `measurand verify` says what is damaged, "
                "`measurand repair` saves the rest."
            ) from error


def column_of(spec: TableSpec, name: str) -> Column:
    """Return the column called ``name``; `_time` and `_index` are columns too."""
    if name == "_time":
        return Column("time", "datetime", dtype="datetime64[ns]")
    if name == "_index":
        return Column("index", "int", shape=(len(spec.dims),), dtype="int32")
    return next(column for column in spec.columns if column.name == name)


def count_rows(folder: Path, spec: TableSpec, since: int = 0) -> int:
    """Return the number of rows of a table, without reading them where that is possible.

    Args:
        folder: The run's folder.
        spec: The table.
        since: The number of rows that were there when the run was resumed the last time.
    """
    most = 0
    for path in tail_paths(folder, spec.name, since):
        if path.suffix != ".rec":
            break
        try:
            with path.open("rb") as file:
                most = max(most, peek_rows(file.read(HEAD_SIZE), path.stat().st_size))
        except FileNotFoundError:  # sealed meanwhile
            continue
    if most:
        return most
    reader = TableReader(folder, spec)
    reader.refresh(ended=False)
    return reader.rows
