"""Other ways to look at rows: from a number on, as they come, lazily, as Arrow and polars tables."""

from __future__ import annotations

import pickle
import subprocess
import sys
import threading
import time

import numpy as np
import pyarrow as pa
import pytest
from tests.unit.dataset.conftest import StandingClock

from measurand.dataset import Column, DataRoot, Dataset, Dim, TableSpec, Writer
from measurand.dataset._read import _tails as tails
from measurand.dataset._read._follow import POLL, follow, wait
from measurand.dataset._read._run_reader import RunReader
from measurand.dataset._write import _stores as stores
from measurand.errors import DatasetError

COLUMNS = (
    Column("x", unit="V", label="Gate", setpoint=True), Column("z", "complex"), Column("t", shape=(2, 3)),
    Column("r", shape=(None,)), Column("text", "text"), Column("mode", "enum", categories=("off", "on")),
)  # fmt: skip
SPECS = [TableSpec("data", COLUMNS, (Dim("x"),)), TableSpec("points", (Column("n", "int"), Column("ok", "bool")))]


def fill(root: DataRoot, rows: int, **options):
    run = root.create_run("reading", SPECS, **options)
    for n in range(rows):
        run.add("data", values(n), (n,))
        run.add("points", {"n": n, "ok": n % 2 == 0})
        if n % 7 == 6:
            run.flush()
    run.flush()
    return run


def values(n: int) -> dict[str, object]:
    return {
        "x": n / 2, "z": 1j * n, "t": np.full((2, 3), n), "r": np.arange(float(n % 3)), "text": f"row {n}",
        "mode": ("off", "on")[n % 2],
    }  # fmt: skip


def test_rows_from_a_number_on(root: DataRoot):
    run = fill(root, 20)
    for dataset in (run.dataset, Dataset(run.path)):
        found = dataset.rows(since=17)
        assert list(found) == ["_time", "_index", *(column.name for column in COLUMNS)]
        assert found["x"].tolist() == [8.5, 9, 9.5]
        assert found["_index"].tolist() == [[17], [18], [19]]
        assert found["mode"].tolist() == ["on", "off", "on"]
        assert [len(array) for array in found["r"]] == [2, 0, 1]
        assert len(dataset.rows("points", since=20)["n"]) == 0
        assert dataset.rows("points", since=0)["n"].tolist() == list(range(20))
        run.finish()


def test_the_index_of_a_table_without_dims_is_of_no_numbers_wherever_its_rows_are(root: DataRoot):
    run = root.create_run("plain", [TableSpec("points", (Column("n"),)), TableSpec("texts", (Column("text", "text"),))])
    run.add(n=1.0)
    run.add(text="a")
    for _ in ("in tails", "sealed"):
        assert [run.dataset.numpy("_index", table).shape for table in ("points", "texts")] == [(1, 0), (1, 0)]
        assert run.dataset.lazy("_index", "points")[:].shape == (1, 0)
        run.finish()


@pytest.mark.parametrize("compression", [None, "zstd"])
def test_a_part_of_a_column_is_read_wherever_it_begins(
    root: DataRoot, monkeypatch: pytest.MonkeyPatch, compression: str | None
):
    """Parts begin and end within batches, across batches, and in tails."""
    monkeypatch.setattr(stores, "_MOST_FLUSHES", 3)
    run = fill(root, 40, compression=compression)
    whole = {column.name: run.dataset.numpy(column.name) for column in COLUMNS}
    for _ in range(2):
        lazy = {name: run.dataset.lazy(name) for name in whole}
        for start, stop in ((0, 40), (3, 5), (6, 15), (13, 14), (39, 40), (40, 40)):
            for name, expected in whole.items():
                np.testing.assert_equal(list(lazy[name][start:stop]), list(expected[start:stop]))
        run.finish()


