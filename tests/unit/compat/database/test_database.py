"""A QCoDeS database is read where it lies."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from measurand.compat.database import open_database
from measurand.errors import ColumnNotFound, RunNotFound

GOLDEN = sorted((Path(__file__).parents[3] / "data" / "qcodes").glob("*.db"))


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_file_of_every_release_says_its_experiments_and_runs(path: Path) -> None:
    with open_database(path) as database:
        assert [(e.name, e.sample_name) for e in database.experiments()] == [
            ("quantum dot", "S12"),
            ("resonator", "S13"),
        ]
        runs = database.runs()
        assert [(r.run_id, r.exp_id, r.counter) for r in runs] == [(1, 1, 1), (2, 2, 1), (3, 2, 2), (4, 1, 2)]
        assert len({r.guid for r in runs}) == 4
        assert all(len(r.guid) == 36 for r in runs)
        assert runs[0].metadata == {"note": "café", "gain": 2.5}
        assert database.run(2) == runs[1]


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_file_of_every_release_gives_its_numbers(path: Path) -> None:
    with open_database(path) as database:
        found = database.parameter_data(1)
        assert set(found) == {"y", "z"}
        x, y = found["y"]["x"], found["y"]["y"]
        np.testing.assert_array_equal(y, [0, 1.5, -2, np.nan, np.inf, 1e-300, 7])
        np.testing.assert_allclose(x, [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.5])
        assert y.dtype == x.dtype == np.float64
        described = database.description(1)
        assert (described.quantities["y"].label, described.quantities["y"].unit) == ("Current", "A")
        assert described.dependencies == {"y": ("x",), "z": ("x",)}


def test_columns_are_rows_as_they_are_stored_and_missing_cells_are_told_apart() -> None:
    with open_database(GOLDEN[-1]) as database:
        columns = database.columns(1)
        assert len(columns["x"]) == database.number_of_rows(1) == 8
        assert columns["y"].mask.tolist() == [False] * 7 + [True]
        assert np.isnan(columns["y"].data[3])
        part = database.columns(1, ["y", "id"], 2, 4)
        assert part["id"].tolist() == [3, 4]
        assert part["y"][0] == -2


def test_what_is_not_there_is_said() -> None:
    with open_database(GOLDEN[-1]) as database:
        with pytest.raises(RunNotFound, match="no run 17 in .*: it has 4 runs, 1 to 4"):
            database.run(17)
        with pytest.raises(ColumnNotFound, match="no parameter 'yy'; it has .* Did you mean 'y'"):
            database.parameter_data(1, "yy")
