"""A run goes on where its writer stopped: in files of its own, read by everybody as the continuation of what is there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from measurand.dataset import Column, DataRoot, Dataset, Dim, TableSpec, Writer, import_runs, repair, verify
from measurand.dataset import _reopen as reopening
from measurand.errors import DamagedData, DatasetError, RunBusy, RunNotFound, StorageFailed

POINTS = TableSpec("points", (Column("x", unit="V", setpoint=True), Column("y")), (Dim("x", 900, ("x",)),))
TRACES = TableSpec("traces", (Column("note", "text"), Column("trace", shape=(3,))))


def add(run: Writer, points: Iterable[int] = (), traces: Iterable[int] = ()) -> None:
    for n in points:
        run.add("points", {"x": n / 10, "y": float(n)}, (n,))
    for n in traces:
        run.add("traces", {"note": str(n), "trace": [n, 0, 0]})


def left_by_a_death(root: DataRoot, points: int, traces: int, *, sealed: bool = False) -> Path:
    """A run whose writer died after these rows."""
    run = root.create_run("victim", [POINTS, TRACES], snapshot={"dac": 1})
    add(run, range(points), range(traces))
    if sealed:
        run.flush()
    with run._tables._lock:
        copy = shutil.copytree(run.path, root.path / "copy")
    run.finish("failed")
    shutil.rmtree(run.path)
    copy.rename(run.path)
    assert run.dataset.status == "lost"
    return run.path


def check(dataset: Dataset, points: int, traces: int) -> None:
    np.testing.assert_array_equal(dataset.numpy("y"), np.arange(points, dtype=float))
    np.testing.assert_array_equal(dataset.numpy("_index", "points")[:, 0], np.arange(points))
    assert dataset.numpy("note").tolist() == [str(n) for n in range(traces)]
    assert dataset.numpy("trace")[:, 0].tolist() == list(range(traces))


@pytest.mark.parametrize("points", [0, 7, 256, 300, 2400])
def test_a_lost_run_goes_on_behind_what_its_writer_left(either_root: DataRoot, points: int):
    """L09: nothing of it is touched."""
    folder = left_by_a_death(either_root, points, 4)
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "run.jsonl"}
    old = Dataset(folder)
    check(old, points, 4)
    run = either_root.reopen(1)
    add(run, range(points, points + 300), range(4, 6))
    check(old, points + 300, 6)
    run.finish()
    check(old, points + 300, 6)
    assert {name: (folder / name).read_bytes() for name in before} == before
    assert verify(folder).good, str(verify(folder))
    (record,) = either_root.runs()
    assert (record.status, record.rows) == ("completed", points + 306)
    assert record.summaries["y"].max == points + 299


def test_a_run_is_resumed_as_often_as_it_stops(either_root: DataRoot):
    run = either_root.create_run("often", [POINTS, TRACES])
    for n in range(5):
        add(run, range(100 * n, 100 * n + 100), [n])
        run.finish("interrupted")
        run = either_root.reopen("last")
        (record,) = either_root.runs()
        assert (record.status, record.rows, record.ended) == ("running", 101 * (n + 1), None)
    add(run, range(500, 900))
    run.finish()
    check(either_root.load(1), 900, 5)
    assert len(list(run.path.glob("points*"))) == 6
    assert not list(run.path.glob("*.tail-*"))
    assert [event["part"] for event in run.dataset.events if event["event"] == "resumed"] == [2, 3, 4, 5, 6]
    assert run.dataset.to_xarray()["y"].values.tolist() == list(range(900))
    table = run.dataset.to_arrow()
    assert table["y"].to_pylist() == list(range(900))
    assert run.dataset.lazy("y")[::100].tolist() == list(range(0, 900, 100))


def test_the_state_of_the_instruments_is_kept_of_every_part(root: DataRoot):
    run = root.create_run("states", [POINTS], snapshot={"dac": 1})
    run.finish("interrupted")
    run = root.reopen(1, snapshot={"dac": 2})
    run.flush()
    assert (run.path / "snapshot.part-2.json.zst").exists()
    assert run.dataset.snapshot == {"dac": 1}
    run.finish()
    assert run.dataset.snapshots == [{"dac": 1}, {"dac": 2}]


def test_what_a_death_tore_is_let_lie(root: DataRoot):
    """A tail with nothing in it has the name that the next one would get; a torn Arrow file its number."""
    folder = left_by_a_death(root, 0, 2)
    tail, sealed = folder / "points.tail-000000000000.rec", folder / "traces.part-2.arrow"
    tail.write_bytes(b"MSRDTAIL torn")
    sealed.write_bytes(b"ARROW1\0\0 torn")
    run = root.reopen(1)
    add(run, range(5), range(2, 4))
    check(root.load(1), 5, 4)
    run.finish()
    check(root.load(1), 5, 4)
    assert (tail.read_bytes(), sealed.read_bytes()) == (b"MSRDTAIL torn", b"ARROW1\0\0 torn")
    assert sorted(path.name for path in folder.glob("*.part-3.arrow")) == ["points.part-3.arrow", "traces.part-3.arrow"]


def test_a_row_that_was_torn_is_not_read_later(root: DataRoot):
    """L04: the record after the last that counts is there, but was never committed."""
    folder = left_by_a_death(root, 5, 0)
    tail = folder / "points.tail-000000000000.rec"
    data = bytearray(tail.read_bytes())
    data[32:40] = (4).to_bytes(8, "little")
    tail.write_bytes(data)
    run = root.reopen(1)
    run.add("points", {"x": -1.0, "y": -4.0}, (4,))
    run.finish()
    assert root.load(1).numpy("y").tolist() == [0.0, 1.0, 2.0, 3.0, -4.0]


def test_a_living_writer_keeps_its_run(root: DataRoot):
    run = root.create_run("mine", [POINTS])
    with pytest.raises(
        RunBusy, match=rf"Run 1 is being written by process {os.getpid()} on .*; it can be resumed once"
    ):
        root.reopen(1)
    add(run, range(3))
    run.finish("interrupted")
    again = root.reopen(1)
    with pytest.raises(RunBusy):
        root.reopen(1)
    again.finish()


def test_a_completed_run_never_changes(root: DataRoot):
    root.create_run("done", [POINTS]).finish()
    with pytest.raises(DatasetError, match="Run 1 is completed; a completed run never changes"):
        root.reopen(1)
    with pytest.raises(RunNotFound):
        root.reopen(2)


def test_a_run_of_another_place_is_not_resumed_here(root: DataRoot, tmp_path: Path):
    folder = left_by_a_death(root, 3, 0)
    shutil.copytree(folder, tmp_path / "elsewhere")
    with pytest.raises(DatasetError, match=r"does not lie in the data root .*; import it, then resume"):
        root.reopen(tmp_path / "elsewhere")


def test_damage_is_repaired_first(root: DataRoot):
    """Rows behind those that are missing would be measured again, and then be there twice."""
    folder = left_by_a_death(root, 400, 0, sealed=True)
    sealed = folder / "points.arrow"
    data = bytearray(sealed.read_bytes())
    data[len(data) // 2] ^= 1
    sealed.write_bytes(data)
    with pytest.raises(DamagedData, match=r"table points is damaged behind row 0\. Repair it first"):
        root.reopen(1)
    repaired = repair(folder)
    assert repaired.missing == {"points": [(0, 256)]}
    run = root.reopen(1)
    add(run, range(256))
    run.finish()
    assert sorted(root.load(1).numpy("y").tolist()) == list(range(400))


def test_a_repair_makes_one_file_of_all_parts(root: DataRoot):
    folder = left_by_a_death(root, 300, 3)
    run = root.reopen(1)
    add(run, range(300, 400), range(3, 5))
    run.finish()
    assert verify(folder).good
    repaired = repair(folder)
    assert repaired.verdict.good
    assert not repaired.missing
    assert sorted(path.name for path in folder.glob("*.arrow")) == ["points.arrow", "traces.arrow"]
    check(Dataset(folder), 400, 5)


def test_damage_in_a_later_part_is_found(root: DataRoot):
    run = root.create_run("parts", [POINTS])
    add(run, range(100))
    run.finish("interrupted")
    run = root.reopen(1)
    add(run, range(100, 200))
    run.finish()
    later = run.path / "points.part-2.arrow"
    later.write_bytes(later.read_bytes()[:4000])
    verdict = verify(run.path)
    assert verdict.rows == {"points": 100}
    assert {finding.file for finding in verdict.findings} == {"points.part-2.arrow", "points.arrow"}
    with pytest.warns(UserWarning, match="100 of 200 rows of table points can be read"):
        check_points = Dataset(run.path).rows()
    assert check_points == 100


def test_all_parts_travel_in_one_file(root: DataRoot, tmp_path: Path):
    left_by_a_death(root, 300, 3)
    run = root.reopen(1)
    add(run, range(300, 400), range(3, 5))
    run.finish()
    packed = run.dataset.export("zip", tmp_path / "run.zip")
    other = DataRoot(tmp_path / "other", cache_dir=tmp_path / "other-cache")
    (imported,) = import_runs(other, packed)
    assert imported.outcome == "imported"
    check(other.load("last"), 400, 5)


def test_a_reader_that_held_the_ended_run_sees_the_later_end(root: DataRoot):
    """Also if it did not look while the run went on."""
    run = root.create_run("held", [POINTS, TRACES])
    add(run, range(300), range(3))
    run.finish("interrupted")
    held = run.dataset
    check(held, 300, 3)
    run = root.reopen(1)
    add(run, range(300, 310), range(3, 4))
    run.finish()
    check(held, 310, 4)
    assert held.status == "completed"


def test_a_disk_that_refuses_leaves_the_run_as_it_was(root: DataRoot, monkeypatch: pytest.MonkeyPatch):
    folder = left_by_a_death(root, 3, 0)
    lines = (folder / "run.jsonl").read_bytes()

    def refuse(fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(reopening.os, "fsync", refuse)
    with pytest.raises(StorageFailed, match=r"cannot be resumed \(.*No space left on device\); it is as it was"):
        root.reopen(1)
    monkeypatch.undo()
    assert (folder / "run.jsonl").read_bytes() == lines
    assert Dataset(folder).status == "lost"
    run = root.reopen(1)
    add(run, range(3, 5))
    run.finish()
    check(root.load(1), 5, 0)
