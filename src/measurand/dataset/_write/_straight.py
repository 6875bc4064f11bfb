"""Large rows of one size: from the memory of the caller into the Arrow file, in as few steps as there may be.

That is what traces and images are, and what is beside the write itself counts: each step costs more than it does alone,
because the write before it has emptied the processor's caches. Whatever is not as usual (another type, another shape, an
index that is none) is not done here, and told. Knows no tail.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Any

from measurand.dataset._format._describe import Column, TableSpec
from measurand.dataset._write._ipc import ArrowFile
from measurand.dataset._write._message import Former, Template, padded
from measurand.dataset._write._row import Form

_SINGLE = {"float": (float, "<d"), "int": (int, "<q"), "bool": (bool, "<?")}


def fits(spec: TableSpec) -> bool:
    """Return whether all values of this settled table have a size, and can be what is written of them."""
    return all(
        column.kind in ("float", "int", "complex") and column.shape and not {0, None} & set(column.shape)
        if not column.scalar
        else column.kind in _SINGLE
        for column in spec.columns
    )


class Straight:
    """Writes such rows.

    Args:
        spec: The settled table, which `fits`.
        file: Where they go; there is one already.
        former: Forms what is in it.
        form: Of each row.
    """

    __slots__ = ("_digits", "_dims", "_file", "_form", "_former", "_index", "_takers", "_template")

    def __init__(self, spec: TableSpec, file: ArrowFile, former: Former, form: Form) -> None:
        self._file, self._former, self._form = file, former, form
        self._takers = [_taker(column) for column in spec.columns]
        self._dims = len(spec.dims)
        self._index = struct.Struct(f"<{self._dims}i")
        self._digits = 1  # of the number of the last row
        self._template: Template = former.template(self._digits)

    def write(self, time_ns: int, index: Sequence[int], values: Sequence[Any]) -> bool:
        """Write the next row; return whether it is as usual, otherwise nothing was done.

        Raises:
            OSError: The disk refused; the file is as it was before.
        """
        if len(index) != self._dims or len(values) != len(self._takers):
            return False
        buffers: list[Any] = [time_ns.to_bytes(8, "little", signed=True)]
        if self._dims:
            try:
                if min(index) < 0:
                    return False
                buffers.append(self._index.pack(*index))
            except (struct.error, TypeError):
                return False
        for take, value in zip(self._takers, values, strict=True):
            buffer = take(value)
            if buffer is None:
                return False
            buffers.append(buffer)
        number = self._file.rows
        text = b"%d" % number
        if len(text) != self._digits:
            self._digits = len(text)
            self._template = self._former.template(self._digits)
        form = self._form
        head = self._template.head(number, text, form, buffers)
        if form.padded:
            buffers = padded(buffers, form)
        self._file.append([head, *buffers], len(head), len(head) + form.body)
        return True


def _taker(column: Column) -> Callable[[Any], Any]:
    """Return the function from a value to what is written of it; None if it is not as usual."""
    if column.scalar:
        kind, code = _SINGLE[column.kind or "float"]
        pack = struct.Struct(code).pack

        def single(value: Any) -> Any:
            try:
                return pack(value) if type(value) is kind else None
            except struct.error:  # more than 64 bit
                return None

        return single
    import numpy as np

    dtype, shape = np.dtype(column.stored_dtype).newbyteorder("<"), column.shape

    def array(value: Any) -> Any:
        if type(value) is np.ndarray and value.dtype == dtype and value.shape == shape and value.flags.c_contiguous:
            return value
        return None

    return array
