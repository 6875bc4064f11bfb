"""A run that was measured elsewhere is added with all its rows at once."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pytest

from measurand.dataset import Column, DataRoot, TableSpec, WholeTable, verify
from measurand.errors import DefinitionError, RefusedRow

THEN = datetime.datetime(2019, 5, 4, 3, 2, 1, tzinfo=datetime.UTC)
NUMBER = Column("y", "float", "A", shape=(), dtype="float64")


def table(name: str, columns: tuple[Column, ...], **values: object) -> WholeTable:
    rows = len(next(iter(values.values())))  # type: ignore[arg-type] # whatever it is, it has a length
    return WholeTable(TableSpec(name, columns), values, np.full(rows, 7_000, np.int64))


def test_it_is_a_run_like_any_other(tmp_path: Path) -> None:
    root = DataRoot(tmp_path, tmp_path / "cache")
    y = np.random.default_rng(1).standard_normal(100_000)
    columns = (NUMBER, Column("z", "complex", shape=(2,), dtype="complex128"))
    mixed = (Column("t", "text", shape=(), dtype=""), Column("g", "float", shape=(None,), dtype="float64"))
    run = root.add_run(
        "long ago",
        [
            table("data", columns, y=y, z=np.ones((100_000, 2), complex)),
            table("mixed", mixed, t=["a", "é"], g=[np.arange(2.0), np.arange(3.0)]),
        ],
        started=THEN,
        ended=THEN + datetime.timedelta(hours=1),
        sample="S1",
        snapshot={"dac": 1},
        metadata={"from": "there"},
        tags=("old",),
    )
    assert verify(run.path).good
    assert run.path.parent.name == THEN.astimezone().strftime("%Y-%m-%d")
    np.testing.assert_array_equal(run.numpy("y"), y)
    assert run.numpy("z").shape == (100_000, 2)
    assert run.numpy("t").tolist() == ["a", "é"]
    assert [part.tolist() for part in run.numpy("g")] == [[0, 1], [0, 1, 2]]
    assert (run.snapshot, run.status, run.tags, run.sample) == ({"dac": 1}, "completed", ("old",), "S1")
    assert [found.name for found in root.runs("max(y) > 3 and metadata.from == 'there'")] == ["long ago"]
    assert root.create_run("next", [TableSpec("d", (Column("q"),))]).number == 2


def test_what_does_not_fit_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    root = DataRoot(tmp_path, tmp_path / "cache")
    for columns, values, message in [
        ((NUMBER,), {"y": np.ones(2, np.float32)}, "data.y: an array of float32"),
        ((Column("y"),), {"y": np.ones(2)}, "data.y: kind, shape and dtype must be said"),
        ((Column("t", "text", shape=(), dtype=""),), {"t": [1]}, "data.t: something that is no text"),
        ((Column("g", "float", shape=(None,), dtype="float64"),), {"g": [np.ones((1, 1))]}, "data.g: arrays that differ"),
        ((NUMBER, Column("z", "float", shape=(), dtype="float64")), {"y": np.ones(2), "z": np.ones(3)}, "3 values for 2"),
    ]:  # fmt: skip
        with pytest.raises(RefusedRow, match=message):
            root.add_run("bad", [table("data", columns, **values)], started=THEN, ended=THEN)
    with pytest.raises(DefinitionError, match="Table data appears 2 times"):
        root.add_run("bad", [table("data", (NUMBER,), y=np.ones(1))] * 2, started=THEN, ended=THEN)
    assert not list(root.runs())


def test_a_run_without_rows_says_what_it_would_have_had(tmp_path: Path) -> None:
    root = DataRoot(tmp_path, tmp_path / "cache")
    run = root.add_run(
        "empty", [table("data", (NUMBER,), y=np.empty(0))], started=THEN, ended=THEN, status="interrupted"
    )
    assert run.numpy("y").shape == (0,)
    assert run.status == "interrupted"
