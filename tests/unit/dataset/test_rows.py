"""What goes in comes out: every kind, by every way."""

from __future__ import annotations

import datetime
import math
import subprocess
import sys

import numpy as np
import pytest

from measurand.dataset import Column, DataRoot, Dim, TableSpec, complete_statistics
from measurand.errors import DatasetError, DefinitionError, RefusedRow

UTC = datetime.UTC
MOMENT = datetime.datetime(2026, 11, 20, 18, 23, 30, 123456, tzinfo=UTC)

# kind of the column as declared, values, dtype that comes out
SCALARS = {
    "float": (None, [0.1, -1e300, math.nan, math.inf, 5e-324], np.float64),
    "int taken for float": (
        None,
        [1, 2.5, True, np.int16(3), np.float32(0.5), np.array(0.25), np.array(7), np.True_],
        np.float64,
    ),
    "int": ("int", [0, -(2**63), 2**63 - 1, np.uint8(7)], np.int64),
    "bool": (None, [True, False, np.bool_(True)], np.bool_),
    "complex": (None, [1j, 1 + 2j, np.complex64(3j), 4], np.complex128),
    "text": (None, ["", "Grüße 😀", "a\nb\0c", np.str_("n")], object),
    "datetime": (None, [MOMENT, np.datetime64("1969-01-01T00:00:00.000000001")], "datetime64[ns]"),
}


def one_table(*columns: Column, dims: tuple[Dim, ...] = ()) -> list[TableSpec]:
    return [TableSpec("data", columns, dims)]


@pytest.mark.parametrize("finished", [True, False], ids=["finished", "running"])
@pytest.mark.parametrize("case", SCALARS)
def test_single_values_of_every_kind_come_back(either_root: DataRoot, case: str, finished: bool):
    """L11: full float precision, complex and text survive."""
    kind, values, dtype = SCALARS[case]
    run = either_root.create_run(case, one_table(Column("x", kind)))
    for value in values:
        run.add("data", {"x": value})
    run.flush()
    if finished:
        run.finish()
    back = run.dataset.numpy("x")
    run.finish()
    assert back.dtype == dtype
    expected = np.array(
        [np.datetime64(v.replace(tzinfo=None), "ns") if isinstance(v, datetime.datetime) else v for v in values]
    )
    np.testing.assert_array_equal(back, expected.astype(dtype))


ARRAYS = {
    "float64": [np.arange(6.0).reshape(2, 3), -np.arange(6.0).reshape(2, 3)],
    "float32": [np.arange(3, dtype="f4"), np.ones(3, "f4")],
    "complex128": [np.array([1j, 2.0]), np.array([0, 1 + 1j])],
    "complex64": [np.array([1j, 2.0], "c8"), np.array([0, 1 + 1j], "c8")],
    "bool": [np.array([True, False, True]), np.array([False, False, True])],
    "datetime64[ns]": [np.array(["2026-01-01", "NaT"], "M8[s]"), np.array(["1960-01-01", "2026-01-02"], "M8[ns]")],
}


@pytest.mark.parametrize("finished", [True, False], ids=["finished", "running"])
@pytest.mark.parametrize("dtype", ARRAYS)
def test_arrays_come_back(root: DataRoot, dtype: str, finished: bool):
    run = root.create_run("arrays", one_table(Column("x"), Column("trace", shape=None)))
    for number, value in enumerate(ARRAYS[dtype]):
        run.add("data", {"x": number, "trace": value})
        run.flush()
    if finished:
        run.finish()
    back = run.dataset.numpy("trace")
    assert back.dtype == dtype
    np.testing.assert_array_equal(back, np.stack(ARRAYS[dtype]).astype(dtype))
    assert run.dataset.columns["trace"].shape == ARRAYS[dtype][0].shape
    run.finish()


@pytest.mark.parametrize("dtype", ["float64", "float32", "complex128", "complex64", "bool", "datetime64[ns]", "int16"])
def test_arrays_of_varying_lengths_come_back(root: DataRoot, dtype: str):
    """K11: unknown lengths are allowed."""
    kind = {"b": "bool", "i": "int", "f": "float", "c": "complex", "M": "datetime"}[np.dtype(dtype).kind]
    values = [(np.arange(2 * n).reshape(n, 2) % 3).astype(dtype) for n in (3, 0, 1, 10)]
    run = root.create_run("ragged", one_table(Column("trace", kind, shape=(None, 2))))
    for number, value in enumerate(values):
        run.add("data", {"trace": value})
        if number % 2:
            run.flush()
    run.finish()
    back = run.dataset.numpy("trace")
    assert [array.dtype for array in back] == [np.dtype(dtype)] * 4
    for got, expected in zip(back, values, strict=True):
        np.testing.assert_array_equal(got, expected)


