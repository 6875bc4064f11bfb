"""A run as its reader sees it, finished or growing. Knows one folder; needs no server, no lock and no index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measurand._core.names import listing
from measurand.dataset._export._formats import FormatName, export, exporter
from measurand.dataset._format._describe import Column, TableSpec
from measurand.dataset._format._runfile import RunInfo
from measurand.dataset._plot._pictures import Pictures, plot
from measurand.dataset._read._card import RunCard
from measurand.dataset._read._run_reader import RunReader
from measurand.dataset._snapshot import read_snapshot

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd
    import xarray as xr
    from matplotlib.axes import Axes


class Dataset(RunCard):
    """What a run stored.

    Everything is read from the run's folder at the moment it is asked for, so the dataset of a run in progress grows.
    What is returned was accepted, in order and without gaps; a row that was being written at that moment is left out.

    Args:
        path: The run's folder.

    Raises:
        RunNotFound: No run is there.
        DamagedData: The run's header is not whole.
        FormatTooNew: A later version of Measurand wrote it.
    """

    def __init__(self, path: str | Path) -> None:
        self._run = RunReader(Path(path))
        super().__init__(path)

    def _info(self) -> RunInfo:
        return self._run.info()

    @property
    def tables(self) -> dict[str, TableSpec]:
        """The tables by name; kinds and shapes are known once they have a row."""
        return self._run.specs()

    @property
    def columns(self) -> dict[str, Column]:
        """The columns of all tables by name; one that is in several is described as the first of them has it."""
        found: dict[str, Column] = {}
        for spec in self.tables.values():
            for column in spec.columns:
                found.setdefault(column.name, column)
        return found

    @property
    def plan(self) -> dict[str, Any] | None:
        """The plan the run followed, as data; None for a free loop."""
        found: dict[str, Any] | None = self._header.get("plan")
        return found

    @cached_property
    def snapshot(self) -> dict[str, Any] | None:
        """The state of the instruments when the run started; None if it was not taken."""
        return read_snapshot(self._path)

    def rows(self, table: str | None = None) -> int:
        """Return the number of rows of ``table``; None: the first table."""
        return self._run.fresh(self._run.table(table)).rows

    def numpy(self, column: str, table: str | None = None) -> npt.NDArray[Any]:
        """Return one column, its rows in the order they were added.

        Args:
            column: Its name; ``"_time"`` is when each row was added (UTC, datetime64[ns]), ``"_index"`` its position
                along each dim (int32).
            table: Which table's, if several have a column of that name; None: the first.

        Returns:
            Shape ``(rows, *shape of the column)``. Text and arrays of varying lengths: objects, shape ``(rows,)``.

        Raises:
            ColumnNotFound: No table has it.
        """
        reader = self._run.fresh(self._run.table_of(column, table))
        return reader.read([column])[column]

    def to_xarray(self) -> xr.Dataset:
        """Return the whole run as an xarray Dataset.

        Tables with dims become grids, as large as declared or as far as points were measured. Points not measured are
        NaN (integers and bools become float for that) or NaT, and ``<table>_measured`` tells them from measured NaN; a
        point measured again has its last value. Setpoints become coordinates. Arrays add dims of their own. A table
        without dims has the dim ``row``. Units and labels are in ``attrs`` as ``units`` and ``long_name``.
        """
        from measurand.dataset._read._grid import Part, assemble

        parts = []
        for name in self._run.info().tables:
            reader = self._run.fresh(name)
            wanted = [column.name for column in reader.spec.columns]
            wanted += ["_index"] if reader.spec.dims else []
            parts.append(Part(reader.spec, reader.rows, reader.read(wanted)))
        attrs = {"name": self.name, "number": self.number, "id": self.id, "status": self.status}
        attrs |= {key: str(self.metadata[key] or "") for key in ("started", "sample")}
        return assemble(parts, attrs)

    def to_pandas(self) -> pd.DataFrame | dict[str, pd.DataFrame]:
        """Return the rows as a pandas DataFrame indexed by the setpoints; several tables: a dict of them by name.

        Raises:
            ImportError: pandas is not installed; ``pip install measurand[pandas]``.
        """
        from measurand.dataset._read._frame import frame

        frames = {}
        for name in self._run.info().tables:
            reader = self._run.fresh(name)
            frames[name] = frame(reader.spec, reader.read(column.name for column in reader.spec.columns))
        return frames.popitem()[1] if len(frames) == 1 else frames

    def export(self, format: FormatName, path: str | Path | None = None, *, overwrite: bool = False) -> Path:  # noqa: A002 - the user's word for it
        """Write what is there in the format of other programs; what was written is whole, or not there at all.

        Args:
            format: ``"netcdf"``, ``"zarr"``, ``"gnuplot"``: the grid of `to_xarray`. ``"csv"``, ``"parquet"``: every
                row as it was added, with its time. ``"zip"``: the run's folder, for another data root.
            path: A file, or a folder that is there. None: into the run's own folder, below ``files``.
            overwrite: Whether something that is there may be replaced.

        Returns:
            The file; a folder of files, if the format holds one table (CSV, Parquet) or the variables over the same dims
            (gnuplot) and the run has several. `read_export` reads it back.

        Raises:
            ExportFailed: Something is there already, or the disk refuses; the run is untouched.
            ConfigurationError: There is no such format.
            ImportError: The library for it is not installed; the message says what to install.
        """
        return export(self, format, path, overwrite=overwrite)

    def plot(
        self,
        columns: str | Sequence[str] | None = None,
        *,
        at: Mapping[str, Any] | None = None,
        axes: Axes | Sequence[Axes] | None = None,
        save: str | Path | bool = False,
    ) -> Pictures:
        """Draw what is there, a picture for each measured column: curves, or colours over two setpoints.

        Args:
            columns: Which of them; None: all.
            at: Where to cut through more than two dims: ``{"field": 0.3}`` takes the nearest value; dims not named are
                cut at the last value that has data. The picture says where.
            axes: Axes of matplotlib to draw on, two for each complex column (magnitude and phase); None: new figures,
                which pyplot does not know.
            save: A picture file (``.png``, ``.pdf``, ``.svg``), a folder for one file each, or True: the run's own
                folder, below ``files``.

        Returns:
            The pictures, each with its ``figure``, ``axes`` and ``colorbars``; a notebook shows them.

        Raises:
            ColumnNotFound: Such a column was not measured.
            DatasetError: ``at`` names no dim, or the number of ``axes`` does not fit.
            ExportFailed: The disk refuses the picture file.
            ImportError: matplotlib is not installed; ``pip install measurand[plot]``.
        """
        return plot(self, columns, at=at, axes=axes, save=save)

    to_netcdf = exporter("netcdf")
    to_zarr = exporter("zarr")
    to_csv = exporter("csv")
    to_parquet = exporter("parquet")
    to_gnuplot = exporter("gnuplot")

    def __repr__(self) -> str:
        tables = "; ".join(
            f"{name}: {self.rows(name)} rows of {listing(column.name for column in spec.columns)}"
            for name, spec in self.tables.items()
        )
        return (
            f"<Dataset {self.number} {self.name!r}, {self.status}. {tables}. "
            "Go on with .to_xarray(), .to_pandas(), .numpy(column), .export(format), .snapshot, .metadata>"
        )
