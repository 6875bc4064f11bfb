"""A run that QCoDeS exported as netCDF, copied into a data root. Knows how such a file looks; reads no other netCDF.

Values lie on grids there: one variable for each measured parameter, along its setpoints, and what the run says of itself in
the attributes. A point that was not measured is NaN like one that was measured as NaN, so each point of a grid is a row.
"""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measurand.compat.database._import import KEY, TAKEN, ImportedRun, known_guids
from measurand.dataset import Column, DataRoot, Dataset, TableSpec, WholeTable
from measurand.errors import DamagedData, DatasetError

if TYPE_CHECKING:
    import xarray as xr

_ITSELF = frozenset(
    {
        "ds_name", "sample_name", "exp_name", "snapshot", "guid", "run_timestamp", "completed_timestamp",
        "captured_run_id", "captured_counter", "run_id", "run_description", "parent_dataset_links", "run_timestamp_raw",
        "completed_timestamp_raw",
    }
)  # fmt: skip
_KINDS = {"f": ("float", "float64"), "i": ("int", "int64"), "u": ("int", "int64"), "b": ("bool", "bool")}


def import_netcdf(path: str | Path, root: DataRoot) -> ImportedRun:
    """Copy the run in a netCDF file that QCoDeS exported into a data root, unless a run of its guid is there.

    Args:
        path: The file.
        root: Where to put it.

    Returns:
        What became of it.

    Raises:
        DatasetError: The file is not there, or QCoDeS did not export it.
        DamagedData: It cannot be read.
        ImportError: netCDF4 is not installed; ``pip install measurand[netcdf]``.
        StorageFailed: The disk refuses.
    """
    path = Path(path).expanduser().absolute()
    if not path.is_file():
        raise DatasetError(f"{path}: there is no such file.")
    import xarray as xr

    as_stored: dict[str, Any] = {"decode_times": False, "mask_and_scale": False, "decode_timedelta": False}
    try:
        with xr.open_dataset(path, engine="netcdf4", **as_stored) as file:
            found = file.load()
    except (OSError, ValueError) as error:
        if "unrecognized engine" in str(error):
            raise ImportError("netCDF files need netCDF4: pip install measurand[netcdf]") from error
        raise DamagedData(f"{path} cannot be read as netCDF ({error}); compare it with a copy.") from error
    if not {"guid", "run_description"} <= found.attrs.keys():
        raise DatasetError(f"{path} was not exported by QCoDeS: it has no guid and no run_description.")
    said = {key: _plain(value) for key, value in found.attrs.items()}
    known = known_guids(root).get(str(said["guid"]))
    if known is not None:
        return ImportedRun(int(said.get("run_id", 0)), str(said["ds_name"]), "known", Dataset(known.path))
    return ImportedRun(int(said.get("run_id", 0)), str(said["ds_name"]), "imported", _store(path, found, said, root))


def _store(path: Path, found: xr.Dataset, said: Mapping[str, Any], root: DataRoot) -> Dataset:
    began, ended = (_moment(said.get(key)) for key in ("run_timestamp_raw", "completed_timestamp_raw"))
    started = began or datetime.datetime.fromtimestamp(int(str(said["guid"])[-12:], 16) / 1000, datetime.UTC)
    noted = {key: value for key, value in said.items() if key not in _ITSELF}
    identity = {
        "guid": said["guid"], "captured_run_id": said.get("captured_run_id"),
        "captured_counter": said.get("captured_counter"), "run_id": said.get("run_id"),
        "description": said["run_description"], "parents": said.get("parent_dataset_links", "[]"),
        "run_timestamp": said.get("run_timestamp_raw"), "completed_timestamp": said.get("completed_timestamp_raw"),
        "is_completed": ended is not None, "from": str(path),
        "tags": {key: value for key, value in noted.items() if key in TAKEN},
    }  # fmt: skip
    snapshot = json.loads(said.get("snapshot") or "null")
    return root.add_run(
        str(said["ds_name"]),
        [_table(str(name), found, started) for name in found.data_vars],
        started=started,
        ended=ended or started,
        status="interrupted" if ended is None else "completed",
        error="It was not completed when it was exported." if ended is None else None,
        snapshot=snapshot if isinstance(snapshot, dict) else None,
        sample=str(said.get("sample_name") or ""),
        experiment=str(said.get("exp_name") or ""),
        metadata={**{key: value for key, value in noted.items() if key not in TAKEN}, KEY: identity},
    )


def _table(name: str, found: xr.Dataset, started: datetime.datetime) -> WholeTable:
    """One measured parameter with the setpoints it lies along, point by point."""
    import numpy as np

    measured = found[name]
    # A dim without a parameter of its name only counts the rows.
    along = [str(key) for key, axis in measured.coords.items() if "paramtype" in axis.attrs and axis.dims]
    along.sort(key=lambda key: [measured.dims.index(dim) for dim in found[key].dims])
    columns, values = [], {}
    for key in (*along, name):
        spread = _numbers(found[key]).broadcast_like(measured).transpose(*measured.dims)
        kind, dtype, flat = _stored(spread.values.reshape(-1))
        about = found[key].attrs
        label, unit = str(about.get("label") or ""), str(about.get("unit") or about.get("units") or "")
        columns.append(Column(key, kind, unit, label, (), setpoint=key != name, dtype=dtype))
        values[key] = flat
    rows = math.prod(measured.shape)
    return WholeTable(
        TableSpec(
            "".join(c if c.isascii() and c.isalnum() else "-" for c in name).strip("-") or "data", tuple(columns)
        ),
        values,
        np.full(rows, round(started.timestamp() * 1e6) * 1000, np.int64),
    )


def _numbers(variable: xr.DataArray) -> xr.DataArray:
    """A variable; complex numbers lie in files as pairs ``r`` and ``i``."""
    if variable.dtype.names == ("r", "i"):
        return variable.copy(data=variable.values["r"] + 1j * variable.values["i"])
    return variable


def _stored(flat: Any) -> tuple[Any, str, Any]:
    if flat.dtype.kind == "c":
        return "complex", "complex128", flat.astype("complex128")
    if flat.dtype.kind in _KINDS:
        kind, dtype = _KINDS[flat.dtype.kind]
        return kind, dtype, flat.astype(dtype)
    return "text", "", [str(value) for value in flat.tolist()]


def _plain(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else value


def _moment(seconds: Any) -> datetime.datetime | None:
    if not isinstance(seconds, (int, float)):
        return None
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)
