"""Data roots: numbers, finding, listing, and an index that may be spoiled at will."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from measurand.dataset import Column, DataRoot, TableSpec
from measurand.errors import ConfigurationError, DamagedData, FormatTooNew, RunNotFound

SPEC = [TableSpec("data", (Column("x"), Column("y")))]


def make(root: DataRoot, name: str = "run", rows: int = 2) -> Path:
    with root.create_run(name, SPEC, sample="dot", experiment="test") as run:
        for number in range(rows):
            run.add("data", {"x": number, "y": 0})
    return run.path


def age(root: DataRoot) -> None:
    """Make the folders look as if they had not been touched for an hour, so that the index believes them."""
    for folder in sorted(root.path.rglob("*"), reverse=True):
        if folder.is_dir():
            about = folder.stat()
            os.utime(folder, ns=(about.st_atime_ns, about.st_mtime_ns - 3_600_000_000_000))


def test_a_run_lies_where_its_number_name_and_id_say(root: DataRoot, tmp_path: Path):
    run = root.create_run("Gate sweep: 5 µV!", SPEC)
    run.finish()
    day = run.path.parent
    assert run.path.name == f"000001-gate-sweep-5-v-{run.id[:8]}"
    assert day.name.startswith(day.parent.name)
    assert day.parent.parent == tmp_path / "data"


def test_numbers_go_up(root: DataRoot):
    assert [make(root).name[:6] for _ in range(3)] == ["000001", "000002", "000003"]
    assert [record.number for record in root.runs()] == [1, 2, 3]


@pytest.mark.parametrize(
    "spoil", [lambda file: file.unlink(), lambda file: file.write_text("x"), lambda file: file.write_text("1")]
)
def test_a_counter_that_is_missing_or_behind_is_made_up_from_the_folders(root: DataRoot, spoil):
    for _ in range(3):
        make(root)
    spoil(root.path / ".measurand" / "numbers")
    assert make(root).name[:6] == "000004"


NUMBERS = """
import sys
from measurand.dataset import Column, DataRoot, TableSpec
root = DataRoot(sys.argv[1], cache_dir=sys.argv[1])
for _ in range(10):
    with root.create_run("race", [TableSpec("data", (Column("x"),))]) as run:
        print(run.number)
