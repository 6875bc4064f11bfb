"""do0d, do1d, do2d and dond: one line for a measurement, several datasets, sweeps of every kind."""

import numpy as np
from qcodes.dataset import (
    ArraySweep,
    LinSweep,
    LogSweep,
    TogetherSweep,
    do0d,
    do1d,
    do2d,
    dond,
    initialise_or_create_database_at,
    load_or_create_experiment,
    plot_dataset,
)
from qcodes.parameters import ManualParameter, Parameter

initialise_or_create_database_at("sweeps.db")
experiment = load_or_create_experiment("doNd", "chip")
x, y = ManualParameter("x", unit="V", initial_value=0.0), ManualParameter("y", unit="V", initial_value=0.0)
a = Parameter("a", unit="A", get_cmd=lambda: x() + y())
b = Parameter("b", unit="V", get_cmd=lambda: x() * y())

dataset, axes, colorbars = do0d(a, do_plot=False)
assert dataset.get_parameter_data()["a"]["a"].tolist() == [0]
assert (axes, colorbars) == ((None,), (None,))

dataset, _, _ = do1d(x, 0, 1, 5, 0.001, a, b, measurement_name="line", exp=experiment)
assert dataset.name == "line"
assert dataset.get_parameter_data()["a"]["x"].tolist() == [0, 0.25, 0.5, 0.75, 1]
assert dataset.description.shapes == {"a": (5,), "b": (5,)}

dataset, _, _ = do2d(x, 0, 1, 3, 0, y, 0, 2, 4, 0, a, show_progress=False)
assert dataset.get_parameter_data()["a"]["a"].shape == (3, 4)
axes, colorbars = plot_dataset(dataset)
assert colorbars[0].ax.get_ylabel() == "a (A)"

done = []
dataset, _, _ = dond(
    LinSweep(x, 0, 1, 2, 0, post_actions=(lambda: done.append("outer"),)),
    LogSweep(y, 0, 2, 3),
    a,
    lambda: done.append("inner"),
    b,
    enter_actions=[lambda: done.append("enter")],
    exit_actions=[lambda: done.append("exit")],
)
assert done == ["enter", *["outer", "inner", "inner", "inner"] * 2, "exit"]
assert dataset.get_parameter_data()["b"]["y"].tolist() == [[1, 10, 100], [1, 10, 100]]

(first, second), axes, _ = dond(LinSweep(x, 0, 1, 2), [a], [b], measurement_name=("A", "B"), do_plot=False)
assert (first.name, second.name) == ("A", "B")
assert list(second.get_parameter_data()) == ["b"]
assert len(axes) == 2

together = TogetherSweep(LinSweep(x, 0, 1, 3), ArraySweep(y, [5, 7, 6]))
dataset, _, _ = dond(together, a)
data = dataset.get_parameter_data()["a"]
assert data["y"].tolist() == [5, 7, 6]
assert data["a"].tolist() == [5, 7.5, 7]
(only_x, only_y), _, _ = dond(together, a, b, dataset_dependencies={"by x": (x, a), "by y": (y, b)})
assert list(only_x.get_parameter_data()["a"]) == ["a", "x"]
assert list(only_y.get_parameter_data()["b"]) == ["b", "y"]

dataset, _, _ = dond(LinSweep(x, 0, 1, 11), a, break_condition=lambda: x() > 0.45)
np.testing.assert_allclose(dataset.get_parameter_data()["a"]["x"], [0, 0.1, 0.2, 0.3, 0.4, 0.5])

dataset, _, _ = dond(LinSweep(x, 0, 1, 2, get_after_set=True), a, additional_setpoints=(y,), use_threads=True)
assert dataset.get_parameter_data()["a"]["y"].shape == (2, 1)

for wrong in (lambda: dond(LinSweep(x, 0, 1, 2)), lambda: dond(LinSweep(x, 0, 1, 2), a, [b]), lambda: TogetherSweep()):
    try:
        wrong()
    except ValueError:
        continue
    raise AssertionError("a mistake was accepted")
