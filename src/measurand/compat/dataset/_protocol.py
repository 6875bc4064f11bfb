"""What every dataset offers, wherever its data is: the names of QCoDeS's datasets, over one `StoredRun`."""

from __future__ import annotations

import enum
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from measurand.compat.dataset._cache import DataSetCache
from measurand.compat.dataset._described import Described, snapshot_of
from measurand.compat.dataset._errors import NotNamed, unknown_column
from measurand.compat.dataset._export import DataExportType, ExportInfo, export_file
from measurand.compat.dataset._frames import frames, together
from measurand.compat.dataset._labelled import MultiIndex, labelled, merged
from measurand.compat.dataset._layout import ParameterData, selected, shaped, tree_of
from measurand.compat.dataset._links import Link, links_to_str
from measurand.compat.dataset._metadata import checked_metadata
from measurand.compat.dataset._text import write_text
from measurand.compat.description import to_json_for_storage
from measurand.errors import DatasetError

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

_TRAITS = (
    "name", "guid", "number_of_results", "parameters", "paramspecs", "exp_name", "sample_name", "completed", "snapshot",
    "run_timestamp_raw", "description", "completed_timestamp_raw", "metadata", "dependent_parameters",
    "parent_dataset_links", "captured_run_id", "captured_counter",
)  # fmt: skip


ValuesType: TypeAlias = Any
"""What may be added as a result: numbers, texts, numpy scalars and arrays, and sequences of these."""


class DataSetType(enum.StrEnum):
    """Where a `Measurement` of QCoDeS keeps its data; both are run folders here."""

    DataSet = "DataSet"
    DataSetInMem = "DataSetInMem"


class _State(Described):
    """A run, how far it is and what was noted about it."""

    persistent_traits = _TRAITS

    @property
    def pristine(self) -> bool:
        """Whether it was not started yet: its columns can be set, and it takes no results."""
        return not self.started

    @property
    def started(self) -> bool:
        """Whether it was started: it takes results, and its columns stay as they are."""
        return self._stored.started() is not None

    @property
    def running(self) -> bool:
        """Whether it was started and is not completed."""
        return self.started and not self.completed

    @property
    def completed(self) -> bool:
        """Whether nothing more will come: it ended, in good order, by an exception or by Ctrl-C."""
        return self._stored.completed()

    @property
    def number_of_results(self) -> int:
        """Number of results: one per result and point, arrays of an ``array`` column one each."""
        return self._stored.results()

    @property
    def snapshot_raw(self) -> str | None:
        """The state of the instruments when it began, as JSON text; None: it was not taken."""
        return self._stored.snapshot()

    @property
    def snapshot(self) -> dict[str, Any] | None:
        """The state of the instruments when it began; None: it was not taken."""
        return snapshot_of(self._stored.snapshot())

    @property
    def metadata(self) -> dict[str, Any]:
        """What was noted, by tag."""
        return self._stored.metadata()

    def get_metadata(self, tag: str) -> Any:
        """Return what was noted under a tag; None: nothing."""
        return self._stored.metadata().get(tag)

    def add_metadata(self, tag: str, metadata: Any) -> None:
        """Note something, at any time, also after the run has ended.

        Args:
            tag: An identifier; what was noted under it before is replaced.
            metadata: Not None; numbers, texts, and what JSON can hold.

        Raises:
            BadMetadata: The tag is no identifier, or there is nothing to note.
        """
        self._stored.note(tag, checked_metadata(tag, metadata))

    @property
    def parent_dataset_links(self) -> list[Link]:
        """What it was made from."""
        return self._stored.links()

    @property
    def export_info(self) -> ExportInfo:
        """Where it was exported to."""
        return ExportInfo.from_str(self._stored.metadata().get("export_info", ""))

    @cached_property
    def cache(self) -> DataSetCache:
        """Its data as far as it was measured, on its grid; grows with it."""
        return DataSetCache(self._stored, self._attributes)

    def the_same_dataset_as(self, other: object) -> bool:
        """Return whether ``other`` is the same run; what they measured is not compared.

        Raises:
            DatasetError: They have one guid and differ otherwise.
        """
        if not isinstance(other, _State) or self.guid != other.guid:
            return False
        for trait in self.persistent_traits:
            if getattr(self, trait) != getattr(other, trait):
                raise DatasetError(
                    f'Critical inconsistency detected! The two datasets have the same GUID, but their "{trait}" differ.'
                )
        return True

    def _attributes(self) -> dict[str, Any]:
        """Return what xarray datasets and files carry of it."""
        return {
            "ds_name": self.name,
            "sample_name": self.sample_name,
            "exp_name": self.exp_name,
            "snapshot": self._stored.snapshot() or "null",
            "guid": self.guid,
            "run_timestamp": self.run_timestamp() or "",
            "completed_timestamp": self.completed_timestamp() or "",
            "captured_run_id": self.captured_run_id,
            "captured_counter": self.captured_counter,
            "run_id": self.run_id,
            "run_description": to_json_for_storage(self.description),
            "parent_dataset_links": links_to_str(self._stored.links()),
            "run_timestamp_raw": self.run_timestamp_raw or -1,
            "completed_timestamp_raw": self.completed_timestamp_raw or -1,
            **self._stored.metadata(),
        }

    def __len__(self) -> int:
        return self.number_of_results

    def __repr__(self) -> str:
        head = f"{self.name} #{self.run_id}@{self.path_to_db}"
        specs = [f"{spec.name} - {spec.type}" for spec in self.description.interdeps.paramspecs]
        return "\n".join([head, "-" * len(head), *specs])


