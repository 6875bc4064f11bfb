"""What an export needs to know of a run. Knows no reader: anything that answers these questions can be exported."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from measurand._core import json as plain_json
from measurand.dataset._format._describe import Column, TableSpec

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import xarray as xr

SOME = 1000
"""What a length that varies is taken to be, where memory is estimated."""
_NOTED = ("sample", "experiment", "started", "ended", "host", "user", "error")


class Slices(Protocol):
    """A column that stays on the disk until rows of it are asked for."""

    @property
    def dtype(self) -> np.dtype[Any]: ...

    def __getitem__(self, rows: slice, /) -> Any: ...


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
    def snapshots(self) -> Sequence[Mapping[str, Any] | None]: ...
    @property
    def metadata(self) -> Mapping[str, Any]: ...

    def rows(self, table: str | None = None) -> int: ...
    def lazy(self, column: str, table: str | None = None) -> Slices: ...
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
    return {**said, "snapshot": plain_json.dumps(source.snapshots[0])} if snapshot else said


@dataclass(frozen=True)
class Rows:
    """All rows of a table as they are when this is made, also while it grows; read piece by piece.

    Attributes:
        spec: The table, its columns with their dtypes.
        columns: When and where each row was added, then the columns of the table.
        count: How many rows there are.
    """

    spec: TableSpec
    columns: tuple[Column, ...]
    count: int
    _values: tuple[Slices, ...]

    def pieces(self, size: int) -> Iterator[list[npt.NDArray[Any]]]:
        """Yield all columns over some rows, then over the next ones; about ``size`` values at a time."""
        a_row = sum(math.prod(length or SOME for length in column.shape or ()) for column in self.columns)
        step = max(1, size // max(1, a_row))
        for first in range(0, self.count, step):
            yield [values[first : min(first + step, self.count)] for values in self._values]


def rows_of(source: Source, table: str) -> Rows:
    """Return the rows of a table."""
    count = source.rows(table)
    spec = source.tables[table]
    lead = [Column("time", "datetime", dtype="datetime64[ns]")]
    lead += [Column("index", "int", shape=(len(spec.dims),), dtype="int32")] if spec.dims else []
    values = [source.lazy(name, table) for name in (*(f"_{one.name}" for one in lead), *(c.name for c in spec.columns))]
    own = [
        replace(column, dtype=column.stored_dtype) for column in spec.columns
    ]  # a table without rows may not know them
    return Rows(replace(spec, columns=tuple(own)), (*lead, *own), count, tuple(values))
