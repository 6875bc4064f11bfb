"""From the rows of a run's tables to one xarray Dataset. Knows no file.

Every table is placed on its own grid by the index of its rows; variables and coordinates of all tables then share dims.
Nothing is aligned by value: an axis may visit a value twice (hysteresis), and stays as it was set.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Container, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from measurand.dataset._format._describe import Column, TableSpec
from measurand.dataset._read._arrange import arranged, joined
from measurand.dataset._read._order import line as line_in_order
from measurand.dataset._read._order import same
from measurand.dataset._read._part import Part

if TYPE_CHECKING:
    import numpy.typing as npt
    import xarray as xr


def assemble(parts: Sequence[Part], attrs: dict[str, Any]) -> xr.Dataset:
    """Return the Dataset of all tables, with ``attrs`` for the whole."""
    import xarray as xr

    prepared = joined(arranged(parts))
    sizes = _sizes(prepared)
    row_dims = _row_dims(prepared, sizes)
    sizes |= {row_dims[part.spec.name]: part.rows for part in prepared if not part.spec.dims}
    gathered = _Gathered(sizes, [column for part in prepared for column in part.spec.columns])
    for part in prepared:
        dims = tuple(dim.name for dim in part.spec.dims) or (row_dims[part.spec.name],)
        _add_part(gathered, part, dims)
    return xr.Dataset(gathered.variables, gathered.coords, attrs)


class _Gathered:
    """Variables and coordinates as they come, under names that do not clash.

    Args:
        sizes: Length of each dim.
        columns: Of all tables. A setpoint in one table may be measured in another one.
    """

    def __init__(self, sizes: dict[str, int], columns: Iterable[Column]) -> None:
        self.sizes = sizes
        columns = list(columns)
        self._names = {column.name for column in columns}
        self._setpoints = {column.name for column in columns if column.setpoint}
        self.variables: dict[str, Any] = {}
        self.coords: dict[str, Any] = {}
        self._visited: dict[str, int] = {}

    def add_variable(self, name: str, table: str, variable: tuple[Any, ...]) -> None:
        """Add what was measured; the later of two equal names, or of a setpoint's, is called ``<name>_<table>``."""
        taken = name in self.variables or name in self._setpoints or name in self.sizes
        self.variables[self.__free_name(f"{name}_{table}") if taken else name] = variable

    def add_coord(self, name: str, table: str, variable: tuple[Any, ...], visited: int) -> None:
        """Add a coordinate; of the same one in two tables the one that visited more points stays."""
        if name in self.coords and self.coords[name][0] == variable[0]:
            if visited <= self._visited[name]:
                return
        elif name in self.coords or (name in self.sizes and name not in variable[0]):
            name = self.__free_name(f"{name}_{table}")
        self.coords[name] = variable
        self._visited[name] = visited

    def add_measured(self, table: str, variable: tuple[Any, ...]) -> None:
        """Add which points of a table were measured, as ``<table>_measured``."""
        self.coords[self.__free_name(f"{table}_measured")] = variable

    def __free_name(self, name: str) -> str:
        """Return a name that nothing has, and no column: ``name``, or with a number."""
        return _free_name(name, self._names, self.variables, self.coords, self.sizes)

    def axis(self, name: str, table: str, size: int, taken: Sequence[str]) -> str:
        """Return the name of an axis of arrays: ``name``, unless it means something else already."""
        for candidate in (name, f"{name}_{table}", f"{name}_{table}_{size}"):
            if candidate not in taken and self.sizes.setdefault(candidate, size) == size:
                return candidate
        return self.axis(f"{name}_", table, size, taken)


