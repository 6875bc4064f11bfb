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
from measurand.dataset._format._parts import part_name
from measurand.dataset._format._record import Layout
from measurand.dataset._write._block import Block
from measurand.dataset._write._ipc import ArrowFile
from measurand.dataset._write._message import Former, Message
from measurand.dataset._write._row import Form, Row, Rows
from measurand.dataset._write._straight import Straight, fits
from measurand.dataset._write._tail import MappedTail, Tail, WrittenTail

# Small first, so that a run of ten points costs 16 kB; then large, so that a long run seals seldom.
_CAPACITIES = (256, 2048, 16_384, 65_536)
_TAIL_BYTES = 4 << 20  # of records, at most, or one
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO)
_STRAIGHT_BYTES = 1 << 15  # from here on a row goes straight into the Arrow file, not into a tail first
_MOST_FLUSHES = 4096  # small batches in a tail, before they are made one
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
        wake: Tells the background thread that there is work.
        part: Which part of the run this is: 1, or more if it was resumed.
        row0: Number of the first row that is written here.
    """

    folder: Path
    about: dict[str, Any]
    memory_maps: bool
    compression: str | None
    wake: Callable[[], None]
    part: int = 1
    row0: int = 0

    def tail_path(self, table: str, row: int, kind: str) -> Path:
        """Return where a tail that begins with ``row`` goes; a file that another writer left there is let lie."""
        width = 12
        while True:
            path = self.folder / f"{table}.tail-{row:0{width}d}.{kind}"
            if self.part == 1 or not path.exists():
                return path
            width += 1


class _Sealed:
    """The Arrow file of a table, begun when the first batch comes: that is when pyarrow is imported."""

    def __init__(self, spec: TableSpec, place: Place) -> None:
        self._spec = spec
        self._place = place
        self._file: ArrowFile | None = None
        self._former: Former | None = None
        self._finished = False

    @functools.cached_property
    def schema(self) -> Any:
        """The Arrow schema of the table."""
        return _arrow.schema(self._spec, {**self._place.about, "compression": self._place.compression})

    @property
    def rows(self) -> int:
        """Number of rows in the file."""
        return self._place.row0 if self._file is None else self._file.rows

    def write(self, make: Callable[[Former], Message], row0: int, rows: int) -> None:
        """Write the batch that ``make`` forms; nothing is done if its rows are there already.

        Raises:
            OSError: The disk refused; the file is as it was before.
        """
        if self._former is None:
            self._former = Former(self._spec, self.schema, compression=self._place.compression)
        if self._file is None:
            path = self._place.folder / part_name(self._spec.name, self._place.part)
            self._file = ArrowFile(path, self._former, row0)
        if self._file.rows < row0 + rows:
            self._file.write(make(self._former))

    def append(self, row: Row) -> bool:
        """Write one row; return whether that made the file.

        Raises:
            OSError: The disk refused; the file is as it was before.
        """
        if self._file is None or self._former is None:
            row0 = self._place.row0
            self.write(lambda former: former.row(row, row0), row0, 1)
            return True
        self._file.write(self._former.row(row, self._file.rows))
        return False

    def straight(self, form: Form) -> Straight:
        """Return what writes further rows of this form, once there is a first one."""
        if self._file is None or self._former is None:
            raise AssertionError("There is no file yet.")
        return Straight(self._spec, self._file, self._former, form)

    def sync(self) -> None:
        """Bring what is written through a power loss."""
        if self._file is not None and not self._finished:
            self._file.sync()

    def finish(self) -> None:
        """Write the footer, if there is anything; once."""
        if self._file is not None and not self._finished:
            self._file.finish()
            self._finished = True

    def close(self) -> None:
        """Let go of the file, with or without its footer."""
        if self._file is not None:
            self._finished = True
            self._file.close()


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
        self._next_row = place.row0
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
        capacity = min(_CAPACITIES[min(self._made, len(_CAPACITIES) - 1)], max(1, _TAIL_BYTES // self.layout.size))
        path = self._place.tail_path(self._spec.name, self._next_row, "rec")
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
                self._sealed.write(functools.partial(self._message, tail), tail.row0, tail.counter[0])
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

    def close(self) -> None:
        """Let go of the files that a failed `finish` left; they stay, and hold every accepted row."""
        if self._current is not None:
            self._retire(self._current)
        while self._full:
            self._full.popleft().close()
        self._sealed.close()

    def give_up(self) -> None:
        """Do nothing: nobody waits here."""

    def unsaved(self) -> Iterator[list[Any]]:
        """Return no rows: an accepted row is in a file."""
        return iter(())

    def _message(self, tail: Tail, former: Former) -> Message:
        return former.batch(_arrow.batch_of_records(tail.records(), self._spec, self._sealed.schema), tail.row0)

    def _retire(self, tail: Tail) -> None:
        self._next_row = tail.row0 + tail.counter[0]
        self._current = None
        self._full.append(tail)
        self._place.wake()


class BlockStore:
    """Rows with text or arrays: written while `add` lasts, so that no other thread, however late, can lose one.

    A large row goes straight into the Arrow file, from the memory of the caller. Others go to a tail, an Arrow stream,
    row by row, and into a block of memory; when that is full it goes into the Arrow file as one batch, in the background,
    and the tail is removed. A row that the disk refuses waits in its block for the background thread, which tries again
    and, if it is refused too, fails the run.
    """

    def __init__(self, spec: TableSpec, place: Place) -> None:
        self._spec, self._place = spec, place
        self._sealed = _Sealed(spec, place)
        self._encode = Rows(spec).row
        self._fits = fits(spec)
        self._straight: Straight | None = None
        # Imports pyarrow, before the first row is accepted.
        self._former = Former(spec, _arrow.schema(spec, place.about), stream=True)
        self._lock = threading.Lock()  # which part is the last; held while a row is added
        self._parts: deque[_Part] = deque()  # what is not sealed; the measuring thread fills the last
        self._spare: list[Block] = []
        self._files = 0  # made so far
        self._files_told = 0
        self._leftovers = _Leftovers()
        self._bytes_in = 0  # by the measuring thread
        self._bytes_out = 0  # by the background thread
        self._stuck = False

    @property
    def rows(self) -> int:
        """Number of rows accepted."""
        with self._lock:
            return self._count()

    @property
    def waiting(self) -> int:
        """Number of rows that are in memory only."""
        with self._lock:
            return sum(part.block.count - part.flushed for part in self._parts)

    def add_plain(self, time_ns: int, index: Sequence[int], values: Sequence[Any]) -> bool:
        """Accept a large row whose values are what is written of them; return whether it was one."""
        straight = self._straight
        try:
            return straight is not None and not self._parts and straight.write(time_ns, index, values)
        except OSError:  # `add` meets it again
            return False

    def add(self, time_ns: int, index: Sequence[int], values: Sequence[Any]) -> None:
        """Accept a row. Waits while the disk is far behind."""
        row = self._encode(time_ns, index, values)
        large = row.form.body >= _STRAIGHT_BYTES and self._place.compression is None
        with self._lock:
            if large and not self._parts and self._write_straight(row):
                return
            part = self._open_part()
            before = part.block.nbytes
            part.block.put(time_ns, index, values)
            self._bytes_in += part.block.nbytes - before
            written = self._write_row(part, row)
            # A large one is sealed soon, so that the next can go straight.
            part.closed = large or part.block.full or part.messages >= _MOST_FLUSHES
        if part.closed or not written:
            self._place.wake()
        while self._bytes_in - self._bytes_out > _MOST_BYTES and not self._stuck:
            time.sleep(0.002)

    def give_up(self) -> None:
        """Keep nobody waiting: the disk failed."""
        self._stuck = True

    def work(self) -> bool:
        """Seal what is full, write all rows that wait. Return whether there are new files."""
        while (part := self._first()) is not None and part.closed:
            self._seal(part)
        if part is not None:
            with self._lock:
                self._flush(part)
        self._leftovers.remove()
        before, self._files_told = self._files_told, self._files
        return self._files_told != before

    def sync(self) -> None:
        """Bring what is written through a power loss."""
        self._sealed.sync()
        with self._lock:
            tails = [part.tail for part in self._parts]
        for tail in tails:
            if tail is not None:
                tail.sync()

    def finish(self) -> None:
        """Write everything and the footer."""
        while (part := self._first()) is not None:
            self._seal(part)
        self._leftovers.remove()
        self._sealed.finish()

    def close(self) -> None:
        """Let go of the files that a failed `finish` left; what is in memory stays there, for `unsaved`."""
        for part in self._parts:
            if part.tail is not None:
                part.tail.close()
        self._sealed.close()

    def unsaved(self) -> Iterator[list[Any]]:
        """Return the values of every row that is not in a file."""
        with self._lock:
            return iter([row for part in self._parts for row in part.block.rows(part.flushed)])

    def _count(self) -> int:
        if not self._parts:
            return self._sealed.rows
        last = self._parts[-1].block
        return last.row0 + last.count

    def _first(self) -> _Part | None:
        with self._lock:
            return self._parts[0] if self._parts else None

    def _open_part(self) -> _Part:
        """Return the part that takes the next row."""
        row0 = self._count()
        if self._parts and not self._parts[-1].closed and not self._parts[-1].block.full:
            return self._parts[-1]
        block = self._spare.pop() if self._spare else Block(self._spec, row0)
        block.clear(row0)
        self._parts.append(_Part(block))
        return self._parts[-1]

    def _write_straight(self, row: Row) -> bool:
        try:
            self._files += self._sealed.append(row)
        except OSError:  # the background thread meets it again, and fails the run
            return False
        if self._fits and self._straight is None:
            self._straight = self._sealed.straight(row.form)
        return True

    def _write_row(self, part: _Part, row: Row) -> bool:
        """Write the last row of the part; return whether it is in the file, and all before it."""
        row0 = part.block.row0 + part.block.count - 1
        try:
            tail = part.tail or self._open_tail(part)
            if tail.rows == row0:  # otherwise the disk refused one before it
                tail.write(self._former.row(row, row0))
        except OSError:  # as above
            return False
        return tail.rows > row0

    def _flush(self, part: _Part) -> None:
        """Write the rows that wait in a part."""
        block, first = part.block, part.flushed
        if block.count > first:
            tail = part.tail or self._open_tail(part)
            batch = block.batch(first, block.count, self._sealed.schema)
            tail.write(self._former.batch(batch, block.row0 + first))

    def _open_tail(self, part: _Part) -> ArrowFile:
        part.path = self._place.tail_path(self._spec.name, part.block.row0, "arrows")
        part.path.unlink(missing_ok=True)  # a Ctrl-C may have left it, with nothing in it
        part.tail = ArrowFile(part.path, self._former, part.block.row0)
        self._files += 1
        return part.tail

    def _seal(self, part: _Part) -> None:
        with self._lock:
            part.closed = True
        block = part.block
        count, schema = block.count, self._sealed.schema
        if count:
            self._sealed.write(
                lambda former: former.batch(block.batch(0, count, schema), block.row0), block.row0, count
            )
        if part.tail is not None:
            self._sealed.sync()
            self._leftovers.add(part.path)
        with self._lock:
            self._parts.popleft()
            self._files += 1
            self._bytes_out += block.nbytes
            if len(self._spare) < _SPARE_BLOCKS:
                self._spare.append(block)
        if part.tail is not None:
            part.tail.close()


class _Part:
    """Rows between two seals: in a block of memory, and as far as possible in a tail."""

    __slots__ = ("block", "closed", "path", "tail")

    def __init__(self, block: Block) -> None:
        self.block = block
        self.tail: ArrowFile | None = None
        self.path = Path()
        self.closed = False  # takes no more rows

    @property
    def flushed(self) -> int:
        """Number of its rows that are in a file."""
        return 0 if self.tail is None else self.tail.rows - self.block.row0

    @property
    def messages(self) -> int:
        """Number of batches in its tail."""
        return 0 if self.tail is None else self.tail.messages


def _removed(path: Path) -> bool:
    try:
        path.unlink()
    except FileNotFoundError:
        return True
    except OSError:  # Windows: a reader has it open
        return False
    return True
