"""``run.jsonl``: what a run is and what happened to it, one JSON object per line, only ever appended to.

Line 1 is the header; each further line has ``event`` and ``time``. Its writer holds a lock on the file as long as it
lives: that is how everybody else tells a running run from a lost one. Whoever may write the file may append events too
(`measurand._core.appending`). Knows nothing about rows.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import socket
import threading
import time
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from measurand._core import appending, filelock
from measurand._core import json as plain_json
from measurand.dataset._format._annotations import Annotations, annotations_of
from measurand.dataset._format._describe import TableSpec
from measurand.errors import DamagedData, DefinitionError, FormatTooNew, RunBusy, RunNotFound

NAME = "run.jsonl"
FORMAT = "measurand-run"
VERSION = 1

_BINARY = getattr(os, "O_BINARY", 0)
SILENCE = 60.0
"""s without a sign of life, which a writer gives every 10 s, after which one on another computer is given up."""
_PATIENCE = 5.0  # s; a reader that asks whether we live holds the lock for microseconds


class RunFile:
    """The writing end."""

    def __init__(self, folder: Path, header: dict[str, Any]) -> None:
        """Create the file in ``folder``, lock it, write the header.

        Raises:
            RunBusy: Another process holds the lock.
            OSError: The disk refused.
        """
        self._open(folder / NAME, os.O_CREAT | os.O_EXCL)
        try:
            self.append({"format": FORMAT, "version": VERSION, **header})
        except BaseException:  # whatever it was, a Ctrl-C too: the file has no header
            self.close()
            raise

    @classmethod
    def again(cls, folder: Path) -> Self:
        """Open and lock the file of a run whose writer is gone.

        Raises:
            RunBusy: Another process holds the lock.
            OSError: The disk refused.
        """
        file = cls.__new__(cls)
        file._open(folder / NAME, 0)
        return file

    def _open(self, path: Path, how: int) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._closed = False
        self._unsynced = False
        self._fd = os.open(path, how | os.O_WRONLY | os.O_APPEND | _BINARY, 0o666)
        try:
            if not _lock(self._fd):
                raise RunBusy(f"{path} is locked by another process; a run has one writer.")
            self._end = appending.open_appending(path)
        except BaseException:  # whatever it was, a Ctrl-C too: the file is closed and it goes on
            os.close(self._fd)
            raise

    def append(self, line: dict[str, Any]) -> None:
        """Add a line.

        Raises:
            OSError: The disk refused; what was there before is as it was.
        """
        data = plain_json.dumps(line).encode()
        with self._lock:
            if self._closed:
                raise OSError(errno.EBADF, f"{self.path} is closed, its run has ended")
            self._unsynced = True
            appending.append_line(self._end, data)

    def sync(self) -> None:
        """Bring what is written through a power loss."""
        if self._unsynced:
            self._unsynced = False
            os.fsync(self._fd)

    def touch(self) -> None:
        """Give the file the present time: a reader on another computer, which may not see the lock, sees that we live."""
        with contextlib.suppress(OSError):  # a disk that refuses this refuses rows too, and then it is said
            os.utime(self.path)

    def close(self) -> None:
        """Close the file; this releases the lock. What is appended later is refused."""
        with self._lock:
            self._closed = True
            os.close(self._end)
            os.close(self._fd)

    def disown(self) -> None:
        """Close the file in a forked child, which would keep the lock when its parent, the writer, is dead."""
        self._lock = threading.Lock()  # whoever held the other one is not here
        if not self._closed:
            self.close()


def _lock(fd: int) -> bool:
    try:
        return filelock.lock(fd, _PATIENCE)
    except OSError:  # a file system without locks: signs of life have to do
        return True


@dataclass(frozen=True)
class RunInfo:
    """What ``run.jsonl`` said at one moment."""

    folder: Path
    header: dict[str, Any]
    events: tuple[dict[str, Any], ...] = field(repr=False)
    size: int = 0  # bytes read, which only grow

    @cached_property
    def resumed(self) -> tuple[dict[str, Any], ...]:
        """The ``resumed`` events: one for each time that a writer went on where another one had stopped."""
        return tuple(event for event in self.events if event.get("event") == "resumed")

    @cached_property
    def latest(self) -> tuple[dict[str, Any], ...]:
        """What happened since the run was begun, or resumed the last time."""
        begins = [number for number, event in enumerate(self.events) if event.get("event") == "resumed"]
        return self.events[begins[-1] + 1 :] if begins else self.events

    @property
    def before(self) -> dict[str, int]:
        """The number of rows of each table that were there when it was resumed the last time; empty if it never was."""
        return dict(self.resumed[-1].get("rows") or {}) if self.resumed else {}

    @cached_property
    def end(self) -> dict[str, Any] | None:
        """The ``end`` event; None while there is none. One before the run was resumed does not count."""
        ends = [event for event in self.latest if event.get("event") == "end"]
        return ends[-1] if ends else None

    @cached_property
    def annotations(self) -> Annotations:
        """What people said about the run."""
        return annotations_of(self.header, self.events)

    @cached_property
    def tables(self) -> dict[str, TableSpec]:
        """The tables by name, settled as far as their first row was added.

        Raises:
            DamagedData: What is said of one cannot be.
        """
        described = [*self.header.get("tables", ())]
        described += [event.get("table") for event in self.events if event.get("event") == "table"]
        try:
            return {spec["name"]: TableSpec.from_dict(spec) for spec in described if isinstance(spec, dict)}
        except (DefinitionError, KeyError) as error:
            raise DamagedData(f"{self.folder / NAME}: a table is described as none can be ({error}).") from error

    def status(self) -> str:
        """Return ``"running"``, ``"completed"``, ``"interrupted"``, ``"failed"`` or ``"lost"``, as of now."""
        if self.end is not None:
            return str(self.end["status"])
        locked = self._is_locked()
        if locked or self._was_heard_of(from_here=locked is None):
            return "running"
        again = read_run(self.folder).end  # it may have ended between our reading and our looking at the lock
        return str(again["status"]) if again is not None else "lost"

    def _is_locked(self) -> bool | None:
        """Whether a writer holds its lock; None if this place knows no locks, so that none could."""
        try:
            return filelock.is_locked(self.folder / NAME)
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:
            return None

    def _was_heard_of(self, *, from_here: bool) -> bool:
        """Whether a writer whose lock we may not see gave a sign of life within a minute.

        Args:
            from_here: Whether that may be one on this computer, too.
        """
        writer = self.resumed[-1] if self.resumed else self.header
        if writer.get("host") == socket.gethostname() and not from_here:
            return False
        try:
            newest = max(path.stat().st_mtime for path in self.folder.iterdir())
        except (OSError, ValueError):
            return False
        return abs(time.time() - newest) < SILENCE


def read_run(folder: Path) -> RunInfo:
    """Return what the run in ``folder`` says about itself.

    Raises:
        RunNotFound: No run is there.
        DamagedData: Its header is not whole.
        FormatTooNew: A later version of Measurand wrote it.
    """
    try:
        data = (folder / NAME).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise RunNotFound(f"{folder} holds no run: a run is a folder with a {NAME} in it.") from None
    *lines, _unfinished = data.split(b"\n")
    parsed = [_parse(line) for line in lines]
    header = parsed[0] if parsed else None
    if header is None or header.get("format") != FORMAT:
        raise DamagedData(f"{folder / NAME}: its first line is no whole header of a run.")
    if header.get("version", 0) > VERSION:
        raise FormatTooNew(
            f"{folder} has format version {header['version']}, this Measurand reads up to {VERSION}; update it."
        )
    return RunInfo(folder, header, tuple(line for line in parsed[1:] if line is not None), len(data))


def _parse(line: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except ValueError:  # torn by a power loss; what comes after is still good
        return None
    return found if isinstance(found, dict) else None
