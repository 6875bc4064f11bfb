"""Damaged runs are reported, and mended where that is possible; the originals are kept."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import struct
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from tests.unit.dataset import golden

from measurand.cli import main
from measurand.dataset import Column, DataRoot, Dataset, Repair, TableSpec, Writer, repair, verify
from measurand.dataset._damage import _verify as verify_module
from measurand.dataset._damage._scan import Scan
from measurand.dataset._snapshot import read_snapshot
from measurand.dataset._write import _stores as stores
from measurand.errors import DamagedData, DatasetError, RunNotFound

ROWS = {"scalars": 600, "arrays": 12}


def written(root: DataRoot, monkeypatch: pytest.MonkeyPatch) -> Writer:
    """A run with four batches of arrays, two sealed batches of scalars and a tail of them."""
    monkeypatch.setattr(stores, "_MOST_FLUSHES", 3)
    monkeypatch.setattr(stores, "_CAPACITIES", (256,))
    monkeypatch.setattr("measurand.dataset._write._flusher.Flusher.start", lambda self: None)  # only flush writes
    run = root.create_run("damaged", [golden.SCALARS, golden.ARRAYS], snapshot={"dac": 1.5})
    for n in range(ROWS["scalars"]):
        run.add("scalars", golden.scalars(n), (n,))
    for n in range(ROWS["arrays"]):
        run.add("arrays", golden.arrays(n))
        if n % 3 == 2:
            run.flush()
    return run


@pytest.fixture
def finished(root: DataRoot, monkeypatch: pytest.MonkeyPatch) -> Path:
    run = written(root, monkeypatch)
    run.finish()
    return run.path


@pytest.fixture
def lost(root: DataRoot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    run = written(root, monkeypatch)
    copy = Path(shutil.copytree(run.path, tmp_path / "lost"))
    run.finish()
    return copy


def check(folder: Path, kept: dict[str, Any]) -> None:
    """Exactly the rows with these numbers are there, in order, in a run that needs no more repair."""
    dataset = Dataset(folder)
    assert verify(folder).good, verify(folder)
    for name, numbers in kept.items():
        make = {"scalars": golden.scalars, "arrays": golden.arrays}[name]
        assert dataset.rows(name) == len(numbers)
        assert pa.ipc.open_file(folder / f"{name}.arrow").read_all().num_rows == len(numbers)
        for column in ("gate", "count", "mode") if name == "scalars" else ("trace", "jumps", "pairs", "note", "flags"):
            got = dataset.numpy(column, name)
            for place, n in enumerate(numbers):
                expected = make(n)[column]
                np.testing.assert_equal(got[place], expected.name if isinstance(expected, golden.Mode) else expected)
    assert not list(folder.glob("*.rec")) + list(folder.glob("*.arrows")) + list(folder.glob("*draft"))


ALL = {name: range(count) for name, count in ROWS.items()}


def flip(path: Path, at: int, bit: int = 16) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= bit
    path.write_bytes(data)


def batches_of(path: Path) -> list[int]:
    """Where the bodies of the batches begin, roughly: after each of their texts."""
    data, found, at = path.read_bytes(), [], 0
    while (at := data.find(b"Zeile", at)) >= 0:
        found.append(at)
        at += 1
    return found


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


def test_a_damaged_snapshot_is_found(finished: Path):
    flip(finished / "snapshot.json.zst", 9)
    assert "snapshot: it cannot be read" in str(verify(finished))
    with pytest.raises(DamagedData, match=r"snapshot.json.zst: the snapshot cannot be read .* Compare with a copy"):
        _ = Dataset(finished).snapshot


def test_no_flipped_bit_gives_another_snapshot(finished: Path):
    """It is JSON still, with most of them."""
    path = finished / "snapshot.json.zst"
    whole = path.read_bytes()
    for at in range(8 * len(whole)):
        path.write_bytes(whole)
        flip(path, at // 8, 1 << at % 8)
        with contextlib.suppress(DamagedData):
            assert read_snapshot(finished) == {"dac": 1.5}


def test_a_snapshot_of_earlier_times_proves_nothing_and_is_read(finished: Path):
    path = finished / "snapshot.json.zst"
    path.write_bytes(path.read_bytes()[:-16])
    assert Dataset(finished).snapshot == {"dac": 1.5}
    assert verify(finished).good


@pytest.mark.parametrize("where", ["head", "footer"])
@pytest.mark.parametrize("text", [b"enum", b'"unit', b"_time", b"ARROW1"])
def test_a_damaged_description_of_a_table_is_found_and_made_anew(finished: Path, where: str, text: bytes):
    """Our own reader may do without, others would be told another unit."""
    path = finished / "scalars.arrow"
    data = path.read_bytes()
    flip(path, data.find(text) if where == "head" else data.rfind(text))
    assert not verify(finished).good
    repair(finished)
    check(finished, ALL)
    assert pa.ipc.open_file(path).schema.field("mode").metadata[b"kind"] == b"enum"


def test_a_footer_that_contradicts_itself_is_passed_over(finished: Path):
    """The rows are found by their batches."""
    path = finished / "scalars.arrow"
    flip(path, path.read_bytes().rfind(b"taken"))
    assert Dataset(finished).numpy("count").tolist() == [golden.scalars(n)["count"] for n in range(600)]
    assert len(Dataset(finished).numpy("taken")) == 600


def test_a_file_that_describes_itself_nowhere_gives_no_wrong_rows(finished: Path):
    path = finished / "scalars.arrow"
    # Fields are called otherwise than in the JSON beside them, at the beginning and in the footer.
    path.write_bytes(
        path.read_bytes().replace(b'"taken"', b'"TAKEN"').replace(b"taken", b"tajen").replace(b"TAKEN", b"taken")
    )
    with pytest.warns(UserWarning, match="0 of 600 rows of table scalars can be read"):
        assert len(Dataset(finished).numpy("gate")) == 0
    repair(finished)
    check(finished, ALL)


def test_a_damaged_description_of_a_tail_hides_no_rows_from_repair(root: DataRoot, tmp_path: Path):
    run = root.create_run("tail", [golden.ARRAYS])
    for n in range(3):
        run.add("arrays", golden.arrays(n))
    lost = Path(shutil.copytree(run.path, tmp_path / "lost"))
    run.finish()
    (tail,) = lost.glob("arrays*.arrows")
    flip(tail, tail.read_bytes().find(b"_time"))
    assert f"{tail.name}: its description of the table is damaged" in str(verify(lost))
    repair(lost)
    check(lost, {"arrays": range(3)})


def test_files_that_agree_are_not_overwritten_by_a_line_that_differs(finished: Path):
    lines = finished / "run.jsonl"
    whole = lines.read_bytes()
    lines.write_bytes(whole.replace(b'"unit": "V"', b'"unit": "W"'))
    assert lines.read_bytes() != whole
    before = (finished / "scalars.arrow").read_bytes()
    assert "run.jsonl describes the table otherwise than this file does twice" in str(verify(finished))
    repair(finished)
    assert (finished / "scalars.arrow").read_bytes() == before


def test_what_is_no_row_behind_a_good_footer_says_where_it_is(finished: Path):
    path = finished / "scalars.arrow"
    data = bytearray(path.read_bytes())
    places = np.array([golden.scalars(n)["mode"] == "on" for n in range(256)], "<i4").tobytes()
    found = data.find(places)
    found = (
        data.find(np.array([golden.scalars(n)["mode"] != "on" for n in range(256)], "<i4").tobytes())
        if found < 0
        else found
    )
    data[found + 2] ^= 0x20
    path.write_bytes(data)
    with pytest.raises(DamagedData, match=r"table scalars cannot be read \(.*`measurand verify` says what is damaged"):
        Dataset(finished).numpy("mode")


def test_a_table_that_cannot_be_is_said_to_be_damaged(finished: Path):
    lines = finished / "run.jsonl"
    lines.write_bytes(lines.read_bytes().replace(b'"kind": "enum"', b'"kind": "enuM"'))
    assert verify(finished).status == "unreadable"
    with pytest.raises(DamagedData, match=r"run.jsonl: a table is described as none can be \(.*kind 'enuM' is unknown"):
        Dataset(finished).numpy("x")


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


NEGATIVE = """
import struct, sys
from pathlib import Path
from measurand.dataset import Dataset, repair
for folder in map(Path, sys.argv[1:]):
    assert Dataset(folder).numpy("jumps")[0].tolist() == [1, 2, 3]
    repair(folder)
    assert Dataset(folder).numpy("jumps")[0].tolist() == [1, 2, 3]
