"""Shapes: results on a grid whose size was said before, also while it is not full."""

import numpy as np
from qcodes.dataset import Measurement, initialise_or_create_database_at, load_or_create_experiment
from qcodes.dataset.descriptions.detect_shapes import detect_shape_of_measurement
from qcodes.parameters import ManualParameter, Parameter
from qcodes.validators import Arrays

initialise_or_create_database_at("shapes.db")
load_or_create_experiment("shapes", "none")
x, y = ManualParameter("x"), ManualParameter("y")
single = Parameter("single", get_cmd=lambda: 1.0)
trace = Parameter("trace", vals=Arrays(shape=(4,)), get_cmd=lambda: np.arange(4.0))
shapes = detect_shape_of_measurement((single, trace), (3, range(2)))
assert shapes == {"single": (3, 2), "trace": (3, 2, 4)}

measurement = Measurement()
for parameter in (x, y):
    measurement.register_parameter(parameter)
for parameter in (single, trace):
    measurement.register_parameter(parameter, setpoints=(x, y))
measurement.set_shapes(shapes)
with measurement.run() as datasaver:
    for number, (x_value, _) in enumerate(np.ndindex(3, 2)):
        datasaver.add_result((x, x_value), (y, 0), (single, number), (trace, trace()))
data = datasaver.dataset.get_parameter_data()
assert data["single"]["single"].tolist() == [[0, 1], [2, 3], [4, 5]]
assert data["trace"]["trace"].shape == (3, 2, 4)
assert data["trace"]["x"].shape == (3, 2, 4)
assert datasaver.dataset.description.shapes == shapes

with measurement.run() as datasaver:
    for number in range(3):
        datasaver.add_result((x, number), (y, 0), (single, number))
assert datasaver.dataset.get_parameter_data()["single"]["single"].shape in ((3,), (3, 2))
try:
    detect_shape_of_measurement((single,), (2.5,))
except TypeError:
    pass
else:
    raise AssertionError("a step has a length")