def test_whole_numbers_keep_their_width_if_the_column_is_declared_int(root: DataRoot):
    run = root.create_run("adc", one_table(Column("trace", "int", shape=None), Column("mean", shape=None)))
    run.add("data", {"trace": np.array([1, 2], "i2"), "mean": np.array([1, 2], "i2")})
    run.finish()
    assert run.dataset.numpy("trace").dtype == np.int16
    assert run.dataset.numpy("mean").dtype == np.float64


def test_a_declared_dtype_is_kept(root: DataRoot):
    run = root.create_run("single", one_table(Column("trace", shape=(2,), dtype="float32")))
    run.add("data", {"trace": [0.5, 1.5]})
    run.finish()
    assert run.dataset.numpy("trace").dtype == np.float32


def test_an_array_is_stored_as_it_was_when_it_was_added(root: DataRoot):
    run = root.create_run("buffer", one_table(Column("trace", shape=None)))
    buffer = np.zeros(4)
    for number in range(3):
        buffer[:] = number
        run.add("data", {"trace": buffer})
    run.finish()
    assert run.dataset.numpy("trace")[:, 0].tolist() == [0, 1, 2]


def test_rows_carry_their_time_and_index(root: DataRoot, tmp_path, clock):
    timed = DataRoot(tmp_path / "data", cache_dir=tmp_path / "cache", clock=clock)
    run = timed.create_run("timed", one_table(Column("x"), dims=(Dim("x"), Dim("y"))))
    for index in [(0, 2), (1, 0)]:
        run.add("data", {"x": 1.0}, index)
        clock.now += 0.5
    for _ in range(2):
        start = np.datetime64(1_800_000_000, "s").astype("M8[ns]")
        assert run.dataset.numpy("_time").tolist() == [start.astype(int), start.astype(int) + 500_000_000]
        assert run.dataset.numpy("_index").tolist() == [[0, 2], [1, 0]]
        run.finish()


def test_an_empty_run_has_empty_columns(root: DataRoot):
    run = root.create_run("nothing", one_table(Column("x"), Column("n", "int")))
    for _ in range(2):
        assert run.dataset.numpy("x").shape == (0,)
        assert run.dataset.rows() == 0
        assert run.dataset.to_xarray().sizes["row"] == 0
        run.finish()
    assert [path.name for path in run.path.iterdir()] == ["run.jsonl"]


def test_columns_without_rows_have_the_dtype_of_their_kind(root: DataRoot):
    dtypes = {"float": "f8", "int": "i8", "bool": "?", "complex": "c16", "datetime": "M8[ns]", "text": "O", "enum": "O"}
    columns = [Column(kind, kind, categories=("a",) if kind == "enum" else None) for kind in dtypes]
    run = root.create_run("nothing", one_table(*columns))
    run.finish()
    assert {kind: run.dataset.numpy(kind).dtype for kind in dtypes} == {k: np.dtype(d) for k, d in dtypes.items()}
    assert "complex" in run.dataset.export("csv").read_text(encoding="utf-8")


def test_the_adder_is_the_same_as_add(root: DataRoot):
    run = root.create_run("adder", one_table(Column("x"), Column("y")))
    add = run.adder("data")
    add((), (1.0, 2.0))
    run.add("data", {"y": 4.0, "x": 3.0})
    run.finish()
    assert run.dataset.numpy("x").tolist() == [1, 3]
    assert run.dataset.numpy("y").tolist() == [2, 4]


def test_columns_of_all_kinds_lie_in_one_row(either_root: DataRoot):
    """Values of the plain type of their column and others take different ways, with the same end."""
    columns = [
        Column("e", "enum", categories=("low", "high")),
        *(Column(k, k) for k in ("float", "int", "bool", "complex")),
    ]
    run = either_root.create_run("all", one_table(*columns, Column("t", "datetime"), dims=(Dim("i"), Dim("j"))))
    plain = ("low", 0.5, 2, True, 1 + 2j, MOMENT)
    other = ("high", np.float32(1.5), np.int8(-3), np.bool_(False), 4, np.datetime64(5, "ns"))
    add = run.adder("data")
    for number, values in enumerate((plain, other, plain[:4] + other[4:], other[:2] + plain[2:])):
        add((number, 2**31 - 1), values)
    run.finish()
    found = run.dataset
    assert found.numpy("_index").tolist() == [[number, 2**31 - 1] for number in range(4)]
    assert found.numpy("e").tolist() == ["low", "high", "low", "high"]
    assert found.numpy("float").tolist() == [0.5, 1.5, 0.5, 1.5]
    assert found.numpy("int").tolist() == [2, -3, 2, 2]
    assert found.numpy("bool").tolist() == [True, False, True, True]
    assert found.numpy("complex").tolist() == [1 + 2j, 4, 4, 1 + 2j]
    moment = np.datetime64(MOMENT.replace(tzinfo=None), "ns")
    np.testing.assert_array_equal(found.numpy("t"), np.array([moment, 5, 5, moment], "M8[ns]"))


