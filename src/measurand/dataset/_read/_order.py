"""Rows that went once through a whole grid, the last dim fastest, which is the order of its cells in memory.

Most grids are measured so, and then where the points lie, and setpoints that depend on one dim, need not be kept for
every point. Whether it is so is looked at block by block, in memory that is used again: that is twice as fast as
reading whole columns, and proves as much. Knows no file.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy.typing as npt

Read = Callable[[Sequence[str], int, int], Mapping[str, Any]]
"""Columns by name, from one row to that before another one. ``_index`` is a column if there are dims; so is ``_time``."""

_BLOCK_ROWS = 65_536


def shape_in_order(read: Read, rows: int) -> tuple[int, ...] | None:
    """Return the shape of the grid that the rows, at least one, went through in order; None if they did not.

    Args:
        read: Gives columns.
        rows: How many there are.
    """
    import numpy as np

    last = read(["_index"], rows - 1, rows)["_index"][0]
    shape = tuple(int(place) + 1 for place in last)
    if math.prod(shape) != rows:
        return None
    for prefix, along, index in _blocks(read, "_index", shape):
        steps = np.arange(along.start, along.stop, dtype=index.dtype)
        if not (index[..., -1] == steps).all():
            return None
        if not all((index[..., axis] == place[:, None]).all() for axis, place in enumerate(prefix)):
            return None
    return shape


def line(read: Read, name: str, shape: tuple[int, ...], axis: int) -> npt.NDArray[Any] | None:
    """Return the values of a column along one dim, if no other dim matters; else None.

    Args:
        read: As above.
        name: A column of single values.
        shape: Of the grid that the rows went through in order.
        axis: Which dim.
    """
    import numpy as np

    found: Any = None
    for prefix, along, values in _blocks(read, name, shape):
        if found is None:
            found = np.empty(shape[axis], values.dtype)
        if axis == len(shape) - 1:
            if not any(place[0] for place in prefix):
                found[along] = values[0]
            expected = found[along]
        else:
            if not along.start:
                first = np.all([place == 0 for number, place in enumerate(prefix) if number != axis], axis=0)
                new = np.broadcast_to(first, len(values))
                found[prefix[axis][new]] = values[new, 0]
            expected = found[prefix[axis]][:, None]
        if not same(values, expected):
            return None
    return found  # type: ignore[no-any-return]  # there was at least one block


def same(a: npt.NDArray[Any], b: npt.NDArray[Any]) -> bool:
    """Return whether all values are equal, NaN being equal to NaN."""
    import numpy as np

    equal = a == b
    if equal.all():
        return True
    if a.dtype.kind in "fc":
        equal |= np.isnan(a) & np.isnan(b)
    elif a.dtype.kind == "M":
        equal |= np.isnat(a) & np.isnat(b)
    return bool(equal.all())


def _blocks(
    read: Read, name: str, shape: tuple[int, ...]
) -> Iterator[tuple[Sequence[npt.NDArray[Any]], slice, npt.NDArray[Any]]]:
    """Yield a column in blocks of whole lines along the last dim, or of parts of one line if it is long.

    Each comes with the places of its lines along the other dims, and with the part of the line.
    """
    import numpy as np

    length, lines = shape[-1], math.prod(shape[:-1])
    at_once, step = max(1, _BLOCK_ROWS // length), min(length, _BLOCK_ROWS)
    for line_number in range(0, lines, at_once):
        numbers = np.arange(line_number, min(line_number + at_once, lines))
        prefix = np.unravel_index(numbers, shape[:-1]) if len(shape) > 1 else ()
        for start in range(0, length, step):
            stop = min(start + step, length)
            begin = line_number * length + start
            values = read([name], begin, begin + len(numbers) * (stop - start))[name]
            yield prefix, slice(start, stop), values.reshape(len(numbers), stop - start, *values.shape[1:])
