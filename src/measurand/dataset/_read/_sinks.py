"""From buffers in a file, or values in memory, into numpy arrays: one kind of sink per physical form of a column.

A sink is made for a number of rows and then given parts of them. Knows where the bytes are only when it is told.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Protocol

from measurand.dataset._format._describe import Column

if TYPE_CHECKING:
    import numpy.typing as npt

Spans = tuple[tuple[int, int], ...]
"""Offset and size in bytes of each buffer of a column, in Arrow's order."""


class Source(Protocol):
    """Where buffers are read from: a file opened for reading, or bytes in memory."""

    def seek(self, offset: int, /) -> int:
        """Go to ``offset``."""
        ...

    def readinto(self, target: memoryview, /) -> int | None:
        """Fill ``target`` from here on; return how many bytes there were."""
        ...


class Sink(Protocol):
    """Collects one column."""

    def take(self, source: Source, spans: Spans, at: int, skip: int, rows: int) -> None:
        """Read ``rows`` rows after the first ``skip`` of a batch and put them from row ``at`` on."""
        ...

    def put(self, at: int, values: Any) -> None:
        """Put stored values that are in memory from row ``at`` on."""
        ...

    def result(self) -> npt.NDArray[Any]:
        """Return the whole column."""
        ...


def sink(column: Column, rows: int) -> Sink:
    """Return the sink for ``rows`` rows of a settled column."""
    if column.kind == "text":
        return _Texts(rows)
    if column.kind == "enum":
        return _Choices(column, rows)
    if column.ragged:
        return _Ragged(column, rows)
    if column.kind == "bool":
        return _Bits(column.shape or (), rows)
    return Numbers(column.stored_dtype, column.shape or (), rows)


class _Rows:
    """What all of them are: an array that is filled."""

    array: npt.NDArray[Any]

    def put(self, at: int, values: Any) -> None:
        """Put stored values that are in memory from row ``at`` on."""
        if self.array.dtype == object:
            for number, value in enumerate(values, at):  # an array may be a value here
                self.array[number] = value
        else:
            self.array[at : at + len(values)] = values

    def result(self) -> npt.NDArray[Any]:
        """Return the whole column."""
        return self.array


class Numbers(_Rows):
    """Numbers of fixed size and arrays of them: the bytes of the file are the bytes of the array."""

    def __init__(self, dtype: str, shape: tuple[int | None, ...], rows: int) -> None:
        import numpy as np

        self.array = np.empty((rows, *_known(shape)), dtype)
        self._row = self.array.itemsize * math.prod(_known(shape))
        self._bytes = _bytes_of(self.array)

    def take(self, source: Source, spans: Spans, at: int, skip: int, rows: int) -> None:
        """Read ``rows`` rows after the first ``skip`` of a batch and put them from row ``at`` on."""
        if self._row:
            _read_into(source, spans[-1][0] + skip * self._row, self._bytes[at * self._row : (at + rows) * self._row])


class _Choices(Numbers):
    """Positions in the categories; what comes out are the texts."""

    def __init__(self, column: Column, rows: int) -> None:
        super().__init__("int32", (), rows)
        self._categories = column.categories or ()

    def result(self) -> npt.NDArray[Any]:
        import numpy as np

        texts: npt.NDArray[Any] = np.array(self._categories, object)[self.array]
        return texts


class _Bits(_Rows):
    def __init__(self, shape: tuple[int | None, ...], rows: int) -> None:
        import numpy as np

        self.array = np.empty((rows, *_known(shape)), bool)
        self._per_row = math.prod(_known(shape))

    def take(self, source: Source, spans: Spans, at: int, skip: int, rows: int) -> None:
        import numpy as np

        bits = np.unpackbits(_read(source, spans[-1]), count=(skip + rows) * self._per_row, bitorder="little")
        self.array[at : at + rows] = bits[skip * self._per_row :].reshape(self.array[at : at + rows].shape)


class _Texts(_Rows):
    def __init__(self, rows: int) -> None:
        import numpy as np

        self.array = np.empty(rows, object)

    def take(self, source: Source, spans: Spans, at: int, skip: int, rows: int) -> None:
        import numpy as np

        _, offsets, data = spans
        borders = _read(source, offsets).view(np.int64)[skip : skip + rows + 1].tolist()
        text = _read(source, data).tobytes()
        for number in range(rows):
            self.array[at + number] = text[borders[number] : borders[number + 1]].decode()


class _Ragged(_Rows):
    def __init__(self, column: Column, rows: int) -> None:
        import numpy as np

        self.array = np.empty(rows, object)
        self._dtype = np.dtype(column.stored_dtype)
        self._ndim = len(column.shape or ())

    def take(self, source: Source, spans: Spans, at: int, skip: int, rows: int) -> None:
        import numpy as np

        # struct, list, offsets, …, numbers, list, offsets, numbers' validity, sizes: as `_arrow._ragged` builds it
        borders = _read(source, spans[2]).view(np.int64).tolist()
        shapes = _read(source, spans[-1]).view(np.int32)[: self._ndim * (skip + rows)].reshape(-1, self._ndim).tolist()
        raw = _read(source, spans[-5])
        if self._dtype == np.dtype(bool):
            numbers = np.unpackbits(raw, count=borders[skip + rows], bitorder="little").view(bool)
        else:
            numbers = raw[: borders[skip + rows] * self._dtype.itemsize].view(self._dtype)
        for number in range(rows):
            part = numbers[borders[skip + number] : borders[skip + number + 1]]
            self.array[at + number] = part.reshape(shapes[skip + number]).copy()


def _known(shape: tuple[int | None, ...]) -> tuple[int, ...]:
    return tuple(length for length in shape if length is not None)


def _read(source: Source, span: tuple[int, int]) -> npt.NDArray[Any]:
    import numpy as np

    data = np.empty(span[1], np.uint8)
    _read_into(source, span[0], _bytes_of(data))
    return data


def _bytes_of(array: Any) -> memoryview:
    """The memory of a contiguous array; datetimes have to be told that they are bytes."""
    return memoryview(array.reshape(-1).view("u1")) if array.size else memoryview(b"")


def _read_into(source: Source, offset: int, target: memoryview) -> None:
    source.seek(offset)
    while target.nbytes:
        count = source.readinto(target)
        if not count:
            raise EOFError(f"The file ends before byte {offset + target.nbytes}.")
        target = target[count:]
