"""Folders of 2016 and zipped runs become runs of a data root, once each."""

from __future__ import annotations

import datetime
import json
import math
import os
import re
import shutil
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.dataset.conftest import StandingClock

from measurand.dataset import Column, DataRoot, TableSpec, import_runs, repair
from measurand.errors import DatasetError

STATION = {
    "instruments": {"dmm": {"parameters": {"volt": {"instrument_name": "dmm", "label": "Voltage", "units": "V"}}}}
}
LOOP = {"ts_start": "2016-06-21 10:11:12", "ts_end": "2016-06-21 10:15:00"}


def write_dat(path: Path, ids: list[str], labels: list[str], sizes: tuple[int, ...], values: np.ndarray) -> None:
    """Write a text file as it was written in 2016: ``values`` of shape (*sizes, columns), with a blank line per restart."""
    lines = [
        "# " + "\t".join(ids),
        "# " + "\t".join(f'"{label}"' for label in labels),
        "# " + "\t".join(map(str, sizes)),
    ]
    for index in np.ndindex(sizes):
        restarts = next((n for n, place in enumerate(reversed(index)) if place), len(sizes)) if any(index) else 0
        lines += [""] * restarts + ["\t".join(f"{value:.17g}" for value in values[index])]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def grid(sizes: tuple[int, ...], measured: int = 1, until: int | None = None) -> np.ndarray:
    """Setpoints that count in tenths, and measured values that count points; NaN from point ``until`` on."""
    places = np.indices(sizes)
    setpoints = [places[axis] / 10 for axis in range(len(sizes))]
    count = np.arange(math.prod(sizes), dtype=float).reshape(sizes)
    whole = np.stack([*setpoints, *(count + n / 1000 for n in range(measured))], axis=-1)
    if until is not None:
        whole.reshape(-1, whole.shape[-1])[until:] = np.nan
    return whole


def write_folder(base: Path, name: str = "#003_gate-map_10-11-12", until: int | None = None, **snapshot: Any) -> Path:
    folder = base / "2016-06-21" / name
    write_dat(
        folder / "gate_set_bias_set.dat",
        ["gate_set", "bias_set", "dmm_volt", "current"],
        ["Gate", "Bias (mV)", "Voltage", "Current (A)"],
        (3, 4),
        grid((3, 4), 2, until),
    )
    arrays = {
        "bias_set": {"array_id": "bias_set", "label": "Bias", "unit": "mV", "is_setpoint": True},
        "current": {"array_id": "current", "label": "Current", "unit": "A"},
    }
    text = json.dumps({"station": STATION, "loop": LOOP, "arrays": arrays, **snapshot})
    (folder / "snapshot.json").write_text(text, encoding="utf-8")
    return folder


def test_a_folder_of_2016_is_a_run_with_the_same_arrays(root: DataRoot, tmp_path: Path):
    """L15: arrays, names, labels, units, shapes, times, snapshot."""
    folder = write_folder(tmp_path / "old")
    (found,) = import_runs(root, tmp_path / "old")
    assert (found.source, found.outcome) == (folder, "imported")
    run = found.dataset
    assert run is not None
    assert (run.name, run.status) == ("gate-map", "completed")
    data = run.to_xarray()
    whole = grid((3, 4), 2)
    assert dict(data.sizes) == {"gate_set": 3, "bias_set": 4}
    np.testing.assert_array_equal(data["dmm_volt"], whole[..., 2])
    np.testing.assert_array_equal(data["current"], whole[..., 3])
    np.testing.assert_array_equal(data["gate_set"], [0, 0.1, 0.2])
    np.testing.assert_array_equal(data["bias_set"], [0, 0.1, 0.2, 0.3])
    assert data["current"].attrs == {"units": "A", "long_name": "Current"}
    assert data["bias_set"].attrs == {"units": "mV", "long_name": "Bias"}
    assert data["dmm_volt"].attrs == {"units": "V", "long_name": "Voltage"}
    assert run.snapshot is not None
    assert run.snapshot["station"] == STATION
    began = datetime.datetime(2016, 6, 21, 10, 11, 12).astimezone()
    assert datetime.datetime.fromisoformat(run.metadata["started"]) == began
    assert datetime.datetime.fromisoformat(run.metadata["ended"]) == began + datetime.timedelta(seconds=228)
    assert run.path.parent == root.path / "2016" / "2016-06-21"
    assert run.metadata["imported"]["from"] == str(folder)
    assert root.load(run.number).id == run.id


