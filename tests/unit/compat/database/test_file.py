"""No byte changes, whatever state a file is in and whoever is at it; what is wrong with a file is said."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.unit.compat.database.conftest import GOLDEN, NEWEST, fingerprint

import measurand.compat.database._file as file_module
from measurand.compat.database import is_database, open_database
from measurand.errors import DamagedData, DatasetError, FormatTooNew, StorageFailed

_WRITER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("pragma journal_mode = " + sys.argv[2])
connection.execute("pragma wal_autocheckpoint = 5")
for line in sys.stdin:
    for statement in line.strip().split(";"):
        connection.execute(statement)
    print("done", flush=True)
"""
_ADD = 'insert into "results-1-1" (x, y) values (1, 2)'


class Writer:
    """A process that writes to a database and keeps it open."""

    def __init__(self, path: Path, journal: str = "wal") -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(path), journal],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def do(self, *statements: str) -> None:
        """Let it execute statements; returns when it has."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(";".join(statements) + "\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "done\n"

    def die(self) -> None:
        """Let it die where it stands: nothing is tidied up."""
        self._process.kill()
        self._finish()

    def end(self) -> None:
        """Let it come to its end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._finish()

    def _finish(self) -> None:
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with nothing but a database in it."""
    folder = tmp_path / "a folder, ü?%20#"
    folder.mkdir()
    shutil.copyfile(NEWEST, folder / "runs.db")
    return folder


@pytest.fixture
def writer(place: Path) -> Iterator[Writer]:
    process = Writer(place / "runs.db")
    yield process
    process.die()


def rows_of(path: Path) -> int:
    with open_database(path) as database:
        data = database.parameter_data(1, "y")["y"]["y"]
        assert len(data) == len(database.columns(1, ["x"])["x"]) - 1  # one row has no y
        return len(data)


def test_a_file_at_rest_is_not_touched(place: Path) -> None:
    before = fingerprint(place)
    assert rows_of(place / "runs.db") == 7
    assert fingerprint(place) == before


def test_a_file_that_is_written_is_read_as_it_is_now(place: Path, writer: Writer) -> None:
    """The rows of the log are seen, each question sees the newest, and the log is not touched."""
    writer.do("pragma wal_autocheckpoint = 0", _ADD)
    before = fingerprint(place)
    assert "runs.db-wal" in before
    with open_database(place / "runs.db") as database:
        for count in range(8, 12):
            assert len(database.parameter_data(1, "y")["y"]["y"]) == count
            assert fingerprint(place) == before
            writer.do(_ADD)
            before = fingerprint(place)
        writer.do("begin", _ADD)
        assert len(database.parameter_data(1, "y")["y"]["y"]) == 12  # what is not committed is not there
        writer.do("commit")
        assert len(database.parameter_data(1, "y")["y"]["y"]) == 13


def test_many_small_writes_and_checkpoints_never_tear_what_is_read(place: Path, writer: Writer) -> None:
    last = 0
    with open_database(place / "runs.db") as database:
        for _ in range(60):
            writer.do(*[_ADD] * 3)
            found = database.parameter_data(1, "y")["y"]
            assert len(found["y"]) == len(found["x"]) > last
            last = len(found["y"])


def test_a_writer_that_begins_and_ends_between_two_questions_is_noticed(place: Path) -> None:
    path = place / "runs.db"
    with open_database(path) as database:
        assert database.number_of_rows(1) == 8
        process = Writer(path)
        process.do(_ADD)
        process.end()  # the log is gone again, its rows are in the file
        assert not (place / "runs.db-wal").exists()
        assert database.number_of_rows(1) == 9
        assert len(database.parameter_data(1, "y")["y"]["y"]) == 8


def test_what_a_dead_writer_left_in_its_log_counts(place: Path) -> None:
    process = Writer(place / "runs.db")
    process.do("pragma wal_autocheckpoint = 0", _ADD, _ADD)
    process.die()
    before = fingerprint(place)
    assert set(before) == {"runs.db", "runs.db-wal", "runs.db-shm"}
    assert rows_of(place / "runs.db") == 9
    assert fingerprint(place) == before


@pytest.mark.parametrize("in_place", [True, False])
def test_a_log_that_came_without_its_index_counts(place: Path, monkeypatch: pytest.MonkeyPatch, in_place: bool) -> None:
    """As when ``runs.db`` and ``runs.db-wal`` were copied from elsewhere; in place, and by way of a copy as on Windows."""
    if not in_place:
        monkeypatch.setattr(file_module, "_ALONE", file_module._SHARED)
    process = Writer(place / "runs.db")
    process.do("pragma wal_autocheckpoint = 0", _ADD, _ADD)
    process.die()
    (place / "runs.db-shm").unlink()
    before = fingerprint(place)
    assert rows_of(place / "runs.db") == 9
    assert fingerprint(place) == before


def test_a_log_whose_end_is_torn_counts_as_far_as_it_is_whole(place: Path) -> None:
    process = Writer(place / "runs.db")
    process.do("pragma wal_autocheckpoint = 0", _ADD)
    whole = (place / "runs.db-wal").stat().st_size
    process.do(_ADD)
    process.die()
    with (place / "runs.db-wal").open("r+b") as file:
        file.truncate(whole + 1000)
    before = fingerprint(place)
    assert rows_of(place / "runs.db") == 8
    assert fingerprint(place) == before


def test_a_half_finished_transaction_is_taken_back_in_a_copy(place: Path) -> None:
    """A journal of the old kind that a dead writer left: SQLite would mend the file, which is not ours to change."""
    process = Writer(place / "runs.db", "delete")
    process.do("pragma cache_size = 1", "pragma cache_spill = 1", "begin immediate", *[_ADD] * 3000)
    process.die()
    assert (place / "runs.db-journal").stat().st_size > 0
    before = fingerprint(place)
    assert rows_of(place / "runs.db") == 7
    assert fingerprint(place) == before


def test_read_only_folders_can_be_read(place: Path) -> None:
    """As on read-only media: no file can be made, and none has to be."""
    process = Writer(place / "runs.db")
    process.do("pragma wal_autocheckpoint = 0", _ADD)
    process.die()
    for path in (*place.iterdir(), place):
        path.chmod(path.stat().st_mode & ~0o222)
    try:
        before = fingerprint(place)
        assert rows_of(place / "runs.db") == 8
        assert fingerprint(place) == before
    finally:
        place.chmod(0o777)


def test_a_lock_that_is_not_released_is_said(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_module, "_PATIENCE", 0.05)
    process = Writer(place / "runs.db", "delete")
    process.do("begin exclusive")
    try:
        with pytest.raises(StorageFailed, match="is locked by another program .* end that program, or copy the file"):
            rows_of(place / "runs.db")
        process.do(_ADD)  # now there is a journal, from which a copy can be put right
        assert rows_of(place / "runs.db") == 7
        process.do("commit")
        assert rows_of(place / "runs.db") == 8
    finally:
        process.die()


def test_what_is_no_qcodes_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("id,x,y\n1,2,3\n")
    (tmp_path / "empty.db").touch()
    with sqlite3.connect(tmp_path / "foreign.db") as connection:
        connection.execute("create table runs (a)")
    connection.close()
    for name, error, message in [
        ("text.db", DamagedData, "is no SQLite file: it begins with b'id,x,y"),
        ("empty.db", DamagedData, "is empty; no database was ever written to it, or a copy was cut off"),
        ("foreign.db", DatasetError, "no QCoDeS database: it has no table dependencies, experiments and layouts"),
        ("missing.db", DatasetError, "there is no such file"),
        (".", DatasetError, "is a folder; a QCoDeS database is a file"),
    ]:
        with pytest.raises(error, match=message):
            open_database(tmp_path / name)
    assert [is_database(tmp_path / name) for name in ("text.db", "foreign.db", "missing.db")] == [True, True, False]


def test_a_schema_of_the_future_is_not_guessed_at(place: Path) -> None:
    with contextlib.closing(sqlite3.connect(place / "runs.db")) as connection:
        connection.execute("pragma user_version = 10")
    with pytest.raises(FormatTooNew, match="has schema 10, this Measurand reads 0 to 9; update it"):
        open_database(place / "runs.db")


def everything(path: Path) -> list[object]:
    """All that can be read."""
    with open_database(path) as database:
        found: list[object] = [database.experiments(), database.runs()]
        for run in database.runs():
            found += [database.description(run.run_id), database.raw(run.run_id)]
            found += [database.columns(run.run_id), database.parameter_data(run.run_id)]
        return found


@pytest.mark.parametrize("length", [*range(1, 100, 7), *range(100, NEWEST.stat().st_size, 2999)])
def test_a_file_that_was_cut_off_is_refused(tmp_path: Path, length: int) -> None:
    path = tmp_path / "cut.db"
    path.write_bytes(NEWEST.read_bytes()[:length])
    with pytest.raises((DamagedData, DatasetError)):
        everything(path)


def test_a_flipped_bit_gives_an_error_of_ours_or_data_as_sqlite_gives_it(tmp_path: Path) -> None:
    """Any byte may be wrong: never another error, and never numbers that SQLite does not see."""
    rng = np.random.default_rng(7)
    whole = NEWEST.read_bytes()
    path = tmp_path / "flipped.db"
    for place in rng.integers(0, len(whole), 120).tolist():
        damaged = bytearray(whole)
        damaged[place] ^= 1 << int(rng.integers(8))
        path.write_bytes(damaged)
        try:
            everything(path)
            quick = _numbers(path)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(file_module.DatabaseFile, "quiet_bytes", lambda _: None)
                slow = _numbers(path)
        except (DatasetError, StorageFailed):
            continue
        np.testing.assert_equal(quick, slow)


def _numbers(path: Path) -> list[object]:
    with open_database(path) as database:
        return [database.parameter_data(run_id) for run_id in (1, 3)]


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_pages_and_sqlite_give_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The quick way to numbers only skips work: with it and without it, everything is the same."""
    with open_database(path) as database:
        runs = [1, 3, 4]
        quick = [
            (database.columns(run), database.columns(run, ["id", "x"], 1, 3), database.parameter_data(run))
            for run in runs
        ]
        monkeypatch.setattr(file_module.DatabaseFile, "quiet_bytes", lambda _: None)
        slow = [
            (database.columns(run), database.columns(run, ["id", "x"], 1, 3), database.parameter_data(run))
            for run in runs
        ]
    np.testing.assert_equal(quick, slow)