@pytest.mark.parametrize(
    "kind", ["end", "table", "resumed", "captured", "statistics", "repaired", "trashed", "restored"]
)
def test_nobody_can_say_for_measurand_what_happened(either_root: DataRoot, kind: str):
    """An ``end`` would look like one, a ``table`` would be one that nobody can read."""
    with either_root.create_run("events", one_table(Column("x"))) as run:
        with pytest.raises(DatasetError, match=f"Event '{kind}' refused"):
            run.event({"event": kind, "status": "completed"})
        assert run.dataset.status == "running"
        run.add(x=1)
    assert run.dataset.numpy("x").tolist() == [1]


@pytest.mark.parametrize("event", [5, "refilled", {}, {"event": 5}, {"text": "refilled"}], ids=str)
def test_an_event_says_what_happened(root: DataRoot, event: object):
    with (
        root.create_run("events", one_table(Column("x"))) as run,
        pytest.raises(DatasetError, match="key .event. says what happened"),
    ):
        run.event(event)  # type: ignore[arg-type]  # that is what is tested


def test_a_line_of_others_that_describes_no_table_is_passed_over(root: DataRoot):
    with root.create_run("events", one_table(Column("x"))) as run:
        run.add(x=1)
    with (run.path / "run.jsonl").open("ab") as file:
        file.write(b'{"event": "table"}\n{"text": "no event"}\n{"event": "table", "table": 5}\n')
    assert run.dataset.numpy("x").tolist() == [1]
    assert root.runs()[0].columns == ("x",)
    assert not complete_statistics(run.dataset)


def test_a_column_of_two_tables_is_read_from_the_first_unless_told(root: DataRoot):
    run = root.create_run("two", [TableSpec("a", (Column("x"),)), TableSpec("b", (Column("x"),))])
    run.add("a", {"x": 1})
    run.add("b", {"x": 2})
    run.finish()
    assert run.dataset.numpy("x").tolist() == [1]
    assert run.dataset.numpy("x", table="b").tolist() == [2]


def test_writing_numbers_needs_no_array_library(tmp_path, child_environment):
    """The start of a run waits for no import."""
    code = f"""
import sys
from measurand.dataset import Column, DataRoot, TableSpec
run = DataRoot({str(tmp_path)!r}, cache_dir={str(tmp_path)!r}).create_run("r", [TableSpec("data", (Column("x"),))], write_period=60)
run.add("data", {{"x": 1}})
print(sorted({{"numpy", "pyarrow", "pandas", "xarray"}} & set(sys.modules)))
run.finish()
print(sorted({{"pandas", "xarray"}} & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=child_environment
    )
    assert done.stdout.split() == ["[]", "[]"]


def test_a_table_may_begin_later(either_root: DataRoot):
    """It is described by its first row's event, as a declared one is."""
    with either_root.create_run("later", []) as run:
        assert (list(run.dataset.tables), run.rows) == ([], 0)
        add = run.adder(TableSpec("data", (Column("x", unit="V"), Column("y"))))
        with pytest.raises(DefinitionError, match="Table data appears 2 times"):
            run.adder(TableSpec("DATA", (Column("x"),)))
        assert list(run.dataset.tables) == []
        add((), (1.0, "a"))
        assert (run.dataset.tables["data"].columns[0].unit, run.rows) == ("V", 1)
    assert run.dataset.numpy("y").tolist() == ["a"]


def test_whether_a_row_would_be_accepted(either_root: DataRoot):
    with either_root.create_run("asked", one_table(Column("x"), Column("n", "int"))) as run:
        for _ in range(2):  # before the first row, and after it
            run.accepts("data", (0.5, 3))
            for refused in ((0.5, 3.5), ("a", 3), (0.5,)) if run.rows else ((0.5, 3.5), (0.5,)):
                with pytest.raises(RefusedRow):
                    run.accepts("data", refused)
            run.add("data", {"x": 1.5, "n": 2})
    assert run.dataset.numpy("x").tolist() == [1.5, 1.5]
