"""What a run measured, in the shape of QCoDeS's ``get_parameter_data``. Knows columns that were read, no SQLite.

For each parameter that depends on others, and for each that stands alone: itself, its setpoints, and what was inferred from
any of them, of the rows in which it has a value. Single values beside arrays are repeated to their shape. If the shape of the
grid was declared and just so many points are there, all take it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from measurand.compat.database import _cells
from measurand.compat.database._description import Description

if TYPE_CHECKING:
    import numpy.typing as npt

_DECODE: dict[str, Callable[[Sequence[Any]], npt.NDArray[Any]]] = {
    "numeric": _cells.numbers, "complex": _cells.complexes, "text": _cells.texts, "array": _cells.arrays,
}  # fmt: skip


def tops(description: Description) -> list[str]:
    """Return the parameters that head a tree; one that was inferred from another is in that other's."""
    dependent = [name for name in description.dependencies if name not in description.inferences]
    return sorted([*dependent, *description.standalones])


def decoded(values: Sequence[Any], kind: str) -> npt.NDArray[Any]:
    """Return the cells of a column of a tree.

    Raises:
        ValueError: One is not what its column holds.
    """
    return _DECODE.get(kind, _cells.numbers)(values)


def shaped(
    columns: Mapping[str, npt.NDArray[Any]], kinds: Mapping[str, str], shape: tuple[int, ...] | None
) -> dict[str, npt.NDArray[Any]]:
    """Return the columns of a tree, the first of which heads it, in the shape of its values."""
    found = _beside_arrays(columns, kinds)
    first = next(iter(found.values()))
    if shape and first.dtype != object and first.size == math.prod(shape):
        return {name: array.reshape(shape) if array.size == first.size else array for name, array in found.items()}
    return found


def _beside_arrays(columns: Mapping[str, npt.NDArray[Any]], kinds: Mapping[str, str]) -> dict[str, npt.NDArray[Any]]:
    """Repeat single values to the shape of the array of their row."""
    import numpy as np

    found = dict(columns)
    top, array = next(iter(found.items()))
    in_arrays = array.ndim > 1 or (array.dtype == object and kinds.get(top) != "text")
    if not in_arrays or not len(array):
        return found
    for name, values in found.items():
        if kinds.get(name) == "array" or name == top or values.ndim > 1:
            continue
        if array.dtype == object:
            repeated = np.empty(len(values), object)
            for row, (value, model) in enumerate(zip(values, array, strict=True)):
                repeated[row] = np.full(np.shape(model), value)
            found[name] = repeated
        else:
            ones = values.reshape(len(values), *(1,) * (array.ndim - 1))
            found[name] = np.broadcast_to(ones, array.shape).copy()
    return found
