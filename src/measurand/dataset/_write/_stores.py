"""The two ways of a row to the disk, once it was accepted: through a tail of records, or through blocks of memory.

Both end in the table's Arrow file. The measuring thread adds; one other thread at a time calls `work` and `sync`. Knows
no measurement.
"""

from __future__ import annotations

import errno
import functools
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from measurand.dataset._format import _arrow
from measurand.dataset._format._describe import TableSpec
from measurand.dataset._format._record import Layout
from measurand.dataset._write._block import Block
from measurand.dataset._write._ipc import ArrowFile
from measurand.dataset._write._tail import MappedTail, Tail, WrittenTail

# Small first, so that a run of ten points costs 16 kB; then large, so that a long run seals seldom.
_CAPACITIES = (256, 2048, 16_384, 65_536)
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO)
_STRAIGHT_BYTES = 1 << 20  # from here on rows go straight into the Arrow file, not into a tail first
_MOST_FLUSHES = 1024  # small batches in a tail, before they are made one
_MOST_BYTES = 256 << 20  # rows waiting in memory at which the measuring thread waits for the disk
_SPARE_BLOCKS = 8


@dataclass(frozen=True)
class Place:
    """Where and how the tables of a run are written.

    Args:
        folder: The run's folder.
        about: What each Arrow file says about the run it belongs to.
        memory_maps: Whether tails may be mapped.
        compression: Of the Arrow files: ``"zstd"``, ``"lz4"`` or None.
        wake: Tells the background thread that there is work; True: at once.
    """

    folder: Path
    about: dict[str, Any]
    memory_maps: bool
    compression: str | None
    wake: Callable[[bool], None]


class _Sealed:
    """The Arrow file of a table, begun when the first batch comes: that is when pyarrow is imported."""

    def __init__(self, spec: TableSpec, place: Place) -> None:
        self._spec = spec
        self._place = place
        self._file: ArrowFile | None = None
        self._schema: Any = None

    @property
    def schema(self) -> Any:
        """The Arrow schema of the table."""
        if self._schema is None:
            self._schema = _arrow.schema(self._spec, {**self._place.about, "compression": self._place.compression})
        return self._schema

    def write(self, make: Callable[[], Any], row0: int, rows: int) -> None:
        """Write the batch that ``make`` returns; calling again for the same rows after a failure goes on where it was.

        Raises:
            OSError: The disk refused; the file is as it was before.
        """
        if self._file is None:
            path = self._place.folder / f"{self._spec.name}.arrow"
            self._file = ArrowFile(path, self.schema, row0, compression=self._place.compression)
        if self._file.rows < row0 + rows:
            self._file.take(make(), row0)
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


class _Leftovers:
    """Files that are no longer needed. What they held is in the Arrow file, so that removing them can wait."""

    def __init__(self) -> None:
        self._paths: list[Path] = []

    def add(self, path: Path) -> None:
        self._paths.append(path)

    def remove(self) -> None:
        """Remove those that nobody has open; Windows keeps what a reader has open."""
        self._paths = [path for path in self._paths if not _removed(path)]


class TailStore:
    """Rows of single values: in a tail file from the moment they are accepted, in batches when it is full."""

    def __init__(self, spec: TableSpec, place: Place) -> None:
        self.layout = Layout(spec)
        self._spec, self._place = spec, place
        self._sealed = _Sealed(spec, place)
        self._current: Tail | None = None
        self._full: deque[Tail] = deque()
        self._leftovers = _Leftovers()
        self._made = 0
        self._next_row = 0
        self._make: Callable[[Path, Layout, int, int], Tail] = MappedTail if place.memory_maps else WrittenTail

    @property
    def rows(self) -> int:
        """Number of rows accepted."""
        current = self._current
        return self._next_row if current is None else current.row0 + current.counter[0]

    @property
    def waiting(self) -> int:
        """Number of rows that are in memory only: none, an accepted row is in a file."""
        return 0

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
        """Seal full tails: one batch each, on disk before the tail is removed. Return whether there are new files."""
        changed = bool(self._full)
        while self._full:
            tail = self._full[0]
            if tail.counter[0]:
                self._sealed.write(functools.partial(self._batch, tail), tail.row0, tail.counter[0])
            self._sealed.sync()
            self._full.popleft()
            tail.close()
            self._leftovers.add(tail.path)
        self._leftovers.remove()
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

    def unsaved(self) -> Iterator[list[Any]]:
        """Return no rows: an accepted row is in a file."""
        return iter(())

    def _batch(self, tail: Tail) -> Any:
        return _arrow.batch_of_records(tail.records(), self._spec, self._sealed.schema)

    def _retire(self, tail: Tail) -> None:
        self._next_row = tail.row0 + tail.counter[0]
        self._current = None
        self._full.append(tail)
        self._place.wake(True)


