"""Runs become a database; those that came from one are the same there again."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pytest
from tests.unit.compat.database.conftest import GOLDEN, NEWEST, Table, tables_of

from measurand.compat.database import export_runs, import_runs, open_database
from measurand.dataset import Column, DataRoot, Dataset, Dim, TableSpec
from measurand.errors import DamagedData, DatasetError, ExportFailed


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_database_comes_back_table_by_table(path: Path, root: DataRoot, tmp_path: Path) -> None:
    """From a database to runs and back: every table, row and cell, blobs to the byte."""
    back = tmp_path / "back.db"
    assert export_runs(import_runs(path, root), back) == [1, 2, 3, 4]
    before, after = tables_of(path), tables_of(back)
    assert before.keys() == after.keys()
    for name in before:
        assert _common(before[name], after[name]) if name == "runs" else before[name] == after[name], name


def _common(before: Table, after: Table) -> bool:
    """Runs of older schemas have fewer columns; what they have is the same, but for descriptions without a version."""
    same = [column for column in before[0] if column[0] != "run_description" or _has_version(before)]

    def rows(table: Table) -> list[tuple[object, ...]]:
        return [tuple(row[table[0].index(column)] for column in same) for row in table[1]]

    return rows(before) == rows(after)


def _has_version(runs: Table) -> bool:
    place = [name for name, _ in runs[0]].index("run_description")
    return '"version"' in runs[1][0][place]


def test_a_run_that_is_there_is_left_out(root: DataRoot, tmp_path: Path) -> None:
    target = tmp_path / "some.db"
    runs = import_runs(NEWEST, root)
    assert export_runs(runs[:2], target) == [1, 2]
    assert export_runs(runs, target) == [None, None, 3, 4]
    before = target.read_bytes()
    assert export_runs(runs, target) == [None] * 4
    assert target.read_bytes() == before


def test_runs_are_added_to_a_database_of_qcodes(root: DataRoot, tmp_path: Path) -> None:
    target = tmp_path / "theirs.db"
    target.write_bytes(NEWEST.read_bytes())
    assert export_runs([_grid(root)], target) == [5]
    with open_database(target) as database:
        run = database.run(5)
        assert (run.experiment_name, run.sample_name, run.counter, run.captured_run_id) == ("quantum dot", "S12", 3, 5)
        assert database.parameter_data(1)["y"]["y"][1] == 1.5


def test_a_run_of_measurand_says_what_depends_on_what(root: DataRoot, tmp_path: Path) -> None:
    target = tmp_path / "new.db"
    run = _grid(root)
    run.tag("good")
    export_runs([run], target)
    with open_database(target) as database:
        [found] = database.runs()
        description = database.description(1)
        assert description.dependencies == {"current": ("gate", "bias"), "on_": ("gate", "bias")}
        assert description.shapes == {"current": (3, 2), "on_": (3, 2)}
        assert (description.quantities["gate"].label, description.quantities["gate"].unit) == ("Gate", "V")
        assert found.metadata == {"note": "x", "measurand_tags": '["good"]', "measurand_id": run.id}
        assert found.guid.startswith(run.id[:8])
        assert found.is_completed
        data = database.parameter_data(1)["current"]
        np.testing.assert_array_equal(data["current"], [[0, 1], [1, np.nan], [2, 3]])
        np.testing.assert_array_equal(data["gate"], [[0, 0], [0.5, 0.5], [1, 1]])


def test_every_kind_of_column_has_a_place(root: DataRoot, tmp_path: Path) -> None:
    target = tmp_path / "kinds.db"
    export_runs([_kinds(root)], target)
    with open_database(target) as database:
        found = database.parameter_data(1)
        assert [part.tolist() for part in found["rag"]["rag"]] == [[0], [0, 1]]
        assert [part.tolist() for part in found["rag"]["x"]] == [[0], [1, 1]]
        assert found["c"]["c"].tolist() == [1j, 1 + 1j]
        assert found["e"]["e"].tolist() == ["off", "on"]
        assert found["moment"]["moment"][0] == "2026-01-01T00:00:00.000000000Z"
        assert found["s"]["f"].tolist() == [[5, 6, 7]] * 2
        assert database.columns(1, ["n"])["n"].compressed().tolist() == [2**60 + 1, 2**60 + 2]
        assert found["_1st"]["_1st"].tolist() == [7, 7]


def test_positions_stand_for_setpoints_that_were_not_stored(root: DataRoot, tmp_path: Path) -> None:
    with root.create_run("positions", [TableSpec("d", (Column("y"),), (Dim("i", 3),))]) as writer:
        for i in range(3):
            writer.add("d", {"y": 2 * i}, (i,))
    export_runs([writer.dataset], tmp_path / "p.db")
    with open_database(tmp_path / "p.db") as database:
        data = database.parameter_data(1)["y"]
        assert (data["y"].tolist(), data["i"].tolist()) == ([0, 2, 4], [0, 1, 2])


def test_a_failed_run_says_why(root: DataRoot, tmp_path: Path) -> None:
    with (
        pytest.raises(ValueError, match="boom"),
        root.create_run("bad", [TableSpec("d", (Column("q", setpoint=True), Column("v")))]) as writer,
    ):
        writer.add(q=1, v=2)
        raise ValueError("boom")
    export_runs([writer.dataset], tmp_path / "bad.db")
    with open_database(tmp_path / "bad.db") as database:
        assert database.run(1).metadata["measurement_exception"] == "ValueError: boom"


def test_an_export_is_whole_or_not_there(root: DataRoot, tmp_path: Path) -> None:
    """One run that cannot be read: nothing new is there, and nothing is added to what was."""
    good = import_runs(NEWEST, root, [1])
    broken = import_runs(NEWEST, root, [3])[0]
    (broken.path / "y.arrow").unlink()
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.warns(UserWarning, match="0 of 6 rows"), pytest.raises(DamagedData, match="0 of 6 in table y"):
        export_runs([*good, Dataset(broken.path)], folder / "new.db")
    assert not list(folder.iterdir())
    export_runs(good, folder / "old.db")
    before = tables_of(folder / "old.db")
    with pytest.warns(UserWarning, match="0 of 6 rows"), pytest.raises(DamagedData, match="0 of 6 in table y"):
        export_runs([_grid(root), Dataset(broken.path)], folder / "old.db")
    assert tables_of(folder / "old.db") == before


def test_what_is_no_present_database_is_not_added_to(root: DataRoot, tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    old.write_bytes(next(path for path in GOLDEN if "schema8" in path.name).read_bytes())
    with pytest.raises(DatasetError, match="has schema 8, runs are added to schema 9: open it once"):
        export_runs([_grid(root)], old)
    (tmp_path / "text.db").write_text("no database")
    with pytest.raises(DatasetError, match="is no SQLite file"):
        export_runs([_grid(root)], tmp_path / "text.db")


def test_a_folder_that_cannot_be_made_is_said(root: DataRoot, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ExportFailed, match="cannot be written"):
        export_runs([_grid(root)], tmp_path / "file" / "new.db")


def _grid(root: DataRoot) -> Dataset:
    columns = (
        Column("gate", "float", "V", "Gate", setpoint=True), Column("bias", unit="V", setpoint=True),
        Column("current", unit="A"), Column("on", "bool"),
    )  # fmt: skip
    spec = TableSpec("data", columns, (Dim("gate", 3, ("gate",)), Dim("bias", 2, ("bias",))))
    with root.create_run("grid", [spec], sample="S12", experiment="quantum dot", metadata={"note": "x"}) as writer:
        for i in range(3):
            for j in range(2):
                current = float("nan") if (i, j) == (1, 1) else i + j
                writer.add("data", {"gate": i / 2, "bias": j, "current": current, "on": i > 1}, (i, j))
    return writer.dataset


def _kinds(root: DataRoot) -> Dataset:
    x = Column("x", setpoint=True)
    specs = [
        TableSpec("a", (x, Column("rag", shape=(None,)))),
        TableSpec("b", (x, Column("c", "complex"), Column("e", "enum", categories=("off", "on")), Column("moment", "datetime"))),
        TableSpec("t", (x, Column("f", shape=(3,), setpoint=True), Column("s", shape=(3,)), Column("n", "int"), Column("1st"))),
    ]  # fmt: skip
    moment = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    with root.create_run("kinds", specs) as writer:
        for i in range(2):
            writer.add("a", {"x": i, "rag": np.arange(i + 1.0)})
            writer.add("b", {"x": i, "c": i + 1j, "e": ("off", "on")[i], "moment": moment})
            writer.add("t", {"x": i, "f": np.array([5.0, 6, 7]), "s": np.ones(3), "n": 2**60 + 1 + i, "1st": 7})
    return writer.dataset
