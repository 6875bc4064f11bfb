"""A column that stays on the disk until a part of it is asked for. Knows no file: it is given a function that reads rows."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from measurand.dataset._format._describe import Column

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_PIECE = 64 << 20  # bytes that are read at once where single rows are picked


class LazyColumn:
    """One column of one table as it was when this was made; slices of rows are read when they are taken.

    It has what `dask.array.from_array` and `numpy.asarray` ask of an array: ``shape``, ``dtype``, ``ndim``, slicing.

    Args:
        column: The column, settled.
        rows: Number of rows.
        read: Returns rows from a number to before another.
    """

    def __init__(self, column: Column, rows: int, read: Callable[[int, int], npt.NDArray[Any]]) -> None:
        self._column, self._read = column, read
        self._empty = read(0, 0)
        self.shape: tuple[int, ...] = (rows, *self._empty.shape[1:])

    @property
    def dtype(self) -> np.dtype[Any]:
        """The numpy dtype; ``object`` for texts and arrays of varying lengths."""
        return self._empty.dtype

    @property
    def ndim(self) -> int:
        """Number of axes, rows included."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of values."""
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        """Bytes it would take in memory."""
        return self.size * self._empty.dtype.itemsize

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: Any) -> Any:
        """Return what numpy would return for ``key``; only the rows from the first to the last that it names are read.

        Args:
            key: A row, a slice or a list of rows, or a tuple that begins with one and goes on with the other axes.

        Raises:
            IndexError: It names rows that are not there, or begins with something that names no rows.
        """
        import numpy as np

        rows, *rest = (key or (Ellipsis,)) if isinstance(key, tuple) else (key,)
        if rows is Ellipsis:
            rows, rest = slice(None), [Ellipsis, *rest]
        if isinstance(rows, slice):
            found = self._slice(*rows.indices(len(self)))
            return found[(slice(None), *rest)] if rest else found
        numbers = self._numbers(rows)
        if numbers.ndim == 0:
            one = self._read(int(numbers), int(numbers) + 1)[0]
            return one[tuple(rest)] if rest else one
        return self._pick(numbers.ravel())[(np.arange(numbers.size).reshape(numbers.shape), *rest)]

    def _slice(self, start: int, stop: int, step: int) -> npt.NDArray[Any]:
        wanted = range(start, stop, step)
        if not wanted:
            return self._read(0, 0)
        first, last = min(wanted[0], wanted[-1]), max(wanted[0], wanted[-1])
        found = self._read(first, last + 1)[:: abs(step)]
        return found if step > 0 else found[::-1]

    def _numbers(self, rows: Any) -> npt.NDArray[Any]:
        """Return the numbers of the rows that an index names, all from 0."""
        import numpy as np

        numbers = np.asarray(rows)
        if numbers.dtype == bool and numbers.shape == (len(self),):
            return np.flatnonzero(numbers)
        if numbers.size == 0 and isinstance(rows, list):
            numbers = numbers.astype(int)  # an empty list is one of floats to numpy
        if numbers.dtype.kind not in "iu":
            raise IndexError(
                f"Column {self._column.name}: {rows!r} names no rows; take a number, a slice, a list of numbers, or a mask "
                f"of {len(self)} values."
            )
        numbers = np.where(numbers < 0, numbers + len(self), numbers)
        if numbers.size and (numbers.min() < 0 or numbers.max() >= len(self)):
            raise IndexError(f"Column {self._column.name} has {len(self)} rows; {rows!r} names others.")
        return numbers

    def _pick(self, numbers: npt.NDArray[Any]) -> npt.NDArray[Any]:
        import numpy as np

        found = np.empty((len(numbers), *self.shape[1:]), self.dtype)
        per_row = max(1, self.nbytes // max(1, len(self)))
        piece = max(1, _PIECE // per_row)
        for start in range(0, len(self), piece):
            here = np.flatnonzero((numbers >= start) & (numbers < start + piece))
            if here.size:
                first, last = int(numbers[here].min()), int(numbers[here].max())
                found[here] = self._read(first, last + 1)[numbers[here] - first]
        return found

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> npt.NDArray[Any]:
        del copy  # it is always one
        whole = self._read(0, len(self))
        return whole if dtype is None else whole.astype(dtype)

    def __repr__(self) -> str:
        return f"<LazyColumn {self._column.name!r}: shape {self.shape}, {self.dtype}, on disk. Take rows: column[1000:2000]>"
