from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from measurand.compat import dataset as ds
from measurand.compat.description import InterDependencies_, ParamSpec, ParamSpecBase
from measurand.dataset import Column, DataRoot, Dim, TableSpec
from measurand.errors import ColumnNotFound, DatasetError, DefinitionError, RefusedRow

X, Y, Z = (ParamSpecBase(name, kind) for name, kind in (("x", "numeric"), ("y", "numeric"), ("z", "array")))
SPECS = [ParamSpec("x", "numeric", "X", "V"), ParamSpec("y", "numeric", depends_on=["x"])]


@pytest.fixture
def experiment(database: Path) -> ds.Experiment:
    return ds.new_experiment("cooldown", "S12")


def state(dataset: ds.DataSetProtocol) -> tuple[bool, ...]:
    return dataset.pristine, dataset.started, dataset.running, dataset.completed


def test_a_dataset_is_pristine_then_running_then_completed(experiment: ds.Experiment) -> None:
    dataset = experiment.new_data_set("low")
    assert state(dataset) == (True, False, False, False)
    assert dataset.run_timestamp() is None
    assert dataset.parameters is None
    with pytest.raises(ds.WrongState, match="before it has been marked as started"):
        dataset.mark_completed()
    with pytest.raises(ds.WrongState, match="has not been marked as started"):
        dataset.add_results([{"x": 1}])
    dataset.set_interdependencies(InterDependencies_(dependencies={Y: (X,), Z: (X,)}))
    dataset.mark_started()
    dataset.mark_started()
    assert state(dataset) == (False, True, True, False)
    with pytest.raises(ds.WrongState, match="Can not set interdependencies"):
        dataset.set_interdependencies(InterDependencies_())
    dataset.add_results([{"x": 1, "y": 2}, {"y": 5}, {"x": 7}, {"x": 3, "y": 7, "z": np.arange(3), "nothing": None}])
    assert dataset.number_of_results == len(dataset) == 4
    dataset.mark_completed()
    dataset.mark_completed()
    assert state(dataset) == (False, True, False, True)
    assert dataset.completed_timestamp("%Y") == dataset.run_timestamp("%Y")
    with pytest.raises(ds.CompletedError, match="no further results"):
        dataset.add_results([{"x": 1}])


def test_results_of_the_low_route_may_be_partial(experiment: ds.Experiment) -> None:
    dataset = experiment.new_data_set("low", SPECS)
    dataset.mark_started()
    dataset.add_results([{"x": 1, "y": 2}, {"y": 5}, {"x": 7}])
    data = dataset.get_parameter_data("y")["y"]
    assert data["y"].tolist() == [2, 5]
    np.testing.assert_equal(data["x"], [1, np.nan])
    assert dataset.get_parameter_data("x") == {"x": {"x": pytest.approx([1, 7])}}
    with pytest.raises(RefusedRow, match="k unknown"):
        dataset.add_results([{"k": 1}])
    dataset.completed = True
    assert ds.load_by_id(dataset.run_id).number_of_results == 3


def test_all_that_is_asked_for_is_found_by_name_spec_or_parameter(experiment: ds.Experiment) -> None:
    dataset = experiment.new_data_set("low", SPECS)
    dataset.mark_started()
    dataset.add_results([{"x": i, "y": 2 * i} for i in range(5)])
    calls: list[float] = []

    class Parameter:
        name, full_name = "y", "instrument_y"

    for asked in ("y", SPECS[1], Parameter()):
        assert dataset.get_parameter_data(asked, callback=calls.append)["y"]["y"].tolist() == [0, 2, 4, 6, 8]
    assert calls == [0, 100] * 3
    for start, end, points in ((1, 2, 2), (2, None, 4), (None, 2, 2), (0, 1, 1), (3, 2, 0), (9, 10, 0), (-1, 2, 2)):
        assert len(dataset.get_parameter_data(start=start, end=end)["y"]["x"]) == points
    with pytest.raises(ColumnNotFound, match="no parameter 'yy', it has .* Did you mean 'y'"):
        dataset.get_parameter_data("yy")
    with pytest.raises(ds.NotNamed, match="does not have a name: 3"):
        dataset.get_parameter_data(3)


def test_what_a_dataset_says_of_itself(experiment: ds.Experiment, database: Path) -> None:
    dataset = ds.new_data_set("with", specs=SPECS, metadata={"k": "v"})
    assert (dataset.run_id, dataset.captured_run_id, dataset.counter, dataset.captured_counter) == (1, 1, 1, 1)
    assert (dataset.name, dataset.exp_id, dataset.exp_name, dataset.sample_name) == ("with", 1, "cooldown", "S12")
    assert dataset.path_to_db == str(database)
    assert dataset.table_name == "results-1-1"
    assert dataset.paramspecs["y"] == SPECS[1]
    assert dataset.dependent_parameters == (SPECS[1].base_version(),)
    assert set((dataset.parameters or "").split(",")) == {"x", "y"}
    assert dataset.metadata == {"k": "v"}
    assert dataset.snapshot is None
    assert dataset.snapshot_raw is None
    lines = repr(dataset).splitlines()
    assert lines[0] == f"with #1@{database}"
    assert sorted(lines[2:]) == ["x - numeric", "y - numeric"]
    ds.parse_guid(dataset.guid)


def test_columns_can_be_added_until_it_is_started(experiment: ds.Experiment) -> None:
    dataset = experiment.new_data_set("low")
    for spec in SPECS:
        dataset.add_parameter(spec)
    assert dataset.get_parameters() == SPECS
    with pytest.raises(DefinitionError, match="Expected InterDependencies_"):
        dataset.set_interdependencies(3)  # type: ignore[arg-type]  # what a user may try


