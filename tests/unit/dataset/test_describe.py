"""Columns, dims and tables as data."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from measurand.dataset import Column, Dim, TableSpec
from measurand.errors import DefinitionError

kinds = st.sampled_from([None, "float", "int", "bool", "complex", "datetime"])
shapes = st.none() | st.lists(st.none() | st.integers(0, 9), max_size=3).map(tuple)
columns = st.builds(
    Column, st.text(min_size=1).filter(lambda name: name not in ("_time", "_index")), kinds, st.text(), st.text(), shapes,
    st.booleans(),
)  # fmt: skip


@given(columns)
def test_a_column_survives_json(column: Column):
    assert Column.from_dict(json.loads(json.dumps(column.to_dict()))) == column


def test_a_table_survives_json():
    spec = TableSpec("data", (Column("x", setpoint=True), Column("a", shape=None)), (Dim("x", None, ("x",)),))
    assert TableSpec.from_dict(json.loads(json.dumps(spec.to_dict()))) == spec


def test_what_a_later_version_added_is_ignored():
    assert Column.from_dict({**Column("x").to_dict(), "colour": "red"}) == Column("x")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Column(""), "cannot name a column"),
        (lambda: Column("_time"), "_time and _index"),
        (lambda: Column("x", "decimal"), "kind 'decimal' is unknown, allowed are float, int"),
        (lambda: Column("x", "text", shape=(3,)), "text has no shape"),
        (lambda: Column("\ud800"), "cannot name a column"),
        (lambda: Column("x", unit=5), "Column x: unit 5 refused, it is a text"),
        (lambda: Column("x", label="\ud800"), "label '\\ud800' refused"),
        (lambda: Column("x", shape=5), "Column x: shape 5 refused; it is a tuple of lengths, such as"),
        (lambda: Column("x", shape=(-1,)), "shape (-1,) refused"),
        (lambda: Column("x", shape=(2.0,)), "shape (2.0,) refused"),
        (lambda: Column("x", shape="ab"), "shape 'ab' refused"),
        (lambda: Column("x", dtype="flot32"), "dtype 'flot32' refused; any kind is stored as bool, complex128"),
        (lambda: Column("x", "float", dtype="int16"), "kind float is stored as float16, float32 and float64"),
        (lambda: Column("x", "complex", dtype="complex256"), "kind complex is stored as complex128 and complex64"),
        (lambda: Column("x", "datetime", dtype="datetime64[s]"), "kind datetime is stored as datetime64[ns]"),
        (lambda: Dim(5), "5 cannot name a dim"),
        (lambda: Dim(""), "'' cannot name a dim"),
        (lambda: Dim("x", -1), "Dim x: size -1 refused, it is a number of points, or None"),
        (lambda: Dim("x", 2.5), "size 2.5 refused"),
        (lambda: Dim("x", True), "size True refused"),
        (lambda: Dim("x", "3"), "size '3' refused"),
        (lambda: Dim("x", 3, "gate"), "setpoints are a tuple of names, ('gate',) for one"),
        (lambda: TableSpec("data", Column("x")), "Table data: columns are a tuple of Column"),
        (lambda: TableSpec("data", "xy"), "columns are a tuple of Column, and 'xy' is none"),
        (lambda: TableSpec("data", (Column("x"),), ("x",)), "dims are a tuple of Dim"),
        (lambda: TableSpec("../data", (Column("x"),)), "letters, digits"),
        (lambda: TableSpec("data", ()), "no columns"),
        (lambda: TableSpec("data", (Column("x"), Column("x"))), "column x appears 2 times"),
        (lambda: TableSpec("data", (Column("x"),), (Dim("x"), Dim("x"))), "dim x appears 2 times"),
        (lambda: TableSpec("data", (Column("x"),), (Dim("y", 3, ("y",)),)), "'y', which is no column; columns are x"),
    ],
)
def test_what_contradicts_itself_is_refused(make, message: str):
    with pytest.raises(DefinitionError, match=re.escape(message)):
        make()


def test_two_tables_cannot_share_a_file_where_case_is_ignored(root):
    with pytest.raises(DefinitionError, match="appears 2 times"):
        root.create_run("twins", [TableSpec("data", (Column("x"),)), TableSpec("DATA", (Column("x"),))])
    assert root.runs() == []


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ([TableSpec("nul", (Column("x"),))], "Table nul: Windows has a device of that name"),
        ([TableSpec("Com1", (Column("x"),))], "Table Com1: Windows has a device of that name"),
        ([TableSpec("a" * 65, (Column("x"),))], "a name of 65 characters refused, it names a file; up to 64"),
        (["data"], "Tables of a run are a tuple of TableSpec"),
        (TableSpec("data", (Column("x"),)), "Tables of a run are a tuple of TableSpec"),
    ],
)
def test_a_table_has_a_file_on_every_system(root, tables, message: str):
    with pytest.raises(DefinitionError, match=message):
        root.create_run("refused", tables)
    assert root.runs() == []


def test_numbers_of_numpy_describe_as_well_as_those_of_python(either_root):
    """What cannot be written into a file would fail a run that has its rows already."""
    shape, size = (np.int64(2),), np.int64(5)
    column = Column("x", unit=None, label=None, shape=shape, setpoint=np.bool_(True), dtype=np.float32)
    assert column == Column("x", shape=(2,), setpoint=True, dtype="float32")
    assert type(Dim("x", size).size) is int
    with either_root.create_run("numpy", [TableSpec("data", (column, Column("y")), (Dim("x", size),))]) as run:
        run.add("data", {"x": [1, 2], "y": 0.5}, (np.int64(3),))
    assert run.dataset.to_arrow()["x"].to_pylist() == [[1.0, 2.0]]
