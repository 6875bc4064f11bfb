"""Damage that no crc of a batch or record covers: snapshots, descriptions of tables, lengths; and runs in progress."""

from __future__ import annotations

import contextlib
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from tests.unit.dataset import golden
from tests.unit.dataset.damaged import ALL, ROWS, check, flip, written

from measurand.dataset import Column, DataRoot, Dataset, TableSpec, repair, verify
from measurand.dataset._damage import _verify as verify_module
from measurand.dataset._damage._scan import Scan
from measurand.dataset._snapshot import read_snapshot
from measurand.errors import DamagedData


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
