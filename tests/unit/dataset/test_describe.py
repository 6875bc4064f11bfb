"""Columns, dims and tables as data."""

from __future__ import annotations

import json

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
        (lambda: TableSpec("../data", (Column("x"),)), "letters, digits"),
        (lambda: TableSpec("data", ()), "no columns"),
        (lambda: TableSpec("data", (Column("x"), Column("x"))), "column x appears 2 times"),
        (lambda: TableSpec("data", (Column("x"),), (Dim("x"), Dim("x"))), "dim x appears 2 times"),
        (lambda: TableSpec("data", (Column("x"),), (Dim("y", 3, ("y",)),)), "'y', which is no column; columns are x"),
    ],
)
def test_what_contradicts_itself_is_refused(make, message: str):
    with pytest.raises(DefinitionError, match=message.replace("(", r"\(")):
        make()


def test_two_tables_cannot_share_a_file_where_case_is_ignored(root):
    with pytest.raises(DefinitionError, match="appears 2 times"):
        root.create_run("twins", [TableSpec("data", (Column("x"),)), TableSpec("DATA", (Column("x"),))])
    assert root.runs() == []
