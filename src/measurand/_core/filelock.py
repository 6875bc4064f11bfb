"""A lock on an open file that its owner's death releases: how a reader tells a running writer from a dead one.

The lock is advisory for readers of the content: on Windows, where locked bytes cannot be read, one byte far beyond the
end of the file is locked.
"""

from __future__ import annotations

import os
import sys
import time

if sys.platform == "win32":
    import msvcrt

    _FAR = 2**62

    def try_lock(fd: int, *, shared: bool = False) -> bool:  # noqa: ARG001 - Windows knows exclusive locks only
        """Try to lock the open file ``fd``; return whether it worked. Released by `unlock`, close or death."""
        here = os.lseek(fd, 0, os.SEEK_CUR)
        try:
            os.lseek(fd, _FAR, os.SEEK_SET)
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(fd, here, os.SEEK_SET)
        return True

    def unlock(fd: int) -> None:
        """Release the lock on ``fd``."""
        here = os.lseek(fd, 0, os.SEEK_CUR)
        try:
            os.lseek(fd, _FAR, os.SEEK_SET)
            msvcrt.locking(fd, msvcrt.LK_UNLCK, 1)
        finally:
            os.lseek(fd, here, os.SEEK_SET)

else:
    import fcntl

    def try_lock(fd: int, *, shared: bool = False) -> bool:
        """Try to lock the open file ``fd``; return whether it worked. Released by `unlock`, close or death."""
        try:
            fcntl.flock(fd, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def unlock(fd: int) -> None:
        """Release the lock on ``fd``."""
        fcntl.flock(fd, fcntl.LOCK_UN)


def lock(fd: int, timeout: float) -> bool:
    """Lock ``fd``, waiting up to ``timeout`` s for another owner to let go; return whether it worked."""
    end = time.monotonic() + timeout
    while not try_lock(fd):
        if time.monotonic() > end:
            return False
        time.sleep(0.002)
    return True


def is_locked(path: str | os.PathLike[str]) -> bool:
    """Return whether a living process holds the lock on the file ``path``; needs no right to write it."""
    fd = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        if try_lock(fd, shared=True):
            unlock(fd)
            return False
        return True
    finally:
        os.close(fd)
