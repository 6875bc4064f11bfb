"""How a cell is kept when its row is copied into a run, so that the very same cell can be written again.

A `Form` is what a run stores of a column in one of its tables: as real or whole numbers, texts, complex numbers, arrays, or
bare bytes where nothing else holds what is there. It knows both ways, from cells and back. Knows no SQLite and no run.
"""

from __future__ import annotations

import base64
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from measurand.compat.database import _npy

if TYPE_CHECKING:
    import numpy.typing as npt

_EXACT = 2**53
_KINDS = {"f": "float", "i": "int", "u": "int", "b": "bool", "c": "complex"}
_STORED = {
    "float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool",
    "complex64", "complex128",
}  # fmt: skip


@dataclass(frozen=True)
class Form:
    """One way to keep cells.

    Attributes:
        name: ``"real"``, ``"integer"``, ``"text"``, ``"complex"``, ``"array"`` or ``"bytes"``.
        kind: Of the column of the run.
        dtype: Of the column of the run.
        ndim: Number of axes of each value.
        version: Of the ``.npy`` format, for complex numbers and arrays.
        header: That of every blob, where numpy would not write it like this today, or one number is no array.
    """

    name: str
    kind: str
    dtype: str
    ndim: int = 0
    version: tuple[int, int] = (1, 0)
    header: bytes | None = None

    def to_plain(self) -> dict[str, Any]:
        """Return the form as JSON-able data; what can be seen at the column is left out."""
        said: dict[str, Any] = {"form": self.name}
        if self.name in ("complex", "array"):
            said["version"] = self.version[0]
        if self.header is not None:
            said["header"] = base64.b64encode(self.header).decode()
        return said


REAL = Form("real", "float", "float64")
INTEGER = Form("integer", "int", "int64")
TEXT = Form("text", "text", "")
BYTES = Form("bytes", "int", "uint8", 1)


def form_of(cell: Any) -> Form | None:
    """Return the form that keeps a cell; None if nothing is there."""
    if cell is None:
        return None
    if isinstance(cell, float) or cell == "nan":
        return REAL
    if isinstance(cell, int):
        return REAL if -_EXACT <= cell <= _EXACT or int(float(cell)) == cell else INTEGER
    if isinstance(cell, str):
        return TEXT
    try:
        header = cell[: _npy.header_size(cell)]
    except ValueError:  # no array, or one that is cut off: kept as it is
        return BYTES
    return _form_of_array(header, len(cell))


def stored(form: Form, cells: Sequence[Any]) -> Any:
    """Return cells of one form as a run stores them: an array if they have a fixed size, else a list."""
    import numpy as np

    if form.name == "real":
        return np.array(cells, np.float64)
    if form.name == "integer":
        return np.array(cells, np.int64)
    if form.name == "text":
        return list(cells)
    if form.name == "bytes":
        return [np.frombuffer(cell, np.uint8) for cell in cells]
    found = _npy.arrays_of(cells)
    if form.name == "complex":
        return np.stack(found).reshape(-1) if isinstance(found, list) else found.reshape(-1)
    if isinstance(found, list):
        return [np.atleast_1d(array) for array in found]
    return found.reshape(-1, 1) if found.ndim == 1 else found


def cells(said: dict[str, Any], values: Sequence[Any] | npt.NDArray[Any]) -> list[Any]:
    """Return the cells of a column of a run, whose form is told as by `Form.to_plain`."""
    import numpy as np

    name = said["form"]
    if name == "real":
        numbers = np.asarray(values, np.float64)
        plain: list[Any] = numbers.tolist()
        for row in np.flatnonzero(np.isnan(numbers)).tolist():
            plain[row] = "nan"
        return plain
    if name == "integer":
        return [int(value) for value in values]
    if name == "text":
        return [str(value) for value in values]
    if name == "bytes":
        return [np.asarray(value, np.uint8).tobytes() for value in values]
    version = (int(said["version"]), 0)
    if "header" in said:
        header = base64.b64decode(said["header"])
        order: Any = "F" if _npy.in_columns(header) else "C"
        return [header + np.asarray(value).tobytes(order) for value in values]
    if name == "complex":
        values = np.asarray(values).reshape(-1, 1)
    if isinstance(values, np.ndarray) and values.dtype != object:
        return list(_npy.blobs_of(values, version))
    return [_npy.blob_of(np.asarray(value), version) for value in values]


def shape_of(form: Form, values: Any) -> tuple[int | None, ...]:
    """Return the shape of the column that holds these values; None for a length that varies."""
    if form.ndim == 0:
        return ()
    if isinstance(values, list) or 0 in values.shape[1:]:
        return (None,) * form.ndim
    return tuple(values.shape[1:])


@functools.lru_cache(maxsize=4096)
def _form_of_array(header: bytes, length: int) -> Form:
    """The form of the blobs with this header."""
    import numpy as np

    try:
        dtype, shape, _ = _npy.understood(header)
    except ValueError:
        return BYTES
    size = len(header) + dtype.itemsize * int(np.prod(shape, dtype=np.int64))
    if length != size or dtype.name not in _STORED or dtype != np.dtype(dtype.name):
        return BYTES  # cut off, of texts or of times: kept as it is
    version = (int(header[6]), int(header[7]))
    usual = _npy.header_of(dtype, shape, version) == header
    name: str = dtype.name
    if shape == (1,) and dtype == np.complex128:
        return Form("complex", "complex", name, 0, version, None if usual else header)
    return Form("array", _KINDS[dtype.kind], name, max(1, len(shape)), version, None if usual and shape else header)
