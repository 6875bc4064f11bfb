"""Damaged runs are reported, and mended where that is possible; the originals are kept."""

from __future__ import annotations

import json
import shutil
import struct
import warnings
from pathlib import Path

import numpy as np
import pytest
from tests.unit.dataset import golden
from tests.unit.dataset.damaged import ALL, ROWS, batches_of, check, flip, written

from measurand.cli import main
from measurand.dataset import Column, DataRoot, Dataset, Repair, TableSpec, repair, verify
from measurand.errors import DamagedData, DatasetError, RunNotFound


def test_a_good_run_is_good_and_not_touched(finished: Path):
    before = {path.name: path.read_bytes() for path in finished.iterdir()}
    verdict = verify(Dataset(finished))
    assert (verdict.good, verdict.status, verdict.rows) == (True, "completed", ROWS)
    done = repair(finished)
    assert isinstance(done, Repair)
    assert (done.verdict.good, done.missing, done.originals) == (True, {}, None)
    assert {path.name: path.read_bytes() for path in finished.iterdir()} == before


def test_a_run_in_progress_is_good_and_not_repaired(root: DataRoot, monkeypatch: pytest.MonkeyPatch):
    run = written(root, monkeypatch)
    assert verify(run.path).good
    assert verify(run.path).status == "running"
    with pytest.raises(DatasetError, match="is being written; a run can be repaired once its writer has ended"):
        repair(run.path)
    run.finish()


def test_a_lost_run_is_no_damage_and_is_sealed(lost: Path):
    assert verify(lost).good
    assert verify(lost).status == "lost"
    done = repair(lost)
    check(lost, ALL)
    dataset = Dataset(lost)
    assert dataset.status == "lost"
    assert dataset.metadata["error"] == "Its process died; sealed afterwards."
    assert done.originals is not None
    assert "scalars.tail-000000000512.rec" in [path.name for path in done.originals.iterdir()]
    assert repair(lost).originals is None


def test_a_flipped_bit_in_a_finished_file_is_found_and_the_rest_saved(finished: Path):
    flip(finished / "arrays.arrow", batches_of(finished / "arrays.arrow")[4])
    verdict = verify(finished)
    assert not verdict.good
    assert "arrays.arrow: 1 of 4 batches do not prove themselves" in str(verdict)
    assert "rows 3 to 5 do not prove themselves, and rows behind them do" in str(verdict)
    assert "9 of 12 rows are good" in str(verdict)
    done = repair(finished)
    assert done.missing == {"arrays": [(3, 6)]}
    check(finished, {"scalars": range(600), "arrays": [0, 1, 2, *range(6, 12)]})
    dataset = Dataset(finished)
    assert dataset.status == "completed"
    assert dataset.events[-1]["rows"] == {"scalars": 600, "arrays": 9}
    assert "could not be saved" in str(done)
    assert done.originals == finished / "before-repair-1"
    assert (finished / "before-repair-1" / "arrays.arrow").exists()