class BlockStore:
    """Rows with text or arrays: in a block of memory for some milliseconds, then in a file.

    A block that fills quickly is written as one batch. The rows of one that fills slowly are written to a tail, an Arrow
    stream, as they come; when it is full it goes into the Arrow file as one batch all the same, and the tail is removed.
    """

    def __init__(self, spec: TableSpec, place: Place) -> None:
        self._spec, self._place = spec, place
        self._sealed = _Sealed(spec, place)
        _ = (
            self._sealed.schema
        )  # imports pyarrow, before the first row is accepted and promised to be safe within 50 ms
        self._lock = threading.Lock()  # which block is the last; held while a row is copied into it
        self._blocks = deque([Block(spec, 0)])  # the measuring thread fills the last
        self._spare: list[Block] = []
        self._tail: ArrowFile | None = None  # of the first block
        self._tail_path = place.folder
        self._flushes = 0  # batches in it
        self._files = 0  # made so far
        self._leftovers = _Leftovers()
        self._bytes_in = 0  # by the measuring thread
        self._bytes_out = 0  # by the background thread
        self._stuck = False

    @property
    def rows(self) -> int:
        """Number of rows accepted."""
        last = self._blocks[-1]
        return last.row0 + last.count

    @property
    def waiting(self) -> int:
        """Number of rows that are in memory only."""
        first = self._blocks[0]
        return self.rows - first.row0 - first.flushed

    def add(self, time_ns: int, index: Sequence[int], values: Sequence[Any]) -> None:
        """Accept a row. Waits while the disk is far behind."""
        with self._lock:
            block = self._blocks[-1]
            if block.full:
                block = self._open_next(block.row0 + block.count)
            before = block.nbytes
            block.put(time_ns, index, values)
            self._bytes_in += block.nbytes - before
        if block.full or block.count == block.flushed + 1:
            self._place.wake(block.full)
        while self._bytes_in - self._bytes_out > _MOST_BYTES and not self._stuck:
            time.sleep(0.002)

    def give_up(self) -> None:
        """Keep nobody waiting: the disk failed."""
        self._stuck = True

    def work(self) -> bool:
        """Write all rows that wait. Return whether there are new files."""
        before = self._files
        while self._write_first():
            pass
        self._leftovers.remove()
        return self._files != before

    def sync(self) -> None:
        """Bring what is written through a power loss."""
        self._sealed.sync()
        if self._tail is not None:
            self._tail.sync()

    def finish(self) -> None:
        """Write everything and the footer."""
        while self._blocks[0].count:
            self._seal(self._blocks[0])
        self._leftovers.remove()
        self._sealed.finish()

    def unsaved(self) -> Iterator[list[Any]]:
        """Return the values of every row that is not in a file."""
        with self._lock:
            return iter([row for block in self._blocks for row in block.rows(block.flushed)])

    def _open_next(self, row0: int) -> Block:
        block = self._spare.pop() if self._spare else Block(self._spec, row0)
        block.clear(row0)
        self._blocks.append(block)
        return block

    def _write_first(self) -> bool:
        """Write what waits in the oldest block; return whether it was sealed, so that the next one is the oldest."""
        block = self._blocks[0]
        much = block.count > 0 and block.nbytes > _STRAIGHT_BYTES and self._tail is None
        if block.full or len(self._blocks) > 1 or much or self._flushes >= _MOST_FLUSHES:
            self._seal(block)
            return True
        if block.count > block.flushed:
            self._flush(block, block.count)
        if block.count > block.flushed:  # came meanwhile, and did not wake us because others waited before it
            self._place.wake(False)
        return False

    def _flush(self, block: Block, count: int) -> None:
        if self._tail is None:
            self._tail_path = self._place.folder / f"{self._spec.name}.tail-{block.row0:012d}.arrows"
            schema = _arrow.schema(self._spec, self._place.about)
            self._tail = ArrowFile(self._tail_path, schema, block.row0, stream=True)
            self._files += 1
        first = block.row0 + block.flushed
        if self._tail.rows == first:  # otherwise the disk refused what it was given last time
            self._tail.take(block.batch(block.flushed, count, self._sealed.schema), first)
        self._tail.push()
        block.flushed = self._tail.rows - block.row0
        self._flushes += 1

    def _seal(self, block: Block) -> None:
        with self._lock:
            if len(self._blocks) == 1:
                self._open_next(block.row0 + block.count)
        count = block.count
        self._sealed.write(lambda: block.batch(0, count, self._sealed.schema), block.row0, count)
        if self._tail is not None:
            self._sealed.sync()
            tail, self._tail = self._tail, None
            tail.close()
            self._leftovers.add(self._tail_path)
        self._flushes = 0
        self._files += 1
        with self._lock:
            self._blocks.popleft()
            self._bytes_out += block.nbytes
            if len(self._spare) < _SPARE_BLOCKS:
                self._spare.append(block)


def _removed(path: Path) -> bool:
    try:
        path.unlink()
    except FileNotFoundError:
        return True
    except OSError:  # Windows: a reader has it open
        return False
    return True
