"""An Arrow IPC file that only ever grows. Knows batches, not what is in them.

pyarrow forms the bytes; they are gathered and written by us, so that a batch that the disk refused can be cut off and
written again, and the file never holds anything that is not followed by nothing or by whole batches.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

from measurand.dataset._disk import write_all
from measurand.dataset._format._arrow import checksum

_BINARY = getattr(os, "O_BINARY", 0)
_SMALL = 1 << 20  # up to here one write of joined pieces is cheaper than a write per piece


class ArrowFile:
    """The writing end of one Arrow file.

    Args:
        path: The file, made here; nothing is in it before the first `push`.
        schema: What the batches look like.
        row0: Number of the first row that it will hold.
        stream: Whether it is a stream, which never gets a footer, rather than a file.
        compression: ``"zstd"``, ``"lz4"`` or None.

    Raises:
        OSError: The file cannot be created.
    """

    def __init__(
        self, path: Path, schema: Any, row0: int = 0, *, stream: bool = False, compression: str | None = None
    ) -> None:
        import pyarrow as pa

        self.rows = row0  # the number after that of the last row taken
        self._path = path
        self._fd = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | _BINARY, 0o666)
        self._pieces = _Pieces()
        new = pa.ipc.new_stream if stream else pa.ipc.new_file
        options = pa.ipc.IpcWriteOptions(compression=compression)
        self._writer = new(pa.PythonFile(self._pieces, mode="w"), schema, options=options)
        self._whole = True
        self._size = 0
        self._synced = 0

    def take(self, batch: Any, row0: int) -> None:
        """Take a batch whose first row has the number ``row0``; `push` writes it.

        Raises:
            OSError: An earlier call was interrupted, nothing can be added any more.
        """
        metadata = {"r0": str(row0), "crc": f"{checksum(batch, row0):08x}"}
        self._check_whole()
        self._whole = False
        self._writer.write_batch(batch, custom_metadata=metadata)
        self.rows = row0 + batch.num_rows
        self._whole = True

    def push(self) -> None:
        """Write what is not written yet.

        Raises:
            OSError: The disk refused; the file is as it was before, and the next `push` tries again.
        """
        self._check_whole()
        pieces = [memoryview(piece) for piece in self._pieces.waiting]
        total = sum(piece.nbytes for piece in pieces)
        if not total:
            return
        try:
            for piece in [b"".join(pieces)] if total <= _SMALL else pieces:
                write_all(self._fd, piece)
        except BaseException:  # a Ctrl-C too: half a batch must not stay
            os.ftruncate(self._fd, self._size)
            os.lseek(self._fd, self._size, os.SEEK_SET)
            raise
        self._pieces.waiting.clear()
        self._size += total

    def sync(self) -> None:
        """Bring what is written through a power loss."""
        if self._synced != self._size:
            os.fsync(self._fd)
            self._synced = self._size

    def finish(self) -> None:
        """Write the footer, which makes it an ordinary Arrow file, and close it.

        Raises:
            OSError: The disk refused; every batch written before stays readable.
        """
        self._check_whole()
        if not self._pieces.ended:
            self._writer.close()
            self._pieces.ended = True
        self.push()
        self.sync()
        os.close(self._fd)

    def close(self) -> None:
        """Let go of the file as it is; it stays."""
        os.close(self._fd)

    def _check_whole(self) -> None:
        if not self._whole:
            raise OSError(errno.EIO, f"{self._path.name} was interrupted while a batch was formed")


class _Pieces:
    """What pyarrow writes, gathered; the part of a file object that `pyarrow.PythonFile` needs."""

    def __init__(self) -> None:
        self.waiting: list[Any] = []
        self.ended = False
        self.closed = False
        self._position = 0

    def write(self, data: Any) -> int:
        self.waiting.append(data)
        length = memoryview(data).nbytes
        self._position += length
        return length

    def tell(self) -> int:
        return self._position

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False
