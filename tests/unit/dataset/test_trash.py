"""Trash: aside in one step, back in one, gone only when said twice."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from measurand.dataset import Column, DataRoot, Dataset, TableSpec
from measurand.errors import DatasetError, RunNotFound, StorageFailed

SPEC = [TableSpec("data", (Column("x"),))]


def make(root: DataRoot, name: str = "run") -> Dataset:
    with root.create_run(name, SPEC) as run:
        run.add("data", {"x": 1})
    return run.dataset


def test_a_run_goes_to_the_trash_and_back(root: DataRoot):
    first, second = make(root, "first"), make(root, "second")
    target = root.find(1).trash()
    assert not first.path.exists()
    assert target == root.trash.path / first.path.relative_to(root.path)
    assert [run.name for run in root.runs()] == ["second"]
    assert [run.name for run in root.trash.runs()] == ["first"]
    assert Dataset(target).numpy("x").tolist() == [1], "it is still whole"
    with pytest.raises(RunNotFound):
        root.load(1)
    assert make(root).number == 3, "its number is not given again"
    assert root.trash.restore(1) == first.path
    assert root.load(1).numpy("x").tolist() == [1]
    assert [event["event"] for event in first.events][-2:] == ["trashed", "restored"]
    assert root.trash.runs() == []
    assert second.number == 2


def test_what_runs_or_is_gone_cannot_be_trashed(root: DataRoot, tmp_path: Path):
    run = root.create_run("live", SPEC)
    record = root.find(1)
    with pytest.raises(DatasetError, match="Run 1 is running; stop it before it goes to the trash"):
        record.trash()
    run.finish()
    record.trash()
    with pytest.raises(RunNotFound):
        record.trash()


def test_a_run_in_no_data_root_has_no_trash(root: DataRoot, tmp_path: Path):
    run = make(root)
    record = root.find(1)
    mailed = shutil.copytree(run.path, tmp_path / "mailed" / run.path.name)
    with pytest.raises(DatasetError, match="lies in no data root"):
        record.__class__(**{**vars(record), "path": mailed}).trash()


def test_what_the_disk_refuses_stays_where_it_is(root: DataRoot, monkeypatch: pytest.MonkeyPatch):
    make(root)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "in use")

    monkeypatch.setattr(os, "rename", refuse)
    with pytest.raises(StorageFailed, match="cannot be moved .*in use.*; close what has it open and try again"):
        root.find(1).trash()
    assert len(root.runs()) == 1


def test_restoring_says_what_it_cannot_do(root: DataRoot):
    run = make(root)
    with pytest.raises(RunNotFound, match="One run in .* should be meant by 1; it is none"):
        root.trash.restore(1)
    root.find(1).trash()
    run.path.mkdir()
    with pytest.raises(DatasetError, match="is there already"):
        root.trash.restore(1)
    run.path.rmdir()
    assert root.trash.restore(run.id[:8]) == run.path


def test_purging_shows_first_and_removes_then(root: DataRoot):
    """Nothing is removed for ever without a preview that somebody confirms."""
    for name in ("a", "b", "c"):
        make(root, name)
    trashed = [root.find(number).trash() for number in (1, 2)]
    now = root._clock.time()
    assert root.trash.purge(older_than=3600, now=now).runs == ()
    preview = root.trash.purge(older_than=3600, now=now + 7200)
    assert [run.name for run in preview.runs] == ["a", "b"]
    assert preview.size == sum(file.stat().st_size for folder in trashed for file in folder.iterdir())
    assert all(folder.exists() for folder in trashed), "a preview removes nothing"
    preview.confirm()
    assert not any(folder.exists() for folder in trashed)
    assert root.trash.runs() == []
    assert [run.name for run in root.runs()] == ["c"]


def test_what_lies_in_the_trash_and_is_no_run_is_passed_over(root: DataRoot):
    make(root)
    target = root.find(1).trash()
    (target.with_name("000002-empty-01234567")).mkdir()
    assert len(root.trash.runs()) == 1
    assert "2 runs" in repr(root.trash)


def test_what_was_restored_after_the_look_is_not_removed(root: DataRoot):
    for name in ("a", "b", "c"):
        make(root, name)
    for number in (1, 2, 3):
        root.find(number).trash()
    preview = root.trash.purge(now=2e9)
    root.trash.restore(2)
    preview.confirm()
    assert [run.name for run in root.runs()] == ["b"]
    assert root.trash.runs() == []
