"""Zarr, through xarray. Knows how to write and read one folder.

Version 2 of the format, which the readers of every language know.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measurand.dataset._export._plain import plain, restored
from measurand.dataset._export._source import Source, about

if TYPE_CHECKING:
    import xarray as xr


def parts(source: Source) -> dict[str, Callable[[Path], None]]:
    """Return what writes the grid of all tables."""
    return {"": partial(_write, source)}


def read(paths: Sequence[Path]) -> xr.Dataset:
    """Return the grid as `Dataset.to_xarray` gave it, with what is known of the run in its ``attrs``."""
    import xarray as xr

    as_stored: dict[str, Any] = {"decode_times": False, "mask_and_scale": False, "decode_timedelta": False}
    with xr.open_zarr(paths[0], chunks=None, **as_stored) as file:
        return restored(file.load())


def _write(source: Source, path: Path) -> None:
    grid = source.to_xarray()
    grid.attrs |= about(source, snapshot=True)
    plain(grid, complex_pairs=False, one_case=True).to_zarr(path, mode="w-", zarr_format=2, consolidated=True)
