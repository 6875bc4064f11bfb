"""What everybody who writes asks of the disk: every byte, and names that survive a power loss. Knows no format."""

from __future__ import annotations

import os
from pathlib import Path


def write_all(fd: int, data: bytes | memoryview) -> None:
    """Write every byte of ``data`` to ``fd``; `os.write` may stop early, on a disk that is nearly full for one."""
    rest = memoryview(data).cast("B")
    while rest:
        rest = rest[os.write(fd, rest) :]


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
