"""What else may happen to a run: its folder vanishes, may not be written, is copied, and the clock goes back."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from pathlib import Path

import numpy as np
import pytest

from measurand.dataset import Column, DataRoot, Dataset, TableSpec
from measurand.errors import ConfigurationError, StorageFailed

SPECS = [TableSpec("points", (Column("n"),)), TableSpec("traces", (Column("t", shape=None), Column("note", "text")))]
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows does not let go of a folder with open files")


def fill(run, start: int, stop: int) -> None:
    for n in range(start, stop):
        run.add("points", {"n": n})
        if n % 10 == 0:
            run.add("traces", {"t": np.full(20, float(n)), "note": str(n)})


def check(dataset: Dataset, rows: int) -> None:
    assert dataset.numpy("n").tolist() == list(range(rows))
    traces = dataset.numpy("t")
    assert traces[:, 0].tolist() == [10.0 * n for n in range(len(traces))]


@POSIX
def test_a_folder_that_is_renamed_takes_its_run_along(root: DataRoot, tmp_path: Path):
    """Open files follow their folder; what needs a new file fails the run at once, and says so."""
    run = root.create_run("moved", SPECS)
    fill(run, 0, 200)
    run.flush()
    run.path.rename(tmp_path / "elsewhere")
    fill(run, 200, 250)
    with pytest.raises(StorageFailed, match="the disk refused row 256"):
        fill(run, 250, 400)
    kept = run.unsaved()
    with pytest.raises(StorageFailed, match="cannot be written"):
        run.finish()
    moved = Dataset(tmp_path / "elsewhere")
    assert moved.status in ("failed", "lost")
    check(moved, 256)
    saved = len(moved.numpy("t"))
    assert saved + len(kept.get("traces", [])) == 26
    assert [row["note"] for row in kept.get("traces", [])] == [str(10 * n) for n in range(saved, 26)]


@POSIX
def test_a_share_that_vanishes_fails_the_run_and_keeps_its_rows_in_memory(root: DataRoot):
    run = root.create_run("gone", SPECS)
    run.add("traces", {"t": np.zeros(20), "note": "0"})
    run.flush()
    shutil.rmtree(run.path)
    with pytest.raises(StorageFailed):
        fill(run, 0, 300)
    with pytest.raises(StorageFailed, match=r"cannot be written to .*gone"):
        run.finish()
    with root.create_run("next", SPECS) as following:  # the share is back
        following.add("points", {"n": 1})
    assert following.dataset.status == "completed"


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="nobody forbids anything to an administrator")
def test_a_folder_that_may_not_be_written_is_refused(tmp_path: Path):
    (tmp_path / "data").mkdir(mode=0o500)
    with pytest.raises(ConfigurationError, match="cannot be used as data root"):
        DataRoot(tmp_path / "data", cache_dir=tmp_path)


def test_a_folder_that_refuses_new_files_is_refused(root: DataRoot, monkeypatch: pytest.MonkeyPatch):
    def read_only(*_: object, **__: object) -> int:
        raise OSError(30, "Read-only file system")

    with monkeypatch.context() as disk:
        disk.setattr(os, "open", read_only)
        with pytest.raises(
            StorageFailed, match=r"No run can be started .*Read-only file system.* Make room or give access"
        ):
            root.create_run("refused", SPECS)
    run = root.create_run("begun", SPECS)
    with monkeypatch.context() as disk:
        disk.setattr(os, "open", read_only)
        with pytest.raises(StorageFailed, match="Read-only file system"):
            run.add("points", {"n": 0})
    with pytest.raises(StorageFailed):
        run.finish()
    assert run.dataset.status == "failed"


@pytest.mark.skipif(sys.platform == "win32", reason="modes of files are POSIX")
def test_a_run_that_may_only_be_read_is_read(root: DataRoot):
    run = root.create_run("archived", SPECS)
    fill(run, 0, 300)
    run.finish()
    for path in (*run.path.iterdir(), run.path):
        path.chmod(path.stat().st_mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))
    try:
        check(Dataset(run.path), 300)
    finally:
        run.path.chmod(0o700)


@pytest.mark.parametrize("order", ["as listed", "backwards", "tails last"])
def test_a_copy_made_while_a_run_goes_on_is_a_consistent_prefix(root: DataRoot, tmp_path: Path, order: str):
    """Whatever order a copying program takes, and whatever is sealed meanwhile."""
    run = root.create_run("copied", SPECS)
    for step in range(6):
        fill(run, 100 * step, 100 * step + 100)
        run.flush()
        copy = tmp_path / f"copy {step}"
        copy.mkdir()
        names = sorted(path.name for path in run.path.iterdir())
        if order == "backwards":
            names.reverse()
        elif order == "tails last":
            names.sort(key=lambda name: "tail" in name)
        for number, name in enumerate(names):
            if number == len(names) // 2:
                fill(run, 100 * step + 100, 100 * step + 100)
            if (run.path / name).exists():
                shutil.copy(run.path / name, copy)
        seen = Dataset(copy)
        assert seen.status == "lost"
        check(seen, seen.rows("points"))
        assert seen.rows("points") >= 100 * step
    run.finish()
    check(run.dataset, 600)


def test_a_clock_that_is_set_back_changes_no_order(tmp_path: Path, clock):
    root = DataRoot(tmp_path / "data", cache_dir=tmp_path / "cache", clock=clock)
    run = root.create_run("daylight saving", SPECS)
    fill(run, 0, 100)
    clock.now -= 3600
    fill(run, 100, 200)
    run.finish()
    check(run.dataset, 200)
    times = run.dataset.numpy("_time", "points").astype("int64")
    assert times[0] - times[-1] == 3600 * 10**9
    assert run.dataset.to_xarray()["n"].values.tolist() == list(range(200))
    assert run.dataset.metadata["ended"] < run.dataset.metadata["started"]