def test_points_that_were_not_measured_are_not_made_up(root: DataRoot, tmp_path: Path):
    """L10: 2016 filled up with NaN; a NaN beside a number was measured."""
    folder = write_folder(tmp_path, until=7)
    file = folder / "gate_set_bias_set.dat"
    file.write_text(file.read_text(encoding="utf-8").replace("\t5\t", "\tnan\t"), encoding="utf-8")
    (found,) = import_runs(root, tmp_path)
    assert found.dataset is not None
    assert found.dataset.status == "interrupted"
    assert "Not every point is there" in found.dataset.metadata["error"]
    assert found.dataset.rows() == 7
    assert math.isnan(found.dataset.numpy("dmm_volt")[5])
    assert found.dataset.to_xarray()["gate_set_bias_set_measured"].sum() == 7


def test_an_inner_loop_that_was_broken_off_leaves_a_gap(root: DataRoot, tmp_path: Path):
    """The blank lines say where the next pass begins, even if lines are missing."""
    path = tmp_path / "day" / "set.dat"
    path.parent.mkdir()
    path.write_text('# a\tb\tv\n# "a"\t"b"\t"v"\n# 2\t3\n0\t0\t1\n0\t1\t2\n\n1\t0\t3\n1\t1\t4\n1\t2\t5\n')
    (found,) = import_runs(root, tmp_path)
    assert found.dataset is not None
    np.testing.assert_array_equal(found.dataset.to_xarray()["v"], [[1, 2, np.nan], [3, 4, 5]])


def test_several_files_are_tables_of_one_run(root: DataRoot, tmp_path: Path):
    folder = write_folder(tmp_path)
    write_dat(folder / "gate_set.dat", ["gate_set", "mean"], ["Gate", "Mean"], (3,), grid((3,)))
    (found,) = import_runs(root, tmp_path)
    assert found.dataset is not None
    assert list(found.dataset.tables) == ["gate_set", "gate_set_bias_set"]
    assert found.dataset.to_xarray()["mean"].dims == ("gate_set",)


@pytest.mark.parametrize(
    ("place", "name", "began"),
    [
        ("2016-06-21/#003_gate-map_10-11-12", "gate-map", (2016, 6, 21, 10, 11, 12)),
        ("2016-06-21/10-11-12", "10-11-12", (2016, 6, 21, 10, 11, 12)),
        ("2016-06-21/10-11-12_test_2", "test 2", (2016, 6, 21, 10, 11, 12)),
        ("2016-06-21_10-11-12_x", "2016-06-21 x", (2016, 6, 21, 10, 11, 12)),
        ("somewhere/99-99-99", "99-99-99", (2016, 3, 4, 5, 6, 7)),
        ("my data", "my data", (2016, 3, 4, 5, 6, 7)),
    ],
)
def test_name_and_time_are_in_the_location_or_the_files(
    root: DataRoot, tmp_path: Path, place: str, name: str, began: tuple[int, ...]
):
    """Without a snapshot."""
    moment = datetime.datetime(*began).astimezone()
    file = tmp_path / "old" / place / "gate_set.dat"
    write_dat(file, ["gate_set", "v"], ["Gate", "v"], (2,), grid((2,)))
    os.utime(file, (datetime.datetime(2016, 3, 4, 5, 6, 7).timestamp(),) * 2)  # noqa: DTZ001 - local time
    (found,) = import_runs(root, tmp_path / "old")
    assert found.dataset is not None
    assert found.dataset.name == name
    assert datetime.datetime.fromisoformat(found.dataset.metadata["started"]) == moment
    assert found.dataset.snapshot is None


