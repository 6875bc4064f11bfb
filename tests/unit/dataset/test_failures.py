"""A disk that refuses: the run fails at once and says so, what was accepted stays."""

from __future__ import annotations

import contextlib
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from measurand.dataset import Column, DataRoot, TableSpec
from measurand.errors import StorageFailed

if sys.platform == "win32":
    pytest.skip("limits of file size are POSIX", allow_module_level=True)

import resource


@contextlib.contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """A disk on which no file can grow beyond ``size`` bytes; refusals are real, from the operating system."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_is_full_fails_the_row_and_keeps_those_before(either_root: DataRoot):
    run = either_root.create_run("full", [TableSpec("data", (Column("x"),))])
    add = run.adder("data")
    accepted = 0
    with files_of_at_most(30_000):
        with pytest.raises(
            StorageFailed,
            match=r"the disk refused row \d+ .* The rows before it are stored|Every accepted row is stored",
        ):
            for accepted in range(100_000):
                add((), (accepted,))
        with pytest.raises(StorageFailed):
            add((), (0,))
    assert accepted >= 256
    with pytest.raises(StorageFailed, match="Every accepted row is stored"):
        run.finish("completed")  # it is not: a row was refused
    assert run.dataset.numpy("x").tolist() == list(range(accepted))
    assert run.dataset.status == "failed"
    assert run.unsaved() == {}


def test_arrays_that_the_disk_refuses_are_kept_in_memory(root: DataRoot):
    run = root.create_run("full", [TableSpec("data", (Column("t", shape=None),))])
    run.add("data", {"t": np.zeros(1000)})
    run.flush()
    with files_of_at_most(12_000):
        run.add("data", {"t": np.full(1000, 7.0)})
        with pytest.raises(StorageFailed, match=r"1 accepted rows are in memory only: writer.unsaved\(\) gives them"):
            run.flush()
        with pytest.raises(StorageFailed, match="Run 1 cannot be written"):
            run.add("data", {"t": np.zeros(1000)})
        with pytest.raises(StorageFailed, match="in memory only"):
            run.finish()
    (row,) = run.unsaved()["data"]
    np.testing.assert_array_equal(row["t"], np.full(1000, 7.0))
    assert run.dataset.status == "failed"
    assert "File too large" in run.dataset.metadata["error"]
    np.testing.assert_array_equal(run.dataset.numpy("t"), np.zeros((1, 1000)))
    run.finish()


def test_a_disk_with_room_again_takes_what_was_kept(root: DataRoot):
    run = root.create_run("room", [TableSpec("data", (Column("t", shape=None),))])
    run.add("data", {"t": np.zeros(1000)})
    run.flush()
    with files_of_at_most(20_000):
        run.add("data", {"t": np.full(1000, 7.0)})
        run.add("data", {"t": np.full(1000, 8.0)})
        with pytest.raises(StorageFailed):
            run.flush()
    with pytest.raises(StorageFailed, match="Every accepted row is stored"):
        run.finish()
    assert run.unsaved() == {}
    assert run.dataset.status == "failed"
    assert run.dataset.numpy("t")[:, 0].tolist() == [0, 7, 8]


def test_a_failure_while_another_error_ends_the_run_is_noted_on_it(root: DataRoot):
    with (
        pytest.raises(ZeroDivisionError) as raised,
        root.create_run("both", [TableSpec("data", (Column("t", shape=None),))]) as run,
    ):
        run.add("data", {"t": np.zeros(10)})
        run.flush()
        with files_of_at_most(3000), contextlib.suppress(StorageFailed):
            run.add("data", {"t": np.ones(10)})
            run.add("data", {"t": np.ones(10)})
            for _ in range(100):
                run.add("data", {"t": np.ones(10)})
            run.flush()
        raise ZeroDivisionError
    assert "Run 1 cannot be written" in raised.value.__notes__[0]


def test_no_room_for_the_run_itself(root: DataRoot):
    with files_of_at_most(100), pytest.raises(StorageFailed, match="No run can be started in"):
        root.create_run("none", [TableSpec("data", (Column("x"),))])
    with root.create_run("next", [TableSpec("data", (Column("x"),))]) as run:
        assert run.number == 2


def test_no_room_for_what_a_run_begins_with_leaves_nothing_of_it(root: DataRoot):
    """What is left would be listed as running, as long as this process lives, and never be written."""
    with files_of_at_most(2000), pytest.raises(StorageFailed, match="No run can be started in"):
        root.create_run("none", [TableSpec("data", (Column("x"),))], snapshot={"text": "x" * 4000})
    assert (root.runs(), list(root.path.glob("*/*/*"))) == ([], [])


def open_below(folder: Path) -> list[str]:
    """Files that this process has open, or mapped."""
    opened = [str(entry.readlink()) for entry in Path("/proc/self/fd").iterdir() if entry.is_symlink()]
    mapped = [line.split(maxsplit=5)[-1] for line in Path("/proc/self/maps").read_text().splitlines()]
    return [path for path in opened + mapped if path.startswith(str(folder))]


KINDS = {"numbers": 1.0, "text": "a" * 100, "arrays": np.zeros(50), "large arrays": np.zeros(9000)}


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="Linux tells what is open")
@pytest.mark.parametrize("kind", KINDS)
def test_a_run_that_failed_has_no_file_open(either_root: DataRoot, kind: str):
    """Windows could not repair it or move it away; elsewhere the disk would stay full when it is removed."""
    run = either_root.create_run(
        "failed", [TableSpec("data", (Column("x", shape=None),)), TableSpec("other", (Column("y"),))]
    )
    run.add("other", {"y": 1.0})
    run.add("data", {"x": KINDS[kind]})
    assert open_below(run.path)
    accepted = 1
    with files_of_at_most(20_000):
        with pytest.raises(StorageFailed):
            for _ in range(1000):
                run.add("data", {"x": KINDS[kind]})
                accepted += 1
            run.flush()  # the background thread may not have noticed yet
        with pytest.raises(StorageFailed):
            run.finish()
    assert open_below(run.path) == []
    assert run.dataset.rows("data") + len(run.unsaved().get("data", [])) == accepted
    assert run.dataset.numpy("y").tolist() == [1.0]
    shutil.rmtree(run.path)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="Linux tells what is open")
def test_a_run_that_ended_has_no_file_open_for_its_readers_either(root: DataRoot):
    run = root.create_run(
        "ended", [TableSpec("data", (Column("x"), Column("t", shape=(3,)))), TableSpec("other", (Column("y"),))]
    )
    reader = run.dataset
    for number in range(300):
        run.add("data", {"x": number, "t": [number] * 3})
        run.add("other", {"y": number})
    reader.numpy("t"), reader.numpy("y")
    run.finish()
    reader.numpy("t"), reader.to_xarray(), reader.lazy("t")[5], reader.to_pandas(), reader.status
    assert open_below(run.path) == []