def test_a_lazy_column_takes_what_numpy_takes(root: DataRoot):
    run = fill(root, 30)
    lazy, whole = run.dataset.lazy("t"), run.dataset.numpy("t")
    assert (lazy.shape, lazy.dtype, lazy.ndim, lazy.size, lazy.nbytes) == ((30, 2, 3), np.float64, 3, 180, 1440)
    for key in (
        0, -1, np.int64(7), slice(None), slice(20, 5, -3), slice(50, 60), [3, 1, 1, -2], np.arange(30) % 4 == 0,
        (5, 1), (slice(2, 9), 0), (slice(None, None, 4), slice(None), 2), ([1, 2], 0, 1), (..., 1), ..., (),
        [], [[1, 2], [3, 3]], ([1, 2], [0, 1]), ([[1], [2]], [0, 1]), ([1, 2], slice(None), [2, 0]), (4, ..., 1),
    ):  # fmt: skip
        np.testing.assert_array_equal(lazy[key], whole[key], err_msg=str(key))
    np.testing.assert_array_equal(np.asarray(lazy), whole)
    with pytest.raises(IndexError, match="Column t has 30 rows; 30 names others"):
        lazy[30]
    for wrong in ("a", 1.5, [1.0], None, True, np.ones(29, bool), np.ones((30, 2), bool)):
        with pytest.raises(
            IndexError, match="names no rows; take a number, a slice, a list of numbers, or a mask of 30"
        ):
            lazy[wrong]
    assert repr(lazy).startswith("<LazyColumn 't': shape (30, 2, 3), float64, on disk")
    assert run.dataset.lazy("text")[3] == "row 3"
    run.finish()


def test_a_lazy_column_goes_to_another_process(root: DataRoot):
    """dask computes in processes too."""
    run = fill(root, 30)
    for _ in range(2):
        there = pickle.loads(pickle.dumps(run.dataset.lazy("t")))
        np.testing.assert_array_equal(there[5:9], run.dataset.numpy("t")[5:9])
        run.finish()


@pytest.mark.parametrize("since", [-1, 1.5, "1"])
def test_rows_before_the_first_one_are_refused(root: DataRoot, since: object):
    """They would be whatever is in memory."""
    run = fill(root, 3)
    with pytest.raises(DatasetError, match="a whole number from 0 is needed"):
        run.dataset.rows(since=since)
    with pytest.raises(DatasetError, match="a whole number from 0 is needed"):
        next(run.dataset.follow(since=since))
    run.finish()


def test_two_threads_may_use_one_dataset(root: DataRoot, monkeypatch: pytest.MonkeyPatch):
    """One takes in what is new, and the other one reads meanwhile: whole rows, not what is in memory by chance."""
    run = root.create_run("shared", [TableSpec("data", (Column("t", shape=(20,)), Column("note", "text")))])
    for number in range(5):
        run.add(t=np.full(20, number), note=str(number))
    dataset = run.dataset
    column, seen = dataset.lazy("note"), []
    other = threading.Thread(target=lambda: seen.append(column[0:5].tolist()))
    rows = tails._StreamTail.rows.fget

    def in_the_middle(tail: tails._StreamTail) -> int:
        if other.ident is None:
            other.start()
            other.join(0.2)  # it would be through in much less
        return rows(tail)

    monkeypatch.setattr(tails._StreamTail, "rows", property(in_the_middle))
    assert dataset.numpy("note").tolist() == ["0", "1", "2", "3", "4"]
    other.join()
    assert seen == [["0", "1", "2", "3", "4"]]
    run.finish()


def test_what_is_cut_off_again_confuses_no_follower(root: DataRoot):
    """A Ctrl-C, or a disk that is full for a moment, in the middle of a batch: another one takes its place."""
    run = root.create_run("cut", [TableSpec("data", (Column("t", shape=(20,)), Column("note", "text")))])
    run.add(t=np.zeros(20), note="first")
    follower = run.dataset
    assert follower.rows() == 1
    (tail,) = run.path.glob("*.arrows")
    size = tail.stat().st_size
    with tail.open("r+b") as file:
        file.seek(size)
        file.write(b"\xff\xff\xff\xff\x00\x04\x00\x00" + bytes(300))
        file.flush()
        assert follower.rows() == 1
        file.truncate(size)
    run.add(t=np.ones(20), note="second")
    assert follower.numpy("note").tolist() == ["first", "second"]
    run.finish()


