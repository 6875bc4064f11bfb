"""One whole number per run that sorts runs by their start, and is the same in every index and every rebuild of one."""

from __future__ import annotations

import math
import zlib

from measurand.dataset._records import RunRecord

_NUMBER_BITS, _FOLDER_BITS = 6, 15
_BITS = _NUMBER_BITS + _FOLDER_BITS
_LATEST = (1 << 63 - _BITS) - 2  # ms; an instant needs one more


def key_of(record: RunRecord) -> int:
    """Return the key of a run: ms of its start, then its number, then its folder, in 63 bits.

    Two runs have the same key only if they began in the same ms, have numbers that differ by a multiple of 64 and folders
    that agree in 15 bits of their crc.
    """
    number = record.number % (1 << _NUMBER_BITS)
    folder = zlib.crc32(record.path.as_posix().encode()) % (1 << _FOLDER_BITS)
    return first_key(record.started.timestamp()) + (number << _FOLDER_BITS) + folder


def first_key(moment: float) -> int:
    """Return the least key of a run that started in this ms or later; ``moment`` in s since 1970.

    Whatever clocks and people say, it is a moment from 1970 to 2109.
    """
    return min(max(0, milliseconds(moment)), _LATEST) << _BITS


def milliseconds(moment: float) -> int:
    """Return the ms that a moment, in s since 1970, is in."""
    return math.floor(moment * 1000)
