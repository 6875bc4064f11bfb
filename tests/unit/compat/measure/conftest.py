"""A database of its own for every test, and an experiment in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from measurand.compat.dataset import Experiment, initialised_database_at, load_or_create_experiment
from measurand.parameters import ManualParameter, Parameter


@pytest.fixture
def experiment(tmp_path: Path) -> Iterator[Experiment]:
    with initialised_database_at(tmp_path / "lab.db"):
        yield load_or_create_experiment("sweeps", "chip")


@pytest.fixture
def gate() -> ManualParameter[float]:
    return ManualParameter("gate", label="Gate", unit="V", initial_value=0.0)


@pytest.fixture
def current(gate: ManualParameter[float]) -> Parameter[float]:
    return Parameter("current", label="Current", unit="A", get_cmd=lambda: 2e-9 * gate())
