"""`DataSetInMem`: a dataset whose data is in a file that was exported, or in memory."""

from __future__ import annotations

import json
import math
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measurand.compat.dataset._export import scattered
from measurand.compat.dataset._frames import flattened
from measurand.compat.dataset._layout import nothing
from measurand.compat.dataset._links import Link, str_to_links
from measurand.compat.dataset._protocol import DataSetProtocol
from measurand.compat.dataset._settings import db_location
from measurand.compat.dataset._stored import Identity
from measurand.compat.description import RunDescriber, rundescriber_from_json
from measurand.errors import DamagedData, DatasetError

if TYPE_CHECKING:
    import xarray as xr

_ATTRIBUTES = (
    "ds_name", "sample_name", "exp_name", "snapshot", "guid", "run_timestamp", "completed_timestamp", "captured_run_id",
    "captured_counter", "run_id", "run_description", "parent_dataset_links", "run_timestamp_raw",
    "completed_timestamp_raw",
)  # fmt: skip


class FileRun:
    """A run of which an xarray dataset is left, as QCoDeS exports it.

    Args:
        whole: Its data and attributes.
        path: The file it was read from; None: none.
        path_to_db: A database it may be noted in.
        identity: Who it is in that database; None: it is in none.
    """

    def __init__(
        self, whole: xr.Dataset, path: Path | None, path_to_db: str | None, identity: Identity | None = None
    ) -> None:
        try:
            said = {name: whole.attrs[name] for name in _ATTRIBUTES}
            self._description = rundescriber_from_json(said["run_description"])
            self._links = str_to_links(said["parent_dataset_links"])
        except (KeyError, ValueError, TypeError) as error:
            raise DamagedData(f"{path or whole!r} is no dataset that QCoDeS exported: {error} is missing.") from error
        self._whole, self._said = whole, said
        known = {name: _plain(value) for name, value in whole.attrs.items() if name not in said}
        if path is not None and "export_info" not in known:
            known["export_info"] = json.dumps({"export_paths": {"nc": str(path)}})
        self._metadata = known
        self.identity = identity or Identity(
            run_id=int(said["run_id"]),
            captured_run_id=int(said["captured_run_id"]),
            counter=int(said["captured_counter"]),
            captured_counter=int(said["captured_counter"]),
            guid=str(said["guid"]),
            name=str(said["ds_name"]),
            exp_id=0,
            exp_name=str(said["exp_name"]),
            sample_name=str(said["sample_name"]),
            path_to_db=path_to_db,
        )

    def description(self) -> RunDescriber:
        """Return what it says of its columns."""
        return self._description

    def started(self) -> float | None:
        """Return when it was started, s since 1970; None: not yet."""
        return _moment(self._said["run_timestamp_raw"])

    def ended(self) -> float | None:
        """Return when it ended, s since 1970; None: nobody knows."""
        return _moment(self._said["completed_timestamp_raw"])

    def completed(self) -> bool:
        """Return whether it had ended when it was exported."""
        return self.ended() is not None

    def snapshot(self) -> str | None:
        """Return the state of the instruments as JSON text; None: it was not taken."""
        text = str(self._said["snapshot"])
        return None if text in ("null", "") else text

    def metadata(self) -> dict[str, Any]:
        """Return what was noted, by tag."""
        return dict(self._metadata)

    def note(self, tag: str, value: Any) -> None:
        """Note something in memory; the file stays as it is."""
        self._metadata[tag] = value

    def links(self) -> list[Link]:
        """Return what it was made from."""
        return list(self._links)

    def results(self) -> int:
        """Return the number of results: one per result and point, arrays of an ``array`` column one each."""
        interdeps = self._description.interdeps
        arrays = {spec.name for spec in interdeps.paramspecs if spec.type == "array"}
        known = [top.name for top in interdeps.top_level_parameters if top.name in self._whole]
        return sum(
            math.prod(size for dim, size in self._whole[name].sizes.items() if dim not in arrays) for name in known
        )

    def state(self) -> Hashable:
        """Return the same always: nothing is added."""
        return 0

    def data(self, tree: Sequence[str]) -> dict[str, Any]:
        """Return the points of a result with its setpoints, on no grid."""
        import numpy as np

        if tree[0] not in self._whole:
            return nothing(tree)
        result = self._whole[tree[0]]
        found = {}
        for name in tree:
            if name not in self._whole.variables:
                found[name] = np.full(result.size, np.nan)
                continue
            found[name] = flattened(np.asarray(self._whole[name].broadcast_like(result).transpose(*result.dims)))
        shapes = self._description.shapes or {}
        if not shapes and result.ndim > 1:
            keep = ~np.isnan(found[tree[0]]) if found[tree[0]].dtype.kind in "fc" else slice(None)
            found = {name: values[keep] for name, values in found.items()} if result.dtype.kind in "fc" else found
        return found

    def rows(self, since: int) -> tuple[list[tuple[Any, ...]], int]:
        """Return nothing: nothing is added."""
        del since
        return [], 0


class DataSetInMem(DataSetProtocol):
    """A run whose data was exported; `load_from_netcdf` gives one. What is noted to it stays in memory.

    Args:
        stored: The run.
    """

    def __init__(self, stored: FileRun) -> None:
        self._stored = stored

    def set_netcdf_location(self, path: str | Path) -> None:
        """Read its data from another place.

        Raises:
            FileNotFoundError: Nothing is there.
            DamagedData: It is no dataset that was exported.
            DatasetError: It is another run.
        """
        found = read_netcdf(Path(path), self.path_to_db)
        if found.identity.guid != self.guid:
            raise DatasetError(f"{path} is run {found.identity.guid}, not {self.guid}; nothing was changed.")
        self._stored = found
        vars(self).pop("cache", None)


def load_from_netcdf(path: str | Path, path_to_db: str | Path | None = None) -> DataSetInMem:
    """Return the dataset in a netCDF file that QCoDeS, or `DataSet.export`, wrote.

    Args:
        path: The file.
        path_to_db: Said to be its database; None: the current one.

    Raises:
        FileNotFoundError: It is not there.
        DamagedData: It is no such file.
        ImportError: netCDF4 is not installed.
    """
    return DataSetInMem(read_netcdf(Path(path), str(db_location() if path_to_db is None else path_to_db)))


def load_from_file(path: str | Path, path_to_db: str | Path | None = None) -> DataSetInMem:
    """Return the dataset in a file that was exported; only netCDF files hold all of it. Otherwise as `load_from_netcdf`."""
    if not Path(path).exists():
        raise FileNotFoundError(f"File {path} not found.")
    if Path(path).suffix != ".nc":
        raise DamagedData(f"{path} cannot be loaded as a dataset: only netCDF files (.nc) hold all of it.")
    return load_from_netcdf(path, path_to_db)


def read_netcdf(path: Path, path_to_db: str | None, identity: Identity | None = None) -> FileRun:
    """Return the run in a netCDF file; raises as `load_from_netcdf`."""
    import xarray as xr

    if not path.is_file():
        raise FileNotFoundError(f"File {path} not found.")
    try:
        with xr.open_dataset(path, engine="netcdf4", auto_complex=True) as file:
            whole = file.load()
    except (OSError, ValueError) as error:
        raise DamagedData(f"{path} cannot be read as netCDF ({error}).") from error
    return FileRun(scattered(whole), path.absolute(), path_to_db, identity)


def _moment(value: Any) -> float | None:
    return None if float(value) < 0 else float(value)


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") and getattr(value, "size", 1) == 1 else value
