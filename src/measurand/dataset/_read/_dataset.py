"""A run as its reader sees it, finished or growing. Knows one folder; needs no server, no lock and no index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from measurand._core.clock import SYSTEM_CLOCK
from measurand._core.names import listing
from measurand.dataset._export._formats import FormatName, export, exporter
from measurand.dataset._format._describe import Column, TableSpec
from measurand.dataset._format._runfile import RunInfo
from measurand.dataset._plot._pictures import Pictures, plot
from measurand.dataset._read._card import RunCard
from measurand.dataset._read._follow import follow, rows_since, wait
from measurand.dataset._read._lazy import LazyColumn
from measurand.dataset._read._run_reader import RunReader
from measurand.dataset._read._table_reader import TableReader, column_of
from measurand.dataset._snapshot import read_snapshot

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd
    import polars as pl
    import pyarrow as pa
    import xarray as xr
    from matplotlib.axes import Axes


class Dataset(RunCard):
    """What a run stored.

    Everything is read from the run's folder at the moment it is asked for, so the dataset of a run in progress grows.
    What is returned was accepted, in order and without gaps; a row that was being written at that moment is left out.

    Args:
        path: The run's folder.
        run: What reads it; None: the files of the folder.

    Raises:
        RunNotFound: No run is there.
        DamagedData: The run's header is not whole.
        FormatTooNew: A later version of Measurand wrote it.
    """

    def __init__(self, path: str | Path, run: RunReader | None = None) -> None:
        self._run = RunReader(Path(path)) if run is None else run
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

    @property
    def parents(self) -> tuple[str, ...]:
        """Ids of the runs that this one continues or uses, as it was said at its start."""
        return tuple(self._info().header.get("parents", ()))

    @cached_property
    def snapshot(self) -> dict[str, Any] | None:
        """The state of the instruments when the run started; None if it was not taken."""
        return read_snapshot(self._path)

    @property
    def snapshots(self) -> list[dict[str, Any] | None]:
        """The state of the instruments when the run started, and each time that it was resumed; None where it was not taken."""
        later = [int(event.get("part") or 1) for event in self._info().resumed]
        return [self.snapshot, *(read_snapshot(self._path, part) for part in later)]

    @overload
    def rows(self, table: str | None = None) -> int: ...

    @overload
    def rows(self, table: str | None = None, *, since: int) -> dict[str, npt.NDArray[Any]]: ...

    def rows(self, table: str | None = None, *, since: int | None = None) -> int | dict[str, npt.NDArray[Any]]:
        """Return the number of rows of ``table``, or with ``since`` the rows from that number on.

        Args:
            table: Which table; None: the first.
            since: Number of the first row wanted, from 0: what `rows` returned the last time.

        Returns:
            The number of rows; or a dict of columns, ``_time`` and ``_index`` (if there are dims) among them, as `numpy`
            gives them.

        Raises:
            DatasetError: There is no such table, or ``since`` is no number of a row.
        """
        name = self._run.table(table)
        return self._run.fresh(name).rows if since is None else rows_since(self._run, name, since)

    def follow(self, table: str | None = None, since: int = 0) -> Iterator[dict[str, npt.NDArray[Any]]]:
        """Yield the rows of ``table`` as they come, until the run has ended and all were given; each row once, in order.

        A row that another process or computer adds is seen within 50 ms. What is yielded is what ``rows(since=…)``
        returns, with one row or more.

        Args:
            table: Which table; None: the first.
            since: Number of the first row wanted.
        """
        return follow(self._run, self._run.table(table), since, SYSTEM_CLOCK)

    def wait(self, timeout: float | None = None) -> str:
        """Wait until the run has ended or was lost, and return its status.

        Args:
            timeout: Longest wait in s, after which the status is still ``"running"``; None: as long as it takes.
        """
        return wait(self._run, timeout, SYSTEM_CLOCK)

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

    def lazy(self, column: str, table: str | None = None) -> LazyColumn:
        """Return one column of which only the rows that are taken are read: for columns larger than the memory.

        Args:
            column: Its name, as in `numpy`.
            table: Which table's; None: the first that has it.

        Raises:
            ColumnNotFound: No table has it.
        """
        reader = self._run.fresh(self._run.table_of(column, table))
        described = column_of(reader.spec, column)
        return LazyColumn(described, reader.rows, partial(_read_column, reader, column))

    def to_arrow(self, table: str | None = None) -> pa.Table:
        """Return a table as a `pyarrow.Table`; of a run that has ended it is a map of its file, nothing is copied.

        Args:
            table: Which table; None: the first.
        """
        from measurand.dataset._read._arrow_table import arrow_table

        name = self._run.table(table)
        reader, info = self._run.fresh(name), self._run.info()
        about = {"id": self.id, "number": self.number, "name": self.name}
        return arrow_table(reader, about, ended=info.end is not None)

    def to_xarray(self) -> xr.Dataset:
        """Return the whole run as an xarray Dataset.

        Tables with dims become grids, as large as declared or as far as points were measured. Points not measured are
        NaN (integers and bools become float for that) or NaT, and ``<table>_measured`` tells them from measured NaN; a
        point measured again has its last value. Setpoints become coordinates. Arrays add dims of their own. Rows without
        dims become a grid too if their setpoints form one and no point came twice; else they have the dim ``row``. Units and labels are in ``attrs`` as ``units`` and ``long_name``.
        """
        from measurand.dataset._read._grid import assemble
        from measurand.dataset._read._part import Part

        tables = self._run.info().tables
        parts = []
        for name in tables:
            reader = self._run.fresh(name)
            if reader.direct:
                parts.append(Part(reader.spec, reader.rows, reader.read))
                continue
            wanted = [column.name for column in reader.spec.columns]
            wanted += ["_index"] if reader.spec.dims else []
            wanted += ["_time"] if len(tables) > 1 else []  # puts parts of one column in order
            parts.append(Part.of(reader.spec, reader.read(wanted)))
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

    def to_polars(self) -> pl.DataFrame | dict[str, pl.DataFrame]:
        """Return the rows as a polars DataFrame, with ``_time`` and ``_index``; several tables: a dict of them by name.

        Raises:
            ImportError: polars is not installed; ``pip install polars``.
        """
        from measurand.dataset._read._frame import polars_frame

        frames = {name: polars_frame(self.to_arrow(name)) for name in self._run.info().tables}
        return frames.popitem()[1] if len(frames) == 1 else frames

    def export(self, format: FormatName, path: str | Path | None = None, *, overwrite: bool = False) -> Path:  # noqa: A002 - the user's word for it
        """Write what is there in the format of other programs; what was written is whole, or not there at all.

        Args:
            format: ``"netcdf"``, ``"zarr"``, ``"gnuplot"``: the grid of `to_xarray`. ``"csv"``, ``"parquet"``: every
                row as it was added, with its time. ``"zip"``: the run's folder, for another data root.
            path: A file, or a folder: one that is there, or a text that ends with a slash. None: into the run's own folder, below ``files``.
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
            f"<Dataset {self.number} {self.name!r}, {self.status}. {tables or 'no tables yet'}. "
            "Go on with .to_xarray(), .to_pandas(), .numpy(column), .export(format), .snapshot, .metadata>"
        )


def _read_column(reader: TableReader, column: str, start: int, stop: int) -> npt.NDArray[Any]:
    """Not a lambda: a process of dask's gets it by pickle."""
    return reader.read([column], start, stop)[column]