def test_each_folder_is_imported_once_wherever_it_lies(root: DataRoot, tmp_path: Path):
    write_folder(tmp_path / "old")
    write_folder(tmp_path / "old", "#004_other_10-20-00", station={})
    first = list(import_runs(root, tmp_path / "old"))
    assert [found.outcome for found in first] == ["imported", "imported"]
    shutil.copytree(tmp_path / "old", tmp_path / "copy")
    again = list(import_runs(root, tmp_path / "copy"))
    assert [found.outcome for found in again] == ["known", "known"]
    assert [found.dataset.id for found in again if found.dataset] == [
        found.dataset.id for found in first if found.dataset
    ]
    assert len(root.runs()) == 2


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda text: text.replace("# 3\t4", "# 3\tx"), "4 names, 4 labels and the sizes 3, x do not fit"),
        (lambda text: text.replace("0.10000000000000001\t", "", 1), "line 5: 3 numbers, there are 4 columns"),
        (lambda text: text.replace("0.001", "zero", 1), "line 4: .* are no numbers"),
        (lambda text: text.replace("# 3\t4", "# 2\t4"), "line 14: more points than the sizes \\(2, 4\\) have room for"),
    ],
)
def test_a_spoilt_folder_is_refused_and_the_others_are_not(root: DataRoot, tmp_path: Path, spoil, reason: str):
    file = write_folder(tmp_path, "#001_bad_10-00-00") / "gate_set_bias_set.dat"
    write_folder(tmp_path, "#002_good_10-00-00", extra=1)
    file.write_text(spoil(file.read_text(encoding="utf-8")), encoding="utf-8")
    bad, good = import_runs(root, tmp_path)
    assert (bad.outcome, good.outcome) == ("refused", "imported")
    assert str(file) in bad.reason
    assert re.search(reason, bad.reason)
    assert len(root.runs()) == 1


def test_a_spoilt_snapshot_is_refused(root: DataRoot, tmp_path: Path):
    (write_folder(tmp_path) / "snapshot.json").write_text("{")
    (found,) = import_runs(root, tmp_path)
    assert "is no JSON" in found.reason


def test_a_place_without_data_is_refused(root: DataRoot, tmp_path: Path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(
        DatasetError, match="holds nothing to import: no folder with .dat files of 2016, no zipped run."
    ):
        list(import_runs(root, tmp_path / "empty"))


sizes = st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple)


@settings(max_examples=30)
@given(sizes, st.integers(1, 3), st.data())
def test_what_was_measured_in_2016_comes_back(
    tmp_path_factory, shape: tuple[int, ...], measured: int, data: st.DataObject
):
    """L15: for all shapes, and however far it went."""
    until = data.draw(st.integers(1, math.prod(shape)))
    base = tmp_path_factory.mktemp("old")
    whole = grid(shape, measured, until)
    ids = [f"s{axis}_set" for axis in range(len(shape))] + [f"v{n}" for n in range(measured)]
    write_dat(base / "x" / "all.dat", ids, ids, shape, whole)
    (found,) = import_runs(DataRoot(base / "data", cache_dir=base), base / "x")
    assert found.dataset is not None
    grown = found.dataset.to_xarray()
    for n in range(measured):
        np.testing.assert_array_equal(grown[f"v{n}"], whole[..., len(shape) + n])
    assert found.dataset.rows() == until
    assert found.dataset.status == ("completed" if until == math.prod(shape) else "interrupted")


def make_run(root: DataRoot, name: str = "to be mailed"):
    run = root.create_run(name, [TableSpec("data", (Column("current", unit="A"),))], snapshot={"dac": 1})
    run.add("data", {"current": 1e-9})
    run.finish()
    return run.dataset


