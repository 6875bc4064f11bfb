"""What names a database. QCoDeS has an SQLite connection there; this is the path, and nothing of SQL."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, NoReturn, Self

from measurand.errors import DatasetError

_ADVICE = (
    "An AtomicConnection names a database and speaks no SQL: runs are folders. Take load_by_id, experiments() and "
    "get_guids_by_run_spec, or open the old file itself with sqlite3.connect(path)."
)


class NoSql(DatasetError, NotImplementedError, AttributeError):
    """SQL was asked of a database that consists of run folders."""


class AtomicConnection:
    """A database by its path; `connect` makes it, and every function that takes a ``conn`` takes it.

    It holds nothing open. What it does not do: statements, cursors, transactions, row factories and traces, as an
    `sqlite3.Connection` does; asking for one of them raises `NoSql`.

    Args:
        path: The file ``name.db``, which need not be there: the runs are in the folder ``name`` beside it.

    Example:
        >>> AtomicConnection("lab.db").path_to_dbfile.endswith("lab.db")
        True
    """

    atomic_in_progress = False

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path).expanduser().absolute()

    @property
    def path_to_dbfile(self) -> str:
        """The path as text."""
        return str(self.path)

    def close(self) -> None:
        """Do nothing: nothing is open."""

    def commit(self) -> None:
        """Do nothing: what was accepted is stored."""

    def rollback(self) -> None:
        """Do nothing: what was accepted is stored."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __getattr__(self, name: str) -> NoReturn:
        if name in dir(sqlite3.Connection):
            raise NoSql(_ADVICE)
        raise AttributeError(f"AtomicConnection has no attribute {name!r}.")

    def __repr__(self) -> str:
        return f"AtomicConnection({str(self.path)!r})"


class SQLiteSettings:
    """The limits of SQLite as QCoDeS documents them; nothing here depends on them."""

    limits: ClassVar[dict[str, str | int]] = {
        "MAX_ATTACHED": 10, "MAX_COLUMN": 2000, "MAX_COMPOUND_SELECT": 500, "MAX_EXPR_DEPTH": 1000,
        "MAX_FUNCTION_ARG": 127, "MAX_LENGTH": 1_000_000_000, "MAX_LIKE_PATTERN_LENGTH": 50_000,
        "MAX_PAGE_COUNT": 1_073_741_823, "MAX_SQL_LENGTH": 1_000_000_000, "MAX_VARIABLE_NUMBER": 250_000,
    }  # fmt: skip
    settings: ClassVar[dict[str, Any]] = {"VERSION": sqlite3.sqlite_version}
