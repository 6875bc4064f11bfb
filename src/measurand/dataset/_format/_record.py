"""The bytes of a tail: a header page and records of fixed size that prove themselves. Knows no file and no thread.

A tail file holds the rows of one table that are not sealed into its Arrow file yet. Everything is little-endian::

    0   magic "MSRDTAIL"        8   format version u32      12  record size u32
    16  row number of record 0  24  capacity in records     32  commit counter            (u64 each)
    40  header size u32         44  length of the JSON u32  48  crc32 of the JSON u32     52  counted u32
    64  JSON: the table as in run.jsonl; then zeros up to the header size, then the records

    record: row number u64, time in ns since 1970 u64, index u32 per dim, fields, crc32 of all before u32, padded to 8

Fields: float f64, int i64, bool u8, complex 2 f64, enum i32 (position in the
categories), datetime i64 (ns). A record counts if it lies below the commit
counter (``counted`` 0: below the end of the file), its row number is that of its place, and its crc32 agrees.
"""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from measurand.dataset._format._describe import Kind, TableSpec
from measurand.errors import FormatTooNew

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

VERSION = 1
COUNTER_AT = 32
_MAGIC = b"MSRDTAIL"
_HEAD = struct.Struct("<8sIIQQQIIII")
_JSON_AT = 64
HEAD_SIZE = _JSON_AT
"""Bytes of the numbers at the beginning of a tail."""
_PAGE = 4096
_CODES: dict[Kind, tuple[str, str]] = {
    "float": ("d", "<f8"), "int": ("q", "<i8"), "bool": ("?", "?"), "complex": ("dd", "<c16"), "enum": ("i", "<i4"),
    "datetime": ("q", "<M8[ns]"),
}  # fmt: skip


def fits(spec: TableSpec) -> bool:
    """Return whether rows of this settled table can be records: single values of fixed size."""
    return all(column.scalar and column.kind != "text" for column in spec.columns)


class Layout:
    """Where things are in the records of one table."""

    def __init__(self, spec: TableSpec) -> None:
        kinds: list[Kind] = [column.kind for column in spec.columns if column.kind is not None]
        # Unsigned, so that negative row numbers, times and indices are refused while packing, at no cost.
        self.packer = struct.Struct(f"<QQ{len(spec.dims)}I" + "".join(_CODES[kind][0] for kind in kinds))
        self.payload = self.packer.size
        self.size = -(-(self.payload + 4) // 8) * 8
        self._spec = spec
        self._kinds = kinds
        self._json = json.dumps(spec.to_dict()).encode()
        self.first = -(-(_JSON_AT + len(self._json)) // _PAGE) * _PAGE

    def header(self, row0: int, capacity: int, *, counted: bool) -> bytes:
        """Return the header page of a tail whose first record is row ``row0``."""
        text = self._json
        head = _HEAD.pack(
            _MAGIC, VERSION, self.size, row0, capacity, 0, self.first, len(text), zlib.crc32(text), int(counted)
        )
        return (head.ljust(_JSON_AT, b"\0") + text).ljust(self.first, b"\0")

    def dtype(self) -> np.dtype[Any]:
        """Return the record as numpy sees it: ``row``, ``time``, ``index``, then ``c0``, ``c1``, … and ``crc``."""
        import numpy as np

        fields: list[Any] = [("row", "<u8"), ("time", "<i8"), ("index", "<i4", (len(self._spec.dims),))]
        fields += [(f"c{number}", _CODES[kind][1]) for number, kind in enumerate(self._kinds)]
        return np.dtype([*fields, ("crc", "<u4"), ("padding", f"V{self.size - self.payload - 4}")])


@dataclass(frozen=True)
class TailHead:
    """The numbers at the beginning of a tail file."""

    row0: int
    capacity: int
    count: int
    size: int
    first: int
    counted: int


def head_of(data: bytes) -> TailHead | None:
    """Return the numbers at the beginning of a tail file; None if it is no whole beginning, JSON included.

    Raises:
        FormatTooNew: A later version wrote it.
    """
    if len(data) < _JSON_AT or not data.startswith(_MAGIC):
        return None
    _, version, size, row0, capacity, count, first, length, crc, counted = _HEAD.unpack_from(data)
    if version > VERSION:
        raise FormatTooNew(f"The tail has format version {version}, this Measurand reads up to {VERSION}; update it.")
    text = data[_JSON_AT : _JSON_AT + length]
    if len(text) < length or zlib.crc32(text) != crc:
        return None
    return TailHead(row0, capacity, count, size, first, counted)


def read_head(file: BinaryIO) -> tuple[TailHead, TableSpec] | None:
    """Return the numbers and the table at the beginning of a tail file; None if it is no whole beginning.

    Raises:
        FormatTooNew: A later version wrote it.
    """
    file.seek(0)
    data = file.read(_JSON_AT)
    if len(data) == _JSON_AT:
        length = _HEAD.unpack_from(data)[7]
        data += file.read(length)
        if (head := head_of(data)) is not None:
            return head, TableSpec.from_dict(json.loads(data[_JSON_AT : _JSON_AT + length]))
    return None


def proven(data: bytes, layout: Layout, row: int) -> npt.NDArray[Any]:
    """Return records up to the first that does not prove itself.

    Args:
        data: Records, one after the other; they may be cut anywhere.
        layout: What they look like.
        row: Number of the row that the first of them holds.
    """
    import numpy as np

    there = len(data) // layout.size
    rows = np.frombuffer(data, layout.dtype(), there)
    wrong = np.flatnonzero(rows["row"] != np.arange(row, row + there, dtype=np.uint64))
    there = int(wrong[0]) if wrong.size else there
    view, crc32, payload, size = memoryview(data), zlib.crc32, layout.payload, layout.size
    for number, crc in enumerate(rows["crc"][:there].tolist()):
        if crc32(view[number * size : number * size + payload]) != crc:
            return rows[:number]
    return rows[:there]


def peek_rows(head: bytes, file_size: int) -> int:
    """Return the number of rows up to the end of this tail, unproven, from its first 64 bytes; 0 if torn."""
    if len(head) < _JSON_AT or not head.startswith(_MAGIC):
        return 0
    _, _, size, row0, capacity, count, first, _, _, counted = _HEAD.unpack_from(head)
    return int(row0 + (min(count, capacity) if counted else max(0, file_size - first) // max(size, 1)))
