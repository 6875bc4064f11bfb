"""A table of a run as an Arrow table: a map of its files if the run has ended, a copy while it grows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from measurand.dataset._format import _arrow
from measurand.dataset._format._describe import TableSpec
from measurand.dataset._read._table_reader import TableReader


def arrow_table(reader: TableReader, about: dict[str, Any], *, ended: bool) -> Any:
    """Return the rows of ``reader``, which has just been refreshed, as a `pyarrow.Table`.

    Args:
        reader: The rows.
        about: What the schema says about the run if there is no file to tell.
        ended: Whether the run ended, so that its files may have footers.
    """
    import pyarrow as pa

    if ended and reader.files:
        try:
            found = pa.concat_tables([_mapped(str(path)) for path in reader.files])
        except (OSError, pa.ArrowException):  # a damaged file: its good rows are copied
            found = None
        if found is not None and found.num_rows == reader.rows:
            return found
    return _copied(reader, about)


def _mapped(path: str) -> Any:
    import pyarrow as pa

    with pa.memory_map(path) as mapped:
        table = pa.ipc.open_file(mapped).read_all()
    table.validate()  # Arrow ends the process over a negative length
    return table


def _copied(reader: TableReader, about: dict[str, Any]) -> Any:
    import numpy as np
    import pyarrow as pa

    spec = reader.spec
    schema = _arrow.schema(_known(spec), about)
    if not reader.rows:
        return schema.empty_table()
    names = [column.name for column in spec.columns]
    values = reader.read(["_time", *(["_index"] if spec.dims else []), *names])
    index = values.get("_index", np.empty((reader.rows, 0), np.int32))
    columns = [_stored(column.categories, values[column.name]) for column in spec.columns]
    batch = _arrow.batch_of_columns(values["_time"], index, columns, _known(spec), schema)
    return pa.Table.from_batches([batch], schema)


def _stored(categories: tuple[str, ...] | None, values: Any) -> Any:
    """Texts of an enum as positions again."""
    import numpy as np

    if categories is None:
        return values
    places = {text: place for place, text in enumerate(categories)}
    return np.array([places[text] for text in values], np.int32)


def _known(spec: TableSpec) -> TableSpec:
    """The table with kinds for columns that have none yet, because there is no row."""
    columns = [
        column if column.settled else replace(column, kind=column.kind or "float", shape=column.shape or ())
        for column in spec.columns
    ]
    return replace(spec, columns=tuple(columns))
