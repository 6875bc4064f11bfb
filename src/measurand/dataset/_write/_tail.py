"""Files for the rows that are not sealed yet: mapped into memory, or written. Knows no Arrow.

`MappedTail` is the way for local disks: a row costs no system call, another process sees it at once, and the death of
this process cannot take it away, because the pages belong to the operating system. `WrittenTail` puts the same records
into the same places by `write`, for places where memory maps are refused or not coherent.
"""

from __future__ import annotations

import errno
import mmap
import os
import struct
import sys
from collections.abc import Callable, MutableSequence
from pathlib import Path
from typing import Any, Protocol

from measurand.dataset._disk import write_all
from measurand.dataset._format._record import COUNTER_AT, Layout

_BINARY = getattr(os, "O_BINARY", 0)
_CHUNK = 1 << 20


class Tail(Protocol):
    """A file with room for ``capacity`` records.

    ``put(view, offset, record, crc)`` places one; ``counter[0]`` is how many count, and setting it commits.
    """

    path: Path
    row0: int
    capacity: int
    view: Any
    counter: MutableSequence[int]
    put: Callable[[Any, int, bytes, int], object]

    def records(self) -> bytes:
        """Return the bytes of the committed records."""
        ...

    def sync(self) -> None:
        """Bring what is there through a power loss."""
        ...

    def close(self) -> None:
        """Let go of the file; it stays."""
        ...


class MappedTail:
    """A tail in memory that belongs to the operating system."""

    def __init__(self, path: Path, layout: Layout, row0: int, capacity: int) -> None:
        """Create the file, with every byte of it really allocated.

        Raises:
            OSError: The disk is full, or this place cannot be mapped; no file is left.
        """
        self.path, self.row0, self.capacity = path, row0, capacity
        self._layout = layout
        self._synced = 0
        size = layout.first + capacity * layout.size
        self._fd = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_RDWR | _BINARY, 0o666)
        try:
            # A sparse file would turn a full disk into a bus error that kills the process at some later row.
            _allocate(self._fd, size)
            self._map = mmap.mmap(self._fd, size)
        except BaseException:  # whatever it was, a Ctrl-C too: no half-made file stays
            os.close(self._fd)
            path.unlink()
            raise
        self._map[: layout.first] = layout.header(row0, capacity, counted=True)
        self._bytes = memoryview(self._map)
        self.view: Any = self._bytes
        # All systems we run on are little-endian, so a native store of 8 aligned bytes is the format's counter.
        self.counter: MutableSequence[int] = self._bytes[COUNTER_AT : COUNTER_AT + 8].cast("Q")  # type: ignore[assignment]  # a writable memoryview of numbers is one
        self.put: Callable[[Any, int, bytes, int], object] = struct.Struct(f"<{layout.payload}sI").pack_into

    def records(self) -> bytes:
        """Return the bytes of the committed records."""
        first = self._layout.first
        return bytes(self._bytes[first : first + self.counter[0] * self._layout.size])

    def sync(self) -> None:
        """Bring what is there through a power loss."""
        count = self.counter[0]
        if count == self._synced:
            return
        if sys.platform == "win32":
            self._map.flush()  # elsewhere fsync writes mapped pages too, and does not stop the other threads
        os.fsync(self._fd)
        self._synced = count

    def close(self) -> None:
        """Let go of the file; it stays."""
        self.counter.release()  # type: ignore[attr-defined]  # it is a memoryview
        self._bytes.release()
        self._map.close()
        os.close(self._fd)


class WrittenTail:
    """The same file, written record by record."""

    def __init__(self, path: Path, layout: Layout, row0: int, capacity: int) -> None:
        """Create the file with its header only.

        Raises:
            OSError: The disk refuses; no file is left.
        """
        self.path, self.row0, self.capacity = path, row0, capacity
        self._layout = layout
        self._synced = 0
        self._fd = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_RDWR | _BINARY, 0o666)
        self._padding = b"\0" * (layout.size - layout.payload - 4)
        self._crc = struct.Struct("<I")
        try:
            write_all(self._fd, layout.header(row0, capacity, counted=False))
        except BaseException:  # as above
            os.close(self._fd)
            path.unlink()
            raise
        self.view: Any = None
        self.counter: MutableSequence[int] = [0]
        self.put: Callable[[Any, int, bytes, int], object] = self._put

    def _put(self, _view: Any, offset: int, record: bytes, crc: int) -> None:
        # By place, not appended: a record that was cut short is written over by the next attempt.
        os.lseek(self._fd, offset, os.SEEK_SET)
        write_all(self._fd, record + self._crc.pack(crc) + self._padding)

    def records(self) -> bytes:
        """Return the bytes of the committed records."""
        with self.path.open("rb") as file:
            file.seek(self._layout.first)
            return file.read(self.counter[0] * self._layout.size)

    def sync(self) -> None:
        """Bring what is there through a power loss."""
        count = self.counter[0]
        if count != self._synced:
            os.fsync(self._fd)
            self._synced = count

    def close(self) -> None:
        """Let go of the file; it stays."""
        os.close(self._fd)


def _allocate(fd: int, size: int) -> None:
    if hasattr(os, "posix_fallocate"):
        try:
            os.posix_fallocate(fd, 0, size)
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.EOPNOTSUPP, errno.ENOSYS):
                raise
        else:
            return
    for start in range(0, size, _CHUNK):
        write_all(fd, b"\0" * min(_CHUNK, size - start))
