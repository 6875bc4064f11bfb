"""Databases that the real QCoDeS wrote read equal, come back equal, and those we write it reads as we do."""

from __future__ import annotations

import base64
import os
import pickle
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.unit.compat.database.conftest import GOLDEN, tables_of
from tests.unit.compat.database.test_export import _grid, _kinds

from measurand.compat.database import export_runs, import_runs, open_database
from measurand.dataset import DataRoot

Answers = list[dict[int, dict[str, Any]]]
_OLDEST = next(path for path in GOLDEN if "schema4" in path.name)


def ask(python: Path, what: str, *paths: Path) -> Answers:
    """Let the real QCoDeS make a database, or read some."""
    home = paths[0].parent / "home"
    home.mkdir(exist_ok=True)
    done = subprocess.run(
        [python, Path(__file__).with_name("theirs.py"), what, *paths],
        env={**os.environ, "HOME": str(home), "USERPROFILE": str(home), "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.splitlines()[-1:]
    answers: Answers = pickle.loads(base64.b64decode(done.stdout.splitlines()[-1]))
    return answers


@pytest.fixture(scope="module")
def compared(real_qcodes: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path, Path, Answers]:
    """A database of QCoDeS's, the same after a round trip, one of our own runs, an old one; and what QCoDeS reads in each."""
    folder = tmp_path_factory.mktemp("beside")
    root = DataRoot(folder / "data", folder / "cache")
    made, back, own, old = (folder / name for name in ("made.db", "back.db", "own.db", "old.db"))
    first = ask(real_qcodes, "make", made)
    export_runs(import_runs(made, root), back)
    export_runs([_grid(root), _kinds(root)], own)
    export_runs(import_runs(_OLDEST, root), old)
    return made, back, own, old, [*first, *ask(real_qcodes, "read", back, own, old)]


def test_what_qcodes_wrote_reads_equal(compared: tuple[Path, Path, Path, Path, Answers]) -> None:
    """Scalars, complex numbers, texts, arrays of all kinds, grids with a shape, what is inferred, empty runs; 10⁴ rows."""
    made, *_, answers = compared
    with open_database(made) as database:
        assert len(database.runs()) == len(answers[0]) == 5
        for run_id, theirs in answers[0].items():
            _assert_same(database.parameter_data(run_id), theirs["data"])
            run = database.run(run_id)
            assert (run.name, run.guid, run.counter) == (theirs["name"], theirs["guid"], theirs["counter"])
            assert (run.captured_run_id, run.captured_counter) == theirs["captured"]
            assert (run.exp_id, run.experiment_name, run.sample_name) == theirs["experiment"]
            assert (run.run_timestamp, run.completed_timestamp) == theirs["times"]
            assert database.number_of_rows(run_id) == theirs["results"]
            assert run.metadata == theirs["metadata"]


def test_a_round_trip_is_equal_in_the_eyes_of_qcodes(compared: tuple[Path, Path, Path, Path, Answers]) -> None:
    """From a database to runs and back: what QCoDeS reads, and every table."""
    made, back, _, _, answers = compared
    assert answers[0].keys() == answers[1].keys()
    for run_id, before in answers[0].items():
        after = answers[1][run_id]
        _assert_same(before.pop("data"), after.pop("data"))
        np.testing.assert_equal(after, before)
    assert tables_of(back) == tables_of(made)


def test_qcodes_reads_in_our_runs_what_we_do(compared: tuple[Path, Path, Path, Path, Answers]) -> None:
    """Grids, ragged arrays, complex numbers, texts, enums, times, several tables, whole numbers."""
    _, _, own, _, answers = compared
    with open_database(own) as database:
        assert len(answers[2]) == 2
        for run_id, theirs in answers[2].items():
            _assert_same(database.parameter_data(run_id), theirs["data"])
        assert answers[2][1]["data"]["current"]["current"].tolist()[0] == [0, 1]
        assert answers[2][1]["metadata"]["note"] == "x"


def test_qcodes_reads_old_runs_that_came_by_way_of_a_data_root(
    compared: tuple[Path, Path, Path, Path, Answers],
) -> None:
    _, _, _, old, answers = compared
    with open_database(old) as database:
        assert len(answers[3]) == 4
        for run_id, theirs in answers[3].items():
            _assert_same(database.parameter_data(run_id), theirs["data"])


def _assert_same(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    assert ours.keys() == theirs.keys()
    for top, tree in theirs.items():
        assert ours[top].keys() == tree.keys(), top
        for name, values in tree.items():
            found = ours[top][name]
            assert (found.dtype, found.shape) == (values.dtype, values.shape), (top, name)
            if values.dtype == object:
                for a, b in zip(found, values, strict=True):
                    np.testing.assert_equal(a, b)
            elif values.dtype == float:  # QCoDeS reads numbers by way of text of 15 digits; a file has all of them
                np.testing.assert_allclose(found, values, rtol=5e-15, atol=0)
            else:
                np.testing.assert_array_equal(found, values)
