from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from measurand.compat import dataset as ds
from measurand.compat.configuration import settings
from measurand.compat.database import open_database
from measurand.compat.description import InterDependencies_, ParamSpecBase
from measurand.dataset import Column, DataRoot, TableSpec
from measurand.errors import ConfigurationError, DamagedData, DatasetError, ExportFailed

X, K, Y, W = (ParamSpecBase(name, kind, unit="V") for name, kind in (("x", "numeric"), ("k", "numeric"), ("y", "numeric"), ("w", "complex")))  # fmt: skip


@pytest.fixture
def exports(database: Path, tmp_path: Path) -> Iterator[Path]:
    said = settings()["dataset"]
    before = dict(said)
    said["export_path"] = str(tmp_path / "exports")
    ds.new_experiment("cooldown", "S12")
    yield tmp_path / "exports"
    said.update(before)


def measured(points: list[tuple], *results: ParamSpecBase, **more) -> ds.DataSet:
    run = ds.new_run("sweep", InterDependencies_(dependencies=dict.fromkeys(results, (X, K))), **more)
    for x, k in points:
        values = {"y": 10 * x + k, "w": x + 1j * k}
        names = ("x", "k", *(result.name for result in results))
        run.rows.add(names, (x, k, *(values[result.name] for result in results)))
    run.finish()
    return run.dataset


GRID = [(x, k) for x in (2, 1) for k in (5, 4, 6)]


@pytest.mark.parametrize("points", [GRID, GRID[:-1], [(1, 1), (1, 1)], []], ids=["grid", "hole", "twice", "nothing"])
@pytest.mark.parametrize("shapes", [None, {"y": (2, 3), "w": (2, 3)}], ids=["free", "shaped"])
def test_a_netcdf_file_is_the_dataset(exports: Path, points: list, shapes: dict | None) -> None:
    dataset = measured(points, Y, W, shapes=shapes, snapshot={"station": {"text": "x" * 100_000}}, metadata={"a": "b"})
    dataset.export("netcdf")
    path = exports / f"qcodes_1_{dataset.guid}.nc"
    assert dataset.export_info.export_paths == {"nc": str(path)}
    loaded = ds.load_from_file(path)
    assert loaded.snapshot == dataset.snapshot
    assert loaded.metadata["a"] == "b"
    assert loaded.description == dataset.description
    assert (loaded.guid, loaded.run_id, loaded.exp_name) == (dataset.guid, 1, "cooldown")
    assert loaded.completed
    assert loaded.run_timestamp_raw == dataset.run_timestamp_raw
    for name, whole in dataset.to_xarray_dataset_dict().items():
        xr.testing.assert_equal(whole, loaded.to_xarray_dataset_dict()[name])


