"""A row that is written at once: the same bytes that pyarrow makes of it, in a file when `add` returns."""

from __future__ import annotations

import shutil
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.dataset import golden

from measurand.dataset import Column, DataRoot, Dataset, Dim, TableSpec, verify
from measurand.dataset._format import _arrow, _kinds
from measurand.dataset._format._crc import crc32
from measurand.dataset._write._block import Block
from measurand.dataset._write._message import Former
from measurand.dataset._write._row import Rows
from measurand.errors import RefusedRow

TIMES = np.array(["2026-11-20", "NaT"], "datetime64[ns]")
TABLES = {
    "single values": (golden.SCALARS, golden.scalars),
    "arrays": (golden.ARRAYS, golden.arrays),
    "times": (TableSpec("t", (Column("when", shape=(2,)), Column("some", shape=(None,)))), lambda n: {
        "when": TIMES, "some": TIMES[: n % 3],
    }),
    "other layouts": (TableSpec("t", (Column("a", shape=(3, 2)), Column("b", shape=(4,)), Column("c", shape=(0,)))), lambda n: {
        "a": np.arange(6.0).reshape(2, 3).T + n, "b": np.arange(8, dtype=">f8")[::2] * n, "c": np.zeros(0),
    }),
    "bits": (TableSpec("t", (Column("a", shape=(9,)), Column("b", shape=(None, 2)))), lambda n: {
        "a": np.arange(9) % 3 == n % 3, "b": np.arange(2 * (n % 7)).reshape(-1, 2) % 2 == 0,
    }),
    "many columns": (TableSpec("t", tuple(Column(f"c{i}", shape=(None,) if i % 2 else ()) for i in range(300))), lambda n: {
        f"c{i}": np.arange(i % 5.0) if i % 2 else float(n + i) for i in range(300)
    }),
}  # fmt: skip


def settled(spec: TableSpec, values: dict[str, Any]) -> tuple[TableSpec, list[Any]]:
    row = [values[column.name] for column in spec.columns]
    spec = _kinds.settle(spec, row)
    return spec, [_kinds.encoder(column)(value) for column, value in zip(spec.columns, row, strict=True)]


@pytest.mark.parametrize("stream", [True, False], ids=["stream", "file"])
@pytest.mark.parametrize("name", TABLES)
def test_a_row_has_the_bytes_that_pyarrow_gives_it(name: str, stream: bool):
    """The fast way leaves out only work whose result is known."""
    declared, make = TABLES[name]
    spec, _ = settled(declared, make(1))
    former = Former(spec, _arrow.schema(spec, {}), stream=stream)
    rows, index = Rows(spec), tuple(range(3, 3 + len(spec.dims)))
    for number in (0, 1, 2, 3, 9, 10, 4321, 10**12):
        _, values = settled(spec, make(number % 100_000))
        block = Block(spec, number)
        block.put(5 + number, index, values)
        expected = former.batch(block.batch(0, 1, _arrow.schema(spec, {})), number)
        given = former.row(rows.row(5 + number, index, values), number)
        assert b"".join(map(bytes, given.pieces)) == b"".join(map(bytes, expected.pieces))
        assert (given.metadata, given.total, given.row0, given.rows) == (
            expected.metadata, expected.total, number, 1,
        )  # fmt: skip


@given(st.binary(max_size=300), st.integers(0, 2**32 - 1))
def test_the_fast_sum_is_that_of_zlib(data: bytes, start: int):
    assert crc32(data, start) == zlib.crc32(data, start)
    assert crc32(data) == zlib.crc32(data)


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """No background thread ever comes to anything."""
    monkeypatch.setattr("measurand.dataset._write._flusher.Flusher.start", lambda self: None)


@pytest.mark.usefixtures("nobody")
@pytest.mark.parametrize(("points", "file"), [(100, "data.tail-000000000000.arrows"), (5000, "data.arrow")])
def test_a_row_is_in_a_file_when_add_returns(root: DataRoot, tmp_path: Path, points: int, file: str):
    """L04: whoever is late, it is not the row; and the array belongs to the caller again."""
    run = root.create_run("at once", [TableSpec("data", (Column("t", shape=None), Column("n", "text")), (Dim("x"),))])
    array = np.zeros(points)
    for number in range(12):
        array[:] = number
        run.add("data", {"t": array, "n": str(number)}, (number,))
        copy = Dataset(shutil.copytree(run.path, tmp_path / f"copy {number}"))
        assert copy.numpy("t").tolist() == [[float(n)] * points for n in range(number + 1)]
        assert run.unsaved() == {}
    assert [path.name for path in run.path.glob("data*")] == [file]
    run.finish()
    assert pa.ipc.open_file(run.path / "data.arrow").read_all()["n"].to_pylist() == [str(n) for n in range(12)]
    assert verify(run.path).good


