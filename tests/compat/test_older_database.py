"""A database that QCoDeS wrote is the older part of the history: what is measured now goes on from it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from measurand.compat import dataset as ds
from measurand.compat.configuration import settings
from measurand.compat.description import InterDependencies_, ParamSpecBase

SCRIPT = Path(__file__).with_name("older_database.py")
X, Y = ParamSpecBase("x", "numeric", "Gate", "V"), ParamSpecBase("y", "numeric")


@pytest.fixture(scope="module")
def written(real_qcodes: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, list[str]]:
    """The file, and the guids of its three runs."""
    folder = tmp_path_factory.mktemp("older")
    home = {"HOME": str(folder), "USERPROFILE": str(folder), "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        [real_qcodes, SCRIPT, folder / "lab.db"],
        check=True, env={**os.environ, **home}, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    return (folder / "lab.db").read_bytes(), done.stderr.split()[-3:]


@pytest.fixture
def lab(written: tuple[bytes, list[str]], tmp_path: Path) -> Iterator[Path]:
    before = settings()["core"]["db_location"]
    path = tmp_path / "lab.db"
    path.write_bytes(written[0])
    ds.initialise_or_create_database_at(path)
    yield path
    settings()["core"]["db_location"] = before


def measure() -> ds.DataSet:
    run = ds.new_run("newer", InterDependencies_(dependencies={Y: (X,)}))
    run.rows.add(("x", "y"), (1, 2))
    run.finish()
    return run.dataset


def test_old_runs_are_found_by_number_guid_and_counter(lab: Path, written: tuple[bytes, list[str]]) -> None:
    old = ds.load_by_id(2)
    assert (old.name, old.run_id, old.counter, old.exp_id, old.sample_name) == ("sweep 1", 2, 2, 2, "S12")
    assert old.guid == written[1][1]
    for same in (ds.load_by_guid(old.guid), ds.load_by_counter(2, 2), ds.load_by_run_spec(captured_run_id=2)):
        assert same.the_same_dataset_as(old)
    data = old.get_parameter_data()
    assert data["y"]["y"].tolist() == [10, 11, 12, 13]
    assert data["z"]["x"].tolist() == [[i] * 3 for i in range(4)]
    assert old.number_of_results == 8
    assert old.completed
    assert old.snapshot is not None
    assert old.metadata == {"kelvin": 0.02}
    assert old.cache.data()["y"]["x"].tolist() == [0, 1, 2, 3]


def test_numbers_of_runs_counters_and_experiments_go_on(lab: Path) -> None:
    assert [one.name for one in ds.experiments()] == ["unused", "cooldown"]
    experiment = ds.load_or_create_experiment("cooldown", "S12")
    assert (experiment.exp_id, experiment.last_counter) == (2, 3)
    new = measure()
    assert (new.run_id, new.exp_id, new.counter) == (4, 2, 4)
    assert [one.run_id for one in experiment.data_sets()] == [1, 2, 3, 4]
    assert experiment.last_data_set().run_id == 4
    assert ds.new_experiment("next", "S13").exp_id == 3
    assert len(ds.get_guids_by_run_spec()) == 4


def test_the_file_keeps_every_byte_and_notes_lie_beside_it(lab: Path, written: tuple[bytes, list[str]]) -> None:
    ds.load_experiment(2).finish()
    ds.load_by_id(1).add_metadata("seen", True)
    measure()
    assert lab.read_bytes() == written[0]
    assert sorted(path.name for path in lab.parent.iterdir()) == ["lab", "lab.db"]
    assert ds.load_by_id(1).metadata == {"kelvin": 0.02, "seen": True}
    assert ds.load_experiment(2).finished_at is not None


def test_an_old_run_can_be_a_parent_and_is_exported(lab: Path, tmp_path: Path) -> None:
    old = ds.load_by_id(3)
    old.export("netcdf", path=tmp_path / "exports")
    again = ds.load_from_netcdf(old.export_info.export_paths["nc"])
    assert again.the_same_dataset_as(old)
    assert again.get_parameter_data()["y"]["y"].tolist() == [20, 21, 22, 23]


def test_an_old_run_takes_no_results(lab: Path) -> None:
    old = ds.load_by_id(1)
    assert isinstance(old, ds.DataSet)
    with pytest.raises(ds.CompletedError):
        old.add_results([{"x": 1}])
    with pytest.raises(ds.WrongState, match="which is only read"):
        old.add_snapshot("{}", overwrite=True)


def test_imported_runs_are_the_same_datasets(lab: Path, tmp_path: Path) -> None:
    """A run that was copied into a data root says what it said in its file, rows of several tables in their order."""
    from measurand.compat.database import import_runs
    from measurand.dataset import DataRoot

    import_runs(lab, DataRoot(tmp_path / "copy"))
    for number in (1, 2, 3):
        old, copy = ds.load_by_id(number), ds.load_by_guid(ds.load_by_id(number).guid, ds.connect(tmp_path / "copy.db"))
        assert copy.the_same_dataset_as(old)
        for name, tree in old.get_parameter_data().items():
            for column, values in tree.items():
                again = copy.get_parameter_data()[name][column]
                assert [one.tolist() for one in again] == [one.tolist() for one in values]
    assert [(one.name, one.sample_name) for one in ds.experiments(ds.connect(tmp_path / "copy.db"))] == [
        ("cooldown", "S12")
    ]
