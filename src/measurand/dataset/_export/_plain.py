"""From any grid to one that array files can hold, and back again: names, complex pairs, texts, times, bools.

What plain xarray shows of such a file is right and has units; `restored` gives back exactly what was there. Knows no
file.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Collection, Hashable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy.typing as npt
    import xarray as xr

_KIND = "measurand_kind"
_NAME = "measurand_name"
_DIMS = "measurand_dims"
_UNMEASURED = "measurand_missing_text"
_PARTS = ("re", "im")
_NOT_A_TIME = -(2**63)


def plain(grid: xr.Dataset, *, complex_pairs: bool, one_case: bool) -> xr.Dataset:
    """Return ``grid`` with nothing in it that netCDF does not know.

    Args:
        grid: Any.
        complex_pairs: Whether complex variables get a last dim ``complex_part`` with the coordinate ``re``, ``im``, for
            formats that have no complex numbers.
        one_case: Whether names must differ by more than case, for formats whose names are those of files.
    """
    import xarray as xr

    names = _safe_names([*grid.dims, *(name for name in grid.variables if name not in grid.dims)], one_case)
    renamed = {names[dim]: dim for dim in grid.dims if names[dim] != dim}
    attrs = {**grid.attrs, **({_DIMS: json.dumps(renamed)} if renamed else {})}
    pair = _free("complex_part", set(names.values()))
    variables: dict[str, Any] = {}
    for name, variable in grid.variables.items():
        values, said = _plain_values(variable.values)
        said = {**variable.attrs, **said}
        if variable.dtype.kind == "M" and "units" in variable.attrs:
            said |= {"unit": variable.attrs["units"]}  # the name `units` tells readers how the time is counted
        dims = tuple(names[dim] for dim in variable.dims)
        safe = names[name]
        if complex_pairs and variable.dtype.kind == "c":
            values, dims = _pairs(values), (*dims, pair)
            if safe in dims:  # an axis of pairs would have two dims and the name of one
                safe = _free(f"{safe}_parts", {*names.values(), *variables})
        variables[safe] = (dims, values, {**said, **({_NAME: name} if safe != name else {})})
    coords = {key for key, (*_, said) in variables.items() if said.get(_NAME, key) in grid.coords}
    if any(pair in dims for dims, _, _ in variables.values()):
        variables[pair] = ((pair,), list(_PARTS), {_KIND: "complex part"})
        coords.add(pair)
    made = xr.Dataset(
        {key: value for key, value in variables.items() if key not in coords},
        {key: value for key, value in variables.items() if key in coords},
        attrs,
    )
    for variable in made.variables.values():
        variable.encoding["_FillValue"] = None  # what is missing is said by NaN and `<table>_measured`
    return made


def restored(grid: xr.Dataset) -> xr.Dataset:
    """Return what `plain` was given; ``grid`` as read without decoding of times and fill values."""
    import xarray as xr

    attrs = dict(grid.attrs)
    dims = json.loads(attrs.pop(_DIMS, "{}"))
    found: dict[Hashable, Any] = {}
    coords: dict[Hashable, Any] = {}
    for key, variable in grid.variables.items():
        said = dict(variable.attrs)
        kind, name = said.pop(_KIND, ""), said.pop(_NAME, key)
        if kind == "complex part":
            continue
        values, axes = variable.values, tuple(dims.get(dim, dim) for dim in variable.dims)
        if kind == "complex" and values.dtype.kind != "c":
            values, axes = _from_pairs(values), axes[:-1]
        elif kind == "text":
            values = _texts(values, said.pop(_UNMEASURED, None))
        elif kind == "datetime":
            values = values.astype("int64").view("datetime64[ns]")
            unit = {"units": said.pop("unit")} if "unit" in said else {}
            said = {key: value for key, value in said.items() if key not in ("units", "calendar", "_FillValue")} | unit
        (coords if key in grid.coords else found)[name] = (axes, values, said)
    return xr.Dataset(found, coords, attrs)


def _plain_values(values: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], dict[str, Any]]:
    """Values that can be stored, and what has to be said beside them."""
    import numpy as np

    if values.dtype.kind == "M":
        counted = values.astype("datetime64[ns]").astype("int64")
        said = {"units": "nanoseconds since 1970-01-01", "calendar": "proleptic_gregorian", "_FillValue": _NOT_A_TIME}
        return counted, {_KIND: "datetime", **said}
    if values.dtype.kind == "c":
        return values, {_KIND: "complex"}
    if values.dtype.kind not in "OUT":
        return values, {}
    flat = values.reshape(-1).tolist()
    texts = {value for value in flat if isinstance(value, str)}
    missing = _free("", texts)
    whole = np.array([value if isinstance(value, str) else missing for value in flat], object)
    some_missing = len(flat) != sum(isinstance(value, str) for value in flat)
    return whole.reshape(values.shape), {_KIND: "text", **({_UNMEASURED: missing} if some_missing else {})}


def _texts(values: npt.NDArray[Any], missing: str | None) -> npt.NDArray[Any]:
    import numpy as np

    flat = [np.nan if value == missing else value for value in values.reshape(-1).tolist()]
    whole = np.empty(len(flat), object)
    whole[:] = flat
    return whole.reshape(values.shape)


def _pairs(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    import numpy as np

    return np.stack([np.real(values), np.imag(values)], axis=-1)


def _from_pairs(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    import numpy as np

    made = np.empty(values.shape[:-1], np.result_type(values.dtype, np.complex64))
    made.real, made.imag = values[..., 0], values[..., 1]
    return made


def _safe_names(names: Iterable[Hashable], one_case: bool) -> dict[Hashable, str]:
    """Names that are file names, netCDF names and words of a list, each only once."""
    safe: dict[Hashable, str] = {}
    for name in names:
        ordinary = unicodedata.normalize("NFC", str(name))
        word = re.sub(r"[^\w.+@()-]+", "_", ordinary).strip(".") or "_"
        word = word if word[0].isalnum() else f"x{word}"
        taken = set(safe.values()) | ({known.casefold() for known in safe.values()} if one_case else set())
        safe[name] = _free(word, taken, str.casefold if one_case else str)
    return safe


def _free(name: str, taken: Collection[str], same: Callable[[str], str] = str) -> str:
    candidate, number = name, 2
    while candidate in taken or same(candidate) in taken:
        candidate, number = f"{name or 'not measured'}_{number}", number + 1
    return candidate
