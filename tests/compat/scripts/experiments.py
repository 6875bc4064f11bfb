"""Experiments: made, found, counted, and the one that measurements belong to by themselves."""

import qcodes as qc
from qcodes.dataset import (
    Measurement,
    experiments,
    get_default_experiment_id,
    initialise_or_create_database_at,
    initialised_database_at,
    load_experiment,
    load_experiment_by_name,
    load_last_experiment,
    load_or_create_experiment,
    new_experiment,
    reset_default_experiment_id,
)

initialise_or_create_database_at("experiments.db")
assert experiments() == []
first = new_experiment("first", sample_name="A")
second = new_experiment("second", sample_name="B")
assert (first.exp_id, second.exp_id) == (1, 2)
assert (first.name, first.sample_name) == ("first", "A")
assert len(experiments()) == 2
assert load_experiment(1).name == "first"
assert load_last_experiment().name == "second"
assert load_experiment_by_name("first", sample="A").exp_id == 1
assert load_or_create_experiment("first", sample_name="A").exp_id == 1
assert load_or_create_experiment("first", sample_name="C").exp_id == 3


def measure(**where):
    measurement = Measurement(**where)
    measurement.register_custom_parameter("z")
    with measurement.run() as datasaver:
        datasaver.add_result(("z", 1))
    return datasaver.dataset


assert measure(exp=first).exp_id == 1
assert measure(exp=first).captured_counter == 2
assert measure(exp=second).captured_counter == 1
load_experiment(2)
assert measure().exp_name == "second"
assert first.last_counter == 2
assert [dataset.run_id for dataset in first.data_sets()] == [1, 2]
assert first.last_data_set().run_id == 2
assert second.data_set(1).run_id == 3
assert first.finished_at is None
first.finish()
assert first.finished_at is not None
reset_default_experiment_id()
assert isinstance(get_default_experiment_id(qc.dataset.connect("experiments.db")), int)

with initialised_database_at("other.db"):
    assert experiments() == []
    other = new_experiment("elsewhere", "D")
    assert measure(exp=other).run_id == 1
assert len(experiments()) == 3
try:
    load_experiment_by_name("nobody")
except ValueError:
    pass
else:
    raise AssertionError("there is no such experiment")
