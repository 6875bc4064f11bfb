"""A SQLite file, read in place so that no byte of it, its WAL or its folder changes. Knows nothing of what is in it.

SQLite's own ``mode=ro`` is not enough: reading a file with a write-ahead log it makes ``-wal`` and ``-shm``, or writes
into them. What is right depends on what lies there:

=============================  ========================================================================================
an ordinary journal            ``mode=ro``: locks, and nothing else
WAL mode, no ``-wal``          ``immutable=1``: nobody is at it. Somebody may come: what a question saw counts only if the
                               file is still the same afterwards
``-wal`` and ``-shm``          ``readonly_shm=1``: the writer's index is read, not written; if no writer lives, SQLite makes
                               one of its own in memory
``-wal`` alone                 the log in place with an index in memory, where there are no locks to be had (POSIX)
a journal to be rolled back,   a copy in a temporary folder, where SQLite may write what it wants
and whatever else fails
=============================  ========================================================================================
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from measurand.errors import DamagedData, DatasetError, MeasurandError, StorageFailed

T = TypeVar("T")
_MAGIC = b"SQLite format 3\0"
_HEADER = 100  # bytes
_PATIENCE = 5.0  # s for a writer that holds a lock; a transaction takes milliseconds
_ATTEMPTS = 50
_WAL_MODE = 2  # byte 18 of the header
_COMPANIONS = ("-wal", "-journal")

_State = tuple[tuple[int, int, int] | None, ...]


@dataclass(frozen=True)
class _Way:
    """How to open: parameters of the URI, what to say first, and whether SQLite cannot notice changes by others."""

    query: str
    pragma: str = ""
    blind: bool = False


_LOCKING = _Way("mode=ro")
_IMMUTABLE = _Way("mode=ro&immutable=1", blind=True)
_SHARED = _Way("mode=ro&readonly_shm=1")
_ALONE = _Way("mode=ro&vfs=unix-none", "pragma locking_mode=exclusive", blind=True)


class DatabaseFile:
    """Reads one SQLite file.

    Args:
        path: The file.

    Raises:
        DatasetError: Nothing is there, or it cannot be opened.
        DamagedData: It is no SQLite file, or a damaged one.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: sqlite3.Connection | None = None
        self._way = _LOCKING
        self._state: _State = ()
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        _check_header(path)

    def read(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """Return the answer to a question, which sees one state of the file; it may be asked again.

        Raises:
            DamagedData: SQLite finds the file damaged.
            StorageFailed: Another program locks it, or the disk refuses.
        """
        for _ in range(_ATTEMPTS):
            state = _state_of(self.path)
            try:
                connection = self._connected(state)
                with _transaction(connection):
                    answer = question(connection)
            except sqlite3.Error as error:
                if _state_of(self.path) != state:
                    self.close()
                    continue
                raise explained(self.path, error) from error
            if not self._blind or _state_of(self.path) == state:
                return answer
            self.close()
        raise StorageFailed(f"{self.path} is being written too fast to be read; read it when the measurement is done.")

    def quiet_bytes(self) -> Path | None:
        """Return the file whose bytes alone are the database, as long as `read` lasts; None: a log belongs to it."""
        # Not where there are locks: closing a file anywhere in a process gives up those that SQLite holds (POSIX).
        return self.path if self._copy is None and self._way is _IMMUTABLE else None

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._copy is not None:
            self._copy.cleanup()
            self._copy = None

    @property
    def _blind(self) -> bool:
        return self._way.blind or self._copy is not None

    def _connected(self, state: _State) -> sqlite3.Connection:
        if self._connection is not None and not (self._blind and state != self._state):
            return self._connection
        self.close()
        self._state, self._way = state, _way_to(self.path)
        if self._way is _IMMUTABLE:
            _check_length(self.path, state)
        try:
            self._connection = _connect(self.path, self._way)
        except sqlite3.OperationalError:
            if self._way is _LOCKING and not _has(self.path, "-journal"):
                raise
            self._connection = self._copied(state)
        return self._connection

    def _copied(self, state: _State) -> sqlite3.Connection:
        """A connection to a copy, in which SQLite mends what a dead process left."""
        self._copy = tempfile.TemporaryDirectory(prefix="measurand-")
        copy = Path(self._copy.name) / "copy.db"
        try:
            for suffix in ("", *_COMPANIONS):
                if _has(self.path, suffix):
                    shutil.copyfile(f"{self.path}{suffix}", f"{copy}{suffix}")
        except OSError as error:
            raise StorageFailed(f"{self.path} has a log to be replayed in a copy, which failed: {error}.") from error
        if _state_of(self.path) != state:
            raise sqlite3.OperationalError("changed while it was copied")
        return _connect(copy, _Way("mode=rw"))


def is_database(path: str | Path) -> bool:
    """Whether a file is one of SQLite, or is called like one: to be opened as a database, or refused as one."""
    path = Path(path)
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC or path.suffix == ".db"


def explained(path: Path, error: sqlite3.Error) -> MeasurandError:
    """Return our exception for what SQLite says of a file."""
    text = str(error)
    if "locked" in text or "busy" in text:
        return StorageFailed(
            f"{path} is locked by another program for longer than {_PATIENCE:g} s; end that program, or copy the file."
        )
    if "not a database" in text:
        return DamagedData(f"{path} begins like a SQLite file and is none ({text}); it is damaged or encrypted.")
    if "malformed" in text or "decode" in text or "corrupt" in text:
        return DamagedData(
            f"{path} is damaged ({text}). Compare it with a copy; what can be rescued is told by "
            f'sqlite3 "{path.name}" ".recover".'
        )
    if isinstance(error, sqlite3.OperationalError) and ("disk" in text or "unable to open" in text):
        return StorageFailed(f"{path} cannot be read ({text}). Is the disk or share there, and may you read it?")
    return DatasetError(f"{path} cannot be read as a QCoDeS database ({text}).")


def _check_header(path: Path) -> None:
    try:
        with path.open("rb") as file:
            head = file.read(len(_MAGIC))
    except FileNotFoundError:
        raise DatasetError(f"{path}: there is no such file.") from None
    except IsADirectoryError:
        raise DatasetError(f"{path} is a folder; a QCoDeS database is a file, mostly called *.db.") from None
    except OSError as error:
        raise StorageFailed(f"{path} cannot be read ({error}).") from error
    if not head:
        raise DamagedData(f"{path} is empty; no database was ever written to it, or a copy was cut off.")
    if head != _MAGIC:
        raise DamagedData(f"{path} is no SQLite file: it begins with {head!r}.")


def _check_length(path: Path, state: _State) -> None:
    """Refuse a file that is shorter than it says, which SQLite takes for zeros, unless it changes just now."""
    with path.open("rb") as file:
        head = file.read(_HEADER)
    if len(head) < _HEADER:
        raise DamagedData(f"{path} is cut off: it has {len(head)} bytes, less than its header. Compare with a copy.")
    page = int.from_bytes(head[16:18], "big")
    told = int.from_bytes(head[28:32], "big") * (65536 if page == 1 else page)
    size = 0 if state[0] is None else state[0][0]
    if size < told and head[24:28] == head[92:96] and _state_of(path) == state:
        raise DamagedData(f"{path} is cut off: it has {size} of {told} bytes. Compare with a copy.")


def _way_to(path: Path) -> _Way:
    with path.open("rb") as file:
        head = file.read(20)
    if len(head) < 20 or head[18] != _WAL_MODE:
        return _LOCKING
    wal, index = _has(path, "-wal", empty=True), _has(path, "-shm")
    if wal and index:
        return _SHARED
    if not _has(path, "-wal"):
        return _IMMUTABLE
    return _ALONE if os.name == "posix" else _SHARED


def _has(path: Path, suffix: str, *, empty: bool = False) -> bool:
    """Whether a file is beside; one without content counts if ``empty``."""
    try:
        return os.stat(f"{path}{suffix}").st_size > 0 or empty  # noqa: PTH116 - a suffix is not a Path's suffix
    except OSError:
        return False


def _state_of(path: Path) -> _State:
    found: list[tuple[int, int, int] | None] = []
    for suffix in ("", *_COMPANIONS):
        try:
            about = os.stat(f"{path}{suffix}")  # noqa: PTH116 - as above
            found.append((about.st_size, about.st_mtime_ns, about.st_ino))
        except OSError:
            found.append(None)
    return tuple(found)


def _connect(path: Path, way: _Way) -> sqlite3.Connection:
    posix = path.absolute().as_posix()
    address = f"file://{'' if posix.startswith('/') else '/'}{quote(posix)}?{way.query}"
    connection = sqlite3.connect(address, uri=True, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        if way.pragma:
            connection.execute(way.pragma)
        connection.execute("select 1 from sqlite_master limit 1").fetchone()
    except BaseException:  # a Ctrl-C too: no open file is left behind
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Every statement within sees the same state."""
    connection.execute("begin")
    try:
        yield
    finally:
        connection.execute("rollback")
