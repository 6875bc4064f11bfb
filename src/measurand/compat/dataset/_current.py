"""The current database of a session: the one that the setting ``core.db_location`` names. Histories are opened once each."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from measurand.compat.dataset._connection import AtomicConnection
from measurand.compat.dataset._history import History
from measurand.compat.dataset._settings import db_location, set_db_location
from measurand.errors import ConfigurationError

JournalMode = Literal["DELETE", "TRUNCATE", "PERSIST", "MEMORY", "WAL", "OFF"]


def history(conn: AtomicConnection | None = None) -> History:
    """Return the history of a database; None: of the current one."""
    return _opened(db_location() if conn is None else conn.path)


@functools.lru_cache(maxsize=32)
def _opened(path: Path) -> History:
    return History(path)


def connect(name: str | Path, debug: bool = False, version: int = -1, read_only: bool = False) -> AtomicConnection:
    """Name a database; its data root is made if it is not there.

    Args:
        name: Path of the file, which need not be there.
        debug: Accepted; there are no statements to show.
        version: Accepted; runs are written in one version.
        read_only: Make nothing, and refuse a database of which there is nothing yet.

    Returns:
        What every function takes as ``conn``.

    Raises:
        ConfigurationError: ``read_only``, and there is neither a file nor a data root.
    """
    del debug, version
    conn = AtomicConnection(name)
    if read_only and not (conn.path.exists() or conn.path.with_suffix("").exists()):
        raise ConfigurationError(
            f"{conn.path} cannot be opened read-only: neither this file nor its data root is there."
        )
    if not read_only:
        history(conn)
    return conn


def conn_from_dbpath_or_conn(
    conn: AtomicConnection | None, path_to_db: str | Path | None, read_only: bool = False
) -> AtomicConnection:
    """Return the database that is named one way or the other; the current one if neither is given.

    Raises:
        ConfigurationError: Both are given.
    """
    if conn is not None and path_to_db is not None:
        raise ConfigurationError("Received BOTH conn and path_to_db. Please provide only one or the other.")
    return conn if conn is not None else connect(path_to_db or db_location(), read_only=read_only)


def initialise_database(journal_mode: JournalMode | None = "WAL", db_path: str | Path | None = None) -> None:
    """Make the data root of a database if it is not there.

    Args:
        journal_mode: Accepted; a crash loses no accepted row in any mode.
        db_path: Path of the file; None: that of the setting ``core.db_location``.
    """
    del journal_mode
    connect(db_location() if db_path is None else db_path)


def initialise_or_create_database_at(
    db_file_with_abs_path: str | Path, journal_mode: JournalMode | None = "WAL"
) -> None:
    """Choose where this session stores and finds runs.

    Args:
        db_file_with_abs_path: ``name.db``: runs go into the folder ``name`` beside it, which is made. If there is such a
            file, made by QCoDeS, its runs are the older ones of the same history; it is not changed. A folder is taken
            as a data root of Measurand itself.
        journal_mode: Accepted; a crash loses no accepted row in any mode.

    Raises:
        ConfigurationError: The data root cannot be made.
        DamagedData: There is a file, and it is no database of QCoDeS.
    """
    del journal_mode
    conn = connect(db_file_with_abs_path)
    set_db_location(conn.path)


@contextlib.contextmanager
def initialised_database_at(
    db_file_with_abs_path: str | Path, *, journal_mode: JournalMode | None = "WAL"
) -> Iterator[None]:
    """Choose a database for a ``with`` block; the one before is the current one again after it. Arguments as above."""
    before = db_location()
    initialise_or_create_database_at(db_file_with_abs_path, journal_mode)
    try:
        yield
    finally:
        set_db_location(before)


def get_DB_location() -> str:  # noqa: N802 - QCoDeS's name
    """Return the path of the current database."""
    return str(db_location())


def get_DB_debug() -> bool:  # noqa: N802 - QCoDeS's name
    """Return the setting ``core.db_debug``; nothing follows it."""
    from measurand.compat.dataset._settings import setting

    return bool(setting("core", "db_debug"))


def path_to_dbfile(conn: AtomicConnection) -> str:
    """Return the path of a database."""
    return conn.path_to_dbfile


def set_journal_mode(conn: AtomicConnection, journal_mode: JournalMode) -> None:
    """Do nothing: a crash loses no accepted row in any mode."""


def write_through(enabled: bool = True, conn: AtomicConnection | None = None) -> None:
    """Have each run that is completed copied into the database file, too, where QCoDeS and its viewers find it.

    Args:
        enabled: Whether; for this session.
        conn: The database; None: the current one.
    """
    history(conn).writes_through = enabled


def forget(*_: Any) -> None:
    """Close every history that was opened; the next question opens it again."""
    _opened.cache_clear()
