"""A run that is complete already, written at once: the same files as a run that was measured here. Knows no data root.

It is formed beside the runs and gets its place when it is whole, so that nothing that interrupts this leaves half a run.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measurand._core import json as plain_json
from measurand.dataset._format import _arrow
from measurand.dataset._format._describe import Column, TableSpec
from measurand.dataset._format._runfile import RunFile
from measurand.dataset._read._dataset import Dataset
from measurand.dataset._snapshot import compress_snapshot, write_snapshot
from measurand.dataset._statistics import size_of, statistics_of
from measurand.dataset._write._ipc import ArrowFile
from measurand.dataset._write._message import Former
from measurand.errors import RefusedRow

if TYPE_CHECKING:
    import numpy.typing as npt

_BATCH_BYTES = 4 << 20
_BATCH_ROWS = 65_536


@dataclass(frozen=True)
class WholeTable:
    """One table and all its rows.

    Attributes:
        spec: The table, without dims; kind, shape and dtype of each column are said.
        columns: Values by column: an array of shape ``(rows, *shape)`` and the column's dtype; texts, and arrays of lengths
            that vary, as a sequence.
        times: When each row was added, int64, ns since 1970-01-01 UTC.
    """

    spec: TableSpec
    columns: Mapping[str, Any]
    times: npt.NDArray[Any]


def write_whole(
    draft: Path,
    place: Path,
    header: Mapping[str, Any],
    tables: Iterable[WholeTable],
    end: Mapping[str, Any],
    snapshot: Mapping[str, Any] | None,
) -> None:
    """Form a run in the folder ``draft`` and give it its ``place``.

    Args:
        draft: A folder that is not there yet, on the disk of ``place``; it is gone afterwards.
        place: Where the run belongs.
        header: What it is, as plain data.
        tables: Its rows.
        end: Its last event, without the numbers of rows.
        snapshot: The state of the instruments.

    Raises:
        RefusedRow: Columns do not fit their description.
        OSError: The disk refuses.
    """
    tables = list(tables)
    for table in tables:
        _check(table)
    try:
        draft.mkdir(parents=True)
        file = RunFile(draft, {**header, "tables": [table.spec.to_dict() for table in tables]})
        try:
            about = {"format": "measurand-table", "version": 1}
            about |= {key: header[key] for key in ("id", "number", "name", "started")}
            for table in tables:
                _write_rows(draft, table, about)
            if snapshot is not None:
                write_snapshot(draft, plain_json.dumps(snapshot).encode())
                compress_snapshot(draft)
            file.append({**end, "rows": {table.spec.name: len(table.times) for table in tables}})
            if columns := statistics_of(Dataset(draft)):
                size = size_of(draft)
                file.append({"event": "statistics", "columns": columns, "bytes": size, "time": end["time"]})
            file.sync()
        finally:
            file.close()
        place.parent.mkdir(parents=True, exist_ok=True)
        draft.rename(place)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write_rows(folder: Path, table: WholeTable, about: dict[str, Any]) -> None:
    import numpy as np

    rows = len(table.times)
    if not rows:
        return
    schema = _arrow.schema(table.spec, {**about, "compression": None})
    former = Former(table.spec, schema)
    file = ArrowFile(folder / f"{table.spec.name}.arrow", former)
    step = max(1, min(_BATCH_ROWS, _BATCH_BYTES // max(1, sum(_bytes_of_row(c) for c in table.spec.columns))))
    no_index = np.empty((rows, 0), np.int32)
    try:
        for at in range(0, rows, step):
            part = slice(at, at + step)
            columns = [table.columns[column.name][part] for column in table.spec.columns]
            batch = _arrow.batch_of_columns(table.times[part], no_index[part], columns, table.spec, schema)
            file.write(former.batch(batch, at))
        file.finish()
    except BaseException:  # a Ctrl-C too: Windows could not remove a file that is open
        file.close()
        raise


def _bytes_of_row(column: Column) -> int:
    return 16 * math.prod(length or 1000 for length in column.shape or ())


def _check(table: WholeTable) -> None:
    import numpy as np

    for column in table.spec.columns:
        values = table.columns[column.name]
        where = f"{table.spec.name}.{column.name}"
        if not column.settled or table.spec.dims:
            raise RefusedRow(f"{where}: kind, shape and dtype must be said, and no dims, to store a run at once.")
        if len(values) != len(table.times):
            raise RefusedRow(f"{where}: {len(values)} values for {len(table.times)} rows.")
        if column.kind == "text" or column.ragged:
            _check_loose(where, column, values)
        elif values.shape[1:] != column.shape or values.dtype != np.dtype(column.dtype or ""):
            raise RefusedRow(
                f"{where}: an array of {values.dtype} and shape {values.shape} refused, the column holds "
                f"{column.dtype} of shape {column.shape}."
            )


def _check_loose(where: str, column: Column, values: Sequence[Any]) -> None:
    if column.kind == "text":
        if not all(isinstance(value, str) for value in values):
            raise RefusedRow(f"{where}: something that is no text; the column holds text.")
    elif any(len(value.shape) != len(column.shape or ()) or value.dtype != column.dtype for value in values):
        raise RefusedRow(f"{where}: arrays that differ in dtype or number of axes; the column holds {column.dtype}.")
