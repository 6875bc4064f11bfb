"""What an export needs to know of a run. Knows no reader: anything that answers these questions can be exported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from measurand._core import json as plain_json
from measurand.dataset._format._describe import Column, TableSpec
from measurand.dataset._snapshot import read_snapshot

if TYPE_CHECKING:
    import numpy.typing as npt
    import xarray as xr

_NOTED = ("sample", "experiment", "started", "ended", "host", "user", "error")


class Source(Protocol):
    """A run as exports and plots see it; `measurand.Dataset` is one."""

    @property
    def path(self) -> Path: ...
    @property
    def number(self) -> int: ...
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def tables(self) -> Mapping[str, TableSpec]: ...
    @property
    def plan(self) -> Mapping[str, Any] | None: ...
    @property
    def metadata(self) -> Mapping[str, Any]: ...

    def rows(self, table: str | None = None) -> int: ...
    def numpy(self, column: str, table: str | None = None) -> npt.NDArray[Any]: ...
    def to_xarray(self) -> xr.Dataset: ...


def about(source: Source, *, snapshot: bool) -> dict[str, Any]:
    """Return what an export says of the run beside its values: texts, and its number.

    Args:
        source: The run.
        snapshot: Whether the state of the instruments belongs to it; it may be megabytes of JSON.

    Returns:
        ``id``, ``number``, ``name``, ``status``, ``sample``, ``experiment``, ``started``, ``ended``, ``host``, ``user``,
        ``error`` (empty if there is none), and as JSON ``metadata`` (whatever else was noted), ``plan``, ``snapshot``.
    """
    noted = source.metadata
    said = {"id": source.id, "number": source.number, "name": source.name, "status": source.status}
    said |= {key: str(noted.get(key) or "") for key in _NOTED}
    own = {key: value for key, value in noted.items() if key not in _NOTED}
    said |= {"metadata": plain_json.dumps(own), "plan": plain_json.dumps(source.plan)}
    return {**said, "snapshot": plain_json.dumps(read_snapshot(source.path))} if snapshot else said


def columns_of(source: Source, table: str) -> tuple[TableSpec, list[tuple[Column, npt.NDArray[Any]]]]:
    """Return all rows of a table as they are now, also while it grows: when and where each was added, then its columns."""
    rows = source.rows(table)
    spec = source.tables[table]
    lead = [Column("time", "datetime", dtype="datetime64[ns]")]
    lead += [Column("index", "int", shape=(len(spec.dims),), dtype="int32")] if spec.dims else []
    values = [(column, source.numpy(f"_{column.name}", table)[:rows]) for column in lead]
    for column in spec.columns:
        array = source.numpy(column.name, table)[:rows]
        # A table without rows may not know its dtypes yet.
        values.append((replace(column, dtype=column.dtype or array.dtype.name), array))
    return replace(spec, columns=tuple(column for column, _ in values[len(lead) :])), values
