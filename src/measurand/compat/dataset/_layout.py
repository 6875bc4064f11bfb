"""From the columns of tables to parameter data: for each result its values and those of its setpoints, point by point.

Arrays only; knows no file.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from measurand.compat.description import InterDependencies_, Shapes

if TYPE_CHECKING:
    import numpy.typing as npt

Columns = Mapping[str, "npt.NDArray[Any]"]
ParameterData = dict[str, dict[str, "npt.NDArray[Any]"]]

_log = logging.getLogger(__name__)
_FILL = {"numeric": float("nan"), "complex": complex("nan+nanj"), "text": "", "array": float("nan")}


def tree_of(interdeps: InterDependencies_, name: str) -> tuple[str, ...]:
    """Return a column, its setpoints if it has some, and what was computed from these or is what they were computed from.

    Raises:
        KeyError: There is no such column.
    """
    top, along, more = interdeps.all_parameters_in_tree_by_group(interdeps[name])
    return tuple(one.name for one in (top, *along, *more))


def points(columns: Columns, tree: Sequence[str], types: Mapping[str, str]) -> dict[str, npt.NDArray[Any]]:
    """Return the columns of one table as points of a result: all of one shape, first axis the points.

    Args:
        columns: As `Dataset.rows` gives them; those of ``tree`` that are missing are not known.
        tree: The result first.
        types: QCoDeS's type of each.
    """
    import numpy as np

    rows = len(columns[tree[0]])
    known = {name: _texts(columns[name], types[name]) for name in tree if name in columns}
    missing = {name: np.full(rows, _FILL[types[name]]) for name in tree if name not in columns}
    found = {name: known.get(name, missing.get(name)) for name in tree}
    if any(types[name] == "array" for name in known):
        return _expanded(found, types)
    return {name: _as(types[name], column) for name, column in _flattened(found).items()}


def _texts(column: npt.NDArray[Any], kind: str) -> npt.NDArray[Any]:
    """An array of texts was stored as JSON in one text."""
    import numpy as np

    if kind != "array" or column.dtype != object or not len(column) or not isinstance(column[0], str):
        return column
    return one_array([np.array(json.loads(text)) for text in column])


def _expanded(found: Mapping[str, Any], types: Mapping[str, str]) -> dict[str, npt.NDArray[Any]]:
    """Single values are repeated to the shape of the arrays beside them."""
    import numpy as np

    arrays = [column for name, column in found.items() if types[name] == "array" or column.ndim > 1]
    widest = max(arrays, key=lambda column: (column.ndim, column.size))
    result = {}
    for name, given in found.items():
        column = given if types[name] == "array" else _as(types[name], given)
        if widest.dtype == object and column.dtype != object:
            column = one_array([np.broadcast_to(one, shape.shape) for one, shape in zip(column, widest, strict=True)])
        elif widest.dtype != object and column.shape != widest.shape:
            lead = column.reshape(column.shape[:1] + (1,) * (widest.ndim - column.ndim) + column.shape[1:])
            column = np.broadcast_to(lead, widest.shape).copy()
        result[name] = one_array(list(column)) if column.dtype == object else column
    return result


def _flattened(found: Mapping[str, Any]) -> dict[str, npt.NDArray[Any]]:
    """Arrays of points are laid out one after the other; single values beside them are repeated."""
    import numpy as np

    ragged = next((c for c in found.values() if c.dtype == object and len(c) and hasattr(c[0], "shape")), None)
    if ragged is not None:
        sizes = [one.size for one in ragged]
        return {
            name: np.concatenate([one.ravel() for one in column])
            if column.dtype == object and hasattr(column[0], "shape")
            else np.repeat(column, sizes)
            for name, column in found.items()
        }
    each = max((column[0].size for column in found.values() if column.ndim > 1 and len(column)), default=1)
    return {
        name: column.reshape(-1) if column.ndim > 1 else np.repeat(column, each) if each != 1 else column
        for name, column in found.items()
    }


def _as(kind: str, column: npt.NDArray[Any]) -> npt.NDArray[Any]:
    import numpy as np

    if column.dtype == object:
        return column if column.size and hasattr(column[0], "shape") else np.array(column.tolist())
    if kind == "numeric" and column.dtype != np.float64:
        return column.astype(np.float64)
    return column.astype(np.complex128) if kind == "complex" and column.dtype != np.complex128 else column


def one_array(parts: Sequence[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    """Return arrays as one, with an axis before theirs; of several shapes: an array of arrays."""
    import numpy as np

    if len({part.shape for part in parts}) <= 1:
        return np.array(parts)
    whole = np.empty(len(parts), dtype=object)
    whole[:] = list(parts)
    return whole


def joined(parts: Sequence[dict[str, npt.NDArray[Any]]], times: Sequence[npt.NDArray[Any]]) -> dict[str, Any]:
    """Return the points of several tables as one, in the order of their times.

    Args:
        parts: What `points` gave, at least one.
        times: For each point of each part, when its row was added.
    """
    import numpy as np

    if len(parts) == 1:
        return parts[0]
    order = np.argsort(np.concatenate(times), kind="stable")
    result = {}
    for name in parts[0]:
        columns = [part[name] for part in parts]
        if len({column.shape[1:] for column in columns}) > 1 or any(column.dtype == object for column in columns):
            whole = one_array([np.asarray(one) for column in columns for one in column])
        else:
            whole = np.concatenate(columns)
        result[name] = whole[order]
    return result


def selected(data: Mapping[str, Any], start: int | None, end: int | None) -> dict[str, Any]:
    """Return the points ``start`` to ``end``, which are counted from 1 and both meant; None: from, or up to, the end."""
    if start is None and end is None:
        return dict(data)
    first = max(start or 1, 1) - 1
    last = None if end is None else max(end, 0)
    found = {name: column[first:last] for name, column in data.items()}
    return found if all(len(column) for column in found.values()) else nothing(found)


def shaped(name: str, data: dict[str, Any], shapes: Shapes | None) -> dict[str, Any]:
    """Return the points of result ``name`` on their grid, if it is known and they fill it."""
    shape = (shapes or {}).get(name)
    if shape is None:
        return data
    size = _size(shape)
    result = {}
    for column, values in data.items():
        fits = values.dtype != object and values.size == size
        if not fits and values.dtype != object and values.size > size:
            _log.warning(
                "%s: %s has %d points and its grid %s has %d; it is left as it is",
                name,
                column,
                values.size,
                shape,
                size,
            )
        result[column] = values.reshape(shape) if fits else values
    return result


def filled(name: str, data: dict[str, Any], shapes: Shapes | None) -> dict[str, Any]:
    """Return the points of result ``name`` on their grid; those not measured yet are NaN, or 0 where there is none."""
    import numpy as np

    shape = (shapes or {}).get(name)
    result = {}
    for column, values in data.items():
        if shape is None or values.dtype == object or not 0 < values.size < _size(shape):
            continue
        whole = np.zeros(_size(shape), values.dtype)
        if values.dtype.kind in "fc":
            whole[:] = complex("nan+nanj") if values.dtype.kind == "c" else np.nan
        whole[: values.size] = values.reshape(-1)
        result[column] = whole.reshape(shape)
    return {**shaped(name, data, shapes), **result}


def nothing(tree: Iterable[str]) -> dict[str, Any]:
    """Return the points of a result that was not measured."""
    import numpy as np

    return {name: np.array([], dtype=np.float64) for name in tree}


def _size(shape: Iterable[int]) -> int:
    size = 1
    for length in shape:
        size *= length
    return size
