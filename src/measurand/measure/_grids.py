"""Rows of a run as the arrays of 2016: one per quantity, one dimension per loop level, NaN where nothing was measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from measurand.dataset import Dataset
from measurand.measure._declared import DeclaredArray

NDArray = npt.NDArray[Any]


class DataArray(np.lib.mixins.NDArrayOperatorsMixin):
    """One array of a measurement; it grows while that goes on.

    Use it as its numpy array: index it, calculate with it, hand it to functions. Each use shows what is there by then.

    Args:
        declared: What it is.
        values: Returns the values.
        sibling: Returns another array of the measurement by name.
    """

    def __init__(
        self, declared: DeclaredArray, values: Callable[[], NDArray], sibling: Callable[[str], DataArray]
    ) -> None:
        self.name = self.array_id = declared.name
        self.label = declared.label
        self.unit = declared.unit
        self.is_setpoint = declared.is_setpoint
        self._set_arrays = declared.set_arrays
        self._values = values
        self._sibling = sibling

    @property
    def ndarray(self) -> NDArray:
        """The values as a plain array of numpy, as they are now."""
        return self._values()

    @property
    def set_arrays(self) -> tuple[DataArray, ...]:
        """The arrays of its setpoints, that of the outermost level first."""
        return tuple(map(self._sibling, self._set_arrays))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray:
        return np.array(self.ndarray, dtype=dtype) if copy else np.asarray(self.ndarray, dtype=dtype)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **keywords: Any) -> Any:
        """Calculate with the values; the result is a plain array."""
        plain = [one.ndarray if isinstance(one, DataArray) else one for one in inputs]
        return getattr(ufunc, method)(*plain, **keywords)

    def __getitem__(self, key: Any) -> Any:
        return self.ndarray[key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.ndarray)

    def __len__(self) -> int:
        return len(self.ndarray)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
        return getattr(self.ndarray, name)

    def __repr__(self) -> str:
        unit = f" ({self.unit})" if self.unit else ""
        return f"<DataArray {self.name}{unit}: {self.ndarray!r}>"


def filled(declared: DeclaredArray, dataset: Dataset | None) -> NDArray:
    """Return the values of an array as far as they were stored; without a dataset it is empty.

    Args:
        declared: Which array.
        dataset: The run, which may still grow.

    Returns:
        Shape as declared, unknown lengths as long as the data reach; NaN (in text: NaN among the texts) where nothing
        was measured. Whole numbers and truth values become float if anything is missing.
    """
    pieces = [] if dataset is None else [_piece(dataset, declared.name, *source) for source in declared.sources]
    pieces = [piece for piece in pieces if len(piece[0])]
    if not pieces:
        return np.full([length or 0 for length in declared.shape], np.nan)
    depth = declared.sources[0][1]
    index = np.concatenate([where for _, where in pieces])
    values = _joined([values for values, _ in pieces])
    if not depth:
        return values if values.ndim == 1 else values[-1]
    sizes = tuple(max(length or 0, int(index[:, axis].max()) + 1) for axis, length in enumerate(declared.shape[:depth]))
    measured = np.zeros(sizes, bool)
    measured[tuple(index.T)] = True
    grid = _blank((*sizes, *values.shape[1:]), values.dtype, missing=not measured.all())
    grid[tuple(index.T)] = values
    return grid


def _piece(dataset: Dataset, name: str, table: str, depth: int) -> tuple[NDArray, NDArray]:
    """Return the values that one table holds, and where they lie; both are read one after the other and may have grown."""
    values = dataset.numpy(name, table)
    if not depth:
        return values, np.zeros((len(values), 0), np.int32)
    index = dataset.numpy("_index", table)[:, :depth]
    rows = min(len(values), len(index))
    return _even(values[:rows]), index[:rows]


def _even(values: NDArray) -> NDArray:
    """Arrays of varying lengths as one array, filled up with NaN."""
    if values.dtype != object or not isinstance(values[0] if len(values) else None, np.ndarray):
        return values
    return _joined([one[None] for one in values])


def _joined(pieces: Sequence[NDArray]) -> NDArray:
    """Put arrays behind each other; those that are shorter along other dims are filled up with NaN."""
    longest = tuple(max(lengths) for lengths in zip(*(piece.shape[1:] for piece in pieces), strict=True))
    dtype = np.result_type(*pieces)
    missing = any(piece.shape[1:] != longest for piece in pieces)
    whole = _blank((sum(map(len, pieces)), *longest), dtype, missing=missing)
    row = 0
    for piece in pieces:
        whole[(slice(row, row + len(piece)), *map(slice, piece.shape[1:]))] = piece
        row += len(piece)
    return whole


def _blank(shape: tuple[int, ...], dtype: Any, *, missing: bool) -> NDArray:
    if not missing:
        return np.empty(shape, dtype)
    if dtype.kind == "M":
        return np.full(shape, np.datetime64("NaT", "ns"), dtype)
    return np.full(shape, np.nan, dtype if dtype.kind in "fcO" else np.float64)
