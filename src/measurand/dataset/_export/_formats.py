"""The list of formats, and what they have in common: where a run goes, and how it comes back. Knows no format itself."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from measurand._core.names import listing
from measurand.dataset._export import _csv, _gnuplot, _netcdf, _parquet, _zarr, _zip
from measurand.dataset._export._place import replacing
from measurand.dataset._export._source import Source
from measurand.dataset._folders import folder_name
from measurand.errors import ConfigurationError, DatasetError, ExportFailed

FormatName = Literal["netcdf", "zarr", "csv", "parquet", "gnuplot", "zip"]
FILES = "files"
"""The folder within a run's folder that is the user's."""


@dataclass(frozen=True)
class Format:
    """One way to write a run.

    Attributes:
        suffix: Of its files.
        parts: From a run to the functions that write its files, by the stem of each; one stem: the file itself.
        read: From the files to what was written; None: nothing reads it back.
        library: What it needs beside what Measurand always has.
        extra: What to install for it.
        copies: How often it holds the whole run, as a grid, in memory; 0: it goes piece by piece.
    """

    suffix: str
    parts: Callable[[Source], dict[str, Callable[[Path], None]]]
    read: Callable[[Sequence[Path]], Any] | None
    library: str = ""
    extra: str = ""
    copies: int = 0

    def require(self) -> None:
        """Raise an `ImportError` that says what to install, if something is missing."""
        if self.library and importlib.util.find_spec(self.library) is None:
            raise ImportError(f"{self.suffix} needs {self.library}: pip install measurand[{self.extra}]")


FORMATS: dict[str, Format] = {
    "netcdf": Format(".nc", _netcdf.parts, _netcdf.read, "netCDF4", "netcdf", copies=2),
    "zarr": Format(".zarr", _zarr.parts, _zarr.read, "zarr", "zarr", copies=2),
    "csv": Format(".csv", _csv.parts, _csv.read),
    "parquet": Format(".parquet", _parquet.parts, _parquet.read),
    "gnuplot": Format(".dat", _gnuplot.parts, _gnuplot.read, copies=10),
    "zip": Format(".zip", _zip.parts, None),
}


def export(source: Source, format: str, path: str | Path | None = None, *, overwrite: bool = False) -> Path:  # noqa: A002 - the user's word for it
    """Write a run in another format; see `Dataset.export`."""
    chosen = format_named(format)
    chosen.require()
    target = _target(source, chosen, path)
    parts = chosen.parts(source)
    if len(parts) > 1:
        target = target.with_name(f"{target.name.removesuffix(chosen.suffix)}-{format}")
    with replacing(target, overwrite=overwrite) as draft:
        if len(parts) == 1:
            next(iter(parts.values()))(draft)
        else:
            draft.mkdir()
            for stem, write in parts.items():
                write(draft / f"{stem}{chosen.suffix}")
    return target


def exporter(format: FormatName) -> Callable[..., Path]:  # noqa: A002 - the user's word for it
    """Return the method that is `export` for one format."""

    def to_file(self: Source, path: str | Path | None = None, *, overwrite: bool = False) -> Path:
        return export(self, format, path, overwrite=overwrite)

    to_file.__doc__ = f"Write what is there as {format}; ``path`` and ``overwrite`` as in `export`."
    to_file.__name__ = to_file.__qualname__ = f"to_{format}"
    return to_file


def read_export(path: str | Path) -> Any:
    """Return what an export holds, exactly as it was exported.

    Args:
        path: What `Dataset.export` returned: a file, or the folder of a run that has several.

    Returns:
        netCDF, Zarr, gnuplot: the `xarray.Dataset` that `Dataset.to_xarray` gave, with what is known of the run in its
        ``attrs``. CSV, Parquet: ``{table: {column: array}}``, arrays as `Dataset.numpy` gave them.

    Raises:
        ExportFailed: Nothing is there, or what is there is damaged, or was not written by `Dataset.export`.
        ImportError: The library for this format is not installed; the message says what to install.

    Example:
        >>> import tempfile
        >>> root = DataRoot(tempfile.mkdtemp())
        >>> with root.create_run("gate sweep", [TableSpec("data", (Column("gate"), Column("current")))]) as run:
        ...     run.add("data", {"gate": 0.1, "current": 2e-9})
        >>> read_export(root.load("last").export("csv"))["data"]["current"].tolist()
        [2e-09]
    """
    path = Path(path)
    for chosen in FORMATS.values():
        if chosen.read is None:
            continue
        if path.suffix == chosen.suffix and path.exists():
            return _read(chosen.read, chosen, [path])
        inside = sorted(path.glob(f"*{chosen.suffix}")) if path.is_dir() else []
        if inside:
            return _read(chosen.read, chosen, inside)
    raise ExportFailed(
        f"{path} cannot be read back: it is not there, or it is no "
        f"{listing(chosen.suffix for chosen in FORMATS.values() if chosen.read)} file and no folder of such."
    )


def _read(read: Callable[[Sequence[Path]], Any], chosen: Format, paths: Sequence[Path]) -> Any:
    chosen.require()
    try:
        return read(paths)
    except (
        LookupError,
        ValueError,
        OSError,
        RuntimeError,
    ) as error:  # what the libraries raise for bytes that are none
        raise ExportFailed(
            f"{paths[0]} cannot be read back ({type(error).__name__}: {error}): it is damaged, or no export of a run."
        ) from error


def format_named(name: str) -> Format:
    """Return the format of this name.

    Raises:
        ConfigurationError: There is none.
    """
    if name not in FORMATS:
        raise ConfigurationError(f"No format is called {name!r}; there are {listing(FORMATS)}.")
    return FORMATS[name]


def _target(source: Source, chosen: Format, path: str | Path | None) -> Path:
    """The file or folder that is meant.

    A folder that is there already, or a text that ends as folders do, gets it inside, under the name of the run.
    """
    if path is None:
        return source.path / FILES / f"{source.path.name}{chosen.suffix}"
    try:
        name = f"{source.path.name}{chosen.suffix}"
    except DatasetError:  # it is in memory, and called as its folder would be
        name = f"{folder_name(source.number, source.name, source.id)}{chosen.suffix}"
    is_folder = isinstance(path, str) and path.endswith(("/", os.sep))
    path = Path(path).expanduser()
    return path / name if is_folder or (path.is_dir() and path.suffix != chosen.suffix) else path
