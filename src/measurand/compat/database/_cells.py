"""Cells of one column as an array: numbers, complex numbers, texts, arrays, and what is missing. Knows no SQLite.

How values come back: numbers as int or float (0.0 as 0), not-a-number as the text ``nan``, infinity as a float or as text,
complex numbers and arrays as ``.npy`` blobs; of numpy's own numbers some old files have the bare bytes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from measurand.compat.database._npy import array_of, arrays_of, is_npy

if TYPE_CHECKING:
    import numpy.typing as npt

_EXACT = 2**53
_BARE = {1: "<i1", 2: "<i2", 4: "<i4", 8: "<i8"}
"""Bytes of a numpy number that was stored without being converted; a float64 never was."""
_LEAST_FLOAT32 = 1.2e-38


def column_of(values: Sequence[Any], kind: str) -> npt.NDArray[Any]:
    """Return all cells of a column, missing ones told apart.

    Args:
        values: As SQLite gives them; None: missing.
        kind: Declared type of the column: ``numeric``, ``complex``, ``text`` or ``array``.

    Returns:
        Numbers: float64 (int64 if all are whole and no float holds one of them), or a masked array of these if cells are
        missing. Complex: complex128, likewise. Text: objects, None where missing. Arrays: shape ``(rows, *shape)`` if
        all rows have one, of the same type and shape; else objects, None where missing.

    Raises:
        ValueError: A cell is not what its column holds.
    """
    import numpy as np

    present = [value for value in values if value is not None]
    if kind == "array":
        whole = arrays(present) if len(present) == len(values) else None
        if whole is not None and whole.dtype != object:
            return whole
        return _objects([None if value is None else _one_array(value) for value in values])
    if kind == "text":
        return _objects(values)
    found = complexes(present) if kind == "complex" else numbers(present, exact=True)
    if len(present) == len(values):
        return found
    if found.ndim > 1 or found.dtype == object:
        return column_of(values, "array")
    there = np.fromiter((value is not None for value in values), bool, len(values))
    full = np.zeros(len(values), found.dtype)
    full[there] = found
    return masked(full, there)


def masked(values: npt.NDArray[Any], present: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return values as they are if all are present, else masked where they are not."""
    import numpy as np

    return values if present.all() else np.ma.MaskedArray(values, ~present)


def numbers(values: Sequence[Any], *, exact: bool = False) -> npt.NDArray[Any]:
    """Return numbers as float64, missing ones as NaN.

    Args:
        values: Cells of a numeric column.
        exact: Whether whole numbers that no float holds stay what they are, as int64, if all are whole.

    Raises:
        ValueError: One is no number.
    """
    import numpy as np

    kinds = set(map(type, values))
    if bytes in kinds:
        if any(isinstance(value, bytes) and is_npy(value) and array_of(value).size != 1 for value in values):
            return arrays(values)  # the oldest releases stored what they were given
        values = [_bare_number(value) if isinstance(value, bytes) else value for value in values]
        kinds = set(map(type, values))
    if exact and kinds == {int} and any(int(float(value)) != value for value in values if abs(value) > _EXACT):
        return np.array(values, np.int64)
    if kinds <= {int, float}:
        return np.fromiter(values, np.float64, len(values))
    return np.array(values, np.float64)  # None and the text nan become NaN


def complexes(values: Sequence[Any]) -> npt.NDArray[Any]:
    """Return complex numbers as complex128, missing ones as NaN.

    Raises:
        ValueError: One is no number.
    """
    import numpy as np

    if values and all(isinstance(value, bytes) for value in values):
        found = arrays_of(values)
        if not isinstance(found, list):
            return found.reshape(len(values)).astype(np.complex128)
    return np.array([_one_complex(value) for value in values], np.complex128)


def texts(values: Sequence[Any]) -> npt.NDArray[Any]:
    """Return texts as numpy's texts; as objects if one is missing."""
    import numpy as np

    if None in values:
        return _objects(values)
    return np.array([str(value) for value in values]) if values else np.empty(0)


def arrays(values: Sequence[Any]) -> npt.NDArray[Any]:
    """Return arrays: shape ``(values, *shape)`` if all have the same shape, else objects; missing ones as None.

    Raises:
        ValueError: One is no array.
    """
    import numpy as np

    if values and all(isinstance(value, bytes) and is_npy(value) for value in values):
        found = arrays_of(values)
    else:
        found = [_one_array(value) for value in values]
    if not isinstance(found, list):
        return found
    if found and all(array is not None and array.shape == found[0].shape for array in found):
        return np.stack(found)
    return _objects(found) if found else np.empty(0)


def _one_array(value: Any) -> Any:
    """What one cell of a column of arrays holds: also a bare number, which older versions let pass."""
    import numpy as np

    if value is None:
        return None
    if isinstance(value, bytes):
        return array_of(value)
    if isinstance(value, str):
        return np.array([float(value)]) if value in ("nan", "inf", "-inf") else np.array([value])
    return np.array([value])


def _one_complex(value: Any) -> complex:
    if value is None:
        return complex("nan")
    if isinstance(value, bytes):
        found = array_of(value)
        if found.size != 1:
            raise ValueError(f"{found.size} numbers where one belongs")
        return complex(found.reshape(())[()])
    return complex(value)


def _bare_number(blob: bytes) -> Any:
    import numpy as np

    if is_npy(blob):
        found = array_of(blob)
        if found.size == 1 and found.dtype.kind in "biuf":
            return found.reshape(())[()].item()
        raise ValueError(f"an array of {found.size} numbers in a column of single ones")
    if len(blob) == 4:  # what a float32 of usual size would be as int32 is beyond 8 millions, and the reverse
        number = float(np.frombuffer(blob, "<f4")[0])
        if math.isfinite(number) and abs(number) >= _LEAST_FLOAT32:
            return number
    if len(blob) in _BARE:
        return int(np.frombuffer(blob, _BARE[len(blob)])[0])
    raise ValueError(f"{len(blob)} bytes where a number belongs")


def _objects(values: Sequence[Any]) -> npt.NDArray[Any]:
    import numpy as np

    found = np.empty(len(values), object)
    for place, value in enumerate(values):  # assigning the list at once would take arrays of one shape apart
        found[place] = value
    return found
