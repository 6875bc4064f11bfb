"""Numbers of a SQLite table, from its pages, a million rows at a time. Knows the file format as sqlite.org describes it.

SQLite makes a Python object of every cell, which is most of the time that reading takes. Here the records of whole pages are
taken apart by numpy. Only what is plain is read: numbers, missing cells, and the text ``nan``, in records that fit their
pages. Every record must add up to the byte; whatever does not, or is anything else, is left to SQLite, which tells what it is.
A file may only be read so while nobody changes it, which the caller sees to.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy.typing as npt

_INTERIOR, _LEAF = 5, 13
_UTF8 = 1
_DEEPEST = 20
_PAGES_AT_ONCE = 64  # what is taken apart at once stays in the cache of a core: twice as fast as 8192
_SIZES = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0)
_EXACT = 2**53
_NAN_TEXT = 19  # serial type of a text of three bytes


class NotPlain(Exception):
    """There is something in the table that is not read here."""


@dataclass(frozen=True)
class Numbers:
    """One column: float64, NaN where missing; and where it is not."""

    values: npt.NDArray[Any]
    present: npt.NDArray[Any]


def numbers_of(path: Path, root: int, columns: Sequence[int]) -> tuple[npt.NDArray[Any], list[Numbers]] | None:
    """Return the numbers of rows, int64, and columns of a table; None: SQLite has to read it.

    Args:
        path: The file.
        root: Number of the first page of the table.
        columns: Places of the columns in the records.
    """
    import numpy as np

    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            pages = _Pages(content)
            try:
                found = [_records(part, pages.usable, columns) for part in pages.leaves(root)]
            finally:
                pages.release()
    except (OSError, ValueError, BufferError, NotPlain):
        return None
    if not found:
        return np.empty(0, np.int64), [Numbers(np.empty(0), np.empty(0, bool)) for _ in columns]
    rowids = np.concatenate([rows for rows, _ in found])
    if not (rowids[1:] > rowids[:-1]).all():
        return None
    parts = zip(*(numbers for _, numbers in found), strict=True)
    return rowids, [
        Numbers(np.concatenate([part.values for part in column]), np.concatenate([part.present for part in column]))
        for column in parts
    ]


class _Pages:
    """The pages of a file."""

    def __init__(self, content: mmap.mmap) -> None:
        import numpy as np

        size, reserved = struct.unpack_from(">H", content, 16)[0], content[20]
        self.size = 65536 if size == 1 else size
        self.usable = self.size - reserved
        if struct.unpack_from(">I", content, 56)[0] != _UTF8 or self.size < 512:
            raise NotPlain
        count = len(content) // self.size
        self._all: Any = np.frombuffer(content, np.uint8, count * self.size).reshape(count, self.size)

    def release(self) -> None:
        """Let go of the file's memory, so that it can be closed."""
        self._all = None

    def leaves(self, root: int) -> Iterator[npt.NDArray[Any]]:
        """Yield the pages that hold the records, in their order, some at a time.

        Raises:
            NotPlain: The pages are no tree.
        """
        import numpy as np

        level = np.array([root], np.int64)
        for _ in range(_DEEPEST):
            self._check(level)
            kinds = self._all[level - 1, 0]
            if (kinds == _LEAF).all():
                break
            if not (kinds == _INTERIOR).all():
                raise NotPlain
            level = np.concatenate([self._children(self._all[page - 1]) for page in level.tolist()])
        else:
            raise NotPlain
        for at in range(0, len(level), _PAGES_AT_ONCE):
            yield self._all[level[at : at + _PAGES_AT_ONCE] - 1]

    def _check(self, level: npt.NDArray[Any]) -> None:
        import numpy as np

        # The first page begins with the header of the file; no table of results has it.
        if len(level) and not (
            level.min() > 1 and level.max() <= len(self._all) and len(np.unique(level)) == len(level)
        ):
            raise NotPlain

    def _children(self, page: npt.NDArray[Any]) -> npt.NDArray[Any]:
        import numpy as np

        count = int(page[3]) << 8 | int(page[4])
        if 12 + 2 * count > self.usable:
            raise NotPlain
        pointers = page[12 : 12 + 2 * count].copy().view(">u2").astype(np.int64)
        if count and pointers.max() + 4 > self.usable:
            raise NotPlain
        numbers = page[pointers[:, None] + np.arange(4)].view(">u4").reshape(-1)
        last = page[8:12].copy().view(">u4")
        return np.concatenate([numbers, last]).astype(np.int64)


