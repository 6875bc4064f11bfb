"""What tables have to say to each other before they become grids: rows without dims that form one, and columns in parts.

A row-by-row table whose setpoints go through every combination once, or through more than half of them, is a grid; any
other, such as scattered points or points that were measured again, stays a list. A column that was stored together with
different others at different points lies in several tables, and is put together. Knows no file.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from measurand.dataset._format._describe import Column, Dim, TableSpec
from measurand.dataset._read._part import Part

if TYPE_CHECKING:
    import numpy.typing as npt


def arranged(parts: Sequence[Part]) -> list[Part]:
    """Return the parts, with dims where the setpoints of rows without dims form a grid."""
    axes: dict[str, Any] = {dim.name: None for part in parts for dim in part.spec.dims}
    return [part if part.spec.dims or not part.rows else _as_grid(part, axes) for part in parts]


def joined(parts: Sequence[Part]) -> list[Part]:
    """Return the parts, with each measured column that lies in several of them, along the same dims, in one of its own."""
    found: list[Part] = []
    for group in _groups(parts):
        shared = _shared(group)
        if not any(not column.setpoint for column in shared):
            found += group
            continue
        found += [rest for part in group if (rest := _without(part, shared)) is not None]
        found += [_join(group, column) for column in shared]
    return found


def _as_grid(part: Part, axes: dict[str, Any]) -> Part:
    import numpy as np

    names = [column.name for column in part.spec.columns if column.setpoint and column.scalar]
    if not names:
        return part
    lines, codes = zip(*(_in_order(part.column(name)) for name in names), strict=True)
    sizes = [len(line) for line in lines]
    if math.prod(sizes) >= max(part.rows + 1, 2 * part.rows):
        return part
    visited = np.zeros(math.prod(sizes), bool)
    visited[np.ravel_multi_index(codes, sizes)] = True
    if np.count_nonzero(visited) < part.rows:
        return part  # a point came twice: a grid would show its last row only
    for name, line in zip(names, lines, strict=True):
        if name in axes and not (axes[name] is not None and np.array_equal(axes[name], line)):
            return part  # the name means another axis already
    axes.update(zip(names, lines, strict=True))
    dims = tuple(Dim(name, size, (name,)) for name, size in zip(names, sizes, strict=True))
    index = np.stack(codes, axis=1).astype(np.int32)
    return part.on_grid(replace(part.spec, dims=dims), index)


def _in_order(values: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Return the different values in the order they came, and for each value its place among them."""
    import numpy as np

    if values.dtype.kind in "fiM" and (_rises(values) or _rises(values[::-1])):
        return values, np.arange(len(values))
    line, first, inverse = np.unique(values, return_index=True, return_inverse=True)
    order = np.argsort(first)
    places = np.empty(len(line), np.int64)
    places[order] = np.arange(len(line))
    return line[order], places[inverse.reshape(-1)]


def _rises(values: npt.NDArray[Any]) -> bool:
    return bool((values[1:] > values[:-1]).all())


def _groups(parts: Sequence[Part]) -> Iterable[list[Part]]:
    """Parts along the same dims; each without dims is alone."""
    groups: dict[Any, list[Part]] = {}
    for number, part in enumerate(parts):
        groups.setdefault(tuple(dim.name for dim in part.spec.dims) or number, []).append(part)
    return groups.values()


def _shared(group: Sequence[Part]) -> list[Column]:
    columns = [column for part in group for column in part.spec.columns]
    names = [column.name for column in columns]
    same = {c.name: c for c in columns if all(_alike(c, other) for other in columns if other.name == c.name)}
    return [column for name, column in same.items() if names.count(name) > 1]


def _alike(a: Column, b: Column) -> bool:
    return (a.kind, a.shape, a.dtype, a.categories, a.setpoint) == (b.kind, b.shape, b.dtype, b.categories, b.setpoint)


def _without(part: Part, shared: Sequence[Column]) -> Part | None:
    names = {column.name for column in shared}
    columns = tuple(column for column in part.spec.columns if column.name not in names)
    if not columns:
        return None
    dims = tuple(
        replace(dim, setpoints=tuple(name for name in dim.setpoints if name not in names)) for dim in part.spec.dims
    )
    return part.described(TableSpec(part.spec.name, columns, dims))


def _join(group: Sequence[Part], column: Column) -> Part:
    """The rows of one column of all parts, in the order of time."""
    import numpy as np

    having = [part for part in group if any(other.name == column.name for other in part.spec.columns)]
    holders = [part for part in having if part.rows] or having[:1]
    dims = tuple(
        Dim(
            dims[0].name,
            max(dim.size or 0 for dim in dims) or None,
            (column.name,) if any(column.name in dim.setpoints for dim in dims) else (),
        )
        for dims in zip(*(part.spec.dims for part in holders), strict=True)
    )
    order = np.argsort(np.concatenate([part.column("_time") for part in holders]), kind="stable")
    names = (column.name, "_index", "_time")
    values = {name: np.concatenate([part.column(name) for part in holders])[order] for name in names}
    return Part.of(TableSpec(holders[0].spec.name, (column,), dims), values)