def test_a_run_without_tables_says_so(root: DataRoot):
    run = root.create_run("none", [])
    with pytest.raises(DatasetError, match="Run 1 has no tables: nothing was declared and nothing stored yet"):
        run.dataset.rows()
    assert "no tables yet" in repr(run.dataset)
    run.finish()


def test_dask_takes_a_lazy_column(root: DataRoot):
    dask = pytest.importorskip("dask.array")
    run = fill(root, 30)
    run.finish()
    array = dask.from_array(run.dataset.lazy("t"), chunks=(8, 2, 3))
    assert float(array.sum().compute()) == float(run.dataset.numpy("t").sum())


def test_a_follower_gets_each_row_once_and_ends_with_the_run(root: DataRoot):
    run = root.create_run("followed", [SPECS[1]])
    seen: list[int] = []
    follower = threading.Thread(target=lambda: [seen.extend(new["n"].tolist()) for new in run.dataset.follow()])
    follower.start()
    for n in range(5000):
        run.add("points", {"n": n, "ok": True})
    run.finish()
    follower.join()
    assert seen == list(range(5000))
    assert next(run.dataset.follow(since=4998))["n"].tolist() == [4998, 4999]


def test_waiting_ends_with_the_run(root: DataRoot):
    run = root.create_run("awaited", [SPECS[1]])
    assert run.dataset.wait(timeout=0) == "running"
    ending = threading.Timer(0.05, run.finish, ["interrupted"])
    ending.start()
    assert run.dataset.wait() == "interrupted"
    ending.join()


class Busy(StandingClock):
    """A clock in whose every sleep something happens: a row comes, and in the end the run ends."""

    def __init__(self, run: Writer, seen: list[object], rows: int) -> None:
        super().__init__()
        self._run, self._seen, self._rows = run, seen, rows

    def sleep(self, seconds: float, wake: threading.Event | None = None) -> None:
        super().sleep(seconds)
        if self._run.dataset.rows() == self._rows:
            self._run.finish()
            self._seen.append(("ended, looks after", seconds))
        else:
            self._run.add(n=self._run.dataset.rows(), ok=True)
            self._seen.append(("added, looks after", seconds))


def test_what_came_is_seen_by_the_next_look_and_looks_are_close(root: DataRoot):
    """L06: a row is in a file when `add` returns, and a reader looks every 20 ms: 50 ms are not reached."""
    run = root.create_run("looked at", [SPECS[1]])
    happened: list[object] = []
    for new in follow(RunReader(run.path), "points", 0, Busy(run, happened, rows=3)):
        happened.append(new["n"].tolist())  # noqa: PERF401 - the clock notes what happens in between
    added = ("added, looks after", POLL)
    assert happened == [added, [0], added, [1], added, [2], ("ended, looks after", POLL)]
    assert POLL <= 0.05


def test_waiting_looks_as_often_and_no_longer_than_told(root: DataRoot):
    run = root.create_run("awaited", [SPECS[1]])
    happened: list[object] = []
    clock = Busy(run, happened, rows=1)
    assert wait(RunReader(run.path), 0.0, clock) == "running"
    assert happened == []
    assert wait(RunReader(run.path), POLL, clock) == "running"
    assert wait(RunReader(run.path), None, clock) == "completed"
    assert happened == [("added, looks after", POLL), ("ended, looks after", POLL)]


FOLLOWER = """
import sys, time
from measurand.dataset import Dataset
dataset = Dataset(sys.argv[1])
for new in dataset.follow(sys.argv[2]):
    ages = (time.time_ns() - new["_time"].astype("int64")) / 1e6
    print(len(ages), ages.min(), flush=True)
"""


