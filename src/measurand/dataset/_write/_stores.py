"""The two ways of a row to the disk, once it was accepted: through a tail, or through memory. Knows no measurement.

Both end in the table's Arrow file. The measuring thread adds; one other thread at a time calls `work` and `sync`.
"""

from __future__ import annotations

import errno
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from measurand.dataset._format import _arrow
from measurand.dataset._format._describe import TableSpec
from measurand.dataset._format._record import Layout
from measurand.dataset._write._ipc import ArrowFile
from measurand.dataset._write._tail import MappedTail, Tail, WrittenTail

# Small first, so that a run of ten points costs 16 kB; then large, so that a long run seals seldom.
_CAPACITIES = (256, 2048, 16_384, 65_536)
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO)
_EAGER_BYTES = 4 << 20  # arrays waiting in memory that are worth waking the background thread for, and make a batch
_BATCH_ROWS = 65_536
_MOST_BYTES = 256 << 20  # arrays waiting in memory at which the measuring thread waits for the disk


@dataclass(frozen=True)
class Place:
    """Where and how the tables of a run are written.

    Args:
        folder: The run's folder.
        about: What each Arrow file says about the run it belongs to.
        memory_maps: Whether tails may be mapped.
        time_ns: The clock of the rows, ns since 1970-01-01 UTC.
        wake: Tells the background thread that there is work.
        on_failure: Told when the disk refused something in the measuring thread.
    """

    folder: Path
    about: dict[str, Any]
    memory_maps: bool
    time_ns: Callable[[], int]
    wake: Callable[[], None]
    on_failure: Callable[[Exception], None]


class _Sealed:
    """The Arrow file of a table, begun when the first batch comes: that is when pyarrow is imported."""

    def __init__(self, spec: TableSpec, place: Place) -> None:
        self._spec = spec
        self._path = place.folder / f"{spec.name}.arrow"
        self._about = place.about
        self._file: ArrowFile | None = None
        self.schema: Any = None

    def take(self, make: Callable[..., Any], rows: Any, row0: int) -> None:
        """Take ``make(rows, spec, schema)`` as the batch that begins with row ``row0``."""
        if self.schema is None:
            self.schema = _arrow.schema(self._spec, self._about)
        batch = make(rows, self._spec, self.schema)
        if self._file is None:
            self._file = ArrowFile(self._path, self.schema)
        self._file.take(batch, row0)

    def push(self) -> None:
        """Write what was taken."""
        if self._file is not None:
            self._file.push()

    def sync(self) -> None:
        """Bring what is written through a power loss."""
        if self._file is not None:
            self._file.sync()

    def finish(self) -> None:
        """Write the footer, if there is anything."""
        if self._file is not None:
            self._file.finish()
            self._file = None


class TailStore:
    """Rows of single values: in a tail file from the moment they are accepted, in batches when it is full."""

    def __init__(self, spec: TableSpec, place: Place) -> None:
        self.layout = Layout(spec)
        self._spec, self._place = spec, place
        self._sealed = _Sealed(spec, place)
        self._current: Tail | None = None
        self._full: deque[Tail] = deque()
        self._taken: list[Tail] = []  # in the Arrow file, but perhaps not on disk
        self._leftover: list[Path] = []  # a reader had them open, and this system does not remove open files
        self._made = 0
        self._next_row = 0
        self._make: Callable[[Path, Layout, int, int], Tail] = MappedTail if place.memory_maps else WrittenTail

    @property
    def rows(self) -> int:
        """Number of rows accepted."""
        current = self._current
        return self._next_row if current is None else current.row0 + current.counter[0]

    def tail(self) -> Tail:
        """Return a tail with room for a row, a new one if necessary.

        Raises:
            OSError: The disk refuses; every row accepted before is safe.
        """
        current = self._current
        if current is not None:
            if current.counter[0] < current.capacity:
                return current
            self._retire(current)
        capacity = _CAPACITIES[min(self._made, len(_CAPACITIES) - 1)]
        path = self._place.folder / f"{self._spec.name}.tail-{self._next_row:012d}.rec"
        try:
            tail = self._make(path, self.layout, self._next_row, capacity)
        except (OSError, ValueError) as error:
            if self._make is WrittenTail or getattr(error, "errno", None) in _NO_ROOM:
                raise
            self._make = WrittenTail  # this place has no memory maps
            tail = self._make(path, self.layout, self._next_row, capacity)
        self._made += 1
        self._current = tail
        return tail

    def work(self) -> bool:
        """Seal full tails: one batch each, on disk before the tail is removed."""
        changed = bool(self._full)
        while self._full or self._taken:
            if self._full:
                tail = self._full[0]
                if tail.counter[0]:
                    self._sealed.take(_arrow.batch_of_records, tail.records(), tail.row0)
                self._taken.append(self._full.popleft())
            self._sealed.push()
            self._sealed.sync()
            while self._taken:
                tail = self._taken.pop()
                tail.close()
                self._leftover.append(tail.path)
        self._leftover = [path for path in self._leftover if not _removed(path)]
        return changed

    def sync(self) -> None:
        """Bring what is written through a power loss."""
        current = self._current
        if current is not None:
            current.sync()

    def finish(self) -> None:
        """Seal everything and write the footer."""
        if self._current is not None:
            self._retire(self._current)
        self.work()
        self._sealed.finish()

    def give_up(self) -> None:
        """Do nothing: nobody waits here."""

    def unsaved(self) -> list[_arrow.Row]:
        """Return no rows: an accepted row is in a file."""
        return []

    def _retire(self, tail: Tail) -> None:
        self._next_row = tail.row0 + tail.counter[0]
        self._current = None
        self._full.append(tail)
        self._place.wake()


