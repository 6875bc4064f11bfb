"""An Arrow IPC file that only ever grows. Knows messages, not what is in them.

A message that the disk refused is cut off, so that the file never holds anything that is not followed by nothing or by
whole messages. Its only lasting effect is one assignment, so that a Ctrl-C leaves a message there or not.
"""

from __future__ import annotations

import array
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from measurand.dataset._disk import write_all, write_pieces
from measurand.dataset._write._message import Former, Message

_BINARY = getattr(os, "O_BINARY", 0)


class ArrowFile:
    """The writing end of one Arrow file.

    Args:
        path: The file, made here; nothing is in it before the first `write`.
        former: Forms its beginning and its end.
        row0: Number of the first row that it will hold.

    Raises:
        OSError: The file cannot be created.
    """

    def __init__(self, path: Path, former: Former, row0: int = 0) -> None:
        self._former = former
        self._fd = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | _BINARY, 0o666)
        self._written = (0, row0, 0)  # bytes, rows, messages: what is in the file
        self._blocks = array.array("q")  # for the footer: begin, length of metadata, and of the body, of each message
        self._synced = 0
        self._closed = False

    @property
    def rows(self) -> int:
        """The number after that of the last row that is in the file."""
        return self._written[1]

    @property
    def messages(self) -> int:
        """How many batches are in the file."""
        return self._written[2]

    def write(self, message: Message) -> None:
        """Write a batch. One that is there already is passed over, so that a failed attempt can be repeated.

        Raises:
            OSError: The disk refused; the file is as it was before.
        """
        new = message.row0 + message.rows - self._written[1]
        if new > 0:
            self.append(message.pieces, message.metadata, message.total, new)

    def append(self, pieces: Sequence[Any], metadata: int, total: int, new: int = 1) -> None:
        """Write a batch of rows that come next.

        Args:
            pieces: Its bytes.
            metadata: How many of these are not its body.
            total: How many there are.
            new: How many rows it adds.

        Raises:
            OSError: The disk refused; the file is as it was before.
        """
        size, rows, messages = self._written
        begin = size or len(self._former.prologue)
        self._blocks[3 * messages :] = array.array("q", (begin, metadata, total - metadata))
        after = begin + total, rows + new, messages + 1
        try:
            if not size:
                write_all(self._fd, self._former.prologue)
            write_pieces(self._fd, pieces, total)
            self._written = after
        except BaseException:  # a Ctrl-C too: half a batch must not stay
            self._cut()
            raise

    def sync(self) -> None:
        """Bring what is written through a power loss."""
        size = self._written[0]
        if self._synced != size:
            os.fsync(self._fd)
            self._synced = size

    def finish(self) -> None:
        """Write the footer, which makes it an ordinary Arrow file, and close it.

        Raises:
            OSError: The disk refused; every batch written before stays readable.
        """
        try:
            write_all(self._fd, self._former.footer(self._blocks[: 3 * self._written[2]].tobytes()))
            os.fsync(self._fd)
        except BaseException:  # as above
            self._cut()
            raise
        self.close()

    def close(self) -> None:
        """Let go of the file as it is; it stays. Later calls do nothing."""
        if not self._closed:
            self._closed = True
            os.close(self._fd)

    def _cut(self) -> None:
        os.ftruncate(self._fd, self._written[0])
        os.lseek(self._fd, self._written[0], os.SEEK_SET)
