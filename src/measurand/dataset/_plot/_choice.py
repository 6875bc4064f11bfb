"""What to draw of a variable: curves, a map on a grid, or a map of scattered points; which part of it, and that it is said.

Knows labelled arrays and no axes of matplotlib.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from measurand._core.names import listing
from measurand.dataset._plot._quantity import Quantity, counting, days_of, parts, quantity
from measurand.errors import DatasetError

if TYPE_CHECKING:
    import numpy.typing as npt
    import xarray as xr

_FEW = 4  # so many curves are told apart better than so many lines of a map
_MOST_CURVES = 12


@dataclass(frozen=True)
class Curves:
    """One or several curves: ``y`` over ``x``, of shape (curves, points) both."""

    x: Quantity
    y: Quantity
    group: Quantity | None = None
    """What tells the curves apart, one value for each."""


@dataclass(frozen=True)
class Map:
    """Colours ``z`` of shape (len(y), len(x)) on a grid; ``x`` and ``y`` hold cell centres, 1-D both or like ``z`` both."""

    x: Quantity
    y: Quantity
    z: Quantity
    pixels: bool = False
    """Whether it is an image: rows from the top down, squares."""


@dataclass(frozen=True)
class Points:
    """Colours ``z`` at places ``x``, ``y``, all 1-D."""

    x: Quantity
    y: Quantity
    z: Quantity


Shape = Curves | Map | Points


@dataclass(frozen=True)
class Choice:
    """What to draw, a panel for each part of a complex variable; and which part of the data that is, in words."""

    panels: tuple[Shape, ...]
    said: str


def choose(variable: xr.DataArray, declared: Collection[Hashable], at: Mapping[str, Any]) -> Choice:
    """Return what to draw of ``variable``.

    Args:
        variable: With its coordinates.
        declared: The dims that were swept; along others, rows are points wherever their setpoints say.
        at: Values at which to cut, by dim or coordinate; of dims beyond two that are not among them, the last value
            that has data is taken.

    Raises:
        DatasetError: ``at`` names what is no dim of the variable.
    """
    left = _visited(variable)
    if not left.size:
        x = _axis(left, left.dims[-1])
        return Choice(tuple(Curves(x.with_values(_row([])), part.with_values(_row([]))) for part in parts(left)), "")
    left, said = _cut(left, at, variable.sizes)
    return Choice(tuple(_shape(left, part, declared) for part in parts(left)), ", ".join(said))


def _cut(
    variable: xr.DataArray, at: Mapping[str, Any], sizes: Mapping[Hashable, int]
) -> tuple[xr.DataArray, list[str]]:
    said: list[str] = []
    wanted = {_dim_called(variable, name): _nearest(_axis_called(variable, name), value) for name, value in at.items()}
    while len(variable.dims) > 2 or any(variable.sizes[dim] == 1 for dim in variable.dims) or wanted:
        lonely = [dim for dim in variable.dims if variable.sizes[dim] == 1]
        outermost: list[Hashable] = list(variable.dims[:1])
        dim = [*wanted, *lonely, *outermost][0]
        axis = _axis(variable, dim)
        number = wanted.pop(dim, None)
        if number is None:
            number = _last_with_data(variable, dim)
        of = f" ({number + 1} of {sizes[dim]})" if sizes[dim] > 1 else ""
        if of or any(coord.dims == (dim,) for coord in _coords(variable).values()):
            said.append(f"{axis.label} = {axis.said(float(axis.values[number]))}{of}")
        variable = variable.isel({dim: number})
    return variable, said


def _nearest(axis: Quantity, value: Any) -> int:
    """The number of the place along an axis that is nearest to what the user calls it."""
    import numpy as np

    try:
        if axis.kind == "words":
            place = float(axis.words.index(str(value)))
        elif axis.kind == "times":
            place = days_of(np.datetime64(value.astimezone(datetime.UTC).replace(tzinfo=None), "ns"))
        else:
            place = float(value)
    except (AttributeError, TypeError, ValueError):
        known = (
            listing(map(repr, axis.words)) if axis.words else f"a {'datetime' if axis.kind == 'times' else 'number'}"
        )
        raise DatasetError(f"{axis.label} cannot be {value!r}; give {known}.") from None
    return int(np.nanargmin(np.abs(axis.values - place)))


def _dim_called(variable: xr.DataArray, name: str) -> Hashable:
    """The dim of this name, or the one along which the coordinate of this name lies."""
    if name in variable.dims:
        return name
    if name in variable.coords and variable.coords[name].ndim == 1:
        dim: Hashable = variable.coords[name].dims[0]
        return dim
    raise DatasetError(f"{variable.name} cannot be cut at {name!r}; it has the dims {listing(variable.dims)}.")


def _axis_called(variable: xr.DataArray, name: str) -> Quantity:
    dim = _dim_called(variable, name)
    return quantity(variable.coords[name]) if name in variable.coords else _axis(variable, dim)


def _last_with_data(variable: xr.DataArray, dim: Hashable) -> int:
    import numpy as np

    there = variable.notnull().any([other for other in variable.dims if other != dim]).to_numpy()
    return int(np.flatnonzero(there)[-1]) if there.any() else 0


def _visited(variable: xr.DataArray) -> xr.DataArray:
    """Without the places along each dim that no row went to: their coordinates are not known."""
    import numpy as np

    for dim in variable.dims:
        axis = _axis(variable, dim)
        known = ~np.isnan(axis.values)
        if not known.all():
            variable = variable.isel({dim: np.flatnonzero(known)})
    return variable


def _axis(variable: xr.DataArray, dim: Hashable) -> Quantity:
    """The values along a dim: its own coordinate, else the first that lies along it, else a count."""
    along = [coord for name, coord in _coords(variable).items() if coord.dims == (dim,)]
    own = [coord for coord in along if coord.name == dim]
    return quantity((own or along)[0]) if along else counting(str(dim), variable.sizes[dim])


def _coords(variable: xr.DataArray) -> dict[Hashable, xr.DataArray]:
    return {
        name: coord for name, coord in variable.coords.items() if not str(name).endswith("_measured") and coord.ndim
    }


def _shape(variable: xr.DataArray, values: Quantity, declared: Collection[Hashable]) -> Shape:
    if not variable.dims:
        return Curves(counting("", 1).with_values(_row([0.0])), values.with_values(_row([float(values.values)])))
    if len(variable.dims) == 1:
        return _over_one_dim(variable, values, variable.dims[0] in declared)
    return _over_two_dims(variable, values)


def _over_one_dim(variable: xr.DataArray, values: Quantity, swept: bool) -> Shape:
    axes = [quantity(coord) for coord in _coords(variable).values() if coord.ndim == 1]
    numbers = [axis for axis in axes if axis.kind != "words"]
    words = [axis for axis in axes if axis.kind == "words"]
    if not swept and len(numbers) > 1:
        return Points(numbers[0], numbers[1], values)
    if not swept and numbers and words and len(words[0].words) <= _MOST_CURVES:
        return _grouped(numbers[0], values, words[0])
    axis = _axis(variable, variable.dims[0])
    return Curves(axis.with_values(_row(axis.values)), values.with_values(_row(values.values)))


def _grouped(x: Quantity, y: Quantity, group: Quantity) -> Curves:
    """A curve for each word, filled up to the length of the longest."""
    import numpy as np

    members = [np.flatnonzero(group.values == number) for number in range(len(group.words))]
    longest = max(map(len, members))

    def spread(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return np.array([np.pad(values[own], (0, longest - len(own)), constant_values=np.nan) for own in members])

    names = group.with_values(np.arange(float(len(group.words))))
    return Curves(x.with_values(spread(x.values)), y.with_values(spread(y.values)), names)


def _over_two_dims(variable: xr.DataArray, values: Quantity) -> Shape:
    import numpy as np

    bent = [quantity(coord.transpose(*variable.dims)) for coord in _coords(variable).values() if coord.ndim == 2]
    flat = [any(coord.dims == (dim,) for coord in _coords(variable).values()) for dim in variable.dims]
    if bent and not all(flat):
        return _bent(variable, values, bent, flat)
    outer, inner = (_axis(variable, dim) for dim in variable.dims)
    if outer.kind == "words" or len(outer.values) <= _FEW:
        return _side_by_side(inner, values, outer)
    if inner.kind == "words" or len(inner.values) <= _FEW:
        return _side_by_side(outer, values.with_values(values.values.T), inner)
    if not any(coord.ndim for coord in _coords(variable).values()):
        return Map(inner, outer, values, pixels=True)
    (x, x_order), (y, y_order) = _rising(outer), _rising(inner)
    return Map(x, y, values.with_values(values.values[np.ix_(x_order, y_order)].T))


def _side_by_side(x: Quantity, y: Quantity, group: Quantity) -> Curves:
    import numpy as np

    return Curves(x.with_values(np.broadcast_to(x.values, y.values.shape)), y, group)


def _bent(variable: xr.DataArray, values: Quantity, bent: list[Quantity], flat: list[bool]) -> Shape:
    """A grid on which a setpoint depends on both dims: a bent one if it never turns back, else so many points."""
    import numpy as np

    left = iter(bent)
    axes = []
    for number, dim in enumerate(variable.dims):
        axis = None if flat[number] else next(left, None)
        if axis is None:
            line = _axis(variable, dim)
            column = line.values.reshape((-1, 1) if number == 0 else (1, -1))
            axis = line.with_values(np.broadcast_to(column, values.values.shape))
        axes.append(axis)
    x, y = axes
    steps = (np.diff(x.values, axis=0), np.diff(y.values, axis=1))
    if all(step.size and ((step > 0).all() or (step < 0).all()) for step in steps):
        return Map(x.with_values(x.values.T), y.with_values(y.values.T), values.with_values(values.values.T))
    return Points(*(one.with_values(one.values.reshape(-1)) for one in (x, y, values)))


def _rising(axis: Quantity) -> tuple[Quantity, npt.NDArray[Any]]:
    """Centres of cells in rising order, and the order; where a value was visited twice, the number of the point instead."""
    import numpy as np

    order = np.argsort(axis.values, kind="stable")
    if len(np.unique(axis.values)) == len(axis.values):
        return axis.with_values(axis.values[order]), order
    return counting(f"point of {axis.label}", len(order)), np.arange(len(order))


def _row(values: Any) -> npt.NDArray[Any]:
    import numpy as np

    return np.asarray(values, float).reshape(1, -1)
