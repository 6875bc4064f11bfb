"""The index in a local SQLite file. Knows what a record is and nothing about folders or files of runs.

Runs lie in the order of their keys, that is of their start. Each question opens the file anew, so that it may be removed at any moment, and several threads and processes may ask
and fill it at once: what is put in is one transaction, readers see the state before it or after it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from measurand.dataset._records import RunRecord
from measurand.dataset.catalogue._index import NameKind
from measurand.dataset.catalogue._keys import key_of, milliseconds
from measurand.dataset.catalogue._leaves import leaves, words_of
from measurand.dataset.catalogue._query import Query
from measurand.dataset.catalogue._sql import distinct, sql_of, sql_of_order
from measurand.dataset.catalogue._stored import restored, stored
from measurand.errors import QueryError

if TYPE_CHECKING:
    import sqlite3

_VERSION = 2
_PATIENCE = 5.0  # s; another process puts in a thousand runs in less
_CACHE = 65_536  # KiB; pages that a filling comes back to
_REPLACED = "\N{REPLACEMENT CHARACTER}"
_AT_ONCE = 500  # folders in one question; SQLite allows at least 999
# The tables whose key begins with what is searched for lie sorted by it: a search reads one stretch of the file.
_TABLES = f"""
    PRAGMA user_version = {_VERSION};
    CREATE TABLE runs (key INTEGER PRIMARY KEY, told INTEGER, number INTEGER, id TEXT, name TEXT, sample TEXT,
                       experiment TEXT, status TEXT, "user" TEXT, host TEXT, ended INTEGER, duration REAL,
                       "rows" INTEGER, size INTEGER, starred INTEGER, tagged INTEGER);
    CREATE INDEX by_number ON runs (number);
    CREATE INDEX by_id ON runs (id);
    CREATE TABLE folders (folder TEXT PRIMARY KEY, key INTEGER) WITHOUT ROWID;
    CREATE TABLE records (key INTEGER PRIMARY KEY, record TEXT);
    CREATE TABLE tags (tag TEXT, run INTEGER, place INTEGER, PRIMARY KEY (tag, run)) WITHOUT ROWID;
    CREATE TABLE notes (note TEXT, run INTEGER, place INTEGER, PRIMARY KEY (run, place)) WITHOUT ROWID;
    CREATE TABLE parents (parent TEXT, run INTEGER, place INTEGER, PRIMARY KEY (parent, run, place)) WITHOUT ROWID;
    CREATE TABLE columns (name TEXT, run INTEGER, place INTEGER, unit TEXT, "min" REAL, "max" REAL, mean REAL,
                          "count" INTEGER, nan INTEGER, PRIMARY KEY (name, run)) WITHOUT ROWID;
    CREATE TABLE metadata (path TEXT, run INTEGER, place INTEGER, number REAL, text TEXT,
                           PRIMARY KEY (path, run, place)) WITHOUT ROWID;
    CREATE TABLE marks (name TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID;
"""
_WORDS = "CREATE VIRTUAL TABLE words USING fts5 (content, content='', detail='none', tokenize='ascii')"
_WORDS_WITHOUT_INDEX = "CREATE TABLE words (rowid INTEGER PRIMARY KEY, content TEXT)"
_FIRST_COLUMN = {"columns": "name", "tags": "tag", "metadata": "path"}


class SQLiteIndex:
    """Records of runs in one file, made when it is first used.

    Args:
        path: The file; on a local disk, since SQLite trusts locks that shares do not keep.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def put(self, records: Iterable[RunRecord], removed: Iterable[str], marks: Mapping[str, int | None]) -> None:
        """Take in what was seen, all of it or nothing."""
        with self._open() as database, _transaction(database):
            database.execute(f"PRAGMA cache_size = -{_CACHE}")
            filling = _Filling(database, indexed=_is_indexed(database))
            for folder in removed:
                filling.remove(folder)
            for record in records:
                filling.put(record)
            forgotten = [(name,) for name, value in marks.items() if value is None]
            database.executemany("DELETE FROM marks WHERE name = ?", forgotten)
            kept = [(name, value) for name, value in marks.items() if value is not None]
            database.executemany("INSERT OR REPLACE INTO marks VALUES (?, ?)", kept)

    def marks(self) -> dict[str, int]:
        """Return everything marked."""
        with self._open() as database:
            return dict(database.execute("SELECT name, value FROM marks"))

    def folders(self, below: str) -> set[str]:
        """Return the folders of the known runs that lie directly below ``below``."""
        question = "SELECT folder FROM folders WHERE folder > ? AND folder < ?"  # 0 is what comes after a slash
        with self._open() as database:
            return {row[0] for row in database.execute(question, (f"{below}/", f"{below}0"))}

    def find(self, query: Query) -> Sequence[int]:
        """Return the keys of the runs that ``query`` asks for, in its order."""
        with self._open() as database:
            where = sql_of(query.where, indexed=_is_indexed(database))
            orders = [sql_of_order(order) for order in query.order]
            newest = query.limit is not None and not orders
            by = ", ".join([*(order.text for order in orders), f"key {'DESC' if newest else 'ASC'}"])
            bound = [*where.values, *(value for order in orders for value in order.values), query.limit or -1]
            question = f"SELECT key FROM runs WHERE {where.text} ORDER BY {by} LIMIT ?"
            with _question():
                found = [row[0] for row in database.execute(question, bound)]
        return found[::-1] if newest else found

    def get(self, keys: Sequence[int]) -> list[RunRecord | None]:
        """Return the record of each key; None where it is gone."""
        found: dict[int, str] = {}
        with self._open() as database:
            for start in range(0, len(keys), _AT_ONCE):
                part = keys[start : start + _AT_ONCE]
                marks = ", ".join("?" * len(part))
                found.update(database.execute(f"SELECT key, record FROM records WHERE key IN ({marks})", part))
        return [restored(found[key]) if key in found else None for key in keys]

    def names(self, kind: NameKind) -> list[str]:
        """Return all names of columns, all tags, or all paths of metadata, sorted."""
        with self._open() as database:
            return [row[0] for row in database.execute(distinct(kind, _FIRST_COLUMN[kind]))]

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Open the file, made if it is not there.

        Raises:
            ValueError: It is of another version.
        """
        import sqlite3

        self.path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None)
        try:
            version = database.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                _make(database)
            elif version != _VERSION:
                raise ValueError(f"{self.path} is an index of version {version}")
            database.execute("PRAGMA synchronous = NORMAL")  # whole after a power loss, perhaps of a moment before
            yield database
        finally:
            database.close()


class _Filling:
    """Puts runs into the tables, and takes them out."""

    def __init__(self, database: sqlite3.Connection, *, indexed: bool) -> None:
        self._run, self._indexed = database.execute, indexed
        self._many = database.executemany

    def put(self, record: RunRecord) -> None:
        """Put in a run, in place of what was known of it, unless that was told more."""
        text = stored(record)
        if _REPLACED in text:  # half a character, which somebody else's program wrote; SQLite takes whole ones
            record = restored(text)
        folder, key = record.path.as_posix(), key_of(record)
        known = self._known(folder)
        if known is not None and known[1] > record.told:
            return
        if known is not None:
            self._empty(known[0])
        while self._run("SELECT 1 FROM runs WHERE key = ?", (key,)).fetchone():  # a twin, see `key_of`
            key += 1
        self._run(
            "INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                key, record.told, record.number, record.id, record.name, record.sample, record.experiment, record.status,
                record.user, record.host, record.ended and milliseconds(record.ended.timestamp()), record.duration, record.rows,
                record.size, record.starred, record.tagged,
            ),
        )  # fmt: skip
        self._run("INSERT INTO folders VALUES (?, ?)", (folder, key))
        self._run("INSERT INTO records VALUES (?, ?)", (key, text))
        for table, texts in (("tags", record.tags), ("notes", record.notes), ("parents", record.parents)):
            if texts:
                self._many(
                    f"INSERT INTO {table} VALUES (?, ?, ?)", [(text, key, place) for place, text in enumerate(texts)]
                )
        columns = [
            (name, key, n, *vars(summary).values()) for n, (name, summary) in enumerate(record.summaries.items())
        ]
        self._many("INSERT INTO columns VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", columns)
        there = [(leaf.path, key, n, leaf.number, leaf.text) for n, leaf in enumerate(leaves(record.metadata))]
        self._many("INSERT INTO metadata VALUES (?, ?, ?, ?, ?)", there)
        self._run("INSERT INTO words (rowid, content) VALUES (?, ?)", (key, words_of(record)))

    def remove(self, folder: str) -> None:
        """Take out a run, if it is known."""
        known = self._known(folder)
        if known is not None:
            self._empty(known[0])

    def _known(self, folder: str) -> tuple[int, int] | None:
        """Return the key of what is known of a folder, and how much it was told."""
        question = "SELECT key, told FROM folders JOIN runs USING (key) WHERE folder = ?"
        found: tuple[int, int] | None = self._run(question, (folder,)).fetchone()
        return found

    def _empty(self, key: int) -> None:
        """Take everything of a run out of all tables, by what its record tells."""
        record = restored(self._run("SELECT record FROM records WHERE key = ?", (key,)).fetchone()[0])
        for table in ("runs", "records"):
            self._run(f"DELETE FROM {table} WHERE key = ?", (key,))
        self._run("DELETE FROM folders WHERE folder = ?", (record.path.as_posix(),))
        self._run("DELETE FROM notes WHERE run = ?", (key,))
        self._many("DELETE FROM tags WHERE tag = ? AND run = ?", [(tag, key) for tag in record.tags])
        self._many("DELETE FROM parents WHERE parent = ? AND run = ?", [(parent, key) for parent in record.parents])
        self._many("DELETE FROM columns WHERE name = ? AND run = ?", [(name, key) for name in record.summaries])
        paths = {leaf.path for leaf in leaves(record.metadata)}
        self._many("DELETE FROM metadata WHERE path = ? AND run = ?", [(path, key) for path in paths])
        if self._indexed:  # an index without content has to be told what it is to forget
            self._run("INSERT INTO words (words, rowid, content) VALUES ('delete', ?, ?)", (key, words_of(record)))
        else:
            self._run("DELETE FROM words WHERE rowid = ?", (key,))


def _make(database: sqlite3.Connection) -> None:
    import sqlite3

    database.execute("PRAGMA journal_mode = WAL")
    with _transaction(database):
        if database.execute("PRAGMA user_version").fetchone()[0]:  # another process was faster
            return
        for statement in _TABLES.split(";"):
            database.execute(statement)
        try:
            database.execute(_WORDS)
        except sqlite3.OperationalError:  # an SQLite without full-text search
            database.execute(_WORDS_WITHOUT_INDEX)


@contextlib.contextmanager
def _transaction(database: sqlite3.Connection) -> Iterator[None]:
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:  # a Ctrl-C too
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")


@contextlib.contextmanager
def _question() -> Iterator[None]:
    """Tell a question that SQLite cannot answer from a file that is damaged.

    Raises:
        QueryError: The question is too large, or a text of it is none that SQLite could hold.
    """
    import sqlite3

    try:
        yield
    except UnicodeEncodeError as error:
        raise QueryError(f"{error.object!r} is no text that a run can have: it has half a character in it.") from None
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode in (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_TOOBIG) and "no such" not in str(error):
            raise QueryError(f"This search is more than SQLite can do ({error}); ask for less at once.") from None
        raise


def _is_indexed(database: sqlite3.Connection) -> bool:
    return "fts5" in database.execute("SELECT sql FROM sqlite_master WHERE name = 'words'").fetchone()[0]
