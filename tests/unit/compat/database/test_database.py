"""A QCoDeS database is read where it lies."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from tests.unit.compat.database.conftest import GOLDEN, NEWEST

from measurand.compat.database import open_database
from measurand.errors import ColumnNotFound, RunNotFound

KNOWS_ARRAYS = [path for path in GOLDEN if "schema0" not in path.name]


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_file_of_every_schema_says_its_experiments_and_runs(path: Path) -> None:
    with open_database(path) as database:
        assert database.schema_version == int(path.name[6])
        assert [(e.name, e.sample_name) for e in database.experiments()] == [
            ("quantum dot", "S12"),
            ("resonator", "S13"),
        ]
        runs = database.runs()
        assert [(r.run_id, r.exp_id, r.counter) for r in runs] == [(1, 1, 1), (2, 2, 1), (3, 2, 2), (4, 1, 2)]
        assert [(r.captured_run_id, r.captured_counter) for r in runs] == [(1, 1), (2, 1), (3, 2), (4, 2)]
        assert len({r.guid for r in runs}) == 4
        assert all(len(r.guid) == 36 for r in runs)
        assert runs[0].metadata == {"note": "café", "gain": 2.5}
        assert database.run(2) == runs[1]
        assert all(run.snapshot is None for run in database.runs(snapshots=False))


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_file_of_every_schema_gives_its_numbers(path: Path) -> None:
    with open_database(path) as database:
        found = database.parameter_data(1)
        assert set(found) == {"y", "z"}
        x, y = found["y"]["x"], found["y"]["y"]
        if path in KNOWS_ARRAYS:
            np.testing.assert_array_equal(y, [0, 1.5, -2, np.nan, np.inf, 1e-300, 7])
            np.testing.assert_allclose(x, [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.5])
        else:  # 0.1.11 stored not-a-number as nothing, numpy's numbers as bare bytes, and z under y
            np.testing.assert_array_equal(y, [0, 1.5, -2, np.inf, 1e-300, 7, 2.5])
            np.testing.assert_allclose(x, [0, 0.1, 0.2, 0.4, 0.5, 0.5, 3])
        assert y.dtype == x.dtype == np.float64
        described = database.description(1)
        assert (described.quantities["y"].label, described.quantities["y"].unit) == ("Current", "A")
        assert described.dependencies == {"y": ("x",), "z": ("x",)}
        assert {name: array.shape for name, array in database.parameter_data(4)["y"].items()} == {"y": (0,), "x": (0,)}


@pytest.mark.parametrize("path", KNOWS_ARRAYS, ids=lambda path: path.stem)
def test_a_file_of_every_schema_gives_arrays_complex_numbers_and_texts(path: Path) -> None:
    with open_database(path) as database:
        found = database.parameter_data(2)
        np.testing.assert_array_equal(found["s"]["s"], [[0, 1, 2, 3, 4], [0, 1, 4, 9, 16]])
        np.testing.assert_array_equal(found["s"]["x"], [[1] * 5, [2] * 5])
        np.testing.assert_array_equal(found["s"]["f"], [np.linspace(1, 2, 5)] * 2)
        assert found["t"]["t"].tolist() == ["on", "naïve"]
        assert [part.tolist() for part in found["a"]["a"]] == [[1.5 + 1j, 2], [1j, 2j, 3j]]
        assert [part.tolist() for part in found["a"]["x"]] == [[3, 3], [4, 4, 4]]
        if "c" in found:  # 0.2.1 had no complex numbers
            assert found["c"]["c"].tolist() == [1 + 2j, 3 - 1j]
        assert found["alone"]["alone"].tolist() == [12.5]
        grid = database.parameter_data(3, "y")["y"]
        assert grid["w"].ravel().tolist() == [0, 1, 2, 0, 1, 2]


def test_columns_are_rows_as_they_are_stored_and_missing_cells_are_told_apart() -> None:
    with open_database(NEWEST) as database:
        columns = database.columns(1)
        assert len(columns["x"]) == database.number_of_rows(1) == 8
        masked = columns["y"]
        assert isinstance(masked, np.ma.MaskedArray)
        assert np.ma.getmaskarray(masked).tolist() == [False] * 7 + [True]
        assert np.isnan(masked.data[3])
        assert [cell is None for cell in database.columns(2)["t"]] == [True] * 4 + [False] * 2 + [True] * 3


def test_some_rows_are_read_without_the_others() -> None:
    with open_database(NEWEST) as database:
        part = database.columns(1, ["y", "id"], 2, 4)
        assert part["id"].tolist() == [3, 4]
        assert part["y"][0] == -2
        assert database.parameter_data(1, "y", start=2, end=3)["y"]["y"].tolist() == [1.5, -2]
        assert len(database.parameter_data(1, "y", start=6)["y"]["y"]) == 2


def test_a_whole_number_keeps_64_bit(tmp_path: Path) -> None:
    path = copy_of(NEWEST, tmp_path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute('update "results-1-1" set z = ? where z is not null', (2**60 + 1,))
    with open_database(path) as database:
        assert database.columns(1, ["z"], 7)["z"].tolist() == [2**60 + 1]
        assert database.parameter_data(1)["z"]["z"].tolist() == [float(2**60)]


def test_what_is_not_there_is_said() -> None:
    with open_database(NEWEST) as database:
        with pytest.raises(RunNotFound, match=r"no run 17 in .*: it has 4 runs, 1 to 4"):
            database.run(17)
        with pytest.raises(ColumnNotFound, match=r"no parameter 'yy'; it has .* Did you mean 'y'"):
            database.parameter_data(1, "yy")


def copy_of(path: Path, folder: Path) -> Path:
    """A copy that may be changed."""
    copy = folder / path.name
    copy.write_bytes(path.read_bytes())
    return copy
