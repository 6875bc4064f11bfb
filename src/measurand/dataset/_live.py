"""Two small records beside a run's data: how it is doing, and what others ask of it. Knows no engine.

A record is a file of 512 bytes that is written in place, never replaced, so that a reader who holds it open disturbs
nobody, on Windows either. It proves itself by a sequence number and a CRC; a reader who meets it half-written reads again.

    offset  size  what
    0       4     ``MSR1``
    4       4     sequence number, unsigned, little endian, one more at each writing
    8       4     length of the text in bytes, unsigned, little endian
    12      4     CRC-32 of bytes 4 to 12 and of the text
    16      496   the text, JSON in UTF-8; what is behind its end means nothing
"""

from __future__ import annotations

import json
import os
import struct
import time
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from measurand._core.json import dumps

LIVE = "live.rec"
CONTROL = "control.rec"
SIZE = 512

_HEAD = struct.Struct("<4sIII")
_MAGIC = b"MSR1"
_TRIES = 20
_PAUSE = 0.001  # s between two tries; writing takes microseconds


class Record:
    """One record, for whoever writes it.

    Args:
        path: The file; made when it is first written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._number = 0

    def write(self, content: Mapping[str, Any]) -> None:
        """Put ``content`` in place of what was there.

        Args:
            content: JSON-able, at most 496 bytes of it; what is longer loses its longest texts' ends.

        Raises:
            OSError: The file cannot be written.
        """
        text = _fitting(content)
        if not self._number:
            known = read_record(self._path)
            self._number = 0 if known is None else known[0]
        self._number = (self._number + 1) & 0xFFFFFFFF
        middle = struct.pack("<II", self._number, len(text))
        data = _HEAD.pack(_MAGIC, self._number, len(text), zlib.crc32(middle + text)) + text
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
        try:
            os.write(descriptor, data.ljust(SIZE, b"\0"))
        finally:
            os.close(descriptor)


def read_record(path: Path) -> tuple[int, dict[str, Any]] | None:
    """Return number and content of a record; None if there is none, or none that proves itself."""
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(_PAUSE)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        if len(data) < _HEAD.size:
            continue
        magic, number, length, check = _HEAD.unpack_from(data)
        text = data[_HEAD.size : _HEAD.size + length]
        if magic == _MAGIC and len(text) == length and zlib.crc32(data[4:12] + text) == check:
            content: dict[str, Any] = json.loads(text)
            return number, content
    return None


def _fitting(content: Mapping[str, Any]) -> bytes:
    room = SIZE - _HEAD.size
    text = dumps(dict(content)).encode()
    limit = 200
    while len(text) > room and limit > 4:
        limit //= 2
        short = {key: value[:limit] if isinstance(value, str) else value for key, value in content.items()}
        text = dumps(short).encode()
    if len(text) > room:
        raise ValueError(f"A record holds {room} bytes, these are {len(text)}: {text[:80]!r}…")
    return text