@pytest.mark.parametrize("table", ["data", "points"])
def test_a_follower_in_another_process_sees_rows_soon(root: DataRoot, child_environment: dict[str, str], table: str):
    """L06: well within 0.2 s; the least of many ages, because a busy machine may hold up any of them."""
    run = root.create_run("fresh", SPECS)
    with subprocess.Popen(
        [sys.executable, "-c", FOLLOWER, str(run.path), table], env=child_environment, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        ages = []
        for n in range(20):
            run.add(table, values(n) if table == "data" else {"n": n, "ok": True}, (n,) if table == "data" else ())
            count, age = child.stdout.readline().split()
            assert count == "1"
            ages.append(float(age))
        run.finish()
    assert child.returncode == 0
    assert min(ages) < 200


def test_a_finished_table_is_mapped_by_arrow(root: DataRoot):
    run = fill(root, 20)
    growing = run.dataset.to_arrow()
    run.finish()
    before = pa.total_allocated_bytes()
    table = run.dataset.to_arrow()
    assert pa.total_allocated_bytes() - before < 2000
    assert table.num_rows == growing.num_rows == 20
    assert table.schema.equals(growing.schema)
    assert repr(growing.drop_columns(["_time"]).to_pydict()) == repr(table.drop_columns(["_time"]).to_pydict())
    assert table["mode"].to_pylist()[:3] == ["off", "on", "off"]


def test_an_empty_table_is_an_empty_arrow_table(root: DataRoot):
    run = root.create_run("empty", SPECS)
    assert run.dataset.to_arrow().num_rows == 0
    run.finish()
    assert run.dataset.to_arrow("points").column_names == ["_time", "n", "ok"]


def test_polars_frames(root: DataRoot):
    polars = pytest.importorskip("polars")
    run = fill(root, 20)
    run.finish()
    frames = run.dataset.to_polars()
    assert list(frames) == ["data", "points"]
    assert frames["points"]["n"].to_list() == list(range(20))
    assert frames["data"].filter(polars.col("mode") == "on")["x"].to_list() == [n / 2 for n in range(1, 20, 2)]


def test_plain_arrow_polars_and_duckdb_open_the_files(root: DataRoot, tmp_path):
    """DESIGN 6: other programs read the same files, with names, and units in the metadata."""
    run = fill(root, 20)
    run.finish()
    path = run.path / "data.arrow"
    with pa.memory_map(str(path)) as mapped:
        table = pa.ipc.open_file(mapped).read_all()
    field = table.schema.field("x")
    assert (field.metadata[b"unit"], field.metadata[b"label"], field.metadata[b"kind"]) == (b"V", b"Gate", b"float")
    assert table.schema.field("mode").metadata[b"categories"] == b'["off", "on"]'

    polars = pytest.importorskip("polars")
    frame = polars.read_ipc(path)
    assert frame.columns == ["_time", "_index", "x", "z", "t", "r", "text", "mode"]
    assert frame["x"].to_list() == [n / 2 for n in range(20)]
    assert frame["z"].to_list()[3] == [0, 3]
    assert frame["mode"].to_list()[:2] == ["off", "on"]
    lazily = polars.scan_ipc(path).select(polars.col("x").max()).collect()
    assert lazily.item() == 9.5

    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect() as connection:
        connection.register("run", table)
        assert connection.sql("select max(x), count(*) from run where mode = 'on'").fetchall() == [(9.5, 10)]
        assert connection.sql("select z[2], text from run where x = 1.5").fetchall() == [(3.0, "row 3")]
        assert connection.sql("select len(r.data) from run where x = 1").fetchall() == [(2,)]


def test_ages_are_told_by_the_clock_of_the_rows(root: DataRoot):
    run = fill(root, 1)
    age = time.time_ns() - run.dataset.rows("points", since=0)["_time"].astype("int64")[0]
    assert 0 <= age < 60e9
    run.finish()