"""


def test_processes_never_share_a_number(root: DataRoot, child_environment: dict[str, str]):
    children = [
        subprocess.Popen(
            [sys.executable, "-c", NUMBERS, str(root.path)], env=child_environment, stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    numbers = [int(line) for child in children for line in child.communicate()[0].split()]
    assert sorted(numbers) == list(range(1, 41))
    assert [record.number for record in sorted(root.runs(), key=lambda record: record.number)] == list(range(1, 41))


def test_runs_are_found_by_number_id_folder_and_last(root: DataRoot):
    """L16."""
    paths = [make(root, name) for name in ("a", "b", "c")]
    ids = [record.id for record in root.runs()]
    assert root.load(2).path == paths[1]
    assert root.load("2").path == paths[1]
    assert root.load(ids[0]).path == paths[0]
    assert root.load(ids[0][:8].upper()).path == paths[0]
    assert root.load(paths[1]).name == "b"
    assert root.load(str(paths[1])).name == "b"
    assert root.load("last").name == "c"


def test_what_is_not_there_is_said_with_what_is(root: DataRoot):
    with pytest.raises(RunNotFound, match="There is no run 'last' in .* it has no runs yet"):
        root.load("last")
    make(root, "first")
    make(root, "second")
    with pytest.raises(
        RunNotFound, match=r"There is no run 7 in .*: it has 2 runs, numbers 1 to 2; the last is 2 'second' of"
    ):
        root.load(7)
    with pytest.raises(RunNotFound, match="holds no run"):
        root.load(root.path / "nowhere")
    with pytest.raises(RunNotFound):
        root.load(root.runs()[0].id[:3])


def test_two_runs_of_one_number_are_told_apart_by_id(root: DataRoot):
    path = make(root, "mine")
    own_id = root.runs()[0].id
    other = path.with_name("000001-theirs-0123abcd")
    shutil.copytree(path, other, ignore=lambda _, names: ["run.jsonl"])
    (other / "run.jsonl").write_text((path / "run.jsonl").read_text().replace(own_id, "0123abcd" * 4))
    with pytest.raises(RunNotFound, match="2 runs in .* are meant by 1: .*Load by a longer id or by folder"):
        root.load(1)
    assert root.load("0123abcd").path == other


def test_a_record_says_what_a_listing_needs(root: DataRoot):
    make(root, "gate sweep", rows=5)
    (record,) = root.runs()
    assert (record.number, record.name, record.status, record.rows) == (1, "gate sweep", "completed", 5)
    assert (record.sample, record.experiment, record.columns) == ("dot", "test", ("x", "y"))
    assert record.ended is not None
    assert record.started.tzinfo is not None
    assert record.started <= record.ended
    assert root.load(record.number).id == record.id


def test_a_run_in_progress_is_looked_at_again_each_time(root: DataRoot):
    run = root.create_run("live", SPEC)
    for rows in range(3):
        assert [(record.status, record.rows) for record in root.runs()] == [("running", rows)]
        run.add("data", {"x": 1, "y": 2})
    run.finish("interrupted")
    assert [(record.status, record.rows) for record in root.runs()] == [("interrupted", 3)]


def test_the_index_is_used_and_knows_when_folders_change(root: DataRoot):
    paths = [make(root, name) for name in ("a", "b", "c")]
    root.runs()
    age(root)
    assert [record.name for record in root.runs()] == ["a", "b", "c"]
    index = next((root.path.parent / "cache").glob("*.sqlite"))
    with contextlib.closing(sqlite3.connect(index)) as database:
        assert database.execute("SELECT count(*) FROM marks WHERE name LIKE 'day:%'").fetchone() == (1,)
    shutil.move(paths[1], root.path.parent / "elsewhere")
    assert [record.name for record in root.runs()] == ["a", "c"]
    shutil.move(root.path.parent / "elsewhere", paths[1])
    assert [record.name for record in root.runs()] == ["a", "b", "c"]
    shutil.rmtree(paths[0].parent)
    assert root.runs() == []


def test_a_run_of_another_computer_is_seen(root: DataRoot, tmp_path: Path):
    make(root)
    root.runs()
    age(root)
    root.runs()
    neighbour = DataRoot(root.path, cache_dir=tmp_path / "another cache")
    make(neighbour, "theirs")
    assert [record.name for record in root.runs()] == ["run", "theirs"]


def spoil_with_rubbish(index: Path) -> None:
    index.write_bytes(b"rubbish" * 1000)


def spoil_version(index: Path) -> None:
    database = sqlite3.connect(index)
    database.execute("PRAGMA user_version = 99")
    database.commit()
    database.close()


def spoil_tables(index: Path) -> None:
    database = sqlite3.connect(index)
    database.execute("DROP TABLE runs")
    database.commit()
    database.close()


def spoil_rows(index: Path) -> None:
    database = sqlite3.connect(index)
    database.execute("UPDATE records SET record = 'nonsense'")
    database.commit()
    database.close()


@pytest.mark.parametrize("spoil", [spoil_with_rubbish, spoil_version, spoil_tables, spoil_rows, Path.unlink])
def test_a_spoiled_index_is_made_anew(root: DataRoot, spoil):
    paths = [make(root, name) for name in ("a", "b")]
    before = root.runs()
    age(root)
    root.runs()
    index = next((root.path.parent / "cache").glob("*.sqlite"))
    spoil(index)
    assert root.runs() == before
    assert [record.path for record in root.runs()] == paths


def test_a_cache_that_cannot_be_used_costs_time_only(root: DataRoot, tmp_path: Path):
    make(root)
    (tmp_path / "file").write_text("")
    assert len(DataRoot(root.path, cache_dir=tmp_path / "file").runs()) == 1


def test_a_root_that_was_moved_is_the_same_root(root: DataRoot, tmp_path: Path):
    make(root)
    root.runs()
    moved = DataRoot(shutil.move(root.path, tmp_path / "moved"), cache_dir=tmp_path / "cache")
    assert moved.id == root.id
    assert moved.load(1).path.is_relative_to(tmp_path / "moved")


def test_folders_that_are_no_runs_are_passed_over(root: DataRoot):
    path = make(root)
    (path.parent / "notes").mkdir()
    (path.parent / "000007-empty-01234567").mkdir()
    (path.parent / "000008-torn-01234567").mkdir()
    (path.parent / "000008-torn-01234567" / "run.jsonl").write_text("{")
    (root.path / "2026" / "plots").mkdir(parents=True, exist_ok=True)
    assert [record.number for record in root.runs()] == [1]
    assert make(root).name.startswith("000009")


def test_a_journal_line_says_who_started_and_ended(root: DataRoot):
    path = make(root)
    (journal,) = (root.path / ".measurand" / "journal").glob("*.jsonl")
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    assert [(line["event"], line["number"]) for line in lines] == [("start", 1), ("end", 1)]
    assert root.path / lines[1]["folder"] == path
    with journal.open("a") as file:
        file.write('garbled\n{"folder": 7}\n{"folder": "2026/2026-01-01/none"}\n{"torn')
    assert len(root.runs()) == 1


def test_a_root_that_cannot_be_is_refused(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="file cannot be a data root: a file is in the way"):
        DataRoot(tmp_path / "file", cache_dir=tmp_path)
    about = tmp_path / "root" / ".measurand" / "root.json"
    first = DataRoot(tmp_path / "root", cache_dir=tmp_path)
    assert DataRoot(tmp_path / "root", cache_dir=tmp_path).id == first.id
    about.write_text(json.dumps({**json.loads(about.read_text()), "version": 2}))
    with pytest.raises(FormatTooNew, match="version 2, this Measurand knows up to 1; update it"):
        DataRoot(tmp_path / "root", cache_dir=tmp_path)
    about.write_text("[]")
    with pytest.raises(DamagedData, match="does not describe a data root"):
        DataRoot(tmp_path / "root", cache_dir=tmp_path)
    about.write_text("{")
    with pytest.raises(DamagedData, match="is no JSON"):
        DataRoot(tmp_path / "root", cache_dir=tmp_path)


def test_the_default_index_is_in_the_cache_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("platformdirs.user_cache_path", lambda name: tmp_path / "user" / name)
    root = DataRoot(tmp_path / "data")
    make(root)
    assert len(root.runs()) == 1
    (index,) = (tmp_path / "user" / "measurand").glob("*.sqlite")
    assert index.name.startswith(root.id)
