"""Extracting runs: some of a database go into another one, whole."""

import numpy as np
from qcodes.dataset import (
    Measurement,
    extract_runs_into_db,
    get_guids_by_run_spec,
    initialise_or_create_database_at,
    load_by_guid,
    load_experiment_by_name,
    load_or_create_experiment,
)

initialise_or_create_database_at("source.db")
for name in ("kept", "given"):
    experiment = load_or_create_experiment(name, "chip")
    for number in range(2):
        measurement = Measurement(exp=experiment, name=f"{name} {number}")
        measurement.register_custom_parameter("x")
        measurement.register_custom_parameter("y", setpoints=("x",))
        with measurement.run() as datasaver:
            datasaver.add_result(("x", np.arange(4)), ("y", np.arange(4) * number))
        datasaver.dataset.add_metadata("weather", "rain")
given = load_experiment_by_name("given")
wanted = [dataset.run_id for dataset in given.data_sets()]
guids = [dataset.guid for dataset in given.data_sets()]
assert wanted == [3, 4]
extract_runs_into_db("source.db", "target.db", *wanted)

initialise_or_create_database_at("target.db")
assert get_guids_by_run_spec(experiment_name="given") == guids
assert get_guids_by_run_spec(experiment_name="kept") == []
found = load_by_guid(guids[1])
assert (found.run_id, found.captured_run_id, found.name) == (2, 4, "given 1")
assert found.get_parameter_data()["y"]["y"].tolist() == [0, 1, 2, 3]
assert found.metadata["weather"] == "rain"
assert (found.exp_name, found.sample_name) == ("given", "chip")
