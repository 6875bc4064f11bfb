"""The same measurements by the real QCoDeS and by ours: what their datasets say is equal, down to dims and dtypes.

Issue's point 3. The real one is a black box in a process of its own; it is asked once.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import pickle
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from measurand.compat import install_as_qcodes, uninstall_as_qcodes
from measurand.compat.configuration import settings
from measurand.compat.dataset import Experiment, new_run
from measurand.compat.description import InterDependencies_, ParamSpecBase

SCRIPT = Path(__file__).with_name("dataset_scenarios.py")

# Where we differ on purpose; docs/explanation/alias-differences.md gives the reasons.
DIFFERENT = {
    ("two types", "part"): "a column of two types has one type in all its parts",
    ("shaped, too full", "cache"): "QCoDeS raises when a finished run has more points than its grid",
    ("shaped, too full", "cached frames"): "and gives nothing after it",
    ("shaped, too full", "cached xarray"): "likewise",
    ("partial rows", "frame"): "QCoDeS raises when results have different numbers of setpoints",
    ("nested", "frame"): "likewise",
}


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("dataset_scenarios", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCENARIOS = _script()


@pytest.fixture(scope="module")
def theirs(real_qcodes: Path, tmp_path_factory: pytest.TempPathFactory) -> dict:
    folder = tmp_path_factory.mktemp("real")
    home = {"HOME": str(folder), "USERPROFILE": str(folder), "PYTHONWARNINGS": "ignore"}
    subprocess.run(
        [real_qcodes, SCRIPT, folder, folder / "answers"], check=True, env={**os.environ, **home}, capture_output=True
    )
    return pickle.loads((folder / "answers").read_bytes())


@pytest.fixture
def here():
    """`import qcodes` is Measurand, and the current database is what it was after the test."""
    before = settings()["core"]["db_location"]
    install_as_qcodes()
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)
    uninstall_as_qcodes()
    settings()["core"]["db_location"] = before


def by_rows(scenario, experiment: Experiment):
    """Measure without a `Measurement`: the rows of a run."""
    specs = {name: ParamSpecBase(name, kind, f"Label {name}", "V") for name, kind, _, _ in scenario.columns}
    interdeps = InterDependencies_()
    for name, _, setpoints, basis in scenario.columns:
        interdeps = interdeps.extend(
            dependencies={specs[name]: tuple(specs[one] for one in setpoints)} if setpoints else None,
            inferences={specs[name]: tuple(specs[one] for one in basis)} if basis else None,
            standalones=() if setpoints or basis else (specs[name],),
        )
    run = new_run("scenario", interdeps, shapes=scenario.shapes, experiment=experiment.exp_id)
    for result in scenario.results:
        run.rows.add(tuple(result), tuple(result.values()))
    run.finish()
    return run.dataset


def differences(theirs: dict, ours: dict) -> dict:
    assert theirs.keys() == ours.keys() == SCENARIOS.scenarios().keys()
    return {
        (name, question): (answer, ours[name][question])
        for name, answers in theirs.items()
        for question, answer in answers.items()
        if answer != ours[name][question]
    }


def test_datasets_say_what_those_of_qcodes_say(theirs: dict, here: None, tmp_path: Path) -> None:
    found = differences(theirs, SCENARIOS.observe(tmp_path, by_rows))
    assert {key: answers for key, answers in found.items() if key not in DIFFERENT} == {}
    assert set(DIFFERENT) == set(found)


def test_measured_as_users_measure(theirs: dict, here: None, tmp_path: Path) -> None:
    found = differences(theirs, SCENARIOS.observe(tmp_path))
    assert {key: answers for key, answers in found.items() if key not in DIFFERENT} == {}
    assert set(DIFFERENT) == set(found)


def test_the_scenarios_are_not_empty() -> None:
    assert len(SCENARIOS.scenarios()) > 50