class DataSetProtocol(_State):
    """A run with its data: what `DataSet` and `DataSetInMem` have in common."""

    def get_parameter_data(
        self,
        *params: Any,
        start: int | None = None,
        end: int | None = None,
        callback: Callable[[float], None] | None = None,
    ) -> ParameterData:
        """Return values and those of their setpoints, point by point.

        Args:
            *params: Results, by name, ParamSpec or parameter; none: all that are no setpoints.
            start: Number of the first point, from 1; None: the first. It is not on its grid then.
            end: Number of the last point.
            callback: Called with 0 when it begins, and with 100 when it ends.

        Returns:
            By result: its own values and those of its setpoints and of what was computed from these, as arrays of one
            shape: that of its grid if that is known and full, else one axis; ``array`` columns have axes of their own
            behind it, or are arrays of arrays if their lengths differ.

        Raises:
            ColumnNotFound: It has no such column.
        """
        if callback is not None:
            callback(0.0)
        described = self.description
        interdeps, shapes = described.interdeps, described.shapes
        names = [self._name(one) for one in params] or [spec.name for spec in interdeps.top_level_parameters]
        found: ParameterData = {}
        for done, name in enumerate(names, 1):
            points = selected(self._stored.data(tree_of(interdeps, name)), start, end)
            found[name] = shaped(name, points, shapes)
            if callback is not None:
                callback(100.0 * done / len(names))
        return found

    def to_pandas_dataframe_dict(
        self, *params: Any, start: int | None = None, end: int | None = None
    ) -> dict[str, pd.DataFrame]:
        """Return a table for each result, indexed by its setpoints; arguments as `get_parameter_data`."""
        return frames(self.get_parameter_data(*params, start=start, end=end), self.description.interdeps)

    def to_pandas_dataframe(self, *params: Any, start: int | None = None, end: int | None = None) -> pd.DataFrame:
        """Return one table of all results; arguments as `get_parameter_data`."""
        return together(self.to_pandas_dataframe_dict(*params, start=start, end=end))

    def to_xarray_dataset_dict(
        self, *params: Any, start: int | None = None, end: int | None = None, use_multi_index: MultiIndex = "auto"
    ) -> dict[str, xr.Dataset]:
        """Return an xarray dataset for each result; arguments as `get_parameter_data`.

        Args:
            *params: Results.
            start: First point.
            end: Last point.
            use_multi_index: What points have that form no grid: ``"auto"``, a multi-index; ``"never"``, a grid with NaN.
                ``"always"``: all points have one.
        """
        data = self.get_parameter_data(*params, start=start, end=end)
        described = self.description
        return labelled(data, described.interdeps, self._attributes(), use_multi_index, described.shapes)

    def to_xarray_dataset(
        self, *params: Any, start: int | None = None, end: int | None = None, use_multi_index: MultiIndex = "auto"
    ) -> xr.Dataset:
        """Return one xarray dataset of all results; arguments as `to_xarray_dataset_dict`.

        Raises:
            Apart: The results cannot be in one dataset.
        """
        found = self.to_xarray_dataset_dict(*params, start=start, end=end, use_multi_index=use_multi_index)
        return merged(found, self._attributes())

    def write_data_to_text_file(
        self, path: str | Path, single_file: bool = False, single_file_name: str | None = None
    ) -> None:
        """Write a file of numbers for each result, ``name.dat``: setpoints and values, with tabs between.

        Args:
            path: A folder.
            single_file: Write one file of all results.
            single_file_name: Its name; without ``.dat``, ``.csv`` or ``.txt`` it gets ``.dat``.

        Raises:
            DataLengthException: ``single_file``, and results have different numbers of points.
            DataPathException: ``single_file``, and no name is given.
        """
        write_text(self.to_pandas_dataframe_dict(), Path(path), single_file_name if single_file else None, single_file)

    def export(
        self,
        export_type: DataExportType | str | None = None,
        path: str | Path | None = None,
        prefix: str | None = None,
        automatic_export: bool = False,
    ) -> None:
        """Write a file, ``<prefix><captured_run_id>_<guid>.<type>``; `export_info` says where.

        Args:
            export_type: ``"netcdf"`` or ``"csv"``; None: that of the settings.
            path: A folder; None: that of the settings.
            prefix: What its name begins with; None: that of the settings.
            automatic_export: Accepted.

        Raises:
            ConfigurationError: There is no such type, or none is given and set.
        """
        del automatic_export
        kind, target = export_file(self, export_type, path, prefix)
        self._noted_export(kind, str(target))

    def _noted_export(self, kind: str, path: str) -> None:
        """Note where it was exported to."""
        known = self.export_info.export_paths
        self._stored.note("export_info", ExportInfo({**known, kind: path}).to_str())

    def _name(self, param: Any) -> str:
        """Return the name of a column that was given somehow."""
        names = self.description.interdeps.names
        candidates = (
            [param] if isinstance(param, str) else [getattr(param, "full_name", None), getattr(param, "name", None)]
        )
        if not any(candidates):
            raise NotNamed(f"This parameter does not have a name: {param!r}. Give a name, a ParamSpec or a parameter.")
        found = next((one for one in candidates if one in names), None)
        if found is None:
            raise unknown_column(str(candidates[-1]), names)
        return str(found)
