"""netCDF 4, through xarray. Knows how to write and read one file.

The library is netCDF4, not h5netcdf: its wheels hold everything for Windows and Linux, and it stores attributes of any
length, where h5py stops at 64 kB, less than the snapshot of a laboratory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measurand.dataset._export._plain import plain, restored
from measurand.dataset._export._source import Source, about
from measurand.errors import ExportFailed

if TYPE_CHECKING:
    import xarray as xr


def parts(source: Source) -> dict[str, Callable[[Path], None]]:
    """Return what writes the grid of all tables."""
    return {"": partial(_write, source)}


def read(paths: Sequence[Path]) -> xr.Dataset:
    """Return the grid as `Dataset.to_xarray` gave it, with what is known of the run in its ``attrs``."""
    import xarray as xr

    as_stored: dict[str, Any] = {"decode_times": False, "mask_and_scale": False, "decode_timedelta": False}
    with xr.open_dataset(paths[0], engine="netcdf4", **as_stored) as file:
        return restored(file.load())


def _write(source: Source, path: Path) -> None:
    grid = source.to_xarray()
    grid.attrs |= about(source, snapshot=True)
    made = plain(grid, complex_pairs=True, one_case=False)
    for name, variable in made.variables.items():
        if variable.dtype.kind == "O" and any("\0" in text for text in variable.values.reshape(-1)):
            raise ExportFailed(
                f"{name} has a text with the character NUL, where netCDF would cut it; use Parquet or Zarr."
            )
    try:
        made.to_netcdf(path, engine="netcdf4", format="NETCDF4")
    except RuntimeError as error:  # what the library says when the disk refuses
        raise ExportFailed(f"netCDF cannot write to {path.parent} ({error}). Make room, or choose another.") from error
