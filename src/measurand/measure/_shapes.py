"""Grids of free loops: where a row lies, from how many there were before it. Pure data.

Rows fill the grid in the order in which they are added, the last dim fastest; the first one may grow beyond its length.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from measurand._core.names import listing
from measurand.dataset import Column, Dim, TableSpec
from measurand.errors import DefinitionError, RefusedRow
from measurand.measure._registered import Quantity

Shape = tuple[int | None, ...]


def checked_shapes(shapes: Mapping[str, Sequence[int | None]]) -> dict[str, Shape]:
    """Return shapes by name of a result.

    Raises:
        DefinitionError: A length is no whole number from 1, nor None.
    """
    checked = {}
    for name, shape in shapes.items():
        lengths = tuple(shape) if isinstance(shape, (tuple, list)) else ()
        if not lengths or any(
            isinstance(n, bool) or not (n is None or (isinstance(n, int) and n > 0)) for n in lengths
        ):
            raise DefinitionError(
                f"set_shapes: {name}: {shape!r} refused, allowed are tuples of lengths from 1, with None for an unknown one."
            )
        checked[name] = lengths
    return checked


def table_of(
    table: str,
    names: Sequence[str],
    ndims: Sequence[int],
    known: Mapping[str, Quantity],
    shapes: Mapping[str, Shape],
) -> TableSpec:
    """Return the table of rows of the columns ``names``.

    Args:
        table: Its name.
        names: Its columns.
        ndims: How many dimensions the value of each has.
        known: Every column that can be added.
        shapes: The shapes that were said, of results.

    Raises:
        RefusedRow: The shapes that were said do not fit.
    """
    used = {need for one in known.values() for need in one.setpoints}
    inner = dict(zip(names, ndims, strict=True))
    columns = []
    for name in names:
        field = known[name].field
        shape = _array_shape(name, inner, known, shapes)
        kind = None if shape != () and field.kind == "text" else field.kind
        columns.append(Column(name, kind, field.unit, field.label, shape, name in used))
    return TableSpec(table, tuple(columns), _dims(inner, known, shapes))


def indices(dims: Sequence[Dim]) -> Iterator[tuple[int, ...]]:
    """Yield the index of row after row."""
    inner = [range(dim.size or 0) for dim in dims[1:]]
    for first in itertools.count():
        for rest in itertools.product(*inner):
            yield (first, *rest)


def _array_shape(
    name: str, inner: Mapping[str, int], known: Mapping[str, Quantity], shapes: Mapping[str, Shape]
) -> Shape | None:
    """Return the shape of a column's values; None: it is seen at the first."""
    if not inner[name]:
        return ()
    if name in shapes:
        return shapes[name][-inner[name] :]
    for result, quantity in known.items():  # the axis of an array of which something was said
        dims = quantity.field.dims
        if result in shapes and name in dims and inner.get(result) == len(dims) and inner[name] == 1:
            return (shapes[result][dims.index(name) - len(dims)],)
    return None


def _dims(inner: Mapping[str, int], known: Mapping[str, Quantity], shapes: Mapping[str, Shape]) -> tuple[Dim, ...]:
    """Return the dims of the rows: what the shapes have besides the arrays themselves."""
    found: dict[str, tuple[Dim, ...]] = {}
    for name in inner:
        if name not in shapes:
            continue
        lengths = shapes[name][: len(shapes[name]) - inner[name]]
        along = [need for need in known[name].setpoints if not inner[need]]
        if len(lengths) == 1 and len(along) > 1:
            found[name] = (Dim("_".join(along), lengths[0], tuple(along)),)
        elif len(lengths) == len(along):
            found[name] = tuple(Dim(need, n, (need,)) for need, n in zip(along, lengths, strict=True))
        else:
            raise RefusedRow(
                f"set_shapes says {shapes[name]} of {name}, whose values lie along {listing(along)}"
                f"{f' and have {inner[name]} dimensions themselves' if inner[name] else ''}: give one length for each."
            )
        if None in lengths[1:]:
            raise RefusedRow(
                f"set_shapes says {shapes[name]} of {name}: only the first length of a loop may be unknown."
            )
    if len(set(found.values())) > 1:
        raise RefusedRow(
            f"{listing(found)} are added together, but set_shapes says that they lie on different grids; add them apart."
        )
    return next(iter(found.values()), ())
