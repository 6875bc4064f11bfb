"""The statistics of columns that a run notes at its end."""

from __future__ import annotations

import math
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from measurand.dataset import Column, DataRoot, Dim, TableSpec, complete_statistics
from measurand.dataset._statistics import _joined, _reduce, statistics_of
from measurand.errors import DatasetError


def test_every_kind_of_number_has_statistics(root: DataRoot):
    columns = (
        Column("f"), Column("i", "int"), Column("b", "bool"), Column("c", "complex"), Column("t", "text"),
        Column("trace", shape=(3,)), Column("ragged", "float", shape=(None,)),
    )  # fmt: skip
    with root.create_run("kinds", [TableSpec("data", columns)]) as run:
        for n in (1, 2, 3):
            values: dict[str, Any] = {"f": n / 2, "i": -n, "b": n > 1, "c": 3j * n, "t": "x"}
            run.add("data", {**values, "trace": [n, math.nan, math.inf], "ragged": np.arange(float(n))})
    (record,) = root.runs()
    found = {name: (s.min, s.max, s.mean, s.count, s.nan) for name, s in record.summaries.items()}
    assert found == {
        "f": (0.5, 1.5, 1.0, 3, 0), "i": (-3, -1, -2, 3, 0), "b": (0, 1, pytest.approx(2 / 3), 3, 0), "c": (3, 9, 6, 3, 0),
        "t": (None,) * 5, "trace": (1, 3, 2, 3, 3), "ragged": (0, 2, pytest.approx(4 / 6), 6, 0),
    }  # fmt: skip


def test_a_column_of_several_tables_is_one(root: DataRoot):
    tables = [
        TableSpec("a", (Column("x", setpoint=True), Column("y")), (Dim("x", 2, ("x",)),)),
        TableSpec("b", (Column("x"),)),
    ]
    with root.create_run("two", tables) as run:
        run.add("a", {"x": 1, "y": math.nan}, (0,))
        run.add("b", {"x": 4})
    (record,) = root.runs()
    x, y = record.summaries["x"], record.summaries["y"]
    assert (x.min, x.max, x.mean, x.count) == (1, 4, 2.5, 2)
    assert (y.min, y.mean, y.count, y.nan) == (None, None, 0, 1)


def test_volts_and_amperes_of_one_name_are_not_mixed(root: DataRoot):
    tables = [TableSpec("a", (Column("x", unit="V"),)), TableSpec("b", (Column("x", unit="A"),))]
    with root.create_run("two", tables) as run:
        run.add("a", {"x": 1})
        run.add("b", {"x": 100})
    (record,) = root.runs()
    x = record.summaries["x"]
    assert (x.unit, x.max, x.count) == ("V", 1, 1)
    assert len(root.runs("max(x) > 50 A")) == 0
    assert not complete_statistics(run.dataset)


def test_a_run_without_rows_has_none_and_neither_have_huge_columns(root: DataRoot):
    root.create_run("empty", [TableSpec("data", (Column("x"),))]).finish()
    assert [event["event"] for event in root.load(1).events] == ["end"]
    with root.create_run("two", [TableSpec("data", (Column("x"), Column("trace", shape=(5,))))]) as run:
        run.add("data", {"x": 1, "trace": [1, 2, 3, 4, 5]})
    assert list(statistics_of(root.load(2), most=50)) == ["x"]


def test_what_a_run_lacks_is_completed(root: DataRoot, monkeypatch: pytest.MonkeyPatch):
    """Columns that are too large for the end of a run."""
    monkeypatch.setattr("measurand.dataset._root.statistics_of", lambda run: {"x": statistics_of(run)["x"]})
    with root.create_run(
        "two", [TableSpec("data", (Column("x"), Column("trace", shape=(5,)), Column("t", "text")))]
    ) as run:
        run.add("data", {"x": 1, "trace": [1, 2, 3, 4, 5], "t": "a"})
    assert not root.runs("max(trace) > 4")
    assert complete_statistics(run.dataset)
    assert [one.number for one in root.runs("max(trace) > 4 and max(x) == 1")] == [1]
    assert not complete_statistics(root.load(1).path)


def test_a_lost_run_is_found_by_its_values(root: DataRoot, tmp_path: Path):
    """Its rows are read where they are; it stays lost."""
    run = root.create_run("lost", [TableSpec("data", (Column("x"),))])
    run.add("data", {"x": 7.0})
    with pytest.raises(DatasetError, match="is being written"):
        complete_statistics(run.path)
    other = DataRoot(tmp_path / "other", cache_dir=tmp_path / "cache")
    shutil.copytree(run.path, other.path / run.path.relative_to(root.path))  # nobody holds the lock of the copy
    run.finish()
    assert other.load(1).status == "lost"
    assert complete_statistics(other.load(1))
    assert [(one.number, one.status) for one in other.runs("max(x) > 6")] == [(1, "lost")]


def test_statistics_that_fail_do_not_fail_the_run(root: DataRoot, monkeypatch: pytest.MonkeyPatch, caplog: Any):
    def broken(*_: object) -> None:
        raise MemoryError("too much")

    monkeypatch.setattr("measurand.dataset._root.statistics_of", broken)
    with root.create_run("run", [TableSpec("data", (Column("x"),))]) as run:
        run.add("data", {"x": 1})
    assert run.dataset.status == "completed"
    assert "Run 1 has no statistics" in caplog.text


values = st.lists(st.floats(-1e100, 1e100) | st.just(math.nan) | st.just(math.inf), max_size=8)


@given(values, values)
def test_statistics_of_parts_are_those_of_the_whole(a: list[float], b: list[float]):
    joined, whole = _joined(_reduce(np.array(a)), _reduce(np.array(b))), _reduce(np.array([*a, *b]))
    assert joined.keys() == whole.keys()
    mean, expected = joined.pop("mean", 0.0), whole.pop("mean", 0.0)
    assert joined == whole
    assert mean == pytest.approx(expected, rel=1e-9, abs=1e88)