def test_a_file_that_holds_no_dataset_is_told(exports: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nope.nc not found"):
        ds.load_from_netcdf("nope.nc")
    with pytest.raises(FileNotFoundError, match="nope.csv not found"):
        ds.load_from_file("nope.csv")
    (tmp_path / "text.csv").write_text("1")
    with pytest.raises(DamagedData, match="only netCDF files"):
        ds.load_from_file(tmp_path / "text.csv")
    (tmp_path / "text.nc").write_text("1")
    with pytest.raises(DamagedData, match="cannot be read as netCDF"):
        ds.load_from_file(tmp_path / "text.nc")
    xr.Dataset({"a": 1}).to_netcdf(tmp_path / "other.nc")
    with pytest.raises(DamagedData, match="is no dataset that QCoDeS exported: 'ds_name' is missing"):
        ds.load_from_file(tmp_path / "other.nc")


def test_a_loaded_file_can_be_found_elsewhere(exports: Path, tmp_path: Path) -> None:
    first, second = measured(GRID, Y), measured(GRID, Y)
    for dataset in (first, second):
        dataset.export("netcdf")
    paths = [dataset.export_info.export_paths["nc"] for dataset in (first, second)]
    loaded = ds.load_from_netcdf(paths[0])
    moved = tmp_path / "moved.nc"
    Path(paths[0]).rename(moved)
    loaded.set_netcdf_location(moved)
    assert loaded.get_parameter_data()["y"]["y"].size == 6
    with pytest.raises(DatasetError, match="nothing was changed"):
        loaded.set_netcdf_location(paths[1])
    loaded.add_metadata("seen", 1)
    assert loaded.metadata["seen"] == 1


def test_exports_follow_the_settings(exports: Path, database: Path) -> None:
    dataset = measured([(1, 2), (3, 4)], Y)
    with pytest.raises(ConfigurationError, match="No data export type specified"):
        dataset.export()
    with pytest.raises(ConfigurationError, match="Export type zip is unknown"):
        dataset.export("zip")
    ds.set_data_export_type("csv")
    ds.set_data_export_prefix("lab_")
    ds.set_data_export_path(exports / "deeper")
    assert ds.get_data_export_name_elements() == ["captured_run_id", "guid"]
    dataset.export()
    path = exports / "deeper" / f"lab_1_{dataset.guid}.csv"
    assert path.read_text() == "1.0\t2.0\t12.0\n3.0\t4.0\t34.0\n"
    dataset.export(ds.DataExportType.CSV, path=exports, prefix="")
    assert dataset.export_info.export_paths["csv"] == str(exports / f"1_{dataset.guid}.csv")
    settings()["dataset"]["export_path"] = "{db_location}"
    assert ds.get_data_export_path() == database.with_name("lab_db")


def test_runs_are_exported_at_their_end_if_set(exports: Path, caplog: pytest.LogCaptureFixture) -> None:
    settings()["dataset"].update(export_automatic=True, export_type="netcdf")
    assert Path(measured(GRID, Y).export_info.export_paths["nc"]).exists()
    exports.rename(exports.with_name("old"))
    exports.write_text("a file where the folder should be")
    assert measured(GRID, Y).completed
    assert "cannot be exported" in caplog.text


def test_an_export_that_fails_leaves_nothing(exports: Path) -> None:
    dataset = measured(GRID, Y)
    exports.write_text("")
    with pytest.raises(ExportFailed, match="sweep cannot be exported to"):
        dataset.export("netcdf")
    assert dataset.export_info.export_paths == {}


def test_text_files(exports: Path, tmp_path: Path) -> None:
    dataset = measured([(1, 2), (3, 4)], Y, W)
    dataset.write_data_to_text_file(tmp_path)
    assert (tmp_path / "y.dat").read_text() == "1.0\t2.0\t12.0\n3.0\t4.0\t34.0\n"
    dataset.write_data_to_text_file(tmp_path, single_file=True, single_file_name="all")
    assert (tmp_path / "all.dat").read_text() == "1.0\t2.0\t(1+2j)\t12.0\n3.0\t4.0\t(3+4j)\t34.0\n"
    with pytest.raises(ds.DataPathException, match="Please provide the desired file name"):
        dataset.write_data_to_text_file(tmp_path, single_file=True)
    run = ds.new_run("two", InterDependencies_(dependencies={Y: (X,), W: (X,)}))
    run.rows.add(("x", "y"), (1, 2))
    with pytest.raises(ds.DataLengthException, match="w: 0, y: 1"):
        run.dataset.write_data_to_text_file(tmp_path, single_file=True, single_file_name="no")


def test_runs_are_copied_into_another_database(exports: Path, database: Path, tmp_path: Path) -> None:
    """A copy keeps identity, times, data and what was noted; number and counter are those of its new place."""
    for _ in range(3):
        measured(GRID, Y, W, metadata={"a": 1}, snapshot={"s": 1})
    third = ds.load_by_id(3)
    target = tmp_path / "target.db"
    ds.extract_runs_into_db(database, target, 3, 2)
    ds.extract_runs_into_db(database, target, 3)
    conn = ds.connect(target)
    copy = ds.load_by_id(1, conn)
    assert (copy.guid, copy.captured_run_id, copy.captured_counter) == (third.guid, 3, 3)
    assert (copy.run_id, copy.counter) == (1, 1)
    assert copy.the_same_dataset_as(third)
    assert ds.load_by_guid(third.guid, conn).run_id == 1
    for name, tree in third.get_parameter_data().items():
        for column, values in tree.items():
            np.testing.assert_array_equal(copy.get_parameter_data()[name][column], values)
    assert [(one.name, one.sample_name, len(one)) for one in ds.experiments(conn)] == [("cooldown", "S12", 2)]


def test_plain_runs_are_copied_too(exports: Path, database: Path, tmp_path: Path) -> None:
    columns = (
        Column("gate", setpoint=True),
        Column("mode", kind="enum", categories=("on", "off")),
        Column("t", "text"),
    )
    with DataRoot(database.with_suffix("")).create_run("plain", [TableSpec("data", columns)]) as run:
        run.add(gate=1, mode="off", t="ä")
    ds.extract_runs_into_db(database, tmp_path / "target.db", 1)
    copy = ds.load_by_id(1, ds.connect(tmp_path / "target.db"))
    assert copy.the_same_dataset_as(ds.load_by_id(1))
    assert copy.get_parameter_data()["mode"]["mode"].tolist() == ["off"]


def test_what_cannot_be_copied_is_told(exports: Path, database: Path, tmp_path: Path) -> None:
    measured(GRID, Y)
    ds.new_experiment("other", "s")
    measured(GRID, Y)
    ds.new_data_set("open").mark_started()
    target = tmp_path / "target.db"
    with pytest.raises(ds.NoSuchRun, match=r"not all run_ids exist .*: \[9\]; .* has 3 runs"):
        ds.extract_runs_into_db(database, target, 1, 9)
    with pytest.raises(ds.NoSuchRun, match=r"Got runs from experiments \[1, 2\]"):
        ds.extract_runs_into_db(database, target, 1, 2)
    with pytest.raises(ds.NoSuchRun, match=r"Got runs from experiments \[\]"):
        ds.extract_runs_into_db(database, target)
    with pytest.raises(ds.WrongState, match="Runs 3 are not completed"):
        ds.extract_runs_into_db(database, target, 2, 3)
    with pytest.raises(ConfigurationError, match="neither this file nor its data root is there"):
        ds.extract_runs_into_db(tmp_path / "misspelt.db", target, 1)
    assert not (tmp_path / "misspelt").exists()
    assert ds.get_guids_by_run_spec(conn=ds.connect(target)) == []


def test_a_database_can_leave_its_data_in_files(exports: Path, database: Path, tmp_path: Path) -> None:
    first = measured(GRID, Y, metadata={"a": 1})
    unfit = ds.new_run("unfit", InterDependencies_(dependencies={Y: (X,), W: (X, K)}))
    unfit.rows.add(("x", "k", "w"), (1, 2, 3))
    unfit.rows.add(("x", "k", "w"), (2, 5, 3))
    unfit.rows.add(("x", "y"), (2, 3))
    unfit.finish()
    target = tmp_path / "small.db"
    done = ds.export_datasets_and_create_metadata_db(database, target, exports)
    assert done == {1: "exported", 2: "copied_as_is"}
    loaded = ds.load_by_id(1, ds.connect(target))
    assert isinstance(loaded, ds.DataSetInMem)
    assert (loaded.guid, loaded.run_id, loaded.exp_id, loaded.metadata["a"]) == (first.guid, 1, 1, 1)
    assert loaded.get_parameter_data()["y"]["y"].size == 6
    assert ds.load_by_id(2, ds.connect(target)).get_parameter_data()["w"]["w"].tolist() == [3, 3]
    with pytest.raises(FileExistsError, match="already exists"):
        ds.export_datasets_and_create_metadata_db(database, target)


def test_completed_runs_are_written_through_if_asked_for(
    exports: Path, database: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The file has a copy of each run then, and none of them counts twice."""
    measured(GRID, Y)
    assert not database.exists()
    ds.write_through()
    second = measured(GRID, Y)
    with open_database(database) as file:
        assert [run.guid for run in file.runs()] == [second.guid]
        assert file.parameter_data(1)["y"]["y"].tolist() == second.get_parameter_data()["y"]["y"].tolist()
    ds._current.forget()
    assert [one.run_id for one in ds.load_experiment(1).data_sets()] == [1, 2]
    assert measured(GRID, Y).run_id == 3
    ds.write_through()
    database.write_text("no database any more")
    assert measured(GRID, Y).completed
    assert "lab.db" in caplog.text


def test_subscribers_hear_of_every_result(exports: Path) -> None:
    run = ds.new_run("sweep", InterDependencies_(dependencies={Y: (X,)}))
    heard: list[tuple] = []
    some = threading.Event()

    def callback(results, length, state, **more) -> None:
        heard.append((results, length, state, more))
        some.set()

    name = run.dataset.subscribe(callback, min_count=2, state=[7], callback_kwargs={"a": 1})
    run.rows.add(("x", "y"), (1, 2))
    run.rows.add(("x", "y"), (3, 4))
    assert some.wait(20)
    run.rows.add(("x", "y"), (5, 6))
    run.finish()
    assert [row for results, *_ in heard for row in results] == [(2, 1), (4, 3), (6, 5)]  # y is the first column
    assert heard[-1][1:] == (3, [7], {"a": 1})
    run.dataset.unsubscribe(name)
    with pytest.raises(ds.WrongState, match="There is no subscription"):
        run.dataset.unsubscribe(name)


def test_a_subscriber_that_raises_does_no_harm(exports: Path, caplog: pytest.LogCaptureFixture) -> None:
    run = ds.new_run("sweep", InterDependencies_(dependencies={Y: (X,)}))
    run.dataset.subscribe(lambda *_: 1 / 0)
    run.rows.add(("x", "y"), (1, 2))
    run.finish()
    run.dataset.unsubscribe_all()
    assert "A subscription to run 1 ended" in caplog.text
    assert run.dataset.number_of_results == 1


def test_a_subscriber_may_be_named_in_the_settings(exports: Path) -> None:
    run = ds.new_run("sweep", InterDependencies_(dependencies={Y: (X,)}))
    with pytest.raises(ConfigurationError, match="subscribers has no 'nope', only QCPlot"):
        run.dataset.subscribe_from_config("nope")
    with pytest.raises(ConfigurationError, match="'QCPlot' cannot be made"):
        run.dataset.subscribe_from_config("QCPlot")
    run.finish()
