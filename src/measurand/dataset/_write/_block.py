"""Rows in memory, column by column: what the measuring thread fills and one record batch is made of. Knows no file."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from measurand.dataset._format._arrow import batch_of_columns
from measurand.dataset._format._describe import Column, TableSpec
from measurand.dataset._format._kinds import restored

if TYPE_CHECKING:
    import numpy.typing as npt

BLOCK_BYTES = 4 << 20
_MOST_ROWS = 65_536


class Block:
    """Room for rows of one table, about 4 MB or one row, whichever is more.

    Memory of fixed size is touched once and used again after `clear`: fresh pages cost more than the copy into them.
    """

    __slots__ = (
        "_capacity",
        "_columns",
        "_index",
        "_row_bytes",
        "_spec",
        "_times",
        "count",
        "nbytes",
        "row0",
    )

    def __init__(self, spec: TableSpec, row0: int) -> None:
        import numpy as np

        self._spec = spec
        self._row_bytes = 8 + 4 * len(spec.dims) + sum(_size_of(column) for column in spec.columns)
        self._capacity = max(1, min(_MOST_ROWS, BLOCK_BYTES // self._row_bytes))
        self._times = np.empty(self._capacity, np.int64)
        self._index = np.empty((self._capacity, len(spec.dims)), np.int32)
        self._columns: list[Any] = [_room(column, self._capacity) for column in spec.columns]
        self.row0 = row0
        self.count = 0  # rows that are complete
        self.nbytes = 0

    @property
    def full(self) -> bool:
        """Whether the next row belongs into the next block."""
        return self.count == self._capacity or self.nbytes >= BLOCK_BYTES

    def put(self, time: int, index: Sequence[int], values: Sequence[Any]) -> None:
        """Add a row; its only lasting effect is ``count``, so that a Ctrl-C leaves it there or not."""
        row = self.count
        size = self._row_bytes
        self._times[row] = time
        self._index[row] = index
        for column, value in zip(self._columns, values, strict=True):
            if isinstance(column, _Loose):
                size += column.put(row, value)
            else:
                column[row] = value
        self.nbytes += size
        self.count = row + 1

    def batch(self, start: int, stop: int, schema: Any) -> Any:
        """Return rows ``start`` to ``stop`` as a record batch over the memory of this block."""
        columns = [
            column.values[start:stop] if isinstance(column, _Loose) else column[start:stop] for column in self._columns
        ]
        return batch_of_columns(self._times[start:stop], self._index[start:stop], columns, self._spec, schema)

    def column(self, name: str, count: int) -> Any:
        """Return the first ``count`` values of a column as they are stored; ``_time`` and ``_index`` are names too."""
        if name == "_time":
            return self._times[:count]
        if name == "_index":
            return self._index[:count]
        number = [column.name for column in self._spec.columns].index(name)
        found = self._columns[number]
        return found.values[:count] if isinstance(found, _Loose) else found[:count]

    def rows(self, start: int) -> Iterator[list[Any]]:
        """Yield the values of every row from ``start`` on, arrays as copies."""
        for row in range(start, self.count):
            stored = [
                column.values[row] if isinstance(column, _Loose) else column[row].copy() for column in self._columns
            ]
            yield [restored(column, value) for column, value in zip(self._spec.columns, stored, strict=True)]

    def clear(self, row0: int) -> None:
        """Forget all rows; the next one is row ``row0`` of the table."""
        self.count = self.nbytes = 0
        self.row0 = row0
        for column in self._columns:
            if isinstance(column, _Loose):
                column.values.clear()


class _Loose:
    """A column whose values have no fixed size: texts, or arrays of varying lengths, of which copies are kept."""

    __slots__ = ("_dtype", "values")

    def __init__(self, dtype: str | None) -> None:
        self.values: list[Any] = []
        self._dtype = dtype

    def put(self, row: int, value: Any) -> int:
        if self._dtype is None:
            self.values[row:] = [value]  # what an interrupted row left here goes
            return 100 + len(value)
        import numpy as np

        copy: npt.NDArray[Any] = np.array(value, self._dtype, order="C")
        self.values[row:] = [copy]
        return 100 + copy.nbytes


def _size_of(column: Column) -> int:
    """Bytes of one value, if that is known."""
    import numpy as np

    if column.kind == "text" or column.ragged:
        return 1
    return max(1, np.dtype(column.dtype).itemsize * math.prod(n for n in column.shape or () if n is not None))


def _room(column: Column, rows: int) -> Any:
    import numpy as np

    if column.kind == "text":
        return _Loose(None)
    if column.ragged:
        return _Loose(column.dtype)
    if column.scalar and column.kind == "datetime":
        return np.empty(rows, np.int64)
    return np.empty((rows, *(n for n in column.shape or () if n is not None)), column.dtype)