@pytest.mark.usefixtures("nobody")
def test_a_large_row_behind_small_ones_keeps_its_place(root: DataRoot):
    run = root.create_run("mixed", [TableSpec("data", (Column("t", shape=(None,)),))])
    sizes = [10, 10_000, 20, 10_000, 10_000, 30, 10_000]
    for number, size in enumerate(sizes):
        run.add("data", {"t": np.full(size, float(number))})
        if number == 3:
            run.flush()  # all is sealed, so that the next one goes straight
            assert [path.name for path in run.path.glob("data*")] == ["data.arrow"]
        assert [len(row) for row in run.dataset.numpy("t")] == sizes[: number + 1]
    run.finish()
    assert [row[0] for row in run.dataset.numpy("t")] == list(range(len(sizes)))
    assert verify(run.path).good


@pytest.mark.usefixtures("nobody")
def test_a_compressed_run_has_its_rows_at_once_too(root: DataRoot):
    run = root.create_run("packed", [TableSpec("data", (Column("t", shape=None),))], compression="zstd")
    for number in range(5):
        run.add("data", {"t": np.full(10_000, float(number))})
        assert run.dataset.numpy("t")[:, 0].tolist() == list(range(number + 1))
    run.finish()
    assert run.dataset.numpy("t")[:, -1].tolist() == list(range(5))
    assert (run.path / "data.arrow").stat().st_size < 100_000


LARGE = TableSpec(
    "data",
    (
        Column("x", "float"),
        Column("n", "int"),
        Column("image", "float", shape=(90, 101), dtype="float32"),
        Column("wave", "complex", shape=(501,), dtype="complex64"),
        Column("counts", "int", shape=(3, 7), dtype="uint16"),
    ),
    (Dim("i"), Dim("j")),
)
WAYS: dict[str, Any] = {
    "as it is": lambda value: value,
    "as Python's own": lambda value: value.tolist() if hasattr(value, "tolist") else value,
    "as numpy's own": np.asarray,
    "in the other order": lambda value: np.asfortranarray(value) if hasattr(value, "tolist") else value,
    "of the other endianness": lambda value: (
        value.astype(value.dtype.newbyteorder(">")) if hasattr(value, "tolist") else value
    ),
}


def large_row(n: int) -> tuple[Any, ...]:
    image = (np.arange(90 * 101, dtype="f4") + n).reshape(90, 101)
    return n / 3, n - 5, image, np.exp(1j * np.arange(501) * n).astype("c8"), np.full((3, 7), n, "u2")


def test_large_rows_of_one_size_come_back_whatever_way_they_are_given(tmp_path: Path):
    """Those that are as usual go straight into the file, the others by the way of all rows; both are proved by their crc."""
    root = DataRoot(tmp_path / "data", cache_dir=tmp_path / "cache")
    run = root.create_run("large", [LARGE])
    add, ways = run.adder("data"), list(WAYS.values())
    for number in range(1, 40):
        add((number, 2**31 - 1), tuple(map(ways[0 if number < 20 else number % len(ways)], large_row(number))))
    folder = tmp_path / "copy"
    shutil.copytree(run.path, folder)
    run.finish()
    for dataset in (Dataset(folder), run.dataset):
        assert verify(dataset.path).good, verify(dataset.path)
        assert dataset.numpy("_index").tolist() == [[number, 2**31 - 1] for number in range(1, 40)]
        for place, name in enumerate(column.name for column in LARGE.columns):
            np.testing.assert_array_equal(dataset.numpy(name), [large_row(number)[place] for number in range(1, 40)])


UNUSUAL: dict[str, tuple[Any, dict[int, Any]]] = {
    "index below 0": ((-1, 0), {}),
    "index too large": ((0, 2**31), {}),
    "too few indices": ((0,), {}),
    "a fraction in the index": ((0.5, 0), {}),
    "an int of more than 64 bit": ((0, 0), {1: 2**63}),
    "another shape": ((0, 0), {2: np.zeros((101, 90), "f4")}),
    "more precision": ((0, 0), {2: np.zeros((90, 101))}),
    "complex for a float": ((0, 0), {0: 1j}),
}


@pytest.mark.parametrize("case", UNUSUAL)
def test_large_rows_that_do_not_fit_are_refused_after_others_too(tmp_path: Path, case: str):
    """L03."""
    index, changed = UNUSUAL[case]
    run = DataRoot(tmp_path / "data", cache_dir=tmp_path / "cache").create_run("large", [LARGE])
    add = run.adder("data")
    for number in range(3):
        add((0, number), large_row(number))
        with pytest.raises(RefusedRow):
            add(index, [changed.get(place, value) for place, value in enumerate(large_row(9))])
        with pytest.raises(RefusedRow):
            add((0, 0), large_row(9)[:-1])
    run.finish()
    assert run.dataset.numpy("n").tolist() == [-5, -4, -3]
