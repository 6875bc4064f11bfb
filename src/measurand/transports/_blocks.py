"""Arrays as IEEE 488.2 blocks: ``#``, the number of digits, the length in bytes, the data.

``#800000016`` and 16 bytes is a block of definite length; ``#0`` and data up to the end of the message is one of
indefinite length. IEEE Std 488.2-1992, 8.7.9 and 8.7.10. Knows neither locks nor instruments.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from measurand.errors import RefusedValue, TransportError
from measurand.transports._transport import Transport

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, DTypeLike, NDArray

HeaderFormat = Literal["ieee", "empty"]

_PIECE = 1 << 20  # bytes asked for at once; transports cut them further where the hardware needs it
_HEADER = 25  # characters that a device may send before the block, e.g. CURVE
_LETTERS = {**dict.fromkeys("bhilq", "i"), **dict.fromkeys("BHILQ", "u"), **dict.fromkeys("efd", "f")}


@dataclass(frozen=True, slots=True)
class BlockFormat:
    """How an array is written into bytes.

    Args:
        dtype: One value, with its byte order.
        header: ``"ieee"``: a block of IEEE 488.2; ``"empty"``: nothing but the data.
        expect_termination: Whether the end of the message follows the data.
        data_points: Number of values where the device does not tell; None: not known.
    """

    dtype: np.dtype[Any]
    header: HeaderFormat = "ieee"
    expect_termination: bool = True
    data_points: int | None = None


def block_format(
    datatype: DTypeLike,
    *,
    is_big_endian: bool = False,
    header_fmt: HeaderFormat = "ieee",
    expect_termination: bool = True,
    data_points: int | None = None,
) -> BlockFormat:
    """Return the format that these words of pyvisa mean, or raise `RefusedValue`."""
    if header_fmt not in ("ieee", "empty"):
        raise RefusedValue(f"header_fmt={header_fmt!r} refused, allowed are 'ieee' and 'empty'.")
    if data_points is not None and data_points < 0:
        raise RefusedValue(f"data_points={data_points} refused, allowed is a number of values from 0 on, or None.")
    return BlockFormat(value_type(datatype, is_big_endian=is_big_endian), header_fmt, expect_termination, data_points)


def value_type(datatype: DTypeLike, *, is_big_endian: bool) -> np.dtype[Any]:
    """Return the type of one value, with its byte order.

    Letters mean what they mean in `struct` and pyvisa, on every system, and take the byte order from
    ``is_big_endian``; types of numpy (``">i2"``, ``np.float64``) bring their own.
    """
    import numpy as np

    if isinstance(datatype, str) and datatype in _LETTERS:
        size = struct.calcsize(f"<{datatype}")
        return np.dtype(f"{'>' if is_big_endian else '<'}{_LETTERS[datatype]}{size}")
    try:
        dtype = np.dtype(datatype)
    except TypeError:
        dtype = np.dtype(object)
    if dtype.kind not in "biufc":
        raise RefusedValue(
            f"datatype={datatype!r} refused, allowed are the letters {''.join(_LETTERS)} of struct, and numpy's types "
            f"of numbers such as '>i2' or np.float64."
        )
    if is_big_endian:
        raise RefusedValue(f"datatype={datatype!r} brings its own byte order; leave is_big_endian out, or write '>i2'.")
    return dtype


def pack_block(said: str, values: ArrayLike | Iterable[float], form: BlockFormat) -> bytes:
    """Return a command and its array as the bytes of one message, without terminator."""
    import numpy as np

    given = np.asarray(list(values) if isinstance(values, Iterator) else values)
    allowed = "biufc" if form.dtype.kind == "c" else "biuf"
    with np.errstate(all="ignore"):  # what does not fit is told below
        array = given.astype(form.dtype) if given.dtype.kind in allowed and given.ndim == 1 else None
    if array is None or not _same(array, given):
        shown = f"values from {given.min()} to {given.max()}" if given.size and array is not None else f"{given!r:.80}"
        raise RefusedValue(f"{said[:80]!r}: {shown} refused, allowed is one row of numbers that fit into {form.dtype}.")
    size = str(array.nbytes).encode()
    if len(size) > 9:
        raise RefusedValue(f"{said[:80]!r}: {array.nbytes} bytes refused, a block holds at most 999999999.")
    header = b"#%d%s" % (len(size), size) if form.header == "ieee" else b""
    return b"".join((said.encode(), header, array.tobytes()))


def _same(array: NDArray[Any], given: NDArray[Any]) -> bool:
    """Return whether nothing but digits was lost."""
    import numpy as np

    if array.dtype.kind in "biu":
        return bool(np.array_equal(array, given))
    return bool(np.array_equal(np.isfinite(array), np.isfinite(given)))


def read_array(transport: Transport, form: BlockFormat) -> NDArray[Any]:
    """Return the array that the device sends next, shape ``(n,)``, in the byte order of this computer.

    Raises:
        TransportError: What came is no block, or no whole number of values.
    """
    import numpy as np

    data = _read_data(transport, form)
    if len(data) % form.dtype.itemsize:
        raise TransportError(
            f"{transport.address}: the block holds {len(data)} bytes, which is no whole number of values of "
            f"{form.dtype.itemsize} bytes ({form.dtype}). Check the format that the device was told to use."
        )
    array = np.frombuffer(data, form.dtype)
    if form.dtype.isnative:
        return array
    return array.byteswap(inplace=True).view(form.dtype.newbyteorder("="))


def _read_data(transport: Transport, form: BlockFormat) -> bytearray:
    length = _read_length(transport) if form.header == "ieee" else None
    if length is None and form.data_points is not None:
        length = form.data_points * form.dtype.itemsize
    if length is None:
        return _read_to_end(transport, form)
    data = _read_exactly(transport, length)
    if form.expect_termination and (rest := transport.read_rest()).strip(b"\r\n"):
        raise TransportError(
            f"{transport.address}: after the {length} bytes of the block came {rest[:40]!r}, expected was the end of "
            f"the answer. Ask for one thing at a time, or check the number of values."
        )
    return data


def _read_length(transport: Transport) -> int | None:
    """Read up to the data of a block; return its length in bytes, None if it does not say."""
    head = bytearray()
    while not head.endswith(b"#"):
        if len(head) > _HEADER or head.endswith(b"\n"):
            raise TransportError(
                f"{transport.address}: expected was a block of IEEE 488.2, as #3100 and 100 bytes, but the answer "
                f"begins with {bytes(head)!r}. Check that the device sends binary data."
            )
        head += transport.read_bytes(1)
    digits = transport.read_bytes(1)
    if digits == b"0":
        return None
    size = transport.read_bytes(int(digits)) if digits.isdigit() else b""
    if not size.isdigit():
        raise TransportError(f"{transport.address}: #{(digits + size)[:20]!r} is no length of a block.")
    return int(size)


def _read_exactly(transport: Transport, length: int) -> bytearray:
    data = bytearray()
    try:
        while len(data) < length:
            data += transport.read_bytes(min(_PIECE, length - len(data)))
    except TransportError as error:
        error.add_note(f"Of the {length} bytes of the block, the first {len(data)} were read completely.")
        raise
    return data


def _read_to_end(transport: Transport, form: BlockFormat) -> bytearray:
    if not transport.marks_end:
        raise TransportError(
            f"{transport.address}: the device does not say how long the block is, and this kind of connection does "
            f"not mark its end. Give data_points=, or use the device's VXI-11, HiSLIP, USB or GPIB address."
        )
    data = bytearray(transport.read_rest())
    if form.expect_termination and data.endswith(b"\n"):
        del data[-1:]
    return data
