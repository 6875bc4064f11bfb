"""Every row of a run's files that proves itself, also behind damage. Knows files, not what should be in them.

A reader stops at the first batch or record that does not prove itself, so that what it returns has no gaps. Here the rest
is looked at too: batches and records carry their row numbers, and are found by the marks they begin with.
"""

from __future__ import annotations

import io
import json
import mmap
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from measurand.dataset._format import _arrow
from measurand.dataset._format._describe import TableSpec
from measurand.dataset._format._record import Layout, TailHead, head_of

_MARK = b"\xff\xff\xff\xff"
_DAMAGED = "its description of the table is damaged"
DISPUTED = "run.jsonl describes the table otherwise than this file does twice, and is more likely to be wrong"
_LONGEST_HEAD = 1 << 24  # bytes of a message's metadata; what claims more is no message


@dataclass(frozen=True)
class Piece:
    """Rows that prove themselves: ``rows`` of them, from number ``row0`` on; ``load`` gives them as a record batch."""

    row0: int
    rows: int
    load: Callable[[], Any]

    @property
    def end(self) -> int:
        """The row number after the last."""
        return self.row0 + self.rows


@dataclass(frozen=True)
class Scan:
    """What was found in one file.

    Args:
        pieces: By rising row number.
        whole: Whether the file holds nothing else: no bytes that belong to no piece, and an Arrow file its footer.
        said: Why it is not whole, for people.
        wrong: What is wrong though every row may be good: a description that other programs, or our own reader, would
            stumble over; empty if nothing is.
    """

    pieces: tuple[Piece, ...]
    whole: bool
    said: str = ""
    wrong: str = ""


def scan_batches(path: Path, spec: TableSpec, *, stream: bool) -> Scan:
    """Look for every good batch in an Arrow file, or in an Arrow stream.

    Args:
        path: The file.
        spec: Its table, settled: the file's own description may be damaged.
        stream: Whether it is a tail.
    """
    if not path.stat().st_size:
        return Scan((), whole=False, said="it is empty")
    schema = _arrow.schema(spec, {})
    head = _head(spec, schema)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        found = list(_good_batches(data, head))
        pieces = tuple(Piece(row0, rows, _loader(path, head, at)) for at, _, row0, rows in found)
        end = found[-1][1] if found else 0
        left = len(data) - end
    pieces = tuple(sorted(pieces, key=lambda piece: piece.row0))
    head_says = _description(path, stream=stream) if pieces else schema
    if stream:
        said = f"{left} bytes at its end are no whole batch" if left else ""
        wrong = "" if not pieces or _is_of(head_says, spec, schema) else _DAMAGED
        return Scan(pieces, whole=not left, said=said, wrong=wrong)
    foot_says, footer = _footer(path, spec)
    wrong = "" if not pieces or _is_of(head_says, spec, schema) else _DAMAGED
    if wrong and _agree(head_says, foot_says):
        wrong = DISPUTED  # twice the same, so that it is more likely to be right than what differs from it
    elif foot_says is not None and not _is_of(foot_says, spec, schema):
        footer = None
    if footer == [(piece.row0, piece.rows) for piece in pieces]:
        return Scan(pieces, whole=True, wrong=wrong)
    if footer is None:
        said = f"it has no good footer; {left} bytes follow the last good batch"
    else:
        bad = len(footer) - len(pieces)
        said = f"{bad} of {len(footer)} batches do not prove themselves" if bad else "its footer finds other batches"
    return Scan(pieces, whole=False, said=said, wrong=wrong)


def scan_records(path: Path, spec: TableSpec) -> Scan:
    """Look for every good record in a tail of records."""
    data = path.read_bytes()
    layout = Layout(spec)
    if head_of(data) is None and not data[layout.first :].strip(b"\0"):
        return Scan((), whole=True)  # its writer died when it had made the file: no row was in it yet
    head = head_of(data) or TailHead(int(path.stem.rpartition("-")[2]), 1 << 62, 1 << 62, layout.size, layout.first, 0)
    good = list(_good_records(data, head, layout))
    pieces = tuple(
        Piece(head.row0 + start, stop - start, _record_loader(path, spec, head, start, stop))
        for start, stop in _ranges(good)
    )
    claimed = min(head.count, head.capacity) if head.counted else max(0, len(data) - head.first) // head.size
    said = "" if head_of(data) else "its header is damaged"
    if len(good) < claimed:
        said = said or f"{claimed - len(good)} of {claimed} records do not prove themselves"
    return Scan(pieces, whole=not said, said=said)