def test_a_zipped_run_is_put_into_another_root(root: DataRoot, tmp_path: Path):
    sent = make_run(root)
    other = DataRoot(tmp_path / "other", cache_dir=tmp_path / "other-cache")
    packed = sent.export("zip", tmp_path)
    (found,) = import_runs(other, packed)
    assert found.outcome == "imported"
    received = other.load(sent.id)
    assert received.path == other.path / sent.path.relative_to(root.path)
    assert received.numpy("current").tolist() == [1e-9]
    assert (received.snapshot, received.status) == ({"dac": 1}, "completed")
    (found,) = import_runs(other, tmp_path / "other" / "..")  # the zip file is found below a folder, and known by now
    assert found.outcome == "known"
    assert [path for path in (other.path / ".measurand").iterdir() if path.name.startswith("incoming")] == []


def test_a_zipped_run_keeps_its_id_beside_a_run_of_the_same_number(root: DataRoot, tmp_path: Path):
    other = DataRoot(tmp_path / "other", cache_dir=tmp_path / "other-cache")
    make_run(other, "mine")
    sent = make_run(root)
    (found,) = import_runs(other, sent.export("zip", tmp_path))
    assert found.outcome == "imported"
    assert other.load(sent.id).name == "to be mailed"
    assert len(other.runs()) == 2


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (["../run.jsonl"], "which lies outside"),
        (["/run.jsonl"], "which lies outside"),
        (["readme.txt"], "holds 0 runs"),
        (["a/run.jsonl", "b/run.jsonl"], "holds 2 runs"),
    ],
)
def test_a_zip_file_that_is_no_run_is_refused(root: DataRoot, tmp_path: Path, names: list[str], reason: str):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as packed:
        for name in names:
            packed.writestr(name, "x")
    (found,) = import_runs(root, tmp_path / "x.zip")
    assert (found.outcome, found.dataset) == ("refused", None)
    assert reason in found.reason
    assert not (tmp_path / "run.jsonl").exists()


def test_a_torn_zip_file_is_refused(root: DataRoot, tmp_path: Path):
    packed = make_run(root).export("zip", tmp_path / "x.zip")
    packed.write_bytes(packed.read_bytes()[:-30])
    (found,) = import_runs(root, packed)
    assert "is no whole zip file" in found.reason


def test_a_repaired_run_can_be_mailed_with_what_was_kept_of_it(root: DataRoot, tmp_path: Path):
    sent = make_run(root)
    file = sent.path / "run.jsonl"
    file.write_bytes(file.read_bytes()[:-15])
    assert repair(sent.path).originals == sent.path / "before-repair-1"
    other = DataRoot(tmp_path / "other", cache_dir=tmp_path / "other-cache")
    (found,) = import_runs(other, sent.export("zip", tmp_path))
    assert (found.outcome, found.reason) == ("imported", "")
    assert (found.dataset.path / "before-repair-1" / "run.jsonl").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
def test_files_that_people_put_to_a_run_are_mailed_with_it(root: DataRoot, tmp_path: Path):
    sent = make_run(root)
    for name in ("10:30 photo.png", ".notes", "drawings.zip"):
        (sent.path / "files").mkdir(exist_ok=True)
        (sent.path / "files" / name).write_text("theirs")
    sent.export("zip")
    other = DataRoot(tmp_path / "other", cache_dir=tmp_path / "other-cache")
    (found,) = import_runs(other, sent.export("zip", tmp_path))
    assert sorted(path.name for path in (found.dataset.path / "files").iterdir()) == [
        ".notes", "10:30 photo.png", "drawings.zip",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": "/../../x"}, "says of itself what none can: number 1, id '/../../x'"),
        ({"number": -5}, "number -5"),
        ({"number": 10**30}, "what none can: number 10000"),
        ({"number": "one"}, "number 'one'"),
        ({"number": None}, "number None"),
        ({"started": None}, "what none can"),
        ({"started": "yesterday"}, "whose first line is no whole header"),
    ],
)
def test_a_zipped_run_cannot_choose_a_place_that_is_none(root: DataRoot, tmp_path: Path, change: dict, reason: str):
    """A run from elsewhere is a guest: what its header says decides where it goes, and may be anything."""
    header, end = make_run(root).path.joinpath("run.jsonl").read_text(encoding="utf-8").splitlines()[:2]
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as packed:
        packed.writestr("r/run.jsonl", f"{json.dumps(json.loads(header) | change)}\n{end}\n")
    other = DataRoot(tmp_path / "other", cache_dir=tmp_path / "other-cache")
    (found,) = import_runs(other, tmp_path / "x.zip")
    assert (found.outcome, reason in found.reason) == ("refused", True), found.reason
    assert str(tmp_path / "x.zip") in found.reason
    assert list(other.path.rglob("run.jsonl")) == []


