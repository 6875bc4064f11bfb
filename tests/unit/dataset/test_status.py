"""How a run ends, and what everybody sees of it."""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from measurand.dataset import Column, DataRoot, Dataset, TableSpec, repair
from measurand.errors import DamagedData, DatasetError, FormatTooNew, RefusedRow, RunBusy, RunNotFound

SPEC = [TableSpec("data", (Column("x"), Column("y")))]


@pytest.mark.parametrize("status", ["completed", "interrupted", "failed"])
def test_a_run_is_running_until_it_ends(root: DataRoot, status: str):
    """L09."""
    run = root.create_run("status", SPEC)
    assert run.dataset.status == "running"
    run.finish(status, error="because" if status == "failed" else None)
    assert run.dataset.status == status
    assert run.dataset.metadata["error"] == ("because" if status == "failed" else None)


def test_the_first_end_counts(root: DataRoot):
    """L08: complete exactly once."""
    run = root.create_run("twice", SPEC)
    run.finish("interrupted")
    run.finish("completed")
    assert run.dataset.status == "interrupted"
    assert [event["event"] for event in run.dataset.events] == ["end"]


def test_an_unknown_end_is_refused(root: DataRoot):
    run = root.create_run("odd", SPEC)
    with pytest.raises(DatasetError, match="cannot end as 'done', only as completed, interrupted and failed"):
        run.finish("done")
    run.finish()


def test_nothing_is_taken_after_the_end(root: DataRoot):
    run = root.create_run("over", SPEC)
    add = run.adder("data")
    add((), (1, 2))
    run.finish()
    with pytest.raises(RefusedRow, match=r"Run 1 has ended \(completed\) and takes no more rows"):
        add((), (1, 2))
    with pytest.raises(DatasetError, match="takes no more events"):
        run.event({"event": "note"})
    run.flush()
    assert run.dataset.rows() == 1


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (None, "completed", None),
        (KeyboardInterrupt(), "interrupted", None),
        (OSError("gone"), "failed", "OSError: gone"),
    ],
)
def test_a_with_block_ends_the_run_as_it_ended(
    root: DataRoot, error: BaseException | None, status: str, said: str | None
):
    with contextlib.suppress(KeyboardInterrupt, OSError), root.create_run("block", SPEC) as run:
        run.add("data", {"x": 1, "y": 2})
        if error:
            raise error
    assert run.dataset.status == status
    assert run.dataset.metadata["error"] == said
    assert run.dataset.rows() == 1


def test_events_are_kept_in_order_with_their_time(root: DataRoot):
    run = root.create_run("events", SPEC)
    run.event({"event": "note", "text": "refilled helium"})
    run.add("data", {"x": 1, "y": 2})
    assert [event["event"] for event in run.dataset.events] == ["note", "table"]
    run.finish()
    events = run.dataset.events
    assert events[0]["text"] == "refilled helium"
    assert datetime.datetime.fromisoformat(events[0]["time"]).tzinfo is not None
    assert [event["event"] for event in events] == ["note", "table", "end", "statistics"]
    assert events[2]["rows"] == {"data": 1}
    with pytest.raises(DatasetError, match="key 'event' says what happened"):
        root.create_run("nameless", SPEC).event({"text": "?"})


def test_the_header_says_what_the_run_is(root: DataRoot):
    """K22: description and snapshot are there before the first point."""
    run = root.create_run(
        "header", SPEC, plan={"sweep": [1, 2]}, snapshot={"dac": {"ch1": 0.5}}, sample="dot 7", experiment="cooldown 3",
        metadata={"operator": "night shift", "gain": 1e6},
    )  # fmt: skip
    seen = run.dataset
    assert seen.snapshot == {"dac": {"ch1": 0.5}}
    assert seen.plan == {"sweep": [1, 2]}
    about = seen.metadata
    assert (about["sample"], about["experiment"], about["operator"], about["gain"]) == (
        "dot 7",
        "cooldown 3",
        "night shift",
        1e6,
    )
    assert about["ended"] is None
    assert about["versions"]["python"] == sys.version.split()[0]
    run.finish()
    assert run.dataset.metadata["ended"] is not None
    assert run.dataset.snapshot == {"dac": {"ch1": 0.5}}
    header = json.loads((run.path / "run.jsonl").read_text().splitlines()[0])
    assert (header["format"], header["version"], header["pid"]) == ("measurand-run", 1, os.getpid())


def test_the_snapshot_is_a_standard_zstd_frame(root: DataRoot):
    run = root.create_run("snapshot", SPEC, snapshot={"text": "µ" * 5000})
    run.finish()
    names = [path.name for path in run.path.iterdir()]
    assert sorted(names) == ["run.jsonl", "snapshot.json.zst"]
    packed = (run.path / "snapshot.json.zst").read_bytes()
    assert packed[:4] == bytes.fromhex("28b52ffd")
    assert len(packed) < 500


def test_a_run_without_snapshot_has_none(root: DataRoot):
    run = root.create_run("bare", SPEC)
    run.finish()
    assert run.dataset.snapshot is None
    assert run.dataset.plan is None


