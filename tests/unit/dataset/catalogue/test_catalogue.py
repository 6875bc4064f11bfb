"""What a data root answers: searches, listings, and what is noticed when folders, journals and indexes change."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.unit.dataset.conftest import StandingClock

from measurand.dataset import Column, DataRoot, Dataset, Runs, TableSpec
from measurand.dataset.catalogue import _scan
from measurand.errors import QueryError, RunNotFound, StorageFailed

SPEC = [TableSpec("data", (Column("gate", unit="V", setpoint=True), Column("current", unit="A")))]


def make(root: DataRoot, name: str = "run", values: tuple[float, ...] = (1e-9,), **about: Any) -> Dataset:
    with root.create_run(name, SPEC, **about) as run:
        for number, value in enumerate(values):
            run.add("data", {"gate": number / 10, "current": value})
    return run.dataset


def age(root: DataRoot) -> None:
    """Make the folders look as if they had not been touched for an hour, so that the index believes them."""
    for folder in sorted(root.path.rglob("*"), reverse=True):
        if folder.is_dir() and ".measurand" not in folder.parts:
            about = folder.stat()
            os.utime(folder, ns=(about.st_atime_ns, about.st_mtime_ns - 3_600_000_000_000))


def names(runs: Runs) -> list[str]:
    return [run.name for run in runs]


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the run folders that the catalogue read."""
    seen: list[str] = []
    read_run = _scan.read_run

    def counted(folder: Path) -> Any:
        seen.append(folder.name[:6])
        return read_run(folder)

    monkeypatch.setattr(_scan, "read_run", counted)
    return seen


# --- searching ------------------------------------------------------------------------------------------------------------


def test_runs_are_found_by_everything_said_about_them(root: DataRoot):
    first = make(
        root, "gate sweep", (1e-9, float("nan"), 3e-9), sample="S12", metadata={"fridge": {"temperature": 0.02}}
    )
    make(root, "bias sweep", (5e-6,), sample="S13", experiment="cooldown 3", tags=["good"], parents=[first.id])
    assert names(root.runs()) == ["gate sweep", "bias sweep"]
    for search in (
        "max(current) == 3 nA", "max(current) < 1e-8", "min(current) == 1e-9 and nan(current) == 1", "count(current) == 2",
        "metadata.fridge.temperature < 0.05", "sample == S12", "name ~ gate", "not tagged", "rows == 3", "size > 100 B and number == 1",
        "text ~ 'swe S12'", "since '1 minute ago' and number == 1", "mean(gate) > 50 mV", "has(metadata.fridge)",
    ):  # fmt: skip
        assert names(root.runs(search)) == ["gate sweep"], search
    assert names(root.runs(tag="good", experiment="cooldown 3", parameter="current")) == ["bias sweep"]
    assert names(root.runs(f"parent == '{first.id}'")) == ["bias sweep"]
    assert names(root.runs(sort="-max(current)", limit=1)) == ["bias sweep"]
    (record,) = root.runs(sample="S12")
    assert record.summaries["current"].unit == "A"
    assert record.load().numpy("current")[0] == 1e-9
    with pytest.raises(QueryError, match="cannot be read"):
        root.runs("sample ==")


def test_a_search_that_finds_nothing_says_what_may_be_wrong(root: DataRoot):
    make(root, tags=["good"], metadata={"fridge": {"temperature": 1}})
    assert repr(root.runs("max(curent) > 0")) == "no runs. No run has the column 'curent'; did you mean 'current'?"
    assert repr(root.runs("tag == goood")).endswith("No run has the tag 'goood'; did you mean 'good'?")
    assert "metadata 'fridge.temprature'; did you mean 'fridge.temperature'?" in repr(
        root.runs("metadata.fridge.temprature > 0")
    )
    assert (
        repr(root.runs("max(current) > 1 mV")) == "no runs. current is stored in A, which mV cannot be compared with."
    )
    assert repr(root.runs("max(current) > 1 mA")) == "no runs"
    assert repr(root.runs("has(current) and rows > 9")) == "no runs"