def test_a_zip_file_with_a_password_does_not_keep_others_out(root: DataRoot, tmp_path: Path):
    other = DataRoot(tmp_path / "other", cache_dir=tmp_path / "other-cache")
    data = bytearray(make_run(root).export("zip", tmp_path / "b.zip").read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    secret, plain = import_runs(other, tmp_path)
    assert (secret.outcome, plain.outcome) == ("refused", "imported")
    assert "cannot be unpacked" in secret.reason
    assert "without a password" in secret.reason


def test_new_runs_take_numbers_above_those_of_runs_that_came(root: DataRoot, tmp_path: Path):
    for _ in range(3):
        sent = make_run(root)
    packed = sent.export("zip", tmp_path)
    other = DataRoot(tmp_path / "other", cache_dir=tmp_path / "other-cache", clock=StandingClock(4e9))
    make_run(other, "of a later day")
    list(import_runs(other, packed))
    assert make_run(other, "the next one").number == 4


@pytest.mark.parametrize("rest", ["0.2\t0", "0.2\t0\t1.5e-", "0.20000000000000001\t0\t8\t8.0"])
def test_a_line_that_was_being_written_when_the_program_died_does_not_count(root: DataRoot, tmp_path: Path, rest: str):
    file = write_folder(tmp_path) / "gate_set_bias_set.dat"
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([*lines[:13], rest]), encoding="utf-8")
    (found,) = import_runs(root, tmp_path)
    assert (found.outcome, found.reason) == ("imported", "")
    assert (found.dataset.rows(), found.dataset.status) == (8, "interrupted")
    assert found.dataset.metadata["imported"]["torn"] == ["gate_set_bias_set"]


def test_files_that_python_wrote_on_windows_are_read(root: DataRoot, tmp_path: Path):
    folder = tmp_path / "2016-06-21" / "#001_micro_10-00-00"
    folder.mkdir(parents=True)
    text = '# gate_set\tcurrent\r\n# "Gate"\t"Current (µA)"\r\n# 1\r\n0\t1\r\n'
    (folder / "a b.dat").write_bytes(text.encode("cp1252"))
    (folder / "a-b.dat").write_bytes(text.encode("utf-8-sig"))
    (found,) = import_runs(root, tmp_path)
    assert found.reason == ""
    assert {spec.columns[1].label for spec in found.dataset.tables.values()} == {"Current (µA)"}
    assert list(found.dataset.tables) == ["a-b", "a-b-2"]


def test_an_import_that_was_broken_off_is_begun_again(root: DataRoot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = write_folder(tmp_path)

    def broken(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("measurand.dataset._import._imports._store", broken)
    with pytest.raises(KeyboardInterrupt):
        list(import_runs(root, folder))
    monkeypatch.undo()
    assert [run.status for run in root.runs()] == []
    (found,) = import_runs(root, folder)
    (again,) = import_runs(root, folder)
    assert (found.outcome, again.outcome) == ("imported", "known")
    assert [run.status for run in root.runs()] == ["completed"]
