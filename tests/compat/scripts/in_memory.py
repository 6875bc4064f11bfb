"""Datasets that are asked to be held in memory, and the cache of data that was measured."""

import numpy as np
from qcodes.dataset import (
    DataSetType,
    Measurement,
    initialise_or_create_database_at,
    load_by_guid,
    load_or_create_experiment,
)

initialise_or_create_database_at("in_memory.db")
load_or_create_experiment("memory", "none")
measurement = Measurement(name="held")
measurement.register_custom_parameter("x")
measurement.register_custom_parameter("y", setpoints=("x",))
with measurement.run(dataset_class=DataSetType.DataSetInMem) as datasaver:
    for number in range(10):
        datasaver.add_result(("x", number), ("y", number**2))
    dataset = datasaver.dataset
assert dataset.cache.data()["y"]["y"].tolist() == [n**2 for n in range(10)]
assert dataset.get_parameter_data()["y"]["x"].tolist() == list(range(10))
assert dataset.to_xarray_dataset()["y"].shape == (10,)

with measurement.run(in_memory_cache=False, write_in_background=False) as datasaver:
    datasaver.add_result(("x", np.arange(100)), ("y", np.arange(100)))
    datasaver.flush_data_to_database()
    assert datasaver.points_written == 100
    growing = load_by_guid(datasaver.dataset.guid)
    assert not growing.completed
    assert growing.number_of_results == 100
assert datasaver.dataset.cache.to_pandas_dataframe().shape == (100, 1)