def test_annotations_are_found_at_once_also_of_a_run_in_progress(root: DataRoot):
    run = root.create_run("live", SPEC)
    assert names(root.runs("tag == good")) == []
    run.dataset.tag("good")
    assert names(root.runs("tag == good and status == running")) == ["live"]
    run.finish()
    run.dataset.untag("good")
    run.dataset.add_metadata({"fridge": {"temperature": 0.01}})
    run.dataset.rename("renamed")
    assert names(root.runs("tag == good")) == []
    assert names(root.runs("metadata.fridge.temperature == 0.01")) == ["renamed"]
    assert root.load("renamed").number == 1


def test_a_name_means_the_newest_run_of_it(root: DataRoot):
    for _ in range(2):
        make(root, "gate sweep")
    assert root.load("gate sweep").number == 2
    assert root.find("gate sweep").number == 2
    with pytest.raises(RunNotFound, match="There is no run 'gate'"):
        root.load("gate")


def test_defaults_of_sample_and_experiment(tmp_path: Path):
    root = DataRoot(tmp_path / "data", cache_dir=tmp_path, sample="S1", experiment="cooldown 1")
    make(root)
    root.sample = "S2"
    make(root)
    make(root, sample="S3")
    assert [(run.sample, run.experiment) for run in root.runs()] == [(f"S{n}", "cooldown 1") for n in (1, 2, 3)]


# --- the list -------------------------------------------------------------------------------------------------------------


def test_runs_are_a_sequence_that_is_read_when_looked_at(root: DataRoot, monkeypatch: pytest.MonkeyPatch):
    for number in range(5):
        make(root, f"run {number}")
    monkeypatch.setattr("measurand.dataset.catalogue._runs._AT_ONCE", 2)
    runs = root.runs()
    assert not runs._read, "nothing was read so far"
    assert (len(runs), runs[-1].name, runs[0].name) == (5, "run 4", "run 0")
    assert sorted(runs._read) == [0, 2]
    assert names(runs[1:4]) == ["run 1", "run 2", "run 3"]
    assert names(runs[::-2]) == ["run 4", "run 2", "run 0"]
    assert runs == list(runs)
    assert runs != list(runs)[:-1]
    with pytest.raises(IndexError, match="no run at place 5: there are 5"):
        runs[5]
    runs[1].trash()
    later = root.runs()
    fresh = Runs(runs._keys, runs._get)
    assert names(fresh) == names(later) == ["run 0", "run 2", "run 3", "run 4"]
    with pytest.raises(RunNotFound, match="moved away after the list was made"):
        fresh[1]


def test_a_list_shows_itself(root: DataRoot):
    make(root, "<gate>", sample="S1", tags=["good", "paper"], metadata={"fridge": {"temperature": 0.02}})
    run = make(root, "other", (1e-9, 5e-9))
    run.star()
    head, first, second = repr(root.runs()).splitlines()
    assert head.split() == ["run", "started", "status", "rows", "name", "sample", "tags", "star", "columns"]
    assert "good, paper" in first
    assert second.split()[-3:] == ["*", "gate,", "current"]
    shown = root.runs().to_text(["number", "max(current)", "metadata.fridge.temperature", "duration", "size", "ended"])
    assert shown.splitlines()[2].startswith("2    5e-09 A")
    assert "&lt;gate&gt;" in root.runs()._repr_html_()
    assert root.runs("number > 9")._repr_html_() == "<p>no runs</p>"
    frame = root.runs().to_pandas(["number", "max(current)", "tag", "metadata.fridge.temperature"])
    assert frame["max(current)"].tolist() == [1e-9, 5e-9]
    assert frame["tag"].tolist() == [("good", "paper"), ()]
    assert root.runs().to_pandas().columns.tolist()[:2] == ["number", "started"]
    with pytest.raises(QueryError, match="'smple' is nothing"):
        root.runs().to_pandas(["smple"])


def test_a_long_list_shows_its_end(root: DataRoot):
    for number in range(42):
        root.create_run(f"run {number}", SPEC).finish()
    shown = repr(root.runs())
    assert "run 41" in shown
    assert "run 1 " not in shown
    assert shown.endswith("the last 40 of 42 runs; slice or search to see others")
    assert "run 1 " in root.runs().to_text()