def test_a_snapshot_may_come_later_and_stays_unless_told(experiment: ds.Experiment) -> None:
    dataset = experiment.new_data_set("low")
    dataset.add_snapshot('{"a": 1}')
    dataset.add_snapshot('{"b": 2}')
    assert dataset.snapshot == {"a": 1}
    dataset.add_snapshot('{"b": 2}', overwrite=True)
    assert ds.load_by_id(1).snapshot_raw == '{"b": 2}'


@pytest.mark.parametrize("value", ["text", 1.5, 7, True, [1, 2], {"a": {"b": 1}}])
@pytest.mark.parametrize("tag", ["tag", "sample", "error", "qcodes"])
def test_metadata_of_any_name_is_kept(experiment: ds.Experiment, tag: str, value: object) -> None:
    dataset = experiment.new_data_set("low")
    dataset.add_metadata(tag, value)
    assert dataset.metadata == ds.load_by_id(1).metadata == {tag: value}
    assert dataset.get_metadata(tag) == value
    assert dataset.get_metadata("other") is None
    assert dataset.sample_name == "S12"


def test_metadata_that_cannot_be_is_refused(experiment: ds.Experiment) -> None:
    dataset = experiment.new_data_set("low")
    with pytest.raises(ds.BadMetadata, match="Tag 'a b' is not a valid tag"):
        dataset.add_metadata("a b", 1)
    with pytest.raises(ds.BadMetadata, match="Tag tag has value None"):
        dataset.add_metadata("tag", None)
    assert dataset.metadata == {}


def test_links_are_set_until_it_is_started(experiment: ds.Experiment) -> None:
    first, second = experiment.new_data_set("first"), experiment.new_data_set("second")
    link = ds.Link(second.guid, first.guid, "analysis", "why")
    second.parent_dataset_links = [link]
    assert ds.load_by_id(2).parent_dataset_links == [link]
    with pytest.raises(DefinitionError, match="All links must point to this dataset"):
        first.parent_dataset_links = [link]
    with pytest.raises(DefinitionError, match="Did not receive a list of Links"):
        first.parent_dataset_links = ["link"]  # type: ignore[list-item]  # what a user may try
    second.mark_started()
    with pytest.raises(ds.WrongState, match="that has been started"):
        second.parent_dataset_links = []


def test_the_same_run_is_recognised_and_contradictions_are_told(experiment: ds.Experiment) -> None:
    dataset = experiment.new_data_set("low", SPECS)
    other = experiment.new_data_set("low", SPECS)
    assert dataset.the_same_dataset_as(ds.load_by_id(1))
    assert not dataset.the_same_dataset_as(other)
    assert not dataset.the_same_dataset_as(3)
    again = ds.load_by_id(1)
    assert isinstance(again, ds.DataSet)

    class Other(ds.DataSet):
        name = "another"

    again.__class__ = Other
    with pytest.raises(DatasetError, match='same GUID, but their "name" differ'):
        dataset.the_same_dataset_as(again)


def test_a_dataset_that_is_only_read_cannot_be_written(experiment: ds.Experiment) -> None:
    experiment.new_data_set("low", SPECS).mark_started()
    loaded = ds.load_by_id(1)
    assert isinstance(loaded, ds.DataSet)
    with pytest.raises(ds.WrongState, match="here it can only be read"):
        loaded.add_results([{"x": 1}])
    with pytest.raises(ds.WrongState, match="here it can only be read"):
        loaded.mark_completed()


def test_prepare_says_everything_at_once(experiment: ds.Experiment) -> None:
    dataset = experiment.new_data_set("low")
    parent = experiment.new_data_set("parent")
    dataset.prepare(
        snapshot={"a": 1},
        interdeps=InterDependencies_(dependencies={Y: (X,)}),
        shapes={"y": (2,)},
        parent_datasets=[{"tail": parent.guid, "edge_type": "analysis"}],
    )
    assert dataset.running
    assert dataset.description.shapes == {"y": (2,)}
    assert dataset.parent_dataset_links[0].tail == parent.guid


def test_plain_runs_are_datasets_too(database: Path) -> None:
    """Runs that Measurand made itself: their tables say what depends on what."""
    root = DataRoot(database.with_suffix(""), sample="S13")
    columns = (Column("gate voltage", unit="V", setpoint=True), Column("k", setpoint=True), Column("current", unit="A"))
    dims = (Dim("gate", 2, ("gate voltage",)), Dim("k", 2, ("k",)))
    trace = TableSpec("trace", (Column("spectrum", shape=(3,)), Column("mode", kind="enum", categories=("on", "off"))))
    with root.create_run("plain", [TableSpec("data", columns, dims), trace], metadata={"note": 1}) as run:
        for i in range(2):
            for j in range(2):
                run.add("data", {"gate voltage": i, "k": j, "current": i + j}, (i, j))
        run.add("trace", {"spectrum": [1, 2, 3], "mode": "on"})
    dataset = ds.load_by_id(1)
    assert dataset.get_parameter_data("current")["current"]["gate_voltage"].tolist() == [[0, 0], [1, 1]]
    assert dataset.get_parameter_data()["spectrum"]["spectrum"].tolist() == [[1, 2, 3]]
    assert dataset.get_parameter_data()["mode"]["mode"].tolist() == ["on"]
    assert dataset.paramspecs["gate_voltage"].unit == "V"
    assert dataset.number_of_results == 6
    assert dataset.metadata == {"note": 1}
    assert (dataset.exp_name, dataset.sample_name, dataset.counter) == ("measurand", "S13", 1)
    assert ds.load_by_guid(dataset.guid).run_id == 1
    assert [one.name for one in ds.experiments()] == ["measurand"]
    assert json.loads((database.with_suffix("") / ".measurand" / "qcodes.jsonl").read_bytes().splitlines()[-1])["run"]
