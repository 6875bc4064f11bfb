"""The reading end of a file of batches: a table's Arrow file, finished or growing, or a tail of it. Knows no run.

A finished file is found by its footer; any other is walked as a stream of batches, each proved by its crc, up to the
first that is not whole. Either way only *where* the buffers are is kept; a column is then read from these places
straight into its array. Batches that are compressed are read and unpacked when they are needed.
"""

from __future__ import annotations

import bisect
import io
import itertools
import json
import operator
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from measurand._core.names import listing
from measurand.dataset._format._arrow import FORMAT_KEY, checksum
from measurand.dataset._format._describe import TableSpec
from measurand.dataset._read._sinks import Sink, Source, Spans

_MAGIC = b"ARROW1"
_MARK = b"\xff\xff\xff\xff"  # each message begins with it, and pyarrow reads it by itself
FILE_BEGINS = 8
"""Where the stream of an Arrow file begins: after the magic, padded. A stream that is no file begins at 0."""


class Bytes(Protocol):
    """Where a file's bytes come from."""

    def open(self, whole: int) -> Any:
        """Return the bytes as they are now, as a binary file; the first ``whole`` are those that were there before."""
        ...

    def again(self) -> Any:
        """Return the bytes as they were when `open` was called last, and perhaps more."""
        ...


class OnDisk:
    """The bytes of a file that stays."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def open(self, whole: int) -> io.FileIO:  # noqa: ARG002 - all of it is read from the file each time
        """Return the file."""
        return io.FileIO(self._path)

    def again(self) -> io.FileIO:
        """Return the file."""
        return io.FileIO(self._path)


class InMemory:
    """The bytes of a file that may be removed at any moment, such as a tail: read as far as they are new, and kept."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._data = b""

    def open(self, whole: int) -> io.BytesIO:
        """Return all bytes, after looking for those that follow the first ``whole``: half a batch may have been cut off."""
        with self._path.open("rb") as file:
            file.seek(whole)
            new = file.read()
        if new or len(self._data) > whole:
            self._data = self._data[:whole] + new
        return self.again()

    def again(self) -> io.BytesIO:
        """Return all bytes seen so far."""
        return io.BytesIO(self._data)


@dataclass(frozen=True, slots=True)
class _Batch:
    first: int  # row number of the first row that no batch before it holds
    skip: int  # rows before that one
    rows: int  # rows from that one on
    columns: tuple[Spans, ...] | None  # None: they are compressed
    place: int  # of the message in a stream, or the number in a footer


_first_row = operator.attrgetter("first")