# --- what is noticed ------------------------------------------------------------------------------------------------------


def test_finished_runs_are_read_once(root: DataRoot, reads: list[str]):
    """Opening a root looks at days, journals and runs that have not ended, not at every run."""
    for _ in range(3):
        make(root)
    root.runs()
    assert sorted(reads) == ["000001", "000002", "000003"]
    reads.clear()
    root.runs()
    assert reads == []
    DataRoot(root.path, cache_dir=root.path.parent / "cache").runs()
    assert reads == []
    root.load(2).tag("good")
    assert names(root.runs("tag == good")) == ["run"]
    assert reads == ["000002"]


def test_days_that_did_not_change_are_not_listed(root: DataRoot, monkeypatch: pytest.MonkeyPatch):
    make(root)
    age(root)
    root.runs()
    monkeypatch.setattr(_scan, "names_of_day", lambda day: pytest.fail(f"{day} was listed"))
    assert len(root.runs()) == 1


def test_a_run_that_does_not_run_any_more_is_read_again_only_if_it_changed(root: DataRoot, reads: list[str]):
    run = root.create_run("lost", SPEC)
    run.add("data", {"gate": 0, "current": 1})
    lost = shutil.copytree(run.path, run.path.with_name("000009-lost-0123abcd"))
    run.finish()
    assert {run.status for run in root.runs()} == {"completed", "lost"}
    reads.clear()
    root.runs()
    assert reads == []
    with (lost / "run.jsonl").open("a") as file:
        file.write(
            '{"event": "end", "time": "2026-11-20T18:00:00+00:00", "status": "completed", "rows": {"data": 1}}\n'
        )
    assert [run.status for run in root.runs()] == ["completed", "completed"]
    assert reads == ["000009"]


def test_a_folder_that_was_not_whole_is_read_when_it_is(root: DataRoot):
    source = make(root).path
    copy = source.with_name("000007-copy-01234567")
    copy.mkdir()
    assert len(root.runs()) == 1
    text = (source / "run.jsonl").read_bytes()
    (copy / "run.jsonl").write_bytes(text[:100])
    assert len(root.runs()) == 1
    (copy / "run.jsonl").write_bytes(text)
    assert len(root.runs()) == 2


def test_a_tag_that_no_journal_tells_shows_after_a_rebuild(root: DataRoot):
    run = make(root)
    root.runs()
    with (run.path / "run.jsonl").open("a") as file:
        file.write('{"event": "tag", "tag": "silent"}\n')
    assert names(root.runs("tag == silent")) == []
    root.rebuild_index()
    assert names(root.runs("tag == silent")) == ["run"]


def test_a_journal_that_was_replaced_by_a_shorter_one_is_read_again(root: DataRoot):
    run = make(root)
    root.runs()
    (journal,) = (root.path / ".measurand" / "journal").glob("*.jsonl")
    with (run.path / "run.jsonl").open("a") as file:
        file.write('{"event": "tag", "tag": "restored"}\n')
    journal.write_text(f'{{"folder": "{run.path.relative_to(root.path).as_posix()}"}}\n')
    assert names(root.runs("tag == restored")) == ["run"]


def test_a_share_that_is_away_does_not_empty_the_index(root: DataRoot, reads: list[str]):
    make(root)
    age(root)
    root.runs()
    reads.clear()
    away = root.path.with_name("away")
    root.path.rename(away)
    with pytest.raises(StorageFailed, match="cannot be reached; connect the disk or share"):
        root.runs()
    away.rename(root.path)
    assert len(root.runs()) == 1
    assert reads == []


def test_where_looking_is_slow_days_are_looked_at_less_often(
    tmp_path: Path, clock: Any, monkeypatch: pytest.MonkeyPatch
):
    root = DataRoot(tmp_path / "data", cache_dir=tmp_path / "cache", clock=clock)
    looked: list[float] = []
    times_of_days = _scan.times_of_days

    def slow(root: Path) -> Any:
        looked.append(clock.now)
        clock.sleep(1.0)
        return times_of_days(root)

    monkeypatch.setattr(_scan, "times_of_days", slow)
    begun = clock.now
    for _ in range(50):
        root.runs()
        clock.sleep(1.0)
    assert [moment - begun for moment in looked] == [0.0, 20.0, 40.0]


