"""Tables as Arrow: schema and record batches, the one place that knows which Arrow type holds which kind.

float, int, bool, datetime are their Arrow types; complex is a pair of floats in a list of fixed size, which every
reader shows and numpy sees without a copy; an enum is a dictionary of its categories; arrays of one shape are flat lists of
fixed size, arrays of varying lengths ``struct<data: large_list, shape: list<int32>>``. Arrays are built from buffers: `pyarrow.array` would import pandas.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from measurand.dataset._format._crc import crc32
from measurand.dataset._format._describe import Column, TableSpec
from measurand.dataset._format._record import Layout

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

FORMAT_KEY = b"measurand"


def schema(spec: TableSpec, about: dict[str, Any]) -> Any:
    """Return the Arrow schema of a settled table: ``_time``, ``_index`` if it has dims, then its columns.

    Args:
        spec: The table.
        about: What to write beside it, so that the file explains itself when it is found alone.
    """
    import pyarrow as pa

    fields = [pa.field("_time", pa.timestamp("ns", tz="UTC"), nullable=False)]
    if spec.dims:
        fields.append(pa.field("_index", pa.list_(pa.int32(), len(spec.dims)), nullable=False))
    fields += [
        pa.field(column.name, _type(column), nullable=False, metadata=_metadata(column)) for column in spec.columns
    ]
    return pa.schema(fields, metadata={FORMAT_KEY: json.dumps({**about, "table": spec.to_dict()})})


def batch_of_records(data: bytes, spec: TableSpec, schema: Any) -> Any:
    """Return the record batch of the records of a tail (header not included)."""
    import numpy as np
    import pyarrow as pa

    rows = np.frombuffer(data, Layout(spec).dtype())
    arrays = _lead(rows["time"], rows["index"], spec, schema)
    for number, column in enumerate(spec.columns):
        arrays.append(_fixed(schema.field(column.name).type, column, rows[f"c{number}"], len(rows)))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def batch_of_columns(
    times: npt.NDArray[Any], index: npt.NDArray[Any], columns: Sequence[Any], spec: TableSpec, schema: Any
) -> Any:
    """Return the record batch of rows that are held column by column.

    Args:
        times: ns since 1970, int64, shape ``(rows,)``.
        index: int32, shape ``(rows, dims)``.
        columns: Stored values as `encoder` gives them: an array of shape ``(rows, *shape)`` for what has a fixed size,
            which is not copied; a list for texts and for arrays of varying lengths.
        spec: The table.
        schema: Its Arrow schema.
    """
    import pyarrow as pa

    rows = len(times)
    arrays = _lead(times, index, spec, schema)
    for column, values in zip(spec.columns, columns, strict=True):
        kind = schema.field(column.name).type
        if column.kind == "text":
            arrays.append(_texts(kind, values))
        elif column.ragged:
            arrays.append(_ragged(kind, column, values))
        else:
            arrays.append(_fixed(kind, column, values, rows))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def empty_batch(spec: TableSpec, schema: Any) -> Any:
    """Return a batch without rows, whose dictionaries are those of the table all the same."""
    import pyarrow as pa

    def empty(field: Any) -> Any:
        column = next((column for column in spec.columns if column.name == field.name), None)
        if column is None or column.kind != "enum":
            return pa.array([], field.type)
        return pa.DictionaryArray.from_arrays(pa.array([], pa.int32()), pa.array(column.categories, pa.string()))

    return pa.RecordBatch.from_arrays([empty(field) for field in schema], schema=schema)


def blank_batch(spec: TableSpec, schema: Any) -> Any:
    """Return a batch of one row of zeros and of nothing, whose dictionaries are those of the table."""
    import numpy as np

    columns: list[Any] = []
    for column in spec.columns:
        if column.kind == "text":
            columns.append([""])
        elif column.ragged:
            columns.append([np.zeros([n or 0 for n in column.shape or ()], column.dtype)])
        else:
            dtype = "int64" if column.scalar and column.kind == "datetime" else column.dtype
            columns.append(np.zeros((1, *(n or 0 for n in column.shape or ())), dtype))
    return batch_of_columns(np.zeros(1, np.int64), np.zeros((1, len(spec.dims)), np.int32), columns, spec, schema)


def checksum(batch: Any, row0: int) -> int:
    """Return the crc32 over the row range and every byte of a batch."""
    crc: int = crc32(struct.pack("<qq", row0, batch.num_rows))
    for column in batch.columns:
        for buffer in column.buffers():
            if buffer is not None and buffer.size:
                crc = crc32(buffer, crc)
    return crc


def _type(column: Column) -> Any:
    import pyarrow as pa

    if column.kind == "text":
        return pa.large_string()
    if column.kind == "enum":
        return pa.dictionary(pa.int32(), pa.string())
    number = _number(column)
    shape = column.shape or ()
    pair = 2 if column.kind == "complex" else 1
    if column.ragged:
        element = pa.list_(number, 2) if column.kind == "complex" else number
        return pa.struct([("data", pa.large_list(element)), ("shape", pa.list_(pa.int32()))])
    if shape or column.kind == "complex":
        return pa.list_(number, pair * math.prod(n for n in shape if n is not None))
    return number


def _number(column: Column) -> Any:
    """The Arrow type of the numbers in the data buffer."""
    import numpy as np
    import pyarrow as pa

    if column.kind == "datetime":
        return pa.timestamp("ns", tz="UTC")
    if column.kind == "complex":
        return pa.float32() if column.dtype == "complex64" else pa.float64()
    return pa.from_numpy_dtype(np.dtype(column.stored_dtype))


def _metadata(column: Column) -> dict[str, str]:
    categories = {"categories": json.dumps(list(column.categories))} if column.categories else {}
    return {
        **categories,
        "kind": column.kind or "",
        "dtype": column.dtype or "",
        "shape": json.dumps(list(column.shape or ())),
        "unit": column.unit,
        "label": column.label,
        "setpoint": "true" if column.setpoint else "false",
    }


def _lead(times: npt.NDArray[Any], index: npt.NDArray[Any], spec: TableSpec, schema: Any) -> list[Any]:
    arrays = [_flat(schema.field("_time").type, times, len(times))]
    if spec.dims:
        arrays.append(_flat(schema.field("_index").type, index, len(times)))
    return arrays


def _fixed(kind: Any, column: Column, values: npt.NDArray[Any], rows: int) -> Any:
    import pyarrow as pa

    if column.kind != "enum":
        return _flat(kind, values, rows)
    return pa.DictionaryArray.from_arrays(
        _flat(kind.index_type, values, rows), pa.array(column.categories, pa.string())
    )


def _flat(kind: Any, values: npt.NDArray[Any], rows: int) -> Any:
    """The Arrow array of ``rows`` rows over the numbers of ``values``."""
    import numpy as np
    import pyarrow as pa

    if pa.types.is_fixed_size_list(kind):
        return pa.Array.from_buffers(
            kind, rows, [None], children=[_flat(kind.value_type, values, rows * kind.list_size)]
        )
    raw = np.ascontiguousarray(values).reshape(-1)
    data = np.packbits(raw, bitorder="little") if pa.types.is_boolean(kind) else raw
    return pa.Array.from_buffers(kind, rows, [None, pa.py_buffer(data)])


def _texts(kind: Any, values: Sequence[str]) -> Any:
    import pyarrow as pa

    encoded = [value.encode() for value in values]
    buffers = [None, pa.py_buffer(_offsets([len(text) for text in encoded], "int64")), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(kind, len(values), buffers)


def _ragged(kind: Any, column: Column, values: Sequence[npt.NDArray[Any]]) -> Any:
    import numpy as np
    import pyarrow as pa

    whole = np.concatenate([value.reshape(-1) for value in values])
    data_type, shape_type = kind.field("data").type, kind.field("shape").type
    data = pa.Array.from_buffers(
        data_type,
        len(values),
        [None, pa.py_buffer(_offsets([value.size for value in values], "int64"))],
        children=[_flat(data_type.value_type, whole, len(whole))],
    )
    ndim = len(column.shape or ())
    sizes = np.array([value.shape for value in values], np.int32).reshape(-1)
    shapes = pa.Array.from_buffers(
        shape_type,
        len(values),
        [None, pa.py_buffer(np.arange(0, len(sizes) + 1, ndim, dtype=np.int32))],
        children=[_flat(shape_type.value_type, sizes, len(sizes))],
    )
    return pa.Array.from_buffers(kind, len(values), [None], children=[data, shapes])


def _offsets(lengths: Sequence[int], dtype: str) -> npt.NDArray[np.int64]:
    import numpy as np

    offsets = np.zeros(len(lengths) + 1, dtype)
    np.cumsum(lengths, out=offsets[1:])
    return offsets
