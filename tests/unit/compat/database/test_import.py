"""Runs of a database are copied whole, once, with everything they say."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from tests.unit.compat.database.conftest import GOLDEN, NEWEST, fingerprint

import measurand.compat.database._import as importing
from measurand.compat.database import import_each, import_runs, numbers, open_database
from measurand.dataset import DataRoot, verify
from measurand.errors import ConfigurationError, DamagedData, RunNotFound


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_every_run_of_every_schema_comes_over_and_compares_equal(path: Path, root: DataRoot) -> None:
    done = list(import_each(path, root, verify=True))
    assert [(one.outcome, one.reason) for one in done] == [("imported", "")] * 4
    with open_database(path) as database:
        for run, one in zip(database.runs(), done, strict=True):
            copy = one.dataset
            assert copy is not None
            assert verify(copy.path).good
            assert (copy.name, copy.experiment, copy.sample) == (run.name, run.experiment_name, run.sample_name)
            assert copy.status == ("completed" if run.is_completed else "interrupted")
            said = copy.metadata["qcodes"]
            assert (said["guid"], said["captured_run_id"], said["captured_counter"], said["counter"]) == (
                run.guid, run.captured_run_id, run.captured_counter, run.counter,
            )  # fmt: skip
            assert said["run_timestamp"] == run.run_timestamp
            assert said["run_description"] == run.description
            assert json.loads(said["description"])["version"] in (0, 1, 2, 3)
            if run.schema_version >= 6:
                assert said["description"] == run.description


def test_what_came_over_is_an_ordinary_run(root: DataRoot) -> None:
    scalars, kinds, grid, _ = import_runs(NEWEST, root)
    np.testing.assert_array_equal(scalars.numpy("y"), [0, 1.5, -2, np.nan, np.inf, 1e-300, 7])
    assert scalars.columns["y"].unit == "A"
    assert scalars.columns["x"].setpoint
    assert scalars.metadata["note"] == "café"
    assert [run.name for run in root.runs("metadata.gain > 2")] == ["scalars"]
    assert kinds.numpy("s").shape == (2, 5)
    assert kinds.numpy("c").tolist() == [1 + 2j, 3 - 1j]
    assert kinds.numpy("t").tolist() == ["on", "naïve"]
    assert grid.to_xarray()["y"].shape == (2, 3)
    assert "x" in scalars.snapshot["parameters"] if scalars.snapshot else True


def test_a_run_is_imported_once(root: DataRoot) -> None:
    first = import_runs(NEWEST, root, [2])
    again = list(import_each(NEWEST, root))
    assert [one.outcome for one in again] == ["imported", "known", "imported", "imported"]
    assert again[1].dataset is not None
    assert again[1].dataset.id == first[0].id
    assert len(root.runs()) == 4


def test_nothing_of_the_file_changes(root: DataRoot) -> None:
    before = fingerprint(NEWEST.parent)
    import_runs(NEWEST, root)
    assert fingerprint(NEWEST.parent) == before


def test_an_import_that_is_interrupted_leaves_no_half_run(root: DataRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while rows are written: the run is not there, and the next import brings it."""
    import measurand.dataset._write._whole as whole

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(whole, "statistics_of", stopped)
        with pytest.raises(KeyboardInterrupt):
            import_runs(NEWEST, root)
    assert not list(root.runs())
    assert not list((root.path / ".measurand").glob("incoming-*"))
    assert len(import_runs(NEWEST, root)) == 4


def test_odd_cells_come_over_too(tmp_path: Path, root: DataRoot) -> None:
    """Text and bytes in a column of numbers, whole numbers that no float holds, arrays of texts, missing ids."""
    path = tmp_path / "odd.db"
    path.write_bytes(NEWEST.read_bytes())
    cells = ["hello", 2**60 + 1, b"\x01\x02", np.float64(1).tobytes(), -(2**63), 3.0, "inf"]
    with closing(sqlite3.connect(path)) as connection, connection:
        for row, cell in enumerate(cells, 1):
            connection.execute('update "results-1-1" set y = ? where id = ?', (cell, row))
        connection.execute('update "results-1-1" set id = 77 where id = 8')
        connection.execute('update "results-2-1" set a = ? where id = 7', (b"\x93NUMPY\x01\x00v\x00broken",))
        connection.execute("update runs set gain = ?, snapshot = ? where run_id = 1", (float("inf"), '{"a": NaN}'))
    done = list(import_each(path, root, verify=True))
    assert [(one.outcome, one.reason) for one in done] == [("imported", "")] * 4


def test_a_copy_that_differs_is_refused(root: DataRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "differences", lambda *_: ["column y"])
    done = list(import_each(NEWEST, root, [1], verify=True))
    assert (done[0].outcome, done[0].reason) == ("refused", "the copy differs: column y.")
    assert not list(root.runs())


def test_a_run_that_cannot_be_read_keeps_no_other_out(tmp_path: Path, root: DataRoot) -> None:
    path = tmp_path / "bad.db"
    path.write_bytes(NEWEST.read_bytes())
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("update runs set run_description = '{' where run_id = 2")
    done = list(import_each(path, root))
    assert [one.outcome for one in done] == ["imported", "refused", "imported", "imported"]
    assert "run 2: the description of its parameters cannot be read" in done[1].reason
    with pytest.raises(DamagedData, match="Run 2 of .* was not imported"):
        import_runs(path, root, [2])


def test_a_run_in_progress_is_said_to_have_more_now(tmp_path: Path, root: DataRoot) -> None:
    path = tmp_path / "growing.db"
    path.write_bytes(NEWEST.read_bytes())
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("update runs set is_completed = 0, completed_timestamp = null where run_id = 1")
    assert import_runs(path, root, [1])[0].status == "interrupted"
    [known] = import_each(NEWEST, root, [1])
    assert known.outcome == "known"
    assert "measurand trash put 1, and import again" in known.reason


def test_numbers_of_runs_are_read() -> None:
    assert numbers(None) is None
    assert numbers("1, 2,5-7,6") == [1, 2, 5, 6, 7]
    with pytest.raises(ConfigurationError, match="'5-' of '1,5-' names no runs; say for example 1,2,5-9"):
        numbers("1,5-")


def test_a_run_that_is_not_there_is_refused(root: DataRoot) -> None:
    with pytest.raises(RunNotFound, match="no run 9"):
        import_runs(NEWEST, root, [9])