class _Grid:
    """Where the rows of one table lie."""

    def __init__(self, dims: tuple[str, ...], sizes: tuple[int, ...], part: Part) -> None:
        import numpy as np

        self.dims, self.sizes = dims, sizes
        self.cells = math.prod(sizes)
        self.flat: Any = None  # None: the rows are the cells, in order
        self.measured: Any = None  # None: everything was
        self._part = part
        if not part.spec.dims or part.order == sizes:
            return
        index = part.column("_index")
        flat = np.zeros(part.rows, np.int64)
        for axis, size in enumerate(sizes):
            flat = flat * size + index[:, axis]
        self.flat = flat
        measured = np.zeros(self.cells, bool)
        measured[flat] = True
        self.measured = None if bool(measured.all()) else measured.reshape(sizes)

    def place(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return rows as a grid; a cell visited twice has the later row."""
        shape = (*self.sizes, *values.shape[1:])
        if self.flat is None:
            return values.reshape(shape)
        grid = _blank((self.cells, *values.shape[1:]), values.dtype, missing=self.measured is not None)
        grid[self.flat] = values
        return grid.reshape(shape)

    def along(self, axis: int, name: str) -> tuple[npt.NDArray[Any], int] | None:
        """Return a column as a function of one dim, and how many points it visited; None if other dims matter."""
        import numpy as np

        if self.flat is None:
            found = line_in_order(self._part.read, name, self.sizes, axis)
            return None if found is None else (found, len(found))
        where, values = self._part.column("_index")[:, axis], self._part.column(name)
        visited = np.zeros(self.sizes[axis], bool)
        visited[where] = True
        count = int(visited.sum())
        line = _blank((self.sizes[axis],), values.dtype, missing=count < len(visited))
        line[where] = values
        return (line, count) if same(line[where], values) else None


def _sizes(parts: Sequence[Part]) -> dict[str, int]:
    """The length of every dim: as declared, or as far as any table went."""
    sizes: dict[str, int] = {}
    for part in parts:
        for axis, dim in enumerate(part.spec.dims):
            reached = part.order[axis] if part.order else _reached(part, axis)
            sizes[dim.name] = max(sizes.get(dim.name, 0), dim.size or 0, reached)
    return sizes


def _row_dims(parts: Sequence[Part], taken: Iterable[str]) -> dict[str, str]:
    """The dim of the rows of each table without dims: ``row`` if there is one such table, else ``<table>_row``."""
    taken = set(taken)
    loose = [part.spec.name for part in parts if not part.spec.dims]
    found: dict[str, str] = {}
    for name in loose:
        found[name] = _free_name("row" if len(loose) == 1 and "row" not in taken else f"{name}_row", taken)
        taken.add(found[name])
    return found


def _reached(part: Part, axis: int) -> int:
    return int(part.column("_index")[:, axis].max()) + 1 if part.rows else 0


def _add_part(gathered: _Gathered, part: Part, dims: tuple[str, ...]) -> None:
    spec = part.spec
    sizes = tuple(gathered.sizes[dim] for dim in dims)
    grid = _Grid(dims, sizes, part)
    placed = set()
    for axis, dim in enumerate(spec.dims):
        for name in dim.setpoints:
            column = next(column for column in spec.columns if column.name == name)
            if column.scalar and name not in placed:
                placed.add(name)
                _add_setpoint(gathered, grid, axis, column, part)
    rest = [column for column in spec.columns if column.name not in placed]
    dense = {column.name: _dense(column, part.column(column.name)) for column in rest}
    shapes = {column.name: () if column.name in placed else dense[column.name].shape[1:] for column in spec.columns}
    array_dims = _array_dims(gathered, spec, shapes, dims)
    for column in rest:
        values, names = dense[column.name], array_dims[column.name]
        if column.setpoint:
            _add_free_setpoint(gathered, grid, column, spec.name, values, names)
        else:
            gathered.add_variable(column.name, spec.name, ((*dims, *names), grid.place(values), _attrs(column)))
    if grid.measured is not None and not all(column.setpoint for column in spec.columns):
        # A column that was put together from several tables is another part under the name of one of them.
        joint = spec.columns[0].name if f"{spec.name}_measured" in gathered.coords else spec.name
        about = {"long_name": f"whether the point of {joint} was measured"}
        gathered.add_measured(joint, (dims, grid.measured, about))


def _add_setpoint(gathered: _Gathered, grid: _Grid, axis: int, column: Column, part: Part) -> None:
    """A coordinate of a dim: one-dimensional if the other dims do not change it."""
    name, table = column.name, part.spec.name
    line = grid.along(axis, name)
    if line is not None:
        gathered.add_coord(name, table, ((grid.dims[axis],), line[0], _attrs(column)), line[1])
    else:
        gathered.add_coord(name, table, (grid.dims, grid.place(part.column(name)), _attrs(column)), part.rows)


def _add_free_setpoint(
    gathered: _Gathered, grid: _Grid, column: Column, table: str, values: npt.NDArray[Any], names: tuple[str, ...]
) -> None:
    """A setpoint of no dim: the axis of arrays if it is the same in every row, else a coordinate of every point."""
    if names and len(values) and same(values, values[:1]):
        gathered.add_coord(column.name, table, (names, values[0], _attrs(column)), len(values))
    else:
        gathered.add_coord(column.name, table, ((*grid.dims, *names), grid.place(values), _attrs(column)), len(values))


def _array_dims(
    gathered: _Gathered, spec: TableSpec, shapes: dict[str, tuple[int, ...]], dims: tuple[str, ...]
) -> dict[str, tuple[str, ...]]:
    """Name the axes of all array columns.

    A setpoint of one axis names the axis of its length; one of several axes (a grid, or a setpoint that has a setpoint)
    lies along the axes of the arrays of its shape. Of setpoints of one length the first names the axis, and another one
    does only if an array has that length again; else it is a second coordinate along the same axis.
    """
    setpoints = [column.name for column in spec.columns if column.setpoint]
    lines = {name: shapes[name][0] for name in setpoints if len(shapes[name]) == 1}
    fields = [name for name in setpoints if len(shapes[name]) > 1]
    found: dict[str, tuple[str, ...]] = {}
    leading: set[str] = set()
    axes: dict[int, str] = {}
    for name in (*fields, *(column.name for column in spec.columns if not column.setpoint)):
        like = next((field for field in fields if field in found and shapes[field] == shapes[name]), None)
        along = _lines_along(shapes[name], lines)
        found[name] = found[like] if like else _axis_names(gathered, name, shapes[name], along, spec.name, dims)
        leading.update(line for line in along if line)
        axes = {**dict(zip(shapes[name], found[name], strict=True)), **axes}
    for name, size in lines.items():
        second = name not in leading and size in axes
        found[name] = (axes[size] if second else gathered.axis(name, spec.name, size, dims),)
    return {name: found.get(name, ()) for name in shapes}


def _lines_along(shape: tuple[int, ...], lines: dict[str, int]) -> list[str | None]:
    """Return the setpoint that names each axis of an array: the first of its length that names no axis before it."""
    left = dict(lines)
    found: list[str | None] = []
    for size in shape:
        line = next((name for name, length in left.items() if length == size), None)
        left.pop(line or "", None)
        found.append(line)
    return found


def _axis_names(
    gathered: _Gathered, name: str, shape: tuple[int, ...], along: list[str | None], table: str, dims: tuple[str, ...]
) -> tuple[str, ...]:
    """Name the axes of an array: after their setpoints, else after itself."""
    names: list[str] = []
    for number, (size, line) in enumerate(zip(shape, along, strict=True)):
        names.append(gathered.axis(line or f"{name}_dim{number}", table, size, (*dims, *names)))
    return tuple(names)


def _dense(column: Column, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Arrays of varying lengths as one array, what they do not reach filled up as not measured."""
    import numpy as np

    if not column.ragged:
        return values
    lengths = np.array([value.shape for value in values], int).reshape(len(values), len(column.shape or ()))
    longest = tuple(int(n) for n in lengths.max(axis=0)) if len(values) else (0,) * lengths.shape[1]
    missing = bool((lengths != longest).any())
    whole = _blank((len(values), *longest), np.dtype(column.stored_dtype), missing=missing)
    for number, value in enumerate(values):
        corner = tuple(slice(length) for length in value.shape)
        whole[number][corner] = value
    return whole


def _blank(shape: tuple[int, ...], dtype: Any, *, missing: bool) -> npt.NDArray[Any]:
    """An array to be filled; if some of it will not be, of a type that can say so."""
    import numpy as np

    if not missing:
        return np.empty(shape, dtype)
    if dtype.kind == "O":
        return np.full(shape, np.nan, object)  # xarray would make NaN of None
    if dtype.kind == "M":
        return np.full(shape, np.datetime64("NaT", "ns"), dtype)
    if dtype.kind == "c":
        return np.full(shape, complex(np.nan, np.nan), dtype)
    return np.full(shape, np.nan, dtype if dtype.kind == "f" else np.float64)


def _free_name(name: str, *taken: Container[str]) -> str:
    """Return ``name``, or with the first number with which none has it."""
    candidates = itertools.chain([name], (f"{name}_{number}" for number in itertools.count(2)))
    return next(candidate for candidate in candidates if not any(candidate in names for names in taken))


def _attrs(column: Column) -> dict[str, str]:
    return {"units": column.unit, "long_name": column.label or column.name}
