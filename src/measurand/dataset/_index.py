"""The list of all runs of a data root, kept in a local SQLite file so that it need not be read from the folders.

It may be removed at any moment and is never right against the folders: each listing looks at day folders that changed,
at runs named by new journal lines, and at runs that had not ended. If SQLite or the disk of the cache makes trouble, the
index is made in memory, from the folders. Knows nothing about what a run holds.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from measurand.dataset._folders import days, runs_of_day
from measurand.dataset._format._runfile import read_run
from measurand.dataset._journal import new_lines
from measurand.dataset._records import RunRecord, record_of
from measurand.errors import DatasetError

if TYPE_CHECKING:
    import sqlite3

_VERSION = 1
_SETTLED_AFTER = 3.0  # s; a folder changed later than this ago may change again without its time showing it
_TABLES = f"""
    PRAGMA user_version = {_VERSION};
    CREATE TABLE about (root TEXT);
    CREATE TABLE runs (folder TEXT PRIMARY KEY, number INTEGER, id TEXT, name TEXT, status TEXT, started TEXT,
                       ended TEXT, rows INTEGER, sample TEXT, experiment TEXT, columns TEXT, moment REAL);
    CREATE INDEX by_number ON runs (number);
    CREATE INDEX by_id ON runs (id);
    CREATE INDEX by_moment ON runs (moment);
    CREATE TABLE days (folder TEXT PRIMARY KEY, changed INTEGER);
    CREATE TABLE journals (name TEXT PRIMARY KEY, offset INTEGER);
