"""One row as the buffers of a record batch, without Arrow: what a row costs while the measurement waits. Knows no file.

The order is that of Arrow: columns in their order; of each its validity, which is always absent, then its own data, then
its children's.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from measurand.dataset._format._describe import Column, TableSpec

_Part = Callable[[Any, list[int], list[Any]], None]
_NONE = b""  # an absent buffer
_PAIR, _SMALL_PAIR = struct.Struct("<qq"), struct.Struct("<ii")
_SCALARS = {"float": "<d", "int": "<q", "bool": "<?", "datetime": "<q", "enum": "<i"}


@dataclass(slots=True)
class Row:
    """The buffers of one row.

    Attributes:
        form: Its numbers; the same object for rows that differ in nothing but what is in the buffers.
        buffers: Bytes, or arrays that are not copied; those that are absent or empty are left out.
    """

    form: Form
    buffers: list[Any]


@dataclass(frozen=True, slots=True)
class Form:
    """What the message of a row says about its body.

    Attributes:
        nodes: Length and number of nulls, of each array.
        places: Where each buffer begins in the body, and its size.
        paddings: Of each buffer that is not empty, how many bytes follow it up to a multiple of 8.
        body: Bytes of all buffers with their padding.
        padded: Whether there is any.
    """

    nodes: tuple[int, ...]
    places: tuple[int, ...]
    paddings: tuple[int, ...]
    body: int
    padded: bool


class Rows:
    """Makes rows of a settled table."""

    def __init__(self, spec: TableSpec) -> None:
        self._parts = [_part(column) for column in spec.columns]
        self._index = struct.Struct(f"<{len(spec.dims)}i")
        self._dims = len(spec.dims)
        self._data = [part.data for part in self._parts if isinstance(part, _Fixed)]
        self._fixed = len(self._data) == len(self._parts) and all(0 not in (c.shape or ()) for c in spec.columns)
        self._form: Form | None = None  # of all rows, if it is fixed

    def row(self, time_ns: int, index: Sequence[int], values: Sequence[Any]) -> Row:
        """Return a row; ``values`` are as `encoder` gives them."""
        time = time_ns.to_bytes(8, "little", signed=True)
        if self._form is not None:
            known: list[Any] = [time, self._index.pack(*index)] if self._dims else [time]
            known += [data(value) for data, value in zip(self._data, values, strict=True)]
            return Row(self._form, known)
        nodes = [1, 0]
        buffers: list[Any] = [_NONE, time]
        if self._dims:
            nodes += (1, 0, self._dims, 0)
            buffers += (_NONE, _NONE, self._index.pack(*index))
        for part, value in zip(self._parts, values, strict=True):
            part(value, nodes, buffers)
        form = _form(nodes, buffers)
        if self._fixed:
            self._form = form
        return Row(form, [buffer for buffer in buffers if len(buffer)])


def _form(nodes: list[int], buffers: list[Any]) -> Form:
    places: list[int] = []
    body = 0
    sizes = [memoryview(buffer).nbytes for buffer in buffers]
    for size in sizes:
        places += (body, size)
        body += size + -size % 8
    paddings = tuple([-size % 8 for size in sizes if size])
    return Form(tuple(nodes), tuple(places), paddings, body, any(paddings))


@dataclass(frozen=True, slots=True)
class _Fixed:
    """A column whose values all have the same size: one buffer of data after some that are absent."""

    nodes: tuple[int, ...]
    absent: int
    data: Callable[[Any], Any]

    def __call__(self, value: Any, nodes: list[int], buffers: list[Any]) -> None:
        nodes += self.nodes
        buffers += (*[_NONE] * self.absent, self.data(value))


def _part(column: Column) -> _Part:
    if column.kind == "text":
        return _text
    if column.ragged:
        return _ragged(column)
    if not column.scalar:
        length = math.prod(n for n in column.shape or () if n is not None) * (2 if column.kind == "complex" else 1)
        return _Fixed((1, 0, length, 0), 2, _data(column))
    if column.kind == "complex":
        return _Fixed((1, 0, 2, 0), 2, lambda value: struct.pack("<dd", value.real, value.imag))
    return _Fixed((1, 0), 1, struct.Struct(_SCALARS[column.kind or "float"]).pack)


def _text(value: Any, nodes: list[int], buffers: list[Any]) -> None:
    data = value.encode()
    nodes += (1, 0)
    buffers += (_NONE, _PAIR.pack(0, len(data)), data)


def _ragged(column: Column) -> _Part:
    data = _data(column)
    pairs = column.kind == "complex"
    ndim = len(column.shape or ())
    shape_of = struct.Struct(f"<{ndim}i")

    def ragged(value: Any, nodes: list[int], buffers: list[Any]) -> None:
        size = int(value.size)
        nodes += (1, 0, 1, 0, size, 0)
        buffers += (_NONE, _NONE, _PAIR.pack(0, size), _NONE)
        if pairs:
            nodes += (2 * size, 0)
            buffers.append(_NONE)
        nodes += (1, 0, ndim, 0)
        buffers += (data(value), _NONE, _SMALL_PAIR.pack(0, ndim), _NONE, shape_of.pack(*value.shape))

    return ragged


def _data(column: Column) -> Callable[[Any], Any]:
    """Return the function from an array to its bytes, which are those of the array itself if they can be."""
    import numpy as np

    dtype = np.dtype(column.dtype).newbyteorder("<")
    plain = column.kind not in ("bool", "datetime")  # numpy hands out the memory of an array of times to nobody

    def data(value: Any) -> Any:
        if plain and value.dtype == dtype and value.flags.c_contiguous and value.ndim == 1:
            return value
        whole: Any = np.ascontiguousarray(value, dtype).reshape(-1)
        if column.kind == "bool":
            return np.packbits(whole, bitorder="little")
        return whole if plain else whole.view(np.int64)

    return data
