"""The dataset itself, without a measurement: columns, relations, start, results, completion."""

from qcodes.dataset import (
    InterDependencies_,
    ParamSpec,
    RunDescriber,
    initialise_or_create_database_at,
    new_data_set,
    new_experiment,
    rundescriber_from_json,
)
from qcodes.dataset.descriptions.versioning.serialization import to_json_for_storage
from qcodes.parameters import ParamSpecBase

initialise_or_create_database_at("by_hand.db")
new_experiment("by hand", "none")
x, t = ParamSpecBase("x", "numeric", unit="V"), ParamSpecBase("t", "numeric", unit="s")
y = ParamSpecBase("y", "numeric", label="Result", unit="A")
interdeps = InterDependencies_(dependencies={y: (x, t)})
assert interdeps.names == ("y", "x", "t")
assert interdeps.dependencies == {y: (x, t)}
assert interdeps.what_depends_on(x) == (y,)
try:
    interdeps.extend(dependencies={x: (t,)})
except ValueError:
    pass
else:
    raise AssertionError("a setpoint has no setpoints")

dataset = new_data_set("first")
dataset.set_interdependencies(interdeps)
assert dataset.pristine
dataset.mark_started()
assert dataset.running
dataset.add_results([{"x": n, "t": 0, "y": n * 2} for n in range(4)])
dataset.mark_completed()
assert dataset.completed
assert dataset.get_parameter_data()["y"]["y"].tolist() == [0, 2, 4, 6]
assert dataset.paramspecs["y"] == ParamSpec("y", "numeric", "Result", "A", depends_on=["x", "t"])
refused = ""
try:
    dataset.add_results([{"x": 1, "t": 0, "y": 2}])
except Exception as error:
    refused = str(error)
assert "complete" in refused

description = RunDescriber(interdeps, shapes={"y": (2, 2)})
text = to_json_for_storage(description)
assert rundescriber_from_json(text) == description
assert dataset.description.interdeps.names == interdeps.names
