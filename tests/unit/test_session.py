"""The face's data root: where runs of this process go, and how they are found again."""

from __future__ import annotations

from pathlib import Path

import pytest

import measurand
from measurand import ManualParameter, sweep
from measurand.errors import RunNotFound


@pytest.fixture(autouse=True)
def own_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("measurand._session._opened", None)
    monkeypatch.setenv("MEASURAND_DATA", str(tmp_path / "default"))


def measured(name: str) -> None:
    sweep(ManualParameter("x"), 0, 1, num=2).each(ManualParameter("y", initial_value=3.0)).run(name=name)


def test_default_root_and_another_one(tmp_path: Path) -> None:
    """L16: a run is found without naming where it is."""
    measured("first")
    assert measurand.data_root().path == tmp_path / "default"
    measurand.open_data(tmp_path / "other")
    assert measurand.runs() == []
    measured("second")
    measured("third")
    assert [record.name for record in measurand.runs()] == ["second", "third"]
    third = measurand.load()
    assert (
        third.name
        == measurand.load(2).name
        == measurand.load(third.id).name
        == measurand.load(third.path).name
        == "third"
    )
    assert third.status == "completed"
    assert third.snapshot["parameters"]["y"]["value"] == 3.0
    with pytest.raises(RunNotFound, match="99"):
        measurand.load(99)


def test_list_of_runs_is_a_table() -> None:
    assert repr(measurand.runs()) == "no runs"
    measured("gate sweep")
    header, row = repr(measurand.runs()).splitlines()
    assert header.split() == ["run", "started", "status", "rows", "name", "columns"]
    assert row.endswith("completed  2     gate sweep  x, y")
