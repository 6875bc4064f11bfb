from __future__ import annotations

from pathlib import Path

import pytest

from measurand.compat import dataset as ds
from measurand.compat.configuration import settings
from measurand.compat.description import ParamSpec
from measurand.dataset import DataRoot
from measurand.errors import ConfigurationError


@pytest.fixture
def runs(database: Path) -> list[ds.DataSet]:
    first, second = ds.new_experiment("first", "a"), ds.new_experiment("second", "b")
    return [experiment.new_data_set(f"run {i}") for i, experiment in enumerate((first, second, first))]


def test_runs_are_found_by_number_guid_and_counter(runs: list[ds.DataSet]) -> None:
    for run in runs:
        assert ds.load_by_id(run.run_id).name == run.name
        assert ds.load_by_guid(run.guid).run_id == run.run_id
        assert ds.load_by_counter(run.counter, run.exp_id).run_id == run.run_id


def test_what_is_not_there_is_the_error_that_qcodes_documents(runs: list[ds.DataSet], database: Path) -> None:
    with pytest.raises(ValueError, match=f"Run with run_id 99 does not exist in the database: {database}"):
        ds.load_by_id(99)
    with pytest.raises(ValueError, match="positive integer, not None"):
        ds.load_by_id(None)  # type: ignore[arg-type]  # what a user may try
    with pytest.raises(NameError, match="No run with GUID: nope"):
        ds.load_by_guid("nope")
    with pytest.raises(RuntimeError, match="Expected one row"):
        ds.load_by_counter(9, 1)
    with pytest.raises(NameError, match="No run matching"):
        ds.load_by_run_spec(captured_run_id=99)


def test_runs_are_found_by_what_they_are(runs: list[ds.DataSet]) -> None:
    guids = [run.guid for run in runs]
    assert ds.get_guids_by_run_spec() == guids
    assert ds.get_guids_by_run_spec(experiment_name="first") == [guids[0], guids[2]]
    assert ds.get_guids_by_run_spec(sample_name="b", location=0) == [guids[1]]
    assert ds.get_guids_by_run_spec(location=7) == []
    assert ds.load_by_run_spec(captured_counter=2).guid == guids[2]
    with pytest.raises(ds.NoSuchRun, match=r"More than one matching dataset found.*\ncaptured_run_id .*\n-+ .*\n1 "):
        ds.load_by_run_spec(captured_counter=1)


def test_data_for_plots(database: Path) -> None:
    specs = [ParamSpec("x", "numeric", "X", "V"), ParamSpec("y", "numeric", "Y", "A", depends_on=["x"])]
    dataset = ds.new_experiment("e", "s").new_data_set("n", specs)
    dataset.mark_started()
    dataset.add_results([{"x": 1, "y": 2}, {"x": 3, "y": 4}])
    x, y = ds.get_data_by_id(1)[0]
    assert (x["name"], x["unit"], x["data"].tolist()) == ("x", "V", [1, 3])
    assert (y["name"], y["label"], y["data"].tolist(), y["shape"]) == ("y", "Y", [2, 4], None)


def test_the_current_database_is_that_of_the_settings(database: Path, tmp_path: Path) -> None:
    assert settings()["core"]["db_location"] == str(database)
    ds.new_experiment("here", "s")
    with ds.initialised_database_at(tmp_path / "other.db"):
        assert ds.get_DB_location() == str(tmp_path / "other.db")
        assert ds.experiments() == []
    assert [one.name for one in ds.experiments()] == ["here"]
    settings()["core"]["db_location"] = str(tmp_path / "third.db")
    ds.initialise_database()
    assert (tmp_path / "third" / ".measurand").is_dir()
    assert ds.experiments() == []
    assert [one.name for one in ds.experiments(ds.connect(database))] == ["here"]


def test_a_data_root_of_measurand_is_a_database_too(database: Path, tmp_path: Path) -> None:
    DataRoot(tmp_path / "plain")
    with ds.initialised_database_at(tmp_path / "plain"):
        assert ds.new_experiment("e", "s").new_data_set("n").run is not None
    assert DataRoot(tmp_path / "plain").load("last").name == "n"


def test_a_connection_names_a_database_and_speaks_no_sql(database: Path, tmp_path: Path) -> None:
    with ds.connect(database) as conn:
        assert conn.path_to_dbfile == ds.path_to_dbfile(conn) == str(database)
        conn.commit()
        conn.rollback()
    with pytest.raises(ds.NoSql, match="runs are folders. Take load_by_id"):
        conn.execute("select 1")
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        conn.nonsense
    assert repr(conn) == f"AtomicConnection({str(database)!r})"
    with pytest.raises(ConfigurationError, match="cannot be opened read-only"):
        ds.connect(tmp_path / "nope.db", read_only=True)
    with pytest.raises(ConfigurationError, match="BOTH conn and path_to_db"):
        ds.conn_from_dbpath_or_conn(conn, database)
    assert ds.conn_from_dbpath_or_conn(None, None).path == database
    ds.set_journal_mode(conn, "WAL")
    assert ds.get_DB_debug() is False
    assert ds.SQLiteSettings.limits["MAX_COLUMN"] == 2000


def test_guids_in_files_folders_and_texts(runs: list[ds.DataSet], database: Path, tmp_path: Path) -> None:
    guids = [run.guid for run in runs]
    for found in (ds.guids_from_dir(tmp_path), ds.guids_from_dbs([database])):
        assert found == ({database: guids}, dict.fromkeys(guids, database))
    assert ds.guids_from_list_str(str(guids)) == tuple(guids)
    assert ds.guids_from_list_str(guids[0]) == (guids[0],)
    assert ds.guids_from_list_str("('a', None)") == ("a",)
    assert ds.guids_from_list_str("") == ds.guids_from_list_str("[]") == ds.guids_from_list_str("[1]") == ()
    assert ds.guids_from_list_str("junk") is None
    assert ds.guids_from_list_str("7") is None


def test_a_run_that_was_moved_is_found_by_the_catalogue(runs: list[ds.DataSet]) -> None:
    """What the ledger notes of a folder is a hint."""
    runs[0].mark_started()
    runs[0].mark_completed()
    guid, first = runs[0].guid, runs[0].run
    assert first is not None
    first.path.rename(first.path.with_name(first.path.name.replace("run-0", "moved")))
    assert ds.load_by_id(1).guid == guid
    assert ds.load_by_guid(guid).run_id == 1


def test_a_description_is_nobody_elses(database: Path) -> None:
    """Runs of one description share no object that somebody might change."""
    specs = [ParamSpec("x", "numeric"), ParamSpec("y", "numeric", depends_on=["x"])]
    experiment = ds.new_experiment("e", "s")
    for _ in range(2):
        experiment.new_data_set("n", specs)
    one, other = ds.load_by_id(1).description, ds.load_by_id(2).description
    assert one == other
    one.interdeps.add_standalones((ParamSpec("z", "numeric").base_version(),))
    assert "z" not in other.interdeps.names
    assert "z" not in ds.load_by_id(2).description.interdeps.names