def _records(pages: npt.NDArray[Any], usable: int, columns: Sequence[int]) -> tuple[npt.NDArray[Any], list[Numbers]]:
    """Take the records of leaf pages apart."""
    import numpy as np

    size = pages.shape[1]
    counts = (pages[:, 3].astype(np.int64) << 8) | pages[:, 4]
    if counts.size and 8 + 2 * int(counts.max()) > usable:
        raise NotPlain
    which = np.repeat(np.arange(len(pages)), counts)
    within = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    # What lies behind the last page is never reached by a record that adds up.
    flat = np.concatenate([pages.reshape(-1), np.zeros(16, np.uint8)])
    slots = which * size + 8 + 2 * within
    start = which * size + ((flat[slots].astype(np.int64) << 8) | flat[slots + 1])
    end_of_page = which * size + usable
    if (start + 4 > end_of_page).any():
        raise NotPlain
    payload, at = _varint(flat, start)
    rowid, body = _varint(flat, at)
    if (body + payload > end_of_page).any():  # goes on in other pages, or is damaged
        raise NotPlain
    types, offsets = _header(flat, body, payload, 1 + max(columns, default=0))
    return rowid, [_numbers(flat, types[column], offsets[column]) for column in columns]


def _varint(flat: npt.NDArray[Any], at: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Return the numbers of varying lengths at places, and the places behind them."""
    import numpy as np

    byte = flat[at]
    value = (byte & 0x7F).astype(np.int64)
    after = at + 1
    more = np.flatnonzero(byte & 0x80)
    for _ in range(7):
        if not len(more):
            return value, after
        byte = flat[after[more]]
        value[more] = (value[more] << 7) | (byte & 0x7F)
        after[more] += 1
        more = more[(byte & 0x80) != 0]
    if len(more):  # nine bytes: no number that a table has
        raise NotPlain
    return value, after


def _header(
    flat: npt.NDArray[Any], body: npt.NDArray[Any], payload: npt.NDArray[Any], wanted: int
) -> tuple[list[npt.NDArray[Any]], list[npt.NDArray[Any]]]:
    """Return the types of the cells and where they are, by column, as far as is wanted; all records must add up."""
    import numpy as np

    sizes = np.array(_SIZES, np.int64)
    length, at = _varint(flat, body)
    end, cell = body + length, body + length
    types: list[npt.NDArray[Any]] = []
    offsets: list[npt.NDArray[Any]] = []
    if (length > payload).any():
        raise NotPlain
    while (at < end).any() or len(types) < wanted:
        there = at < end
        if there.all():
            kind, at = _varint(flat, at)
        else:
            kind = np.zeros(len(at), np.int64)
            kind[there], at[there] = _varint(flat, at[there])
        if ((kind == 10) | (kind == 11)).any():
            raise NotPlain
        types.append(kind)
        offsets.append(cell)
        cell = cell + np.where(kind < 12, sizes[np.minimum(kind, 11)], (kind - 12) // 2)
    if not (at == end).all() or not (cell == body + payload).all():
        raise NotPlain
    return types, offsets


def _numbers(flat: npt.NDArray[Any], kinds: npt.NDArray[Any], at: npt.NDArray[Any]) -> Numbers:
    import numpy as np

    values = np.full(len(kinds), np.nan)
    for kind in np.flatnonzero(np.bincount(np.minimum(kinds, 20), minlength=21)).tolist():
        if kind in (0, 8, 9):
            if kind:
                values[kinds == kind] = kind - 8
            continue
        rows = np.flatnonzero(kinds == kind)
        places = at[rows]
        if kind == 7:
            values[rows] = _unaligned(flat, ">f8")[places]
        elif kind <= 6:
            whole = _whole(flat, kind, places)
            values[rows] = whole
            if kind >= 5 and not _exact(whole, values[rows]):
                raise NotPlain
        elif kind != _NAN_TEXT or (flat[places[:, None] + np.arange(3)] != np.frombuffer(b"nan", np.uint8)).any():
            raise NotPlain
    return Numbers(values, kinds != 0)


def _exact(whole: npt.NDArray[Any], numbers: npt.NDArray[Any]) -> bool:
    """Whether whole numbers are the same as floats."""
    large = (whole > _EXACT) | (whole < -_EXACT)
    return all(int(number) == n for number, n in zip(numbers[large].tolist(), whole[large].tolist(), strict=True))


def _whole(flat: npt.NDArray[Any], kind: int, at: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Whole numbers of 1, 2, 3, 4, 6 or 8 bytes, the highest first."""
    import numpy as np

    found: npt.NDArray[Any]
    if kind == 3:
        found = (flat[at].view(np.int8).astype(np.int64) << 16) | _unaligned(flat, ">u2")[at + 1]
    elif kind == 5:
        found = (_unaligned(flat, ">i2")[at].astype(np.int64) << 32) | _unaligned(flat, ">u4")[at + 2]
    else:
        found = _unaligned(flat, {1: "i1", 2: ">i2", 4: ">i4", 6: ">i8"}[kind])[at].astype(np.int64)
    return found


def _unaligned(flat: npt.NDArray[Any], dtype: str) -> npt.NDArray[Any]:
    """The bytes as numbers that begin at every byte."""
    import numpy as np

    number = np.dtype(dtype)
    return np.ndarray((len(flat) - number.itemsize + 1,), number, flat.data, strides=(1,))