def test_an_index_that_is_removed_while_a_list_is_read_is_made_again(root: DataRoot, monkeypatch: pytest.MonkeyPatch):
    for number in range(4):
        make(root, f"run {number}")
    monkeypatch.setattr("measurand.dataset.catalogue._runs._AT_ONCE", 2)
    runs = root.runs()
    assert runs[0].name == "run 0"
    for file in (root.path.parent / "cache").iterdir():
        file.unlink()
    assert names(runs) == ["run 0", "run 1", "run 2", "run 3"]


def test_an_index_that_another_process_holds_is_replaced_by_one_in_memory(
    root: DataRoot, monkeypatch: pytest.MonkeyPatch
):
    import sqlite3

    make(root)
    root.runs()
    make(root)
    monkeypatch.setattr("measurand.dataset.catalogue._sqlite_index._PATIENCE", 0.01)
    other = sqlite3.connect(root._catalogue.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert len(root.runs()) == 2
    other.execute("ROLLBACK")
    other.close()
    assert len(root.runs()) == 2


ASK = """
import sys
from measurand.dataset import DataRoot
root = DataRoot(sys.argv[1], cache_dir=sys.argv[2])
counts = [len(root.runs("has(current)")) for _ in range(30)]
assert counts == sorted(counts), counts
print(counts[-1])
"""


def test_processes_fill_one_index_at_once(root: DataRoot, tmp_path: Path, child_environment: dict[str, str]):
    for _ in range(30):
        make(root)
    children = [
        subprocess.Popen(
            [sys.executable, "-c", ASK, str(root.path), str(tmp_path / "cache")],
            env=child_environment,
            stdout=subprocess.PIPE,
        )
        for _ in range(3)
    ]
    for number in range(10):
        make(root, f"during {number}")
    assert all(int(child.communicate()[0]) >= 30 for child in children)
    assert [child.returncode for child in children] == [0, 0, 0]
    assert len(root.runs()) == 40


@pytest.fixture
def removals(root: DataRoot, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Each time that the index is thrown away."""
    seen: list[Path] = []
    remove = root._catalogue._remove

    def counted() -> None:
        seen.append(root._catalogue.path)
        remove()

    monkeypatch.setattr(root._catalogue, "_remove", counted)
    return seen


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ({"tag": ["good", *(f"tag {n}" for n in range(5000))]}, 1),
        ({"where": " and ".join(["name ~ run"] * 5000)}, 1),
        ({"where": " or ".join([*(f"metadata.a == {n}" for n in range(3000)), "starred"])}, 1),
        ({"where": "number in (" + ", ".join(map(str, range(5000))) + ")"}, 1),
        ({"where": "until 2150 and not since 2300 and ended < 9998"}, 1),
    ],
)
def test_no_question_costs_the_index(root: DataRoot, removals: list[Path], search: dict[str, Any], found: int):
    make(root, tags=["good"], metadata={"a": 7})
    assert len(root.runs(**search)) == found
    assert removals == []


@pytest.mark.parametrize("which", ["half \udc80 a character", 10**30, "9" * 40, 1.5, None])
def test_what_no_run_can_be_called_is_not_found_and_costs_nothing(root: DataRoot, removals: list[Path], which: Any):
    make(root)
    with pytest.raises((RunNotFound, QueryError)):
        root.load(which)
    assert removals == []


def test_an_index_that_cannot_be_used_is_not_waited_for_at_each_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    import sqlite3

    clock = StandingClock()
    root = DataRoot(tmp_path / "data", cache_dir=tmp_path / "cache", clock=clock)
    make(root)
    root.runs()
    monkeypatch.setattr("measurand.dataset.catalogue._sqlite_index._PATIENCE", 0.01)
    tried: list[str] = []
    on_disk = root._catalogue._on_disk
    monkeypatch.setattr(root._catalogue, "_on_disk", lambda: (tried.append("disk"), on_disk())[1])
    other = sqlite3.connect(root._catalogue.path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    make(root)
    assert [len(root.runs()) for _ in range(3)] == [2, 2, 2]
    assert tried == ["disk"]
    other.execute("ROLLBACK")
    other.close()
    clock.sleep(31.0)
    assert len(root.runs()) == 2
    assert len(tried) > 1


def test_half_characters_are_replaced_where_they_come_from_and_in_folders_of_others(
    root: DataRoot, removals: list[Path]
):
    ours = make(root, "file \udcff", metadata={"file": "M\udcfcller.py"})
    assert (ours.name, ours.metadata["file"]) == ("file \ufffd", "M\ufffdller.py")
    theirs = make(root, "theirs", metadata={"place": "here"})
    file = theirs.path / "run.jsonl"
    file.write_text(file.read_text().replace('"here"', '"\\udc80 there"'))
    root.rebuild_index()
    removals.clear()
    assert names(root.runs("metadata.place ~ there and text ~ ther")) == ["theirs"]
    assert len(root.runs()) == 2
    assert removals == []


@pytest.mark.parametrize(
    ("said", "instead", "left"),
    [
        ('"number": 2', '"number": 99999999999999999999', ["whole"]),
        ('"started": "20', '"started": "99', ["whole", "spoiled"]),
        ('"max": 1e-09', '"max": 1e999', ["whole", "spoiled"]),
        ('"count": 1', '"count": 99999999999999999999', ["whole", "spoiled"]),
    ],
)
def test_a_folder_that_says_what_cannot_be_hides_no_others(root: DataRoot, said: str, instead: str, left: list[str]):
    make(root, "whole")
    spoiled = make(root, "spoiled")
    file = spoiled.path / "run.jsonl"
    text = file.read_text()
    assert said in text
    file.write_text(text.replace(said, instead))
    root.rebuild_index()
    assert names(root.runs()) == left


def test_names_do_not_colour_the_terminal_or_break_the_table(root: DataRoot):
    make(root, "two\nlines \x1b[31mred")
    assert root.runs().to_text(["name"]) == "name\ntwo lines \ufffd[31mred"


@pytest.mark.parametrize("stored", ["Ohm", "ohm", "Ω", "\N{OHM SIGN}", "kΩ", "kOhm"])
@pytest.mark.parametrize("asked", ["Ohm", "Ω", "\N{OHM SIGN}"])
def test_ohms_are_ohms_however_they_are_written(root: DataRoot, stored: str, asked: str):
    with root.create_run("r", [TableSpec("data", (Column("r", unit=stored),))]) as run:
        run.add("data", {"r": 5 if stored.startswith("k") else 5000})
    assert len(root.runs(f"max(r) > 4999 {asked} and max(r) < 5.1 k{asked}")) == 1


def test_a_day_that_is_moved_away_is_noticed_also_if_it_was_just_changed(root: DataRoot, tmp_path: Path):
    """Its time is not believed yet then, but that it was there is known."""
    day = make(root).path.parent
    assert len(root.runs()) == 1
    day.rename(tmp_path / "archive")
    assert len(root.runs()) == 0
    (tmp_path / "archive").rename(day)
    assert len(root.runs()) == 1


def test_a_journal_leads_to_no_folder_outside(root: DataRoot, tmp_path: Path):
    """Journals are written by any computer that may write the share."""
    other = DataRoot(tmp_path / "other", cache_dir=tmp_path / "other-cache")
    shutil.copytree(make(other, "elsewhere").path, tmp_path / "run")
    shutil.copytree(tmp_path / "run", root.path / "a" / "b" / "run")
    make(root)
    root.runs()
    journal = next((root.path / ".measurand" / "journal").iterdir())
    with journal.open("a") as file:
        for folder in (f"{tmp_path}/run", "a/b/run", "2026/../../run", 3):
            file.write(json.dumps({"event": "change", "folder": folder}) + "\n")
    assert names(root.runs()) == ["run"]
