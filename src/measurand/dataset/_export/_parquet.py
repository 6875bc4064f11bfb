"""Parquet: every row as it was added, one file per table; smaller than the run, and read by every table program.

Columns, their metadata and their Arrow types are those of the run's own files.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measurand.dataset._export._source import Source, about, rows_of
from measurand.dataset._format._arrow import FORMAT_KEY, _flat, _ragged, _texts, schema
from measurand.dataset._format._describe import Column, TableSpec

if TYPE_CHECKING:
    import numpy.typing as npt


_GROUP = 8_000_000  # values that are read and compressed at once, 64 MB of numbers


def parts(source: Source) -> dict[str, Callable[[Path], None]]:
    """Return what writes each file, by table."""
    return {table: partial(_write, source, table) for table in source.tables}


def read(paths: Sequence[Path]) -> dict[str, dict[str, npt.NDArray[Any]]]:
    """Return the columns by table and name, as `Dataset.numpy` gave them, ``_time`` and ``_index`` too."""
    return dict(_read(path) for path in paths)


def _write(source: Source, table: str, path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    rows = rows_of(source, table)
    whole = schema(rows.spec, about(source, snapshot=True))
    # Parquet has no arrays of length 0; there is nothing in them to be kept.
    kept = [number for number, column in enumerate(rows.columns) if 0 not in (column.shape or ())]
    described = pa.schema([whole.field(number) for number in kept], whole.metadata)
    # Neighbouring measured numbers share their leading bytes; a dictionary of them would be as long as they are.
    split = [field.name for field in described if pa.types.is_floating(field.type)]
    texts = [column.name for column in rows.spec.columns if column.kind == "text"]
    options: dict[str, Any] = {"use_dictionary": texts, "use_byte_stream_split": split or False}
    with parquet.ParquetWriter(path, described, compression="zstd", **options) as file:
        for piece in rows.pieces(_GROUP):
            arrays = [_array(whole.field(number).type, rows.columns[number], piece[number]) for number in kept]
            file.write_table(pa.Table.from_arrays(arrays, schema=described))


def _read(path: Path) -> tuple[str, dict[str, npt.NDArray[Any]]]:
    import numpy as np
    from pyarrow import parquet

    rows = parquet.read_table(path)
    spec = TableSpec.from_dict(json.loads(rows.schema.metadata[FORMAT_KEY])["table"])
    values = {"_time": _numbers(rows["_time"], Column("time", "datetime", dtype="datetime64[ns]"))}
    if spec.dims:
        index = Column("index", "int", shape=(len(spec.dims),), dtype="int32")
        values["_index"] = _numbers(rows["_index"], index)
    for column in spec.columns:
        if 0 in (column.shape or ()):
            values[column.name] = np.empty((len(rows), *_lengths(column)), column.dtype)
        elif column.kind in ("text", "enum"):
            values[column.name] = np.array(rows[column.name].to_pylist(), object)
        elif column.ragged:
            values[column.name] = _arrays(rows[column.name], column)
        else:
            values[column.name] = _numbers(rows[column.name], column)
    return spec.name, values


def _array(kind: Any, column: Column, values: npt.NDArray[Any]) -> Any:
    import pyarrow as pa

    if not len(values):
        return pa.array([], kind)
    if column.kind == "text":
        return _texts(kind, values.tolist())
    if column.kind == "enum":
        return pa.array(values.tolist(), pa.string()).dictionary_encode().cast(kind)
    return _ragged(kind, column, list(values)) if column.ragged else _flat(kind, values, len(values))


def _numbers(chunks: Any, column: Column) -> npt.NDArray[Any]:
    """Numbers and arrays of one shape, complex ones being pairs."""
    import numpy as np
    import pyarrow as pa

    whole = chunks.combine_chunks()
    flat = whole.flatten() if pa.types.is_fixed_size_list(whole.type) else whole
    numbers = np.array(flat.to_numpy(zero_copy_only=False))
    return numbers.view(column.stored_dtype).reshape(len(whole), *_lengths(column))


def _lengths(column: Column) -> tuple[int, ...]:
    return tuple(n for n in column.shape or () if n is not None)


def _arrays(chunks: Any, column: Column) -> npt.NDArray[Any]:
    import numpy as np

    data, shapes = chunks.combine_chunks().flatten()
    borders = data.offsets.to_pylist()
    # Complex numbers are pairs inside the list.
    flat = data.values.flatten() if column.kind == "complex" else data.values
    numbers = np.array(flat.to_numpy(zero_copy_only=False)).view(column.stored_dtype)
    made = np.empty(len(data), object)
    for number, shape in enumerate(shapes.to_pylist()):
        made[number] = numbers[borders[number] : borders[number + 1]].reshape(shape)
    return made
