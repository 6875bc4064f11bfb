"""Where records go: a file of this process and day, and the console. Neither ever raises or stops who logs.

Knows no instrument and no setting.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from measurand._core.appending import append_line, open_appending
from measurand._core.clock import SYSTEM_CLOCK, Clock
from measurand.logger._line import LineFormatter

_PATIENCE = 10.0  # s between two attempts at a disk that refused; a share that is gone may take long to say so


class DayFile(logging.Handler):
    """Writes each record to ``<yymmdd>-<pid>-<name>.log``, at midnight to the file of the new day.

    No two processes write the same file, nothing is ever renamed, and a record is in the file when it was logged. While
    the disk refuses, records are counted instead; the next one that is written is preceded by their number.

    Args:
        folder: Where the files are; made when it is first needed.
        name: Last part of their names.
        on_failure: Called with a text when the disk begins to refuse.
        clock: Says when to try a disk again that refused.
    """

    def __init__(
        self, folder: Path, name: str, on_failure: Callable[[str], object] | None = None, clock: Clock = SYSTEM_CLOCK
    ) -> None:
        super().__init__()
        self.folder = folder
        self._name = name
        self._on_failure = on_failure
        self._clock = clock
        self._file: tuple[object, int] | None = None  # what it is for, and its descriptor
        self._lost = 0
        self._again = 0.0
        self.setFormatter(LineFormatter())

    @property
    def path(self) -> Path:
        """The file of this day."""
        return self._path(self._clock.time())

    def emit(self, record: logging.LogRecord) -> None:
        """Append ``record``."""
        if self._lost and self._clock.monotonic() < self._again:
            self._lost += 1
            return
        try:
            descriptor = self._opened(record.created)
            if self._lost:
                append_line(descriptor, self._encoded(self._remark(record)))
                self._lost = 0
            append_line(descriptor, self._encoded(record))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the log, the measurement goes on
            self._failed(error)

    def close(self) -> None:
        """Give the file back; a later record opens it again."""
        self.acquire()
        try:
            self._shut()
        finally:
            self.release()
        super().close()

    def _path(self, seconds: float) -> Path:
        return self.folder / f"{time.strftime('%y%m%d', time.localtime(seconds))}-{os.getpid()}-{self._name}.log"

    def _opened(self, seconds: float) -> int:
        day = time.localtime(seconds)
        wanted = (self.folder, day.tm_year, day.tm_yday, os.getpid())
        if self._file is not None and self._file[0] == wanted:
            return self._file[1]
        self._shut()
        path = self._path(seconds)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        self._file = (wanted, open_appending(path))
        return self._file[1]

    def _encoded(self, record: logging.LogRecord) -> bytes:
        return self.format(record).encode("utf-8", "backslashreplace")

    def _remark(self, record: logging.LogRecord) -> logging.LogRecord:
        text = f"{self._lost} records before this one are missing here: they could not be written."
        remark = logging.LogRecord(__name__, logging.WARNING, __file__, 0, text, None, None)
        remark.created = record.created
        return remark

    def _failed(self, error: Exception) -> None:
        first = not self._lost
        self._lost += 1
        self._again = self._clock.monotonic() + _PATIENCE
        self._shut()
        if first and self._on_failure is not None:
            self._on_failure(f"The log file in {self.folder} cannot be written, the measurement goes on: {error}")

    def _shut(self) -> None:
        if self._file is not None:
            descriptor, self._file = self._file[1], None
            with suppress(OSError):
                os.close(descriptor)


class Console(logging.Handler):
    """Writes records to what ``sys.stderr`` is at that moment; nothing if it is absent (pythonw), closed or broken."""

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.setFormatter(LineFormatter())

    def emit(self, record: logging.LogRecord) -> None:
        """Write ``record``; signs that the console lacks are written as their numbers."""
        with suppress(Exception):  # a stream of others may raise anything
            encoding = getattr(sys.stderr, "encoding", None) or "ascii"
            sys.stderr.write(f"{self.format(record)}\n".encode(encoding, "backslashreplace").decode(encoding))
            sys.stderr.flush()