"""


class Index:
    """The runs of one data root.

    Args:
        root: The data root.
        journal: The folder of its journals.
        root_id: Its identity.
        cache_dir: Where the SQLite file is kept; None: the user's cache folder.
    """

    def __init__(self, root: Path, journal: Path, root_id: str, cache_dir: Path | None) -> None:
        self._root, self._journal, self._id, self._cache_dir = root, journal, root_id, cache_dir

    @property
    def path(self) -> Path:
        """The SQLite file."""
        if self._cache_dir is None:
            import platformdirs

            self._cache_dir = Path(platformdirs.user_cache_path("measurand"))
        return self._cache_dir / f"{self._id}.sqlite"

    def all(self) -> list[RunRecord]:
        """Return all runs in the order they started."""
        return self._answer("SELECT * FROM runs ORDER BY moment, number")

    def last(self) -> list[RunRecord]:
        """Return the run that started last; an empty list if there is none."""
        return self._answer("SELECT * FROM runs ORDER BY moment DESC, number DESC LIMIT 1")

    def numbered(self, number: int) -> list[RunRecord]:
        """Return the runs of this number."""
        return self._answer("SELECT * FROM runs WHERE number = ?", number)

    def identified(self, beginning: str) -> list[RunRecord]:
        """Return the runs whose id begins like this."""
        return self._answer("SELECT * FROM runs WHERE id >= ? AND id < ?", beginning, beginning + "g")

    def _answer(self, question: str, *values: object) -> list[RunRecord]:
        """Bring the index up to date and ask it; if need be a new one, or one in memory that is then forgotten."""
        import sqlite3

        for _ in range(2):
            try:
                return self._ask(self._file(), question, values)
            except sqlite3.OperationalError as error:
                if "locked" in str(error):  # another process is filling it
                    break
                self._remove()
            except (sqlite3.Error, ValueError, TypeError):  # an index of another version, or damaged: make a new one
                self._remove()
            except OSError:
                break
        return self._ask(":memory:", question, values)

    def _ask(self, place: str, question: str, values: tuple[object, ...]) -> list[RunRecord]:
        with self._open(place) as database, database:
            self._take_in_days(database)
            self._take_in_journals(database)
            self._look_again(database)
            return [self._record(row) for row in database.execute(question, values)]

    def _file(self) -> str:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return str(self.path)

    @contextlib.contextmanager
    def _open(self, place: str) -> Iterator[sqlite3.Connection]:
        """Open an index, made anew if it is of another version or of another data root."""
        import sqlite3

        database = sqlite3.connect(place, timeout=5.0)
        try:
            version = database.execute("PRAGMA user_version").fetchone()[0]
            root = str(self._root)
            if version == 0:
                database.execute("PRAGMA journal_mode = WAL")
                database.executescript(_TABLES)
                database.execute("INSERT INTO about VALUES (?)", (root,))
            elif version != _VERSION:
                raise ValueError("an index of another version")
            elif database.execute("SELECT root FROM about").fetchone() != (root,):  # the data root was moved or copied
                database.executescript("DELETE FROM runs; DELETE FROM days; DELETE FROM journals; DELETE FROM about;")
                database.execute("INSERT INTO about VALUES (?)", (root,))
            yield database
        finally:
            database.close()

    def _take_in_days(self, database: sqlite3.Connection) -> None:
        known = dict(database.execute("SELECT folder, changed FROM days"))
        present: set[str] = set()
        for day in days(self._root):
            name = self._name(day)
            present.add(name)
            changed = day.stat().st_mtime_ns
            if known.get(name) == changed:
                continue
            records = _of_day(day)
            listed = {self._name(folder) for folder in records}
            rows = database.execute("SELECT folder FROM runs WHERE folder GLOB ?", (f"{name}/*",))
            database.executemany(
                "DELETE FROM runs WHERE folder = ?", [row for row in rows.fetchall() if row[0] not in listed]
            )
            for record in records.values():
                self._put(database, record)
            whole = len(records) == len(runs_of_day(day))
            if whole and abs(time.time() - changed / 1e9) > _SETTLED_AFTER:
                database.execute("INSERT OR REPLACE INTO days VALUES (?, ?)", (name, changed))
        for name in known.keys() - present:
            database.execute("DELETE FROM runs WHERE folder GLOB ?", (f"{name}/*",))
            database.execute("DELETE FROM days WHERE folder = ?", (name,))

    def _take_in_journals(self, database: sqlite3.Connection) -> None:
        known = dict(database.execute("SELECT name, offset FROM journals"))
        for name, offset, lines in new_lines(self._journal, known):
            for folder in {line["folder"] for line in lines if isinstance(line.get("folder"), str)}:
                self._refresh(database, folder)
            database.execute("INSERT OR REPLACE INTO journals VALUES (?, ?)", (name, offset))

    def _look_again(self, database: sqlite3.Connection) -> None:
        """Read those again that had not ended. A lost one is read only if it is not lost any more."""
        for folder, status in database.execute("SELECT folder, status FROM runs WHERE ended IS NULL").fetchall():
            if status == "lost":
                with contextlib.suppress(DatasetError, OSError):
                    if read_run(self._root / folder).status() == "lost":
                        continue
            self._refresh(database, folder)

    def _refresh(self, database: sqlite3.Connection, folder: str) -> None:
        record = _of_run(self._root / folder)
        if record is None:
            database.execute("DELETE FROM runs WHERE folder = ?", (folder,))
        else:
            self._put(database, record)

    def _put(self, database: sqlite3.Connection, record: RunRecord) -> None:
        database.execute(
            "INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self._name(record.path), record.number, record.id, record.name, record.status,
                record.started.isoformat(), record.ended.isoformat() if record.ended else None,
                record.rows, record.sample, record.experiment, json.dumps(record.columns), record.started.timestamp(),
            ),
        )  # fmt: skip

    def _record(self, row: tuple[object, ...]) -> RunRecord:
        folder, number, run_id, name, status, started, ended, rows, sample, experiment, columns, _moment = row
        return RunRecord(
            number=int(str(number)),
            id=str(run_id),
            name=str(name),
            path=self._root / str(folder),
            status=str(status),
            started=datetime.datetime.fromisoformat(str(started)),
            ended=None if ended is None else datetime.datetime.fromisoformat(str(ended)),
            rows=int(str(rows)),
            sample=str(sample),
            experiment=str(experiment),
            columns=tuple(json.loads(str(columns))),
        )

    def _name(self, folder: Path) -> str:
        return folder.relative_to(self._root).as_posix()

    def _remove(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            with contextlib.suppress(OSError):
                self.path.with_name(self.path.name + suffix).unlink()


def _of_day(day: Path) -> dict[Path, RunRecord]:
    found = {folder: _of_run(folder) for folder in runs_of_day(day)}
    return {folder: record for folder, record in found.items() if record is not None}


def _of_run(folder: Path) -> RunRecord | None:
    """The record of a run; None if none is there, or its header is not whole (yet)."""
    try:
        return record_of(read_run(folder))
    except (DatasetError, OSError, KeyError, TypeError, ValueError):
        return None  # one folder that somebody spoiled must not hide all others