@pytest.mark.parametrize("where", ["header", "schema", "footer", "end"])
def test_an_arrow_file_is_saved_wherever_it_is_damaged(finished: Path, where: str):
    path = finished / "arrays.arrow"
    data = bytearray(path.read_bytes())
    at = {"header": 2, "schema": 600, "footer": len(data) - 300, "end": len(data) - 3}[where]
    data[at : at + 4] = b"\xa5\x5a\xa5\x5a"
    path.write_bytes(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # fewer rows can be read until it is repaired
        repair(finished)
    check(finished, ALL)


def test_a_file_cut_short_is_saved_up_to_there(finished: Path):
    path = finished / "arrays.arrow"
    path.write_bytes(path.read_bytes()[: batches_of(path)[10]])
    assert "it has no good footer" in str(verify(finished))
    repair(finished)
    check(finished, {"arrays": range(9)})


def test_a_tail_with_damaged_records_keeps_the_others(lost: Path):
    (tail,) = lost.glob("scalars*.rec")
    data = tail.read_bytes()
    first, size = struct.unpack_from("<I", data, 40)[0], struct.unpack_from("<I", data, 12)[0]
    flip(tail, first + 10 * size + 20)
    flip(tail, first + 11 * size + 1)
    assert Dataset(lost).rows("scalars") == 522
    assert "2 of 88 records do not prove themselves" in str(verify(lost))
    assert repair(lost).missing == {"scalars": [(522, 524)]}
    check(lost, {"scalars": [*range(522), *range(524, 600)]})


def test_a_tail_with_a_damaged_header_keeps_its_records(lost: Path):
    (tail,) = lost.glob("scalars*.rec")
    flip(tail, 70)
    assert Dataset(lost).rows("scalars") == 512
    assert "its header is damaged" in str(verify(lost))
    repair(lost)
    check(lost, ALL)


def test_a_torn_stream_keeps_its_whole_batches(root: DataRoot, tmp_path: Path):
    run = root.create_run("torn", [golden.ARRAYS])
    for n in range(4):
        run.add("arrays", golden.arrays(n))
        run.flush()
    copy = Path(shutil.copytree(run.path, tmp_path / "copy"))
    run.finish()
    (tail,) = copy.glob("*.arrows")
    tail.write_bytes(tail.read_bytes()[:-40])
    assert verify(copy).good  # it was being written when its process died
    repair(copy)
    check(copy, {"arrays": range(3)})


def test_rows_in_two_places_are_saved_once(lost: Path):
    """A tail that could not be removed, as Windows has it when a reader holds it open, overlaps the Arrow file."""
    (tail,) = lost.glob("scalars*.rec")
    shutil.copy(Path(lost) / tail.name, lost / "keep")
    repair(lost)
    shutil.move(lost / "keep", lost / tail.name)
    repair(lost)
    check(lost, ALL)


def test_damaged_lines_are_taken_out_and_the_header_comes_from_the_tables(finished: Path):
    path = finished / "run.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"\0\0\0\n" + lines[1] + b"garbled\n" + b"".join(lines[2:]) + b'{"event": "no')
    verdict = verify(finished)
    assert verdict.status == "unreadable"
    assert "its first line is no whole header" in str(verdict)
    with pytest.raises(DamagedData):
        Dataset(finished)
    repair(finished)
    check(finished, ALL)
    dataset = Dataset(finished)
    assert (dataset.number, dataset.name, dataset.status) == (1, "damaged", "completed")
    assert (finished / "before-repair-1" / "run.jsonl").exists()


def test_a_folder_that_says_nothing_is_left_alone(tmp_path: Path):
    (tmp_path / "run.jsonl").write_bytes(b"\0\0\0")
    with pytest.raises(DamagedData, match="no Arrow file says what the run was"):
        repair(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["run.jsonl"]
    with pytest.raises(RunNotFound):
        verify(tmp_path / "nothing")


def test_a_full_disk_leaves_the_run_as_it_was(lost: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before = {path.name: path.read_bytes() for path in lost.iterdir()}
    with monkeypatch.context() as disk:
        disk.setattr("measurand.dataset._write._ipc.write_all", full)
        with pytest.raises(OSError, match="the disk refused the repair"):
            repair(lost)
    assert {path.name: path.read_bytes() for path in lost.iterdir() if path.is_file()} == before
    repair(lost)
    check(lost, ALL)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_damaged_no_wrong_row_comes_out_of_a_repair(finished: Path, seed: int):
    random = np.random.default_rng(seed)
    path = finished / ["arrays.arrow", "scalars.arrow"][seed % 2]
    data = bytearray(path.read_bytes())
    for _ in range(3):
        at, length = int(random.integers(len(data))), int(random.choice([1, 8, 300]))
        data[at : at + length] = (
            bytes(len(data[at : at + length])) if random.random() < 0.5 else random.bytes(len(data[at : at + length]))
        )
    path.write_bytes(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        done = repair(finished)
    kept = {
        name: [n for n in range(count) if not any(a <= n < b for a, b in done.missing.get(name, ()))]
        for name, count in ROWS.items()
    }
    kept = {name: numbers[: done.verdict.rows[name]] for name, numbers in kept.items()}
    check(finished, {name: numbers for name, numbers in kept.items() if numbers})


def test_the_command_line_verifies_and_repairs(finished: Path, root: DataRoot, capsys: pytest.CaptureFixture[str]):
    data = ["--data", str(root.path)]
    assert main(["verify", *data, "1"]) == 0
    assert "completed, 600 rows of scalars, 12 rows of arrays" in capsys.readouterr().out
    flip(finished / "arrays.arrow", batches_of(finished / "arrays.arrow")[4])
    assert main(["verify", *data, str(finished)]) == 1
    assert "1 of 4 batches do not prove themselves" in capsys.readouterr().out
    assert main(["repair", *data, "last"]) == 0
    assert "arrays: rows 3 to 5 could not be saved" in capsys.readouterr().out


@pytest.mark.parametrize("written", [0, 1, 100], ids=["nothing", "zeros", "part of its header"])
def test_a_tail_that_was_only_made_is_no_damage(lost: Path, written: int):
    """Its writer was killed between making the file and the first row in it."""
    (tail,) = (path for path in lost.glob("*.tail-*.rec") if path.read_bytes())
    begun = tail.read_bytes()[:written] if written > 1 else b""
    new = tail.with_name(f"{tail.name.partition('.tail-')[0]}.tail-000000999999.rec")
    new.write_bytes(begun + bytes(written * 100_000 - len(begun) if written else 0))
    assert verify(lost).good
    repair(lost)
    check(lost, ALL)
    assert not new.exists()


def test_what_was_repaired_is_in_the_events(lost: Path):
    repair(lost)
    events = [json.loads(line) for line in (lost / "run.jsonl").read_bytes().splitlines()]
    assert [event["event"] for event in events[-3:]] == ["repaired", "end", "statistics"]
    assert events[-3]["originals"] == "before-repair-1"
    assert events[-2]["rows"] == ROWS


def test_a_table_that_never_got_a_row_needs_nothing(root: DataRoot):
    with root.create_run("empty", [TableSpec("data", (Column("x"),))]) as run:
        pass
    assert verify(run.path).good
    assert repair(run.path).originals is None
