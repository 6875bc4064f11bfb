"""Measurement extensions: definitions of datasets, one block in which they grow, sweeps that add to one of them."""

from qcodes.dataset import (
    DataSetDefinition,
    LinSweep,
    LinSweeper,
    datasaver_builder,
    dond_into,
    initialise_or_create_database_at,
    load_or_create_experiment,
)
from qcodes.parameters import ManualParameter, Parameter

initialise_or_create_database_at("several.db")
experiment = load_or_create_experiment("extensions", "chip")
slow, fast = ManualParameter("slow", initial_value=0.0), ManualParameter("fast", initial_value=0.0)
signal = Parameter("signal", unit="V", get_cmd=lambda: slow() + fast())
reference = Parameter("reference", unit="V", get_cmd=lambda: slow() * 2)

definitions = [
    DataSetDefinition("maps", independent=[slow, fast], dependent=[signal], experiment=experiment),
    DataSetDefinition("references", independent=[slow], dependent=[reference], metadata={"cool": "down 3"}),
]
with datasaver_builder(definitions, override_experiment=experiment) as savers:
    for value in LinSweeper(slow, 0, 4, 3, 0):
        dond_into(savers[0], LinSweep(fast, 0, 1, 2), signal, additional_setpoints=(slow,))
        savers[1].add_result((slow, value), (reference, reference()))

maps, references = (saver.dataset for saver in savers)
assert (maps.name, references.name) == ("maps", "references")
data = maps.get_parameter_data()["signal"]
assert data["slow"].tolist() == [0, 0, 2, 2, 4, 4]
assert data["fast"].tolist() == [0, 1, 0, 1, 0, 1]
assert data["signal"].tolist() == [0, 1, 2, 3, 4, 5]
assert references.get_parameter_data()["reference"]["reference"].tolist() == [0, 4, 8]
assert references.metadata["cool"] == "down 3"
assert maps.exp_name == references.exp_name == "extensions"
