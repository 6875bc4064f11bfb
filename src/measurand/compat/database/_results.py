"""What a run of Measurand is in QCoDeS's terms: parameters, what depends on what, and the rows of a results table.

A run that was imported has all this among its metadata, and is what it was. One that was measured through QCoDeS's names
says what depends on what; for any other it follows from its tables: what was measured depends on the setpoints beside it.
Each row that was added becomes one for every column that depends on others.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import json
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from measurand.compat.database import _layout, _npy
from measurand.compat.database._compare import raw_rows
from measurand.compat.database._description import Description, Quantity, described
from measurand.dataset import Column, Dataset, TableSpec

if TYPE_CHECKING:
    import numpy.typing as npt


@dataclass(frozen=True)
class Results:
    """A results table to be written.

    Attributes:
        description: What depends on what.
        types: Declared type of each column.
        statements: Which columns rows have, and the rows, in the order they are to be written; all begin with ``id`` if
            that is among the columns.
    """

    description: Description
    types: dict[str, str]
    statements: Iterator[tuple[list[str], Iterator[tuple[Any, ...]]]]


def results_of(dataset: Dataset) -> Results:
    """Return what a run is in QCoDeS's terms."""
    said = dataset.metadata.get("qcodes") or {}
    if "rows" in said:
        return _imported(dataset, said)
    tables = {name: spec for name, spec in dataset.tables.items() if all(column.settled for column in spec.columns)}
    names: dict[tuple[str, str], str] = {}
    if said.get("description"):
        description = described(said["description"])
    else:
        tables = {name: _with_positions(spec) for name, spec in tables.items()}
        description, names = _derived(tables)
        shapes = {name: shape for name, shape in description.shapes.items() if _in_order(dataset, tables, name, names)}
        description = replace(description, shapes=shapes)
    types = {name: quantity.paramtype for name, quantity in description.quantities.items()}
    return Results(description, types, _rows(dataset, tables, description, names))


def _imported(dataset: Dataset, said: Mapping[str, Any]) -> Results:
    columns = raw_rows(dataset)
    rows = zip(_layout.ids_of(said["rows"]), *columns.values(), strict=True)
    return Results(described(said["description"]), dict(said["types"]), iter([(["id", *columns], rows)]))


def _derived(tables: Mapping[str, TableSpec]) -> tuple[Description, dict[tuple[str, str], str]]:
    """Return a description, and what columns are called in it, by table and column, where that differs."""
    quantities: dict[str, Quantity] = {}
    dependencies: dict[str, tuple[str, ...]] = {}
    names: dict[tuple[str, str], str] = {}
    shapes: dict[str, tuple[int, ...]] = {}
    independent = {_identifier(c.name) for spec in tables.values() for c in spec.columns if c.setpoint}
    for table, spec in tables.items():
        for column in [*filter(_is_setpoint, spec.columns), *itertools.filterfalse(_is_setpoint, spec.columns)]:
            name = _identifier(column.name)
            along = () if column.setpoint else tuple(_identifier(s.name) for s in _setpoints(column, spec))
            taken = not column.setpoint and (name in independent or dependencies.get(name, along) != along)
            if taken or (name in quantities and quantities[name].paramtype != _type_of(column)):
                name = _unused(f"{name}_{_identifier(table)}", quantities)
            if name != column.name:
                names[table, column.name] = name
            quantities.setdefault(name, Quantity(name, _type_of(column), column.label, column.unit))
            if along:
                dependencies[name] = along
            sizes = tuple(dim.size for dim in spec.dims)
            if sizes and None not in sizes and not column.setpoint and column.shape and None not in column.shape:
                continue  # arrays say their shape themselves
            if sizes and None not in sizes and not column.setpoint:
                shapes[name] = tuple(size for size in sizes if size is not None)
    used = {name for top, along in dependencies.items() for name in (top, *along)}
    alone = tuple(name for name in quantities if name not in used)
    return Description(quantities, dependencies, {}, alone, shapes), names


def _with_positions(spec: TableSpec) -> TableSpec:
    """A table in which every dim has a setpoint: where none was stored, the position along it."""
    names = {column.name for column in spec.columns}
    free = [dim.name for dim in spec.dims if not dim.setpoints and dim.name not in names]
    added = tuple(Column(name, "int", shape=(), setpoint=True, dtype="int32") for name in free)
    return TableSpec(spec.name, (*added, *spec.columns), spec.dims)


def _in_order(
    dataset: Dataset, tables: Mapping[str, TableSpec], name: str, names: Mapping[tuple[str, str], str]
) -> bool:
    """Whether the rows of a column fill its grid once, line by line."""
    import numpy as np

    for table, spec in tables.items():
        if any(names.get((table, column.name), column.name) == name for column in spec.columns):
            sizes = [dim.size or 0 for dim in spec.dims]
            index = dataset.numpy("_index", table)
            return len(index) == np.prod(sizes) and bool(
                (np.stack(np.unravel_index(np.arange(len(index)), sizes), axis=1) == index).all()
            )
    return False


def _is_setpoint(column: Column) -> bool:
    return column.setpoint


def _setpoints(column: Column, spec: TableSpec) -> list[Column]:
    """What a column depends on: single setpoints, in the order of dims; for an array also those of its shape."""
    order = [name for dim in spec.dims for name in dim.setpoints]
    found = [c for c in spec.columns if c.setpoint and (c.scalar or (not column.scalar and c.shape == column.shape))]
    return sorted(found, key=lambda c: order.index(c.name) if c.name in order else len(order) + (not c.scalar))


