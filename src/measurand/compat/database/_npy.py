"""Blobs in numpy's own ``.npy`` format, many at a time. Knows the format as numpy documents it, and no database.

A blob is a magic, a version, a header that says type and shape, and the numbers. Blobs of one column mostly have the same
header to the byte: it is understood once, and the numbers of all of them become one array.
"""

from __future__ import annotations

import ast
import functools
import io
import math
import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

MAGIC = b"\x93NUMPY"
_SHORT, _LONG = struct.Struct("<H"), struct.Struct("<I")


def is_npy(blob: bytes) -> bool:
    """Whether a blob is one."""
    return blob[:6] == MAGIC


def arrays_of(blobs: Sequence[bytes]) -> npt.NDArray[Any] | list[npt.NDArray[Any]]:
    """Return what blobs hold.

    Returns:
        One array of shape ``(blobs, *shape)`` if all have the same type and shape, else a list of arrays.

    Raises:
        ValueError: A blob is not whole, or holds Python objects.
    """
    import numpy as np

    if not blobs:
        return []
    size = header_size(blobs[0])
    header, length = blobs[0][:size], len(blobs[0])
    if not all(len(blob) == length and blob.startswith(header) for blob in blobs):
        return [array_of(blob) for blob in blobs]
    dtype, shape, in_columns = understood(header)
    if length != size + dtype.itemsize * math.prod(shape):
        raise ValueError(f"an array of {length - size} bytes where {dtype.itemsize * math.prod(shape)} belong")
    if not math.prod(shape):
        return np.empty((len(blobs), *shape), dtype)
    whole = np.frombuffer(b"".join([blob[size:] for blob in blobs]), dtype)
    if in_columns and len(shape) > 1:
        backwards = whole.reshape(len(blobs), *reversed(shape))
        return np.ascontiguousarray(backwards.transpose(0, *range(len(shape), 0, -1)))
    return whole.reshape(len(blobs), *shape)


def array_of(blob: bytes) -> npt.NDArray[Any]:
    """Return what one blob holds; it cannot be written to.

    Raises:
        ValueError: It is not whole, or holds Python objects.
    """
    import numpy as np

    size = header_size(blob)
    dtype, shape, in_columns = understood(blob[:size])
    if len(blob) != size + dtype.itemsize * math.prod(shape):
        raise ValueError(f"an array of {len(blob) - size} bytes where {dtype.itemsize * math.prod(shape)} belong")
    if not math.prod(shape):
        return np.empty(shape, dtype)
    return np.frombuffer(blob, dtype, offset=size).reshape(shape, order="F" if in_columns else "C")


def header_of(dtype: np.dtype[Any], shape: tuple[int, ...], version: tuple[int, int]) -> bytes:
    """Return the header that numpy writes today; nothing if it does not write this version."""
    import numpy as np

    file = io.BytesIO()
    said = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
    if version == (1, 0):
        np.lib.format.write_array_header_1_0(file, said)
        return file.getvalue()
    np.lib.format.write_array_header_2_0(file, said)
    written = file.getvalue()
    return written[:6] + bytes(version) + written[8:] if version in ((2, 0), (3, 0)) else b""


def blob_of(array: npt.NDArray[Any], version: tuple[int, int] = (1, 0)) -> bytes:
    """Return the blob of an array."""
    import numpy as np

    file = io.BytesIO()
    np.lib.format.write_array(file, array, version=version, allow_pickle=False)
    return file.getvalue()


def blobs_of(rows: npt.NDArray[Any], version: tuple[int, int] = (1, 0)) -> list[bytes]:
    """Return the blob of every row of ``rows``: the header is formed once."""
    import numpy as np

    if not len(rows) or rows.dtype.hasobject:
        return [blob_of(np.asarray(row), version) for row in rows]
    rows = np.ascontiguousarray(rows)
    first = blob_of(rows[0:1].reshape(rows.shape[1:]), version)
    header = first[: header_size(first)]
    step = len(first) - len(header)
    data = rows.tobytes()
    return [header + data[at : at + step] for at in range(0, len(data), step)] if step else [first] * len(rows)


def in_columns(header: bytes) -> bool:
    """Whether a header says that the numbers lie column by column."""
    return understood(header)[2]


def header_size(blob: bytes) -> int:
    """Return how many bytes come before the numbers.

    Raises:
        ValueError: It is no such blob, or cut off.
    """
    if not is_npy(blob) or len(blob) < 12:
        raise ValueError(f"a blob that begins with {blob[:8]!r} where an array belongs")
    length, at = (_SHORT, 10) if blob[6] == 1 else (_LONG, 12)
    size: int = at + length.unpack_from(blob, 8)[0]
    if size > len(blob):
        raise ValueError("an array that is cut off")
    return size


@functools.lru_cache(maxsize=1024)
def understood(header: bytes) -> tuple[np.dtype[Any], tuple[int, ...], bool]:
    """Return type, shape and whether the numbers lie column by column.

    Raises:
        ValueError: It cannot be read, or holds Python objects.
    """
    import numpy as np

    try:
        said = ast.literal_eval(header[10 if header[6] == 1 else 12 :].decode("utf-8" if header[6] > 2 else "latin-1"))
        dtype, shape = np.lib.format.descr_to_dtype(said["descr"]), tuple(said["shape"])
        in_columns = bool(said["fortran_order"])
    except (SyntaxError, ValueError, KeyError, TypeError) as error:
        raise ValueError(f"an array whose header cannot be read ({error})") from None
    if dtype.hasobject or not all(isinstance(n, int) and n >= 0 for n in shape):
        raise ValueError("an array of Python objects, which are not unpacked: that could run anything")
    return dtype, shape, in_columns
