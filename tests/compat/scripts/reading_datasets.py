"""Looking at a dataset: data in several shapes, its cache, what it says of itself, tags, and finding it again."""

import numpy as np
import qcodes as qc
from qcodes.dataset import (
    Measurement,
    get_guids_by_run_spec,
    initialise_or_create_database_at,
    load_by_counter,
    load_by_guid,
    load_by_id,
    load_by_run_spec,
    load_or_create_experiment,
)

initialise_or_create_database_at("reading.db")
experiment = load_or_create_experiment("reading", "chip 5")
measurement = Measurement(exp=experiment, name="two results")
measurement.register_custom_parameter("x", label="X", unit="V")
measurement.register_custom_parameter("y", label="Y", unit="V")
measurement.register_custom_parameter("a", unit="A", setpoints=("x", "y"))
measurement.register_custom_parameter("b", unit="A", setpoints=("x",))
with measurement.run() as datasaver:
    for x in range(3):
        for y in range(2):
            datasaver.add_result(("x", x), ("y", y), ("a", 10 * x + y))
        datasaver.add_result(("x", x), ("b", -x))

dataset = load_by_id(datasaver.run_id)
assert (dataset.run_id, dataset.captured_run_id, dataset.captured_counter) == (1, 1, 1)
assert (dataset.name, dataset.exp_name, dataset.sample_name) == ("two results", "reading", "chip 5")
assert dataset.completed
assert dataset.run_timestamp_raw <= dataset.completed_timestamp_raw
assert len(dataset.run_timestamp()) == len("2020-01-01 00:00:00")
assert [spec.name for spec in dataset.get_parameters()] == ["x", "y", "a", "b"] or len(dataset.get_parameters()) == 4
assert set(dataset.paramspecs) == {"x", "y", "a", "b"}
assert dataset.number_of_results == 9
assert len(dataset) == 9

data = dataset.get_parameter_data()
assert data["a"]["a"].tolist() == [0, 1, 10, 11, 20, 21]
assert data["b"]["x"].tolist() == [0, 1, 2]
assert list(dataset.get_parameter_data("b")) == ["b"]
assert dataset.get_parameter_data("a", start=2, end=4)["a"]["a"].tolist() == [1, 10, 11]
np.testing.assert_equal(dataset.cache.data(), data)

frames = dataset.to_pandas_dataframe_dict()
assert frames["a"].index.names == ["x", "y"]
assert frames["a"].loc[(2, 1), "a"] == 21
arrays = dataset.to_xarray_dataset_dict()
assert arrays["b"]["b"].dims == ("x",)
whole = dataset.to_xarray_dataset()
assert whole["a"].shape == (3, 2)
assert whole["x"].attrs["unit"] == "V"
assert whole.attrs["sample_name"] == "chip 5"
assert whole.attrs["guid"] == dataset.guid

dataset.add_metadata("temperature", 0.01)
dataset.add_metadata("operator", "somebody")
assert load_by_id(1).metadata == {"temperature": 0.01, "operator": "somebody"}

assert load_by_guid(dataset.guid).the_same_dataset_as(dataset)
assert load_by_counter(1, experiment.exp_id).guid == dataset.guid
assert load_by_run_spec(experiment_name="reading", captured_run_id=1).guid == dataset.guid
assert get_guids_by_run_spec(sample_name="chip 5") == [dataset.guid]
assert get_guids_by_run_spec(sample_name="another") == []
with measurement.run() as datasaver:
    datasaver.add_result(("x", 1), ("b", 2))
    assert datasaver.run_id == 2
try:
    load_by_run_spec(experiment_name="reading")
except NameError:
    pass
else:
    raise AssertionError("two runs are meant")
assert qc.load_by_id(2).captured_counter == 2
