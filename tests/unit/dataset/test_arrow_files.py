"""The Arrow files: readable by others, and by us when they are torn."""

from __future__ import annotations

import json
import shutil
import struct
import warnings
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from measurand.dataset import Column, DataRoot, Dataset, Dim, TableSpec, Writer
from measurand.dataset._write import _stores as stores

COLUMNS = (
    Column("x", unit="V", label="Gate", setpoint=True), Column("z", "complex"), Column("t", shape=(2, 3)),
    Column("r", shape=(None,)), Column("text", "text"),
)  # fmt: skip


@pytest.fixture(params=["sealed", "tail"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Flushed rows go straight into the Arrow file, as large ones do; or into a tail, an Arrow stream, as few do."""
    monkeypatch.setattr("measurand.dataset._write._flusher.Flusher.start", lambda self: None)  # only flush writes
    if request.param == "sealed":
        monkeypatch.setattr(stores, "_MOST_FLUSHES", 3)
    return str(request.param)


def growing(folder: Path) -> Path:
    """The one file of batches of a run in progress."""
    (path,) = folder.glob("data*.arrow*")
    return path


def begun(root: DataRoot, batches: int = 4, rows: int = 3) -> Writer:
    run = root.create_run("arrow", [TableSpec("data", COLUMNS, (Dim("x"),))], sample="dot 7")
    for number in range(batches * rows):
        run.add("data", values_of(number), (number,))
        if number % rows == rows - 1:
            run.flush()
    return run


def values_of(number: int) -> dict[str, object]:
    trace = np.arange(6.0).reshape(2, 3) + number
    return {"x": number, "z": 1j * number, "t": trace, "r": np.arange(number % 4), "text": f"row {number}"}


def check(dataset: Dataset, rows: int) -> None:
    assert dataset.rows() == rows
    for name in ("x", "z", "t", "text", "r"):
        back = dataset.numpy(name)
        assert len(back) == rows
        for number in range(rows):
            np.testing.assert_array_equal(back[number], values_of(number)[name])


def test_a_finished_file_is_an_ordinary_arrow_file(root: DataRoot):
    run = begun(root)
    run.finish()
    table = pa.ipc.open_file(run.path / "data.arrow").read_all()
    assert table.column_names == ["_time", "_index", "x", "z", "t", "r", "text"]
    assert table["x"].to_pylist() == list(range(12))
    assert table["z"].to_pylist()[3] == [0.0, 3.0]
    assert table["t"].to_pylist()[1] == [1, 2, 3, 4, 5, 6]
    assert table["r"].to_pylist()[3] == {"data": [0, 1, 2], "shape": [3]}
    assert table["text"].to_pylist()[-1] == "row 11"
    assert table["_index"].to_pylist()[4] == [4]
    assert str(table.schema.field("_time").type) == "timestamp[ns, tz=UTC]"
    about = {key.decode(): value.decode() for key, value in table.schema.field("x").metadata.items()}
    assert about == {
        "kind": "float", "dtype": "float64", "shape": "[]", "unit": "V", "label": "Gate", "setpoint": "true",
    }  # fmt: skip
    assert table.schema.field("t").metadata[b"shape"] == b"[2, 3]"


def test_a_file_found_alone_says_which_run_it_is(root: DataRoot):
    run = begun(root)
    run.finish()
    said = json.loads(pa.ipc.open_file(run.path / "data.arrow").schema.metadata[b"measurand"])
    assert (said["id"], said["number"], said["name"]) == (run.id, 1, "arrow")
    assert TableSpec.from_dict(said["table"]).dims == (Dim("x"),)


def test_a_growing_file_is_a_stream(root: DataRoot, way: str):
    """A file from byte 8, after its magic; a tail from its beginning."""
    run = begun(root)
    assert growing(run.path).name == {"sealed": "data.arrow", "tail": "data.tail-000000000000.arrows"}[way]
    with growing(run.path).open("rb") as file:
        file.seek(8 if way == "sealed" else 0)
        reader = pa.ipc.open_stream(file)
        rows = 0
        while rows < 12:  # the background thread may have made a batch of its own
            rows += reader.read_next_batch().num_rows
        assert rows == 12
    run.finish()
    assert [path.name for path in run.path.glob("data*")] == ["data.arrow"]


def test_a_file_cut_anywhere_gives_whole_batches(root: DataRoot, tmp_path: Path, way: str):
    run = begun(root)
    copy = Path(shutil.copytree(run.path, tmp_path / "copy"))
    run.finish()
    whole = growing(copy).read_bytes()
    seen = set()
    for cut in (*range(0, len(whole), 61), len(whole)):
        growing(copy).write_bytes(whole[:cut])
        rows = Dataset(copy).rows()
        check(Dataset(copy), rows)
        seen.add(rows)
    assert {0, 12} < seen


@pytest.mark.parametrize("seed", range(40))
def test_damage_never_gives_wrong_values(root: DataRoot, tmp_path: Path, way: str, seed: int):
    run = begun(root, batches=6)
    copy = Path(shutil.copytree(run.path, tmp_path / "copy"))
    run.finish()
    data = bytearray(growing(copy).read_bytes())
    random = np.random.default_rng(seed)
    start, length = int(random.integers(8, len(data))), int(random.choice([1, 8, 400]))
    if seed % 2:
        data[start : start + length] = bytes(len(data[start : start + length]))
    else:
        data[start] ^= 1 << int(random.integers(8))
    growing(copy).write_bytes(data)
    check(Dataset(copy), Dataset(copy).rows())


def test_damage_to_a_finished_run_is_said_and_what_is_good_is_given(root: DataRoot, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stores, "_STRAIGHT_BYTES", -1)
    run = begun(root)
    run.finish()
    path = run.path / "data.arrow"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.warns(UserWarning, match=r"\d of 12 rows of table data can be read, .* Compare with a copy"):
        rows = run.dataset.rows()
    assert 0 < rows < 12
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check(run.dataset, rows)


def test_a_footer_that_is_none_is_not_believed(root: DataRoot):
    run = begun(root)
    run.finish()
    path = run.path / "data.arrow"
    data = bytearray(path.read_bytes())
    length = struct.unpack_from("<i", data, len(data) - 10)[0]
    data[-10 - length : -10] = bytes(length)
    path.write_bytes(data)
    check(run.dataset, 12)


def test_arrays_are_written_without_being_asked(root: DataRoot):
    """L04: within 50 ms; waited for by looking, not by the clock."""
    run = begun(root, batches=0)
    run.add("data", values_of(0), (0,))
    while run.unsaved():
        pass
    check(run.dataset, 1)
    run.finish()


def test_large_arrays_are_written_in_the_background(root: DataRoot):
    run = root.create_run("large", [TableSpec("data", (Column("t", shape=None),))])
    for number in range(12):
        run.add("data", {"t": np.full(200_000, number, float)})
    run.finish()
    assert run.dataset.numpy("t")[:, 7].tolist() == list(range(12))


def test_a_finished_file_is_found_by_its_footer(root: DataRoot):
    """And not by walking through it: the time to open a run does not grow with its rows."""
    run = begun(root)
    run.finish()
    dataset = run.dataset
    assert dataset.rows() == 12
    assert dataset._run._readers["data"].files == (run.path / "data.arrow",)