def _type_of(column: Column) -> str:
    if not column.scalar:
        return "array"
    return {"complex": "complex", "text": "text", "enum": "text", "datetime": "text"}.get(column.kind or "", "numeric")


@functools.cache
def _identifier(name: str) -> str:
    """Return a name that Python and SQL take without quotes, as QCoDeS writes it in both."""
    found = re.sub(r"\W", "_", name, flags=re.ASCII)
    found = found if found.isidentifier() else f"_{found}"
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute(f'select {found} from (select 1 as "{found}")')  # noqa: S608 - letters only
        except sqlite3.OperationalError:  # a word of SQL, such as "on"
            return f"{found}_"
    return found


def _unused(name: str, taken: Mapping[str, Any]) -> str:
    while name in taken:
        name += "_"
    return name


@dataclass(frozen=True)
class _Tree:
    """A parameter and what is stored with it: cells by name; how many rows each row that was added becomes, None: one."""

    cells: dict[str, list[Any]]
    counts: list[int] | None = None


def _rows(
    dataset: Dataset, tables: Mapping[str, TableSpec], description: Description, names: Mapping[tuple[str, str], str]
) -> Iterator[tuple[list[str], Iterator[tuple[Any, ...]]]]:
    """Yield which columns rows have, and the rows: those of several tables in the order of time."""
    import numpy as np

    streams: list[list[_Tree]] = []
    times = []
    for table, spec in tables.items():
        stored = {names.get((table, column.name), column.name): column for column in spec.columns}
        tops = [name for name in stored if name in description.dependencies or name in description.standalones]
        if tops and dataset.rows(table):
            read = {name: _values(dataset, table, spec, column) for name, column in stored.items()}
            streams.append([_tree(top, read, stored, description) for top in tops])
            times.append(dataset.numpy("_time", table))
    if not streams:
        return
    columns = list(dict.fromkeys(name for trees in streams for tree in trees for name in tree.cells))
    added = [_added(trees, columns) for trees in streams]
    if len(streams) == 1:
        yield columns, itertools.chain.from_iterable(added[0])
        return
    which = np.concatenate([np.full(len(part), number) for number, part in enumerate(times)])
    order = which[np.argsort(np.concatenate(times), kind="stable")].tolist()
    yield columns, itertools.chain.from_iterable(next(added[number]) for number in order)


def _values(dataset: Dataset, table: str, spec: TableSpec, column: Column) -> npt.NDArray[Any]:
    if column.name in (known.name for known in dataset.tables[table].columns):
        return dataset.numpy(column.name, table)
    axis = [dim.name for dim in spec.dims].index(column.name)
    return dataset.numpy("_index", table)[:, axis]


def _added(trees: Sequence[_Tree], columns: Sequence[str]) -> Iterator[tuple[tuple[Any, ...], ...]]:
    """Yield, for every row that was added, the rows it becomes: one for each tree, or as many as its arrays have numbers."""
    missing = itertools.repeat(None)
    rows = [zip(*(tree.cells.get(name, missing) for name in columns), strict=False) for tree in trees]
    if all(tree.counts is None for tree in trees):
        return zip(*rows, strict=True)
    counts = [itertools.repeat(1) if tree.counts is None else tree.counts for tree in trees]
    return (
        tuple(itertools.chain.from_iterable(itertools.islice(rows[k], n) for k, n in enumerate(numbers)))
        for numbers in zip(*counts, strict=False)
    )


def _tree(
    top: str, read: Mapping[str, npt.NDArray[Any]], stored: Mapping[str, Column], description: Description
) -> _Tree:
    """Return a parameter with what is stored beside it, row by row."""
    import numpy as np

    tree = [name for name in description.tree(top) if name in read]
    types = {name: description.quantities[name].paramtype for name in tree}
    if types[top] == "array" or stored[top].scalar or stored[top].kind == "text":
        return _Tree({name: cells_of(read[name], stored[name], types[name]) for name in tree})
    shapes = [np.shape(value) for value in read[top]]
    flat = {
        name: np.concatenate([np.broadcast_to(v, shape).ravel() for v, shape in zip(read[name], shapes, strict=True)])
        for name in tree
    }
    cells = {name: cells_of(flat[name], stored[name], types[name]) for name in tree}
    return _Tree(cells, [int(np.prod(shape)) for shape in shapes])


def cells_of(values: npt.NDArray[Any], column: Column, kind: str) -> list[Any]:
    """Return the cells of a column of a run, as QCoDeS has them in a column of a type."""
    import numpy as np

    if kind == "array":
        if column.kind == "text":  # an array of texts, which a run holds as JSON
            return [_npy.blob_of(np.atleast_1d(np.array(json.loads(text)))) for text in values]
        if values.dtype == object or not len(values):
            return [_npy.blob_of(np.atleast_1d(np.asarray(value))) for value in values]
        return list(_npy.blobs_of(values.reshape(len(values), 1) if values.ndim == 1 else values))
    if kind == "complex":
        return list(_npy.blobs_of(np.asarray(values, np.complex128).reshape(-1, 1)))
    if kind == "text":
        return [str(value) for value in values.tolist()] if values.dtype.kind != "M" else _moments(values)
    if values.dtype.kind in "iub":
        return [int(value) for value in values.tolist()]
    numbers = np.asarray(values, np.float64)
    plain: list[Any] = numbers.tolist()
    for row in np.flatnonzero(np.isnan(numbers)).tolist():
        plain[row] = "nan"
    return plain


def _moments(values: npt.NDArray[Any]) -> list[str]:
    import numpy as np

    return [str(text) for text in np.datetime_as_string(values, timezone="UTC")]
