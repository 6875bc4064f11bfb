"""The reading end of a table's Arrow file, finished or growing. Knows no tail and no run.

A finished file is found by its footer; any other is walked as a stream of batches, each proved by its crc, up to the
first that is not whole. Either way only *where* the buffers are is kept; a column is then read from these places
straight into its array.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Any

from measurand.dataset._format._arrow import FORMAT_KEY, checksum
from measurand.dataset._format._describe import TableSpec
from measurand.dataset._read._sinks import Sink, Spans

_MAGIC = b"ARROW1"
_BEGIN = 8  # the magic, padded; from here the file is a stream


@dataclass(frozen=True, slots=True)
class _Batch:
    first: int  # row number of the first row that no batch before it holds
    skip: int  # rows before that one
    rows: int  # rows from that one on
    columns: tuple[Spans, ...]


class ArrowReader:
    """Reads one Arrow file; `refresh` looks for what is new."""

    def __init__(self, path: Path) -> None:
        self.rows = 0
        self._path = path
        self._batches: list[_Batch] = []
        self._names: list[str] = []
        self._spec: TableSpec | None = None
        self._offset = _BEGIN
        self._finished = False

    @property
    def spec(self) -> TableSpec | None:
        """The table as the file describes it; None if there is no whole description."""
        return self._spec

    def refresh(self, *, ended: bool) -> None:
        """Find the batches that were added since the last time.

        Args:
            ended: Whether the run ended properly, so that a footer can be believed without proving every batch.
        """
        if self._finished:
            return
        try:
            file = FileIO(self._path)
        except FileNotFoundError:
            return
        with file:
            size = os.fstat(file.fileno()).st_size
            if ended and size > 2 * _BEGIN and self._read_footer(file, size):
                self._finished = True
                return
            self._read_stream(file, size)

    def read(self, sinks: dict[str, Sink]) -> None:
        """Have each sink take its column of every batch, in the order of the file."""
        if not self._batches:
            return
        wanted = [(self._names.index(name), sink) for name, sink in sinks.items()]
        with FileIO(self._path) as file:
            for batch in self._batches:
                for number, sink in wanted:
                    sink.take(file, batch.columns[number], batch.first, batch.skip, batch.rows)

    def _read_footer(self, file: FileIO, size: int) -> bool:
        """Find everything by the footer; return whether there is a good one."""
        import pyarrow as pa

        file.seek(size - len(_MAGIC))
        if file.read(len(_MAGIC)) != _MAGIC:
            return False
        before = self._batches, self.rows
        self._batches, self.rows = [], 0
        try:
            with pa.memory_map(str(self._path)) as mapped:
                whole = mapped.read_buffer()
                reader = pa.ipc.open_file(pa.BufferReader(whole))
                self._describe(reader.schema)
                for number in range(reader.num_record_batches):
                    found = reader.get_batch_with_custom_metadata(number)
                    self._note(found.batch, int(found.custom_metadata[b"r0"]), -whole.address)
        except (pa.ArrowException, OSError, KeyError, TypeError, ValueError):  # a footer that is none
            self._batches, self.rows = before
            return False
        return True

    def _read_stream(self, file: FileIO, size: int) -> None:
        """Walk on from where the last whole batch ended."""
        import pyarrow as pa

        if size <= self._offset:
            return
        source = _Stream(file, size)
        try:
            reader = pa.ipc.open_stream(pa.PythonFile(source, mode="r"))
            self._describe(reader.schema)
            # The schema was read; where we were before, its reader goes on as if nothing lay between.
            source.position = max(self._offset, source.position)
            while True:
                found = reader.read_next_batch_with_custom_metadata()
                row0 = int(found.custom_metadata[b"r0"])
                if int(found.custom_metadata[b"crc"], 16) != checksum(found.batch, row0) or row0 > self.rows:
                    return
                # The last thing read was the body, and `_time`, which is never empty, is at its beginning.
                self._note(found.batch, row0, source.last - found.batch.column(0).buffers()[1].address)
                self._offset = source.position
        except (StopIteration, pa.ArrowException, OSError, KeyError, TypeError, ValueError, MemoryError):
            return  # the end, torn or not: what follows is not whole, or not yet

    def _describe(self, schema: Any) -> None:
        self._names = list(schema.names)
        self._spec = TableSpec.from_dict(json.loads(schema.metadata[FORMAT_KEY])["table"])

    def _note(self, batch: Any, row0: int, shift: int) -> None:
        """Keep where the buffers of ``batch`` are in the file: ``shift`` from where they are in memory."""
        skip = self.rows - row0
        rows = batch.num_rows - skip
        if rows <= 0:
            return
        columns = tuple(
            tuple((buffer.address + shift, buffer.size) if buffer else (0, 0) for buffer in column.buffers())
            for column in batch.columns
        )
        self._batches.append(_Batch(self.rows, skip, rows, columns))
        self.rows += rows


class _Stream:
    """The file from byte 8 to its size at opening, with a position of ours; what `pyarrow.PythonFile` needs to read."""

    def __init__(self, file: FileIO, size: int) -> None:
        self.position = _BEGIN
        self.last = _BEGIN
        self.closed = False
        self._file, self._size = file, size

    def read(self, length: int = -1) -> bytes:
        # Never more than there is: a damaged length would otherwise ask for any amount of memory.
        length = self._size - self.position if length < 0 else min(length, self._size - self.position)
        self.last = self.position
        self._file.seek(self.position)
        data = self._file.read(length) or b""
        while len(data) < length and (more := self._file.read(length - len(data))):
            data += more
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