class ArrowReader:
    """Reads batches; `refresh` looks for what is new.

    Args:
        source: The bytes.
        begin: Where the stream begins in them.
        row0: Number of the first row; None: the first batch says it.
    """

    def __init__(self, source: Bytes, begin: int = FILE_BEGINS, row0: int | None = 0) -> None:
        self.row0 = self.rows = row0 or 0  # `rows`: the number after that of the last row
        self._told = row0 is not None
        self.finished = False
        self._source = source
        self._begin = self._head = self._offset = begin  # _head: the end of schema and dictionaries
        self._batches: list[_Batch] = []
        self._names: list[str] = []
        self._spec: TableSpec | None = None
        self.compressed = False
        """Whether a batch must be unpacked as a whole."""

    @property
    def spec(self) -> TableSpec | None:
        """The table as the file describes it; None if there is no whole description."""
        return self._spec

    def refresh(self, *, ended: bool) -> None:
        """Find the batches that were added since the last time.

        Args:
            ended: Whether the run ended properly, so that a footer can be believed without proving every batch.
        """
        if self.finished:
            return
        try:
            file = self._source.open(self._offset)
        except FileNotFoundError:
            return
        with file:
            size = file.seek(0, os.SEEK_END)
            if ended and size > 2 * FILE_BEGINS and self._read_footer(file, size):
                self.finished = True
                return
            self._read_stream(file, size)

    def read(self, sinks: dict[str, Sink], start: int, stop: int, base: int) -> None:
        """Have each sink take its column of rows ``start`` to ``stop``; row ``base`` is the sinks' first."""
        wanted = [(self._names.index(name), sink) for name, sink in sinks.items()]
        with self._source.again() as file:
            begin = max(0, bisect.bisect_right(self._batches, start, key=_first_row) - 1)
            for batch in itertools.islice(self._batches, begin, None):
                if batch.first >= stop:
                    break
                first = max(start, batch.first)
                rows = min(stop, batch.first + batch.rows) - first
                source: Source = file
                spans = batch.columns
                if spans is None:
                    unpacked = self._unpack(file, batch)
                    source, spans = _Memory(unpacked), _spans(unpacked, 0)
                for place, sink in wanted:
                    sink.take(source, spans[place], first - base, batch.skip + first - batch.first, rows)

    def _unpack(self, file: Any, batch: _Batch) -> Any:
        import pyarrow as pa

        if self.finished:
            file.seek(0)
            return pa.ipc.open_file(pa.PythonFile(file, mode="r")).get_batch(batch.place)
        source = _Stream(file, file.seek(0, os.SEEK_END), self._begin)
        reader = pa.ipc.open_stream(pa.PythonFile(source, mode="r"))
        source.jump = (self._head, batch.place)
        return reader.read_next_batch()

    def _read_footer(self, file: Any, size: int) -> bool:
        """Find everything by the footer; return whether there is a good one."""
        import pyarrow as pa

        file.seek(size - len(_MAGIC))
        if file.read(len(_MAGIC)) != _MAGIC:
            return False
        before = self._batches, self.rows
        self._batches, self.rows = [], self.row0
        try:
            with pa.memory_map(str(file.name)) as mapped:
                whole = mapped.read_buffer()
                reader = pa.ipc.open_file(pa.BufferReader(whole))
                self._describe(reader.schema)
                for number in range(reader.num_record_batches):
                    found = reader.get_batch_with_custom_metadata(number)
                    row0 = int(found.custom_metadata[b"r0"])
                    self._begin_with(row0)
                    self._note(found.batch, row0, -whole.address, number)
        except (pa.ArrowException, OSError, KeyError, TypeError, ValueError):  # a footer that is none
            self._batches, self.rows = before
            return False
        return True

    def _read_stream(self, file: Any, size: int) -> None:
        """Walk on from where the last whole batch ended."""
        import pyarrow as pa

        if size <= self._offset:
            return
        source = _Stream(file, size, self._begin)
        try:
            reader = pa.ipc.open_stream(pa.PythonFile(source, mode="r"))
            self._describe(reader.schema)
            if self._batches:
                # Schema and dictionaries were read; its reader goes on as if nothing lay between.
                source.jump = (self._head, self._offset)
            while True:
                found = reader.read_next_batch_with_custom_metadata()
                row0 = int(found.custom_metadata[b"r0"])
                if int(found.custom_metadata[b"crc"], 16) != checksum(found.batch, row0):
                    return
                found.batch.validate()  # the crc does not cover lengths, and Arrow ends the process over a negative one
                self._begin_with(row0)
                if row0 > self.rows:
                    return
                if not self._batches:
                    self._head = source.message
                # The last thing read was the body, and `_time`, which is never empty, is at its beginning.
                shift = source.last - found.batch.column(0).buffers()[1].address
                self._note(found.batch, row0, shift, source.message)
                self._offset = source.position
        except (StopIteration, pa.ArrowException, OSError, KeyError, TypeError, ValueError, MemoryError):
            return  # the end, torn or not: what follows is not whole, or not yet

    def _begin_with(self, row0: int) -> None:
        """Take the number of the first row from the first batch, where nobody said it."""
        if not self._told and not self._batches:
            self.row0 = self.rows = row0

    def _describe(self, schema: Any) -> None:
        """Take in what the schema says.

        Raises:
            ValueError: It contradicts itself: no crc covers it.
        """
        about = json.loads(schema.metadata[FORMAT_KEY])
        spec, names = TableSpec.from_dict(about["table"]), list(schema.names)
        if names != ["_time", *(["_index"] if spec.dims else []), *(column.name for column in spec.columns)]:
            raise ValueError(f"The schema has the fields {listing(names)}, its table other ones.")
        self._spec, self._names = spec, names
        self.compressed = bool(about.get("compression"))

    def _note(self, batch: Any, row0: int, shift: int, place: int) -> None:
        """Keep where the buffers of ``batch`` are in the file: ``shift`` from where they are in memory."""
        skip = self.rows - row0
        rows = batch.num_rows - skip
        if rows <= 0:
            return
        self._batches.append(_Batch(self.rows, skip, rows, None if self.compressed else _spans(batch, shift), place))
        self.rows += rows


def _spans(batch: Any, shift: int) -> tuple[Spans, ...]:
    return tuple(
        tuple((buffer.address + shift, buffer.size) if buffer else (0, 0) for buffer in column.buffers())
        for column in batch.columns
    )


class _Memory:
    """Buffers of a batch, by their addresses."""

    def __init__(self, batch: Any) -> None:
        self._batch = batch
        self._address = 0

    def seek(self, offset: int) -> int:
        self._address = offset
        return offset

    def readinto(self, target: memoryview) -> int:
        import pyarrow as pa

        target[:] = memoryview(pa.foreign_buffer(self._address, target.nbytes, self._batch)).cast("B")
        return target.nbytes


class _Stream:
    """The file from ``begin`` to its size at opening, with a position of ours; what `pyarrow.PythonFile` needs to read.

    Where ``jump`` is ``(here, there)``, what lies between is passed over.
    """

    def __init__(self, file: Any, size: int, begin: int) -> None:
        self.position = begin
        self.last = begin  # where the last read began
        self.message = begin  # where the last message began
        self.jump: tuple[int, int] | None = None
        self.closed = False
        self._file, self._size = file, size

    def read(self, length: int = -1) -> bytes:
        if self.jump is not None and self.position == self.jump[0]:
            self.position = self.jump[1]
            self.jump = None
        # Never more than there is: a damaged length would otherwise ask for any amount of memory.
        length = self._size - self.position if length < 0 else min(length, self._size - self.position)
        self.last = self.position
        self._file.seek(self.position)
        data: bytes = self._file.read(length) or b""
        while len(data) < length and (more := self._file.read(length - len(data))):
            data += more
        if data == _MARK:
            self.message = self.position
        self.position += len(data)
        return data

    def tell(self) -> int:
        return self.position

    def close(self) -> None:
        pass

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False