class BatchStore:
    """Rows with text or arrays: in memory for at most 50 ms, then a batch.

    The measuring thread appends at one end, the background thread takes from the other; neither waits for a lock.
    """

    def __init__(self, spec: TableSpec, place: Place) -> None:
        self._place = place
        self._sealed = _Sealed(spec, place)
        self._pending: list[_arrow.Row] = []
        self._taken: list[_arrow.Row] = []  # in the Arrow file's hands, but not written
        self._first = 0  # row number of the first pending
        self._bytes_in = 0  # by the measuring thread
        self._bytes_out = 0  # by the background thread
        self._stuck = False

    @property
    def rows(self) -> int:
        """Number of rows accepted."""
        return self._first + len(self._pending)

    def add(self, row: _arrow.Row) -> None:
        """Accept a row. Waits while the disk is far behind."""
        self._pending.append(row)
        self._bytes_in += _size_of(row)
        if self._bytes_in - self._bytes_out > _EAGER_BYTES:
            self._place.wake()
        while self._bytes_in - self._bytes_out > _MOST_BYTES and not self._stuck:
            time.sleep(0.002)

    def give_up(self) -> None:
        """Keep nobody waiting: the disk failed."""
        self._stuck = True

    def work(self) -> bool:
        """Write all pending rows."""
        changed = self._first == 0 and bool(self._pending)
        while self._pending or self._taken:
            self._write_some()
        return changed

    def _write_some(self) -> None:
        """Write what was taken and could not be written, or else the oldest rows that make a batch of good size."""
        if not self._taken:
            rows = self._oldest()
            self._sealed.take(_arrow.batch_of_rows, rows, self._first)
            self._taken = rows  # first here, then not there: `unsaved` may look at any moment
            del self._pending[: len(rows)]
            self._first += len(rows)
        self._sealed.push()
        taken, self._taken = self._taken, []
        self._bytes_out += sum(map(_size_of, taken))

    def _oldest(self) -> list[_arrow.Row]:
        size = 0
        for count, row in enumerate(self._pending[:_BATCH_ROWS], 1):
            size += _size_of(row)
            if size >= _EAGER_BYTES:
                return self._pending[:count]
        return self._pending[:_BATCH_ROWS]

    def sync(self) -> None:
        """Bring what is written through a power loss."""
        self._sealed.sync()

    def finish(self) -> None:
        """Write everything and the footer."""
        self.work()
        self._sealed.finish()

    def unsaved(self) -> list[_arrow.Row]:
        """Return the rows that are not in the file."""
        return [*self._taken, *self._pending]


def _size_of(row: _arrow.Row) -> int:
    return sum(getattr(value, "nbytes", 100) for value in row[2])


def _removed(path: Path) -> bool:
    try:
        path.unlink()
    except FileNotFoundError:
        return True
    except OSError:  # Windows: a reader has it open. What it holds is in the Arrow file too, so this can wait.
        return False
    return True
