"""Values stored at points: the 2016 contract, and tables made of what is stored together."""

from __future__ import annotations

import math

import numpy as np
import pytest

from measurand.dataset import Column, DataRoot, Dim, TableSpec
from measurand.errors import RefusedRow

SPEC = TableSpec("data", (Column("a", "float"), Column("b", "float", shape=(5,))), (Dim("i", 10),))
WITH_AXIS = TableSpec("data", (Column("x", setpoint=True), Column("a"), Column("b")), (Dim("x", 4, ("x",)),))


def test_the_example_of_2016(root: DataRoot):
    """L01: ``store((3,), …)`` fills a[3] and row 3 of b. L02: several arrays, all with the same indices."""
    with root.create_run("example", [SPEC]) as run:
        run.store((3,), {"a": 9.9, "b": [1, 2, 3, 4, 5]})
    data = run.dataset.to_xarray()
    assert data["a"].shape == (10,)
    assert data["a"].values[3] == 9.9
    assert data["b"].values[3].tolist() == [1, 2, 3, 4, 5]
    assert data["data_measured"].values.tolist() == [n == 3 for n in range(10)]


REFUSED = {
    "unknown": ((3,), {"a": 1.0, "c": 1.0}, r"no column is called c; columns are a and b"),
    "misspelt": ((3,), {"aa": 1.0}, r"no column is called aa; .* Did you mean 'a'\?"),
    "nothing": ((3,), {}, "row refused, it has no values; columns are a and b"),
    "a number for an index": (3, {"a": 1.0}, r"index 3 is no sequence; write \(3,\) for one dim, \(\) for none"),
    "None for an index": (None, {"a": 1.0}, "index None is no sequence"),
    "no dict": ((3,), ["a"], r"its values are a dict \{name: value\}, not array of shape \(1,\)"),
    "None for values": ((3,), None, r"its values are a dict \{name: value\}, not None"),
    "a number for a name": ((3,), {5: 1.0}, "no column is called 5; columns are a and b"),
    "short": ((3,), {"a": 1.0, "b": [1, 2]}, r"data\.b: array of shape \(2,\) refused"),
    "text": ((3,), {"a": "1", "b": [1] * 5}, r"data\.a: '1' refused"),
    "too many indices": ((3, 1), {"a": 1.0, "b": [1] * 5}, r"a and b lie along i and 2 indices were given"),
    "no index": ((), {"a": 1.0}, r"a lie along i and 0 indices were given. Use store\(indices, values\)"),
    "negative": ((-1,), {"a": 1.0, "b": [1] * 5}, "index"),
    "alone and wrong": ((3,), {"b": [1, 2]}, r"data-2\.b: array of shape \(2,\) refused"),
}


@pytest.mark.parametrize("first", [True, False], ids=["as first row", "later"])
@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_fit_raises_at_the_call_and_costs_nothing(root: DataRoot, case: str, first: bool):
    """L03: wrong shape or unknown field raises at the call."""
    index, values, message = REFUSED[case]
    run = root.create_run("refused", [SPEC])
    if not first:
        run.store((0,), {"a": 1.0, "b": [0] * 5})
    with pytest.raises(RefusedRow, match=message):
        run.store(index, values)
    run.store((1,), {"a": 2.0, "b": [1] * 5})
    run.finish()
    assert run.dataset.numpy("a").tolist() == ([2.0] if first else [1.0, 2.0])
    assert run.dataset.status == "completed"
    assert sum(run.dataset.rows(name) for name in run.dataset.tables) == (1 if first else 2)


def test_columns_stored_apart_are_put_together(root: DataRoot):
    with root.create_run("apart", [WITH_AXIS]) as run:
        run.store((0,), {"x": 0.0, "a": 1.0, "b": 2.0})
        run.store((1,), {"x": 0.1, "a": 3.0})
        run.store((1,), {"b": 4.0})
        run.store((2,), {"x": 0.2, "b": math.nan})
        run.store((0,), {"a": 10.0})
    seen = run.dataset
    assert {name: seen.rows(name) for name in seen.tables} == {
        "data": 1,
        "data-2": 1,
        "data-3": 1,
        "data-4": 1,
        "data-5": 1,
    }
    data = seen.to_xarray()
    np.testing.assert_array_equal(data["a"], [10, 3, math.nan, math.nan])
    np.testing.assert_array_equal(data["b"], [2, 4, math.nan, math.nan])
    np.testing.assert_array_equal(data["x"], [0, 0.1, 0.2, math.nan])
    assert data["a"].dims == ("x",)
    measured = [data[name].values.tolist() for name in data.coords if str(name).endswith("_measured")]
    assert sorted(measured) == [[True, True, False, False], [True, True, True, False]]


def test_axes_grow(root: DataRoot):
    """K11."""
    spec = TableSpec("data", (Column("a"),), (Dim("i"), Dim("j")))
    with root.create_run("growing", [spec]) as run:
        for index in ((0, 0), (2, 1), (1, 3)):
            run.store(index, {"a": sum(index)})
    assert dict(run.dataset.to_xarray().sizes) == {"i": 3, "j": 4}


def test_a_point_stored_again_keeps_all_rows(root: DataRoot):
    with root.create_run("again", [SPEC]) as run:
        for value in (1.0, 2.0):
            run.store((3,), {"a": value, "b": [value] * 5})
    assert run.dataset.numpy("a").tolist() == [1, 2]
    assert run.dataset.to_xarray()["a"].values[3] == 2


def test_rows_are_added_by_column(root: DataRoot):
    specs = [TableSpec("data", (Column("gate"), Column("current"))), TableSpec("slow", (Column("T"), Column("table")))]
    with root.create_run("rows", specs) as run:
        run.add(current=1e-9, gate=0.1)
        run.add(T=4.2, table=1.0)
        run.add(gate=0.2)
        with pytest.raises(RefusedRow, match=r"no column is called curent.* Did you mean 'current'\?"):
            run.add(gate=0.1, curent=1e-9)
    assert run.dataset.numpy("gate").tolist() == [0.1]
    assert run.dataset.numpy("gate", "data-2").tolist() == [0.2]
    assert run.dataset.numpy("table").tolist() == [1]


def test_columns_along_different_dims_are_not_stored_together(root: DataRoot):
    specs = [SPEC, TableSpec("slow", (Column("T"),), (Dim("k"),))]
    run = root.create_run("apart", specs)
    with pytest.raises(RefusedRow, match="do not lie along the same dims: a along i and T along k"):
        run.store((0,), {"a": 1.0, "T": 2.0})
    run.finish()
    with pytest.raises(RefusedRow, match="has ended"):
        run.store((0,), {"a": 1.0})


def test_a_table_with_the_longest_name_has_parts_too(root: DataRoot):
    spec = TableSpec("a" * 64, (Column("x"), Column("y")))
    with root.create_run("long", [spec]) as run:
        run.add(x=1.0)
        run.adder(TableSpec("other", (Column("z"),)))((), (1.0,))
    assert [len(name) for name in run.dataset.tables] == [64, 62, 5]