print("survived")
"""


def test_no_negative_length_ends_the_process(root: DataRoot, tmp_path: Path, child_environment: dict[str, str]):
    """Arrow checks lengths by aborting; they are in metadata that no crc covers."""
    run = root.create_run("lengths", [TableSpec("arrays", (Column("jumps", shape=(None,)),))])
    run.add(jumps=[1, 2, 3])
    run.add(jumps=[4, 5, 6, 7])
    copies = [Path(shutil.copytree(run.path, tmp_path / f"{number}")) for number in range(6)]
    run.finish()
    for number, copy in enumerate(copies):
        (tail,) = copy.glob("*.arrows")
        # Length and number of nulls of: times, jumps, their numbers as lists, the numbers, their shapes, the lengths.
        lengths = tail.read_bytes().rindex(struct.pack("<12q", 1, 0, 1, 0, 1, 0, 4, 0, 1, 0, 1, 0))
        flip(tail, lengths + 16 * number + 7, 0x80)
    done = subprocess.run(
        [sys.executable, "-c", NEGATIVE, *map(str, copies)],
        capture_output=True, text=True, check=False, env=child_environment,
    )  # fmt: skip
    assert done.stdout == "survived\n", done.stderr


def test_a_run_in_progress_is_verified_while_its_tails_go(root: DataRoot, monkeypatch: pytest.MonkeyPatch):
    """A tail that is sealed and removed between listing and looking is in the Arrow file by then."""
    run = written(root, monkeypatch)
    run.add("arrays", golden.arrays(ROWS["arrays"]))
    scan = verify_module._scan

    def late(path: Path, spec: TableSpec) -> Scan:
        if path.suffix != ".arrow" and path.exists():
            run.finish()
        return scan(path, spec)

    monkeypatch.setattr(verify_module, "_scan", late)
    verdict = verify(run.path)
    assert (verdict.status, verdict.findings) == ("running", ())
    assert verdict.rows == {"scalars": 600, "arrays": 13}


class Killed(BaseException):
    """What a process that is killed does not notice."""


def killed_at(monkeypatch: pytest.MonkeyPatch, number: int) -> list[str]:
    """Let everything that changes files fail from the ``number``-th time on, as if nobody were there any more."""
    done: list[str] = []

    def dying(name: str, change: Callable[..., Any]) -> Callable[..., Any]:
        def changed(*arguments: Any, **options: Any) -> Any:
            if len(done) >= number:
                raise Killed(name)
            done.append(name)
            return change(*arguments, **options)

        return changed

    for name in ("unlink", "replace", "rename", "mkdir", "rmdir"):
        monkeypatch.setattr(Path, name, dying(name, getattr(Path, name)))
    for name in ("fsync", "ftruncate"):
        monkeypatch.setattr(os, name, dying(name, getattr(os, name)))
    return done


def test_a_repair_that_is_killed_anywhere_is_completed_by_the_next(
    root: DataRoot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    """Rows behind a gap have moved up in the new file: those of old tails, still there, are not taken for further ones."""
    monkeypatch.setattr(stores, "_MOST_FLUSHES", 3)
    monkeypatch.setattr("measurand.dataset._write._flusher.Flusher.start", lambda self: None)
    run = root.create_run("gap", [golden.ARRAYS])
    for n in range(12):  # four tails of three rows
        run.add("arrays", golden.arrays(n))
    lost = Path(shutil.copytree(run.path, tmp_path / "lost"))
    run.finish()
    tails = sorted(lost.glob("*.arrows"))
    assert len(tails) == 4
    flip(tails[0], batches_of(tails[0])[1])
    whole = [str(n) for n in range(12) if n != 1]
    whole = [golden.arrays(n)["note"] for n in range(12) if n != 1]
    number, killed = 0, True
    while killed:
        copy = Path(shutil.copytree(lost, tmp_path / f"{number}"))
        with monkeypatch.context() as system:
            done = killed_at(system, number)
            try:
                repair(copy)
            except Killed:
                pass
            else:
                killed = False
        notes = Dataset(copy).numpy("note").tolist()
        assert notes in (whole[: len(notes)], [golden.arrays(n)["note"] for n in range(len(notes))]), (number, done)
        repaired = repair(copy)
        check(copy, {"arrays": [n for n in range(12) if n != 1]})
        assert Dataset(copy).status == "lost"
        assert {path.suffix for path in copy.iterdir()} <= {".arrow", ".jsonl", ""}, done
        said = [event for event in Dataset(copy).events if event["event"] == "repaired"]
        assert said[0]["missing"] == {"arrays": [[1, 2]]}, (number, done, repaired)
        number += 1
    assert number > 8
