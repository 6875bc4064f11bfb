"""What everybody who writes asks of the disk: every byte, and names that survive a power loss. Knows no format."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_SMALL = 1 << 14  # up to here joining the pieces is cheaper than handing them over one by one
_MOST_PIECES = 512  # in one call; systems allow 1024


def write_all(fd: int, data: bytes | bytearray | memoryview) -> None:
    """Write every byte of ``data`` to ``fd``; `os.write` may stop early, on a disk that is nearly full for one."""
    rest = memoryview(data).cast("B")
    while rest:
        rest = rest[os.write(fd, rest) :]


def write_pieces(fd: int, pieces: Sequence[Any], total: int) -> None:
    """Write every byte of ``pieces``, ``total`` together, one after the other and with as few copies as there may be."""
    if total <= _SMALL or not hasattr(os, "writev"):
        write_all(fd, b"".join(pieces))
    elif len(pieces) > _MOST_PIECES:
        for at in range(0, len(pieces), _MOST_PIECES):
            some = pieces[at : at + _MOST_PIECES]
            write_pieces(fd, some, sum(memoryview(piece).nbytes for piece in some))
    elif (written := os.writev(fd, pieces)) != total:
        write_all(fd, memoryview(b"".join(pieces))[written:])


def sync_folders(folder: Path) -> None:
    """Bring the names of new files through a power loss; Windows does that by itself."""
    if os.name != "posix":
        return
    for part in (folder, folder.parent):
        fd = os.open(part, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
