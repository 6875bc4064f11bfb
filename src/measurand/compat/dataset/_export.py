"""Exports of datasets as QCoDeS makes them: netCDF files and text, named by run id and guid. What is written is whole."""

from __future__ import annotations

import contextlib
import enum
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from measurand.compat.dataset._settings import change, folder, setting
from measurand.compat.dataset._text import write_text
from measurand.errors import ConfigurationError, ExportFailed

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


class Exportable(Protocol):
    """What is exported; its attributes name the file."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    def to_xarray_dataset(self) -> xr.Dataset:
        """Return all of it."""
        ...

    def to_pandas_dataframe_dict(self) -> dict[str, pd.DataFrame]:
        """Return a table for each result."""
        ...


class DataExportType(enum.Enum):
    """Formats of exports, and what their files end with."""

    NETCDF = "nc"
    CSV = "csv"


@dataclass
class ExportInfo:
    """Where a dataset was exported to, by ending."""

    export_paths: dict[str, str] = field(default_factory=dict)

    def to_str(self) -> str:
        """Return it as JSON text."""
        return json.dumps(asdict(self))

    @classmethod
    def from_str(cls, string: str) -> ExportInfo:
        """Return what `to_str` wrote; nothing of an empty text."""
        return cls(**json.loads(string)) if string else cls({})


def get_data_export_type(export_type: DataExportType | str | None = None) -> DataExportType | None:
    """Return a format by its name, or that of the settings; None: there is none.

    Raises:
        ConfigurationError: There is no such format.
    """
    wanted = setting("dataset", "export_type") if export_type is None else export_type
    if not wanted:
        return None
    if isinstance(wanted, DataExportType):
        return wanted
    names = {"netcdf": DataExportType.NETCDF, "nc": DataExportType.NETCDF, "csv": DataExportType.CSV}
    found = names.get(str(wanted).lower())
    if found is None:
        raise ConfigurationError(
            f"Export type {wanted} is unknown. Export type should be a member of the `DataExportType` enum: "
            "'netcdf' or 'csv'."
        )
    return found


def set_data_export_type(export_type: str) -> None:
    """Set the format of exports; raises as `get_data_export_type`."""
    get_data_export_type(export_type)
    change("dataset", "export_type", str(export_type).upper())


def get_data_export_path() -> Path:
    """Return the folder that exports go to."""
    return folder(str(setting("dataset", "export_path")))


def set_data_export_path(export_path: str | Path) -> None:
    """Set the folder that exports go to; it is made."""
    Path(export_path).expanduser().mkdir(parents=True, exist_ok=True)
    change("dataset", "export_path", str(export_path))


def get_data_export_prefix() -> str:
    """Return what names of exported files begin with."""
    return str(setting("dataset", "export_prefix"))


def set_data_export_prefix(export_prefix: str) -> None:
    """Set what names of exported files begin with."""
    change("dataset", "export_prefix", export_prefix)


def get_data_export_name_elements() -> list[str]:
    """Return the attributes of a dataset that its exported file is named by."""
    return list(setting("dataset", "export_name_elements"))


def get_data_export_automatic() -> bool:
    """Return whether runs are exported when they are completed."""
    return bool(setting("dataset", "export_automatic"))


def export_file(
    dataset: Exportable, export_type: DataExportType | str | None, path: str | Path | None, prefix: str | None
) -> tuple[str, Path]:
    """Write a dataset in a format of QCoDeS; return the ending and the file. See `DataSetProtocol.export`."""
    kind = get_data_export_type(export_type)
    if kind is None:
        raise ConfigurationError(
            "No data export type specified. Please set the export data type by using "
            "``qcodes.dataset.export_config.set_data_export_type`` or give an explicit export_type when calling "
            "``dataset.export`` manually."
        )
    place = get_data_export_path() if path is None else Path(path).expanduser().absolute()
    stem = "_".join(str(getattr(dataset, name)) for name in get_data_export_name_elements())
    target = place / f"{get_data_export_prefix() if prefix is None else prefix}{stem}.{kind.value}"
    aside = target.with_name(f"{target.stem}.{os.getpid()}.partial{target.suffix}")
    try:
        place.mkdir(parents=True, exist_ok=True)
        if kind is DataExportType.NETCDF:
            write_netcdf(dataset.to_xarray_dataset(), aside)
        else:
            write_text(dataset.to_pandas_dataframe_dict(), place, aside.name, single=True)
        aside.replace(target)
    except OSError as error:
        raise ExportFailed(
            f"{dataset.name} cannot be exported to {target} ({error}); make room or give access."
        ) from error
    finally:
        with contextlib.suppress(OSError):  # it has the name of the target, or there is no place for it
            aside.unlink()
    return kind.value, target


def write_netcdf(whole: Any, path: Path) -> None:
    """Write an xarray dataset as QCoDeS does: complex numbers as pairs, points with a multi-index by their place in a grid.

    Raises:
        ImportError: netCDF4 is not installed; ``pip install measurand[netcdf]``.
    """
    import numpy as np

    for name in [name for name, index in whole.indexes.items() if index.nlevels > 1 and name in whole.dims]:
        whole = _gathered(whole, str(name))
    for variable in whole.variables.values():
        for key, value in list(variable.attrs.items()):
            if isinstance(value, list) and not value:  # netCDF has no empty lists of texts
                variable.attrs[key] = np.array([], dtype=np.float64)
    for key, value in list(whole.attrs.items()):
        if isinstance(value, (dict, list, bool)):
            whole.attrs[key] = json.dumps(value)
    whole.to_netcdf(path, engine="netcdf4", format="NETCDF4", auto_complex=True)


def _gathered(whole: Any, name: str) -> Any:
    """Return a dataset with a multi-index as netCDF's conventions keep it: the levels, and places in the grid of these."""
    import numpy as np

    index = whole.indexes[name]
    shape = [len(level) for level in index.levels]
    places = np.ravel_multi_index([np.asarray(codes) for codes in index.codes], shape)
    levels = {str(level.name): level.to_numpy() for level in index.levels}
    plain = whole.drop_vars([name, *levels]).assign_coords({name: (name, places)} | levels)
    plain[name].attrs["compress"] = " ".join(levels)
    for level in levels:
        plain[level].attrs.update(whole[level].attrs)
    return plain


def scattered(plain: Any) -> Any:
    """Return a dataset that was read from a file, with the multi-index that `write_netcdf` took apart."""
    import numpy as np
    import pandas as pd
    import xarray as xr

    for name in [name for name in plain.coords if "compress" in plain[name].attrs]:
        levels = plain[name].attrs["compress"].split()
        codes = np.unravel_index(plain[name].to_numpy(), [plain.sizes[level] for level in levels])
        arrays = [plain[level].to_numpy()[code] for level, code in zip(levels, codes, strict=True)]
        index = pd.MultiIndex.from_arrays(arrays, names=levels)
        coords = xr.Coordinates.from_pandas_multiindex(index, name)
        plain = plain.drop_vars([name, *levels]).assign_coords(coords)
    return plain
