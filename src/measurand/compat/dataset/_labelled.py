"""Parameter data as xarray datasets: on the grid of the setpoints where they form one. Knows no run.

A result becomes

1. a grid of its known shape, if the setpoints are the same all along each axis;
2. a line along its setpoint, if no value comes twice;
3. a grid of its setpoints in ascending order, if each combination comes once;
4. points along a multi-index, if no combination comes twice; with ``use_multi_index="never"`` a grid with NaN in it;
5. points along ``index``, with the setpoints beside them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from measurand._core.names import listing
from measurand.compat.dataset._frames import flattened, setpoints
from measurand.compat.description import InterDependencies_, ParamSpec, Shapes, new_to_old
from measurand.errors import DatasetError, DefinitionError

if TYPE_CHECKING:
    import xarray as xr

MultiIndex = Literal["auto", "always", "never"]


class Apart(DatasetError, ValueError):
    """Results lie along setpoints that cannot be in one xarray dataset."""


def labelled(
    data: Mapping[str, Mapping[str, Any]],
    interdeps: InterDependencies_,
    attrs: Mapping[str, Any],
    use_multi_index: MultiIndex = "auto",
    shapes: Shapes | None = None,
) -> dict[str, xr.Dataset]:
    """Return a dataset for each result.

    Args:
        data: What `get_parameter_data` returns.
        interdeps: The relations of the columns.
        attrs: What is noted about the run.
        use_multi_index: Whether points have a multi-index: where they form no grid, always, or never.
        shapes: Grids of results; those that have one get no multi-index for being not full.

    Raises:
        DefinitionError: ``use_multi_index`` is none of these.
    """
    if use_multi_index not in ("auto", "always", "never"):
        raise DefinitionError(
            f"Invalid value for use_multi_index: {use_multi_index!r}; allowed are 'auto', 'always' and 'never'."
        )
    notes = {spec.name: _notes(spec) for spec in new_to_old(interdeps).paramspecs}
    found = {}
    for name, columns in data.items():
        meant = "never" if use_multi_index == "auto" and name in (shapes or {}) else use_multi_index
        one = _dataset(columns, name, setpoints(name, columns, interdeps), meant)
        for column in one.variables:
            if column in notes and (column in one.coords or column in one.data_vars):
                one[column].attrs.update(notes[str(column)])
        one.attrs.update(attrs)
        found[name] = one
    return found


def merged(datasets: Mapping[str, xr.Dataset], attrs: Mapping[str, Any]) -> xr.Dataset:
    """Return all results in one dataset; where they lie along different values of a setpoint, with NaN.

    Raises:
        Apart: One is a grid and another one points along a multi-index, of the same setpoint.
    """
    import xarray as xr

    axes = {name for one in datasets.values() for name in one.coords}
    parts = [one.drop_vars(axes.intersection(one.data_vars)) for one in datasets.values()]
    try:
        whole = (
            parts[0] if len(parts) == 1 else xr.merge(parts, compat="override", join="outer", combine_attrs="override")
        )
    except ValueError as error:
        reason = str(error).partition("\n")[0]
        raise Apart(
            f"The results {listing(datasets)} cannot be in one xarray dataset ({reason}); take to_xarray_dataset_dict()."
        ) from error
    whole.attrs.update(attrs)
    return whole


def _dataset(columns: Mapping[str, Any], name: str, along: Sequence[str], use_multi_index: MultiIndex) -> xr.Dataset:
    import pandas as pd
    import xarray as xr

    others = [column for column in columns if column not in along]
    on_shape = None if use_multi_index == "always" else _shape_axes(columns, name, along)
    if on_shape is not None:
        return xr.Dataset({one: (along, columns[one]) for one in others}, coords=on_shape)
    flat = {column: flattened(columns[column]) for column in (*along, *others)}
    size = len(flat[name])
    whole = [one for one in others if len(flat[one]) == size]
    if len(along) == 1 and pd.Index(flat[along[0]]).is_unique:
        return xr.Dataset({one: (along, flat[one]) for one in whole}, coords={along[0]: flat[along[0]]})
    if len(along) > 1:
        found = _grid(flat, whole, along, use_multi_index)
        if found is not None:
            return found
    return xr.Dataset({one: ("index", flat[one]) for one in (*along, *whole)}, coords={"index": pd.RangeIndex(size)})


def _shape_axes(columns: Mapping[str, Any], name: str, along: Sequence[str]) -> dict[str, Any] | None:
    """Return the values along each axis of a result that lies on a grid already; None: it does not."""
    shape = columns[name].shape
    if not along or len(shape) != len(along) or columns[name].dtype == object or len(shape) < 2:
        return None
    measured = ~_is_nan(columns[name])
    axes = {}
    for axis, column in enumerate(along):
        values = columns[column]
        line = values[tuple(slice(None) if i == axis else slice(0, 1) for i in range(len(shape)))]
        if not ((values == line) | _is_nan(values))[measured].all():
            return None
        axes[column] = line.reshape(-1)
    return axes


def _is_nan(values: Any) -> Any:
    import numpy as np

    return np.isnan(values) if values.dtype.kind in "fc" else np.zeros(values.shape, bool)


def _grid(
    flat: Mapping[str, Any], names: Sequence[str], along: Sequence[str], use_multi_index: MultiIndex
) -> xr.Dataset | None:
    """Return points as a grid of their setpoints, or along a multi-index; None: a combination comes twice."""
    import numpy as np
    import pandas as pd
    import xarray as xr

    size = len(flat[along[0]])
    codes, levels = [], []
    for column in along:
        code, level = pd.factorize(flat[column], sort=True, use_na_sentinel=False)
        codes.append(code)
        levels.append(level)
    shape = tuple(len(level) for level in levels)
    places = np.ravel_multi_index(codes, shape) if size else np.array([], dtype=np.int64)
    grid = math.prod(shape)
    if grid <= 16 * size or grid < 1 << 20:
        unique = not size or int(np.bincount(places, minlength=grid).max()) <= 1
    else:
        unique = len(np.unique(places)) == size
    if not unique:
        return None
    if use_multi_index == "always" or (use_multi_index == "auto" and grid != size):
        index = pd.MultiIndex.from_arrays([flat[column] for column in along], names=list(along))
        coords = xr.Coordinates.from_pandas_multiindex(index, "multi_index")
        return xr.Dataset({one: ("multi_index", flat[one]) for one in names}, coords=coords)
    variables = {}
    for one in names:
        values = flat[one]
        whole = np.empty(grid, values.dtype) if grid == size else _empty(grid, values.dtype)
        whole[places] = values
        variables[one] = (along, whole.reshape(shape))
    return xr.Dataset(variables, coords=dict(zip(along, levels, strict=True)))


def _empty(size: int, dtype: Any) -> Any:
    """Return an array that says of each point that it was not measured."""
    import numpy as np

    if dtype.kind in "iub":
        return np.full(size, np.nan)
    if dtype.kind in "fc":
        return np.full(size, np.nan, dtype)
    return np.full(size, np.nan, object)


def _notes(spec: ParamSpec) -> dict[str, Any]:
    said: dict[str, Any] = dict(spec._to_dict())
    return {**said, "units": spec.unit, "long_name": spec.label}