def test_a_dataset_says_how_to_go_on(root: DataRoot):
    run = root.create_run("gate sweep", SPEC)
    run.add("data", {"x": 1, "y": 2})
    assert repr(run) == "<Writer of run 1 'gate sweep': 1 rows, running>"
    run.finish()
    assert repr(run.dataset).startswith(
        "<Dataset 1 'gate sweep', completed. data: 1 rows of x and y. Go on with .to_xarray()"
    )


def test_what_is_no_run_is_refused(root: DataRoot, tmp_path: Path):
    with pytest.raises(RunNotFound, match="holds no run: a run is a folder with a run.jsonl"):
        Dataset(tmp_path)
    (tmp_path / "run.jsonl").write_text('{"format": "measu')
    with pytest.raises(DamagedData, match="no whole header"):
        Dataset(tmp_path)
    (tmp_path / "run.jsonl").write_text('{"format": "measurand-run", "version": 2}\n')
    with pytest.raises(FormatTooNew, match="version 2, this Measurand reads up to 1; update it"):
        Dataset(tmp_path)


def test_torn_and_garbled_lines_are_passed_over(root: DataRoot):
    run = root.create_run("torn", SPEC)
    run.add("data", {"x": 1, "y": 2})
    run.event({"event": "note"})
    run.finish()
    path = run.path / "run.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[1] + b"\x00\x00garbled\n" + lines[2] + lines[3][:20])
    assert [event["event"] for event in run.dataset.events] == ["table", "note"]
    assert run.dataset.status == "lost"
    assert run.dataset.rows() == 1


@pytest.mark.parametrize(("age", "status"), [(5, "running"), (3600, "lost"), (-3600, "lost")])
def test_a_writer_on_another_computer_lives_while_it_gives_signs(
    root: DataRoot, tmp_path: Path, age: float, status: str
):
    """Locks may not reach other computers. A clock that is wrong by an hour is no sign of life."""
    run = root.create_run("far", SPEC)
    run.add("data", {"x": 1, "y": 2})
    copy = Path(shutil.copytree(run.path, tmp_path / "copy"))
    run.finish()
    lines = (copy / "run.jsonl").read_text().splitlines(keepends=True)
    header = {**json.loads(lines[0]), "host": "another"}
    (copy / "run.jsonl").write_text(json.dumps(header) + "\n" + "".join(lines[1:]))
    for path in copy.iterdir():
        os.utime(path, (time.time() - age,) * 2)
    assert Dataset(copy).status == status


def test_a_writer_gives_signs_of_life(root: DataRoot):
    run = root.create_run("alive", SPEC)
    os.utime(run.path / "run.jsonl", (0, 0))
    run._medium.beat()
    assert (run.path / "run.jsonl").stat().st_mtime > 1e9
    run.finish()


def test_a_disk_without_locks_is_written_all_the_same(root: DataRoot, monkeypatch: pytest.MonkeyPatch):
    def refused(*_: object, **__: object) -> bool:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("measurand._core.filelock.try_lock", refused)
    run = root.create_run("lockless", SPEC)
    run.add("data", {"x": 1, "y": 2})
    run.finish()
    assert run.dataset.status == "completed"


def test_a_run_on_a_disk_without_locks_lives_while_it_gives_signs(root: DataRoot, monkeypatch: pytest.MonkeyPatch):
    """Nobody could hold its lock; a repair would seal it, and another writer go on with it, while it is being written."""

    def refused(*_: object, **__: object) -> bool:
        raise OSError(37, "No locks available")

    monkeypatch.setattr("measurand._core.filelock.try_lock", refused)
    run = root.create_run("lockless", SPEC)
    run.add("data", {"x": 1, "y": 2})
    assert run.dataset.status == "running"
    with pytest.raises(DatasetError, match="is being written"):
        repair(run.path)
    with pytest.raises(RunBusy, match="is being written by process"):
        root.reopen(1)
    for path in run.path.iterdir():
        os.utime(path, (time.time() - 61,) * 2)
    assert run.dataset.status == "lost"
    run.finish()
    assert run.dataset.status == "completed"


FORGETFUL = """
import os, sys
from measurand.dataset import Column, DataRoot, TableSpec
run = DataRoot(sys.argv[1], cache_dir=sys.argv[1]).create_run("r", [TableSpec("data", (Column("x"), Column("t", "text")))])
run.add("data", {"x": 1, "t": "a"})
if sys.argv[2] == "dies":
    run.flush()
    os._exit(1)
if sys.argv[2] == "forks" and os.fork() == 0:
    sys.exit()
if sys.argv[2] == "forks":
    os.wait()
    assert run.dataset.status == "running"
    run.finish()
"""


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ("dies", "lost"),
        ("ends", "failed"),
        pytest.param("forks", "completed", marks=pytest.mark.skipif(not hasattr(os, "fork"), reason="POSIX forks")),
    ],
)
def test_a_process_that_ends_without_finishing(
    root: DataRoot, child_environment: dict[str, str], how: str, status: str
):
    subprocess.run([sys.executable, "-c", FORGETFUL, str(root.path), how], env=child_environment, check=False)
    dataset = root.load("last")
    assert dataset.status == status
    assert dataset.numpy("t").tolist() == ["a"]
    assert root.runs()[0].status == status