def _good_records(data: bytes, head: TailHead, layout: Layout) -> Iterator[int]:
    view = memoryview(data)
    for number in range(max(0, len(data) - head.first) // head.size):
        at = head.first + number * head.size
        crc = int.from_bytes(view[at + layout.payload : at + layout.payload + 4], "little")
        row = int.from_bytes(view[at : at + 8], "little")
        counts = number < head.count or not head.counted
        if counts and row == head.row0 + number and zlib.crc32(view[at : at + layout.payload]) == crc:
            yield number


def _ranges(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """Yield start and stop of the runs of consecutive numbers."""
    start = 0
    for place, number in enumerate(numbers):
        if place + 1 == len(numbers) or numbers[place + 1] != number + 1:
            yield numbers[start], number + 1
            start = place + 1


def _record_loader(path: Path, spec: TableSpec, head: TailHead, start: int, stop: int) -> Callable[[], Any]:
    def load() -> Any:
        with path.open("rb") as file:
            file.seek(head.first + start * head.size)
            return _arrow.batch_of_records(file.read((stop - start) * head.size), spec, _arrow.schema(spec, {}))

    return load


def _head(spec: TableSpec, schema: Any) -> bytes:
    """The beginning of a stream of the table: schema and dictionaries, made anew because the file's may be damaged."""
    import pyarrow as pa

    written = io.BytesIO()
    with pa.ipc.new_stream(written, schema) as stream:
        stream.write_batch(_arrow.empty_batch(spec, schema))
    data = written.getvalue()
    source = _Spliced(data, b"", 0)
    pa.ipc.open_stream(pa.PythonFile(source, mode="r")).read_next_batch()
    return data[: source.message]


def _good_batches(data: mmap.mmap, head: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Yield beginning and end in the file, first row and number of rows of every batch with the right crc."""
    at = 0
    while (at := data.find(_MARK, at)) >= 0:
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        found = _read(data, head, at) if at % 8 == 0 and 0 < length < _LONGEST_HEAD else None
        if found is None:
            at += 1
            continue
        batch, metadata, end = found
        row0 = int(metadata[b"r0"])
        yield at, end, row0, batch.num_rows
        at = end


def _read(data: Any, head: bytes, at: int) -> tuple[Any, Any, int] | None:
    """Return the batch at ``at``, its metadata and its end; None if no good batch is there."""
    import pyarrow as pa

    source = _Spliced(head, data, at)
    try:
        reader = pa.ipc.open_stream(pa.PythonFile(source, mode="r"))
        found = reader.read_next_batch_with_custom_metadata()
        row0, crc = int(found.custom_metadata[b"r0"]), int(found.custom_metadata[b"crc"], 16)
        if _arrow.checksum(found.batch, row0) != crc:
            return None
        found.batch.validate()  # the crc does not cover lengths, and Arrow ends the process over a negative one
    except (StopIteration, pa.ArrowException, OSError, KeyError, TypeError, ValueError, MemoryError):
        return None  # whatever it was that claimed to be a batch
    return found.batch, found.custom_metadata, source.position


def _loader(path: Path, head: bytes, at: int) -> Callable[[], Any]:
    def load() -> Any:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            found = _read(data, head, at)
        if found is None:
            raise OSError(f"{path} changed while it was read")
        return found[0]

    return load


def _description(path: Path, *, stream: bool) -> Any:
    """Return the schema at the beginning of a file, which no crc covers; None if it is no whole one."""
    import pyarrow as pa

    try:
        with path.open("rb") as file:
            if not stream and file.read(8) != b"ARROW1\0\0":
                return None
            return pa.ipc.open_stream(file).schema
    except FileNotFoundError:
        raise
    except (OSError, ValueError, pa.ArrowException):
        return None


def _is_of(described: Any, spec: TableSpec, schema: Any) -> bool:
    """Return whether a schema describes the table, to us and to others."""
    try:
        ours = TableSpec.from_dict(json.loads(described.metadata[_arrow.FORMAT_KEY])["table"]) == spec
    except (AttributeError, KeyError, TypeError, ValueError):
        return False
    fields = zip(described, schema, strict=False)
    return (
        ours and bool(described.equals(schema)) and all(one.equals(other, check_metadata=True) for one, other in fields)
    )


def _agree(head_says: Any, foot_says: Any) -> bool:
    """Return whether beginning and footer describe the same table, and each says the same twice."""
    if head_says is None or foot_says is None or not head_says.equals(foot_says, check_metadata=True):
        return False
    try:
        spec = TableSpec.from_dict(json.loads(head_says.metadata[_arrow.FORMAT_KEY])["table"])
        return _is_of(head_says, spec, _arrow.schema(spec, {}))
    except (KeyError, TypeError, ValueError):
        return False


def _footer(path: Path, spec: TableSpec) -> tuple[Any, list[tuple[int, int]] | None]:
    """Return the schema of a footer, and first row and number of rows of each batch as it finds them; None: there is none."""
    import pyarrow as pa

    try:
        with pa.memory_map(str(path)) as mapped:
            file = pa.ipc.open_file(mapped)
            found = [file.get_batch_with_custom_metadata(number) for number in range(file.num_record_batches)]
            if found and not _same_categories(found[0].batch, spec):
                return file.schema, None
            return file.schema, [(int(one.custom_metadata[b"r0"]), one.batch.num_rows) for one in found]
    except (OSError, KeyError, TypeError, ValueError, pa.ArrowException):
        return None, None


def _same_categories(batch: Any, spec: TableSpec) -> bool:
    """Return whether the dictionaries hold the categories of the table's enums."""
    enums = [column for column in spec.columns if column.kind == "enum"]
    return all(tuple(batch.column(enum.name).dictionary.to_pylist()) == enum.categories for enum in enums)


class _Spliced:
    """A stream: ``head``, then ``data`` from ``at`` on; what `pyarrow.PythonFile` needs to read."""

    def __init__(self, head: bytes, data: Any, at: int) -> None:
        self.position = at  # in ``data``
        self.message = 0  # in ``head``, where the last message begins
        self.closed = False
        self._head, self._data = head, data
        self._read = 0

    def read(self, length: int = -1) -> bytes:
        if self._read < len(self._head):
            found = self._head[self._read : self._read + length]
            if found == _MARK:
                self.message = self._read
            self._read += len(found)
            return found
        length = min(length, len(self._data) - self.position) if length >= 0 else len(self._data) - self.position
        piece = bytes(self._data[self.position : self.position + length])
        self.position += len(piece)
        return piece

    def tell(self) -> int:
        return self._read + self.position

    def close(self) -> None:
        pass

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False
