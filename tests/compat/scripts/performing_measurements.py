"""Measurements by hand: what is registered, nested loops, texts, complex numbers, arrays, and what is done around them."""

import numpy as np
from qcodes.dataset import Measurement, initialise_or_create_database_at, load_by_id, load_or_create_experiment
from qcodes.parameters import ManualParameter, Parameter

initialise_or_create_database_at("performing.db")
experiment = load_or_create_experiment("performing", sample_name="chip")
x = ManualParameter("x", label="X", unit="V", initial_value=0.0)
y = ManualParameter("y", label="Y", unit="V", initial_value=0.0)
current = Parameter("current", label="Current", unit="A", get_cmd=lambda: x() * 10 + y())

done = []
measurement = Measurement(exp=experiment, name="map")
measurement.register_parameter(x).register_parameter(y)
measurement.register_parameter(current, setpoints=(x, y))
measurement.add_before_run(done.append, ("before",)).add_after_run(done.append, ("after",))
with measurement.run() as datasaver:
    for x_value in np.linspace(0, 1, 3):
        x(x_value)
        for y_value in np.linspace(0, 2, 4):
            y(y_value)
            datasaver.add_result((x, x_value), (y, y_value), (current, current()))
dataset = datasaver.dataset
assert done == ["before", "after"]
assert dataset.number_of_results == 12
assert dataset.completed
assert dataset.paramspecs["current"].depends_on == "x, y"
table = dataset.to_xarray_dataset()["current"]
assert table.dims == ("x", "y")
assert table.shape == (3, 4)
assert float(table.sel(x=1, y=2)) == 12
assert table.attrs["unit"] == "A"

# a result without a parameter; several results along the same setpoint; points may come in any order
custom = Measurement(exp=experiment, name="custom")
custom.register_parameter(x)
custom.register_custom_parameter("power", label="Power", unit="W", setpoints=(x,))
custom.register_custom_parameter("state", setpoints=(x,), paramtype="text")
custom.register_custom_parameter("amplitude", setpoints=(x,), paramtype="complex")
with custom.run() as datasaver:
    datasaver.add_result((x, 2), ("power", 4), ("state", "on"), ("amplitude", 1 + 1j))
    datasaver.add_result(("power", 1), (x, 1))
    datasaver.add_result((x, [3, 4]), ("power", [9, 16]))
data = load_by_id(datasaver.run_id).get_parameter_data()
assert set(data) == {"power", "state", "amplitude"}
assert data["power"]["power"].tolist() == [4, 1, 9, 16]
assert data["power"]["x"].tolist() == [2, 1, 3, 4]
assert data["state"]["state"].tolist() == ["on"]
assert data["amplitude"]["amplitude"].tolist() == [1 + 1j]

# whole arrays as single values
arrays = Measurement(exp=experiment, name="arrays")
arrays.register_custom_parameter("time", paramtype="array")
arrays.register_custom_parameter("trace", setpoints=("time",), paramtype="array")
with arrays.run() as datasaver:
    for number in range(2):
        datasaver.add_result(("time", np.arange(5)), ("trace", np.arange(5) * number))
traces = datasaver.dataset.get_parameter_data("trace")["trace"]
assert traces["trace"].shape == (2, 5)
assert traces["trace"][1].tolist() == [0, 1, 2, 3, 4]

# what contradicts itself is refused, and what was measured before stays
with measurement.run() as datasaver:
    datasaver.add_result((x, 0), (y, 0), (current, 1.0))
    for wrong in ([(x, 0), (current, 1.0)], [(x, 0), (y, 0), (current, "much")], [(x, [0, 1]), (y, 0), (current, 1.0)]):
        try:
            datasaver.add_result(*wrong)
        except ValueError:
            continue
        raise AssertionError(f"{wrong} was accepted")
assert datasaver.dataset.number_of_results == 1

heard = []
measurement.add_subscriber(lambda results, length, state: state.extend(results), state=heard)
with measurement.run() as datasaver:
    for number in range(4):
        datasaver.add_result((x, number), (y, 0), (current, number))
assert len(heard) == 4
assert [sorted(row) for row in heard] == [[0, 0, 0], [0, 1, 1], [0, 2, 2], [0, 3, 3]]

try:
    with measurement.run() as datasaver:
        datasaver.add_result((x, 1), (y, 1), (current, 1))
        raise RuntimeError("the helium ran out")
except RuntimeError:
    pass
assert load_by_id(datasaver.run_id).number_of_results == 1
assert "the helium ran out" in datasaver.dataset.metadata["measurement_exception"]
