"""Lines that several processes add to one file: each goes to the end in one piece, none is written over another.

On POSIX ``O_APPEND`` promises that for a single write. Windows has a twin of its own: a handle that may append and do
nothing else; the C library's ``O_APPEND`` there looks for the end first and writes then, so that two may meet.
A line that a full disk cut short has no line end. Whoever appends next begins a new line, and readers skip the torn one.
"""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

if sys.platform == "win32":
    import ctypes
    import msvcrt
    from ctypes import wintypes

    _READ_AND_APPEND = 0x80000000 | 0x00000004  # GENERIC_READ | FILE_APPEND_DATA, without FILE_WRITE_DATA
    _SHARED = 0x7  # others may read, write and delete meanwhile
    _OPEN_EXISTING, _NORMAL, _INVALID = 3, 0x80, wintypes.HANDLE(-1).value

    def open_appending(path: Path) -> int:
        """Open the file ``path``, which must exist, for appending; return its descriptor, to be closed by ``os.close``."""
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateFileW.restype = wintypes.HANDLE
        handle = kernel.CreateFileW(str(path), _READ_AND_APPEND, _SHARED, None, _OPEN_EXISTING, _NORMAL, None)
        if handle == _INVALID:
            raise ctypes.WinError(ctypes.get_last_error())
        return msvcrt.open_osfhandle(handle, os.O_APPEND | os.O_BINARY)

else:

    def open_appending(path: Path) -> int:
        """Open the file ``path``, which must exist, for appending; return its descriptor, to be closed by ``os.close``."""
        return os.open(path, os.O_RDWR | os.O_APPEND)


def append_line(fd: int, line: bytes) -> None:
    """Append ``line``, which holds no line end, and one; after a torn line on a line of its own.

    Args:
        fd: What `open_appending` returned.
        line: One line.

    Raises:
        OSError: The disk refused it, or a part of it; what was there before is as it was.
    """
    size = os.lseek(fd, 0, os.SEEK_END)
    torn = False
    if size:
        os.lseek(fd, size - 1, os.SEEK_SET)
        torn = os.read(fd, 1) != b"\n"
    data = (b"\n" if torn else b"") + line + b"\n"
    if os.write(fd, data) < len(data):
        raise OSError(errno.ENOSPC, "the disk took only a part of a line")
