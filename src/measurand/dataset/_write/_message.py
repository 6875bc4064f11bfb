"""Record batches as bytes: the messages of an Arrow stream. Knows what pyarrow writes, and no file.

pyarrow forms the message of a batch of many rows. A batch of one row, which is what is written while the measurement
waits, has the same message each time but for some numbers: it is formed once, and then these are put in. Where they are
is told by the message itself, which is a flatbuffer as described in Message.fbs of the Arrow format.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from measurand.dataset._format._arrow import blank_batch, checksum
from measurand.dataset._format._crc import crc32
from measurand.dataset._format._describe import TableSpec
from measurand.dataset._write._row import Form, Row

_MAGIC = b"ARROW1\0\0"
_RECORD_BATCH = 3
_BYTE = struct.Struct("<B")
_BLOCK = 24  # bytes of an entry of a footer
_U16, _I32, _U32, _I64, _RANGE = (struct.Struct(f"<{code}") for code in ("H", "i", "I", "q", "qq"))


@dataclass(slots=True)  # not frozen: that would cost a microsecond for each row
class Message:
    """One batch as it goes into a file.

    Attributes:
        pieces: Its bytes.
        metadata: How many of these are not its body.
        total: How many there are.
        row0: Number of its first row.
        rows: How many rows it has.
    """

    pieces: Sequence[Any]
    metadata: int
    total: int
    row0: int
    rows: int


class Former:
    """Forms what a file of batches of one table is made of.

    Args:
        spec: The settled table.
        schema: Its Arrow schema.
        stream: Whether the file is a stream, which has neither magic nor footer.
        compression: ``"zstd"``, ``"lz4"`` or None.
    """

    def __init__(self, spec: TableSpec, schema: Any, *, stream: bool = False, compression: str | None = None) -> None:
        self._schema, self._compression = schema, compression
        self._blank = blank_batch(spec, schema)
        data = b"".join(self._pieces(self._blank.slice(0, 0), {}))
        at = 0
        while (message := _Table.root(data, at + 8)).value(1, _BYTE) != _RECORD_BATCH:
            at += 8 + _U32.unpack_from(data, at + 4)[0] + message.value(3, _I64)
        self._begin = at
        self.prologue = data[:at] if stream else _MAGIC + data[:at]
        """What comes before the first batch: the schema, and the dictionaries, which never change."""
        self._templates: dict[int, Template] = {}

    def batch(self, batch: Any, row0: int) -> Message:
        """Return the message of a batch of any number of rows; its body is not copied."""
        pieces = self._pieces(batch, {"r0": str(row0), "crc": f"{checksum(batch, row0):08x}"})
        number = at = 0
        while at < self._begin:  # they begin with the schema again
            at += memoryview(pieces[number]).nbytes
            number += 1
        pieces = pieces[number:]
        total = sum(memoryview(piece).nbytes for piece in pieces)
        return Message(pieces, _metadata_length(pieces), total, row0, batch.num_rows)

    def row(self, row: Row, row0: int) -> Message:
        """Return the message of a batch of one row; its arrays are not copied."""
        text = b"%d" % row0
        head = self.template(len(text)).head(row0, text, row.form, row.buffers)
        buffers = padded(row.buffers, row.form) if row.form.padded else row.buffers
        return Message([head, *buffers], len(head), len(head) + row.form.body, row0, 1)

    def template(self, digits: int) -> Template:
        """Return what makes the metadata of rows whose number has so many digits."""
        found = self._templates.get(digits)
        if found is None:
            found = self._templates[digits] = self._template(digits)
        return found

    def footer(self, blocks: bytes) -> bytes:
        """Return what ends a file.

        Args:
            blocks: Of each batch, in order: where its message begins, length of its metadata, and of its body, i64 each.
        """
        import pyarrow as pa

        sink = _Pieces()
        options = pa.ipc.IpcWriteOptions(compression=self._compression)  # the dictionaries are compressed too
        with pa.ipc.new_file(pa.PythonFile(sink, mode="w"), self._schema, options=options) as writer:
            writer.write_batch(self._blank.slice(0, 0))  # so that the dictionaries are where they are in the real file
        data = b"".join(sink.written)
        length = _I32.unpack_from(data, len(data) - 10)[0]
        footer = bytearray(data[-10 - length : -10])
        # The list of batches is replaced: the new one comes last, where an offset can reach it.
        place = _Table.root(footer, 0).place(3)
        footer += bytes((4 - len(footer)) % 8)  # so that the entries, after their count, lie at a multiple of 8
        _U32.pack_into(footer, place, len(footer) - place)
        footer += _U32.pack(len(blocks) // _BLOCK) + blocks
        return b"".join((b"\xff\xff\xff\xff\0\0\0\0", footer, _I32.pack(len(footer)), _MAGIC[:6]))

    def _template(self, digits: int) -> Template:
        pieces = self._pieces(self._blank, {"r0": "0" * digits, "crc": "0" * 8})
        head = b""
        while len(head) < self._begin + 8 or len(head) < self._begin + 8 + _U32.unpack_from(head, self._begin + 4)[0]:
            head += bytes(pieces.pop(0))
        return Template(head[self._begin : self._begin + _metadata_length([head[self._begin :]])])

    def _pieces(self, batch: Any, metadata: dict[str, str]) -> list[Any]:
        """Return a stream that holds the batch, without its end."""
        import pyarrow as pa

        sink = _Pieces()
        options = pa.ipc.IpcWriteOptions(compression=self._compression)
        writer = pa.ipc.new_stream(pa.PythonFile(sink, mode="w"), self._schema, options=options)
        writer.write_batch(batch, custom_metadata=metadata)
        written = sink.written
        sink.written = []
        writer.close()
        return written


def padded(buffers: Sequence[Any], form: Form) -> list[Any]:
    """Return buffers with what follows each of them up to a multiple of 8 bytes."""
    return [piece for pair in zip(buffers, map(bytes, form.paddings), strict=True) for piece in pair]


class Template:
    """The metadata of the message of one row, and where its numbers are."""

    def __init__(self, head: bytes) -> None:
        self._head = bytearray(head)
        self._form: Form | None = None  # that is in it
        message = _Table.root(head, 8)
        batch = _Table(head, message.target(2))
        self._body = message.place(3)
        self._lengths, self._nodes = batch.target(1) + 4, _numbers(head, batch.target(1))
        self._places, self._buffers = batch.target(2) + 4, _numbers(head, batch.target(2))
        words = {}
        first = message.target(4)
        for place in (first + 4, first + 8):  # two words: a list of tables
            word = _Table(head, place + _U32.unpack_from(head, place)[0])
            key = word.target(0) + 4
            words[head[key : key + 2]] = word.target(1) + 4
        self._row0, self._crc = words[b"r0"], words[b"cr"]

    def head(self, row0: int, text: bytes, form: Form, buffers: Sequence[Any]) -> bytearray:
        """Return the metadata of the message of one row.

        Args:
            row0: Number of the row.
            text: The same in digits.
            form: Of its body.
            buffers: What is in it.
        """
        if form is not self._form:
            filled = bytearray(self._head)
            _I64.pack_into(filled, self._body, form.body)
            self._nodes.pack_into(filled, self._lengths, *form.nodes)
            self._buffers.pack_into(filled, self._places, *form.places)
            self._head, self._form = filled, form
        head = self._head.copy()
        crc = crc32(_RANGE.pack(row0, 1))
        for buffer in buffers:
            crc = crc32(buffer, crc)
        head[self._row0 : self._row0 + len(text)] = text
        head[self._crc : self._crc + 8] = b"%08x" % crc
        return head


class _Table:
    """A table of a flatbuffer: fields by number, each of which may be absent."""

    __slots__ = ("_at", "_data")

    def __init__(self, data: bytes | bytearray, at: int) -> None:
        self._data, self._at = data, at

    @classmethod
    def root(cls, data: bytes | bytearray, at: int) -> _Table:
        return cls(data, at + int(_U32.unpack_from(data, at)[0]))

    def place(self, number: int) -> int:
        """Where a field is; 0 if it is absent."""
        vtable = self._at - int(_I32.unpack_from(self._data, self._at)[0])
        entry = 4 + 2 * number
        if entry >= _U16.unpack_from(self._data, vtable)[0]:
            return 0
        offset = int(_U16.unpack_from(self._data, vtable + entry)[0])
        return self._at + offset if offset else 0

    def value(self, number: int, kind: struct.Struct) -> int:
        place = self.place(number)
        return 0 if place == 0 else int(kind.unpack_from(self._data, place)[0])

    def target(self, number: int) -> int:
        """Where that is to which a field points."""
        place = self.place(number)
        return place + int(_U32.unpack_from(self._data, place)[0])


def _numbers(data: bytes, at: int) -> struct.Struct:
    """The pairs of numbers of a list."""
    return struct.Struct(f"<{2 * int(_U32.unpack_from(data, at)[0])}q")


def _metadata_length(pieces: Sequence[Any]) -> int:
    begin = b"".join(bytes(piece) for piece in pieces[:2])[:8]
    return 8 + int(_U32.unpack_from(begin, 4)[0])


class _Pieces:
    """What pyarrow writes, gathered; the part of a file object that `pyarrow.PythonFile` needs."""

    def __init__(self) -> None:
        self.written: list[Any] = []
        self.closed = False
        self._position = 0

    def write(self, data: Any) -> int:
        self.written.append(data)
        length = memoryview(data).nbytes
        self._position += length
        return length

    def tell(self) -> int:
        return self._position

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False
