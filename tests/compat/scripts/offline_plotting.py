"""Pictures of datasets, long after they were measured: lines, maps, points, complex numbers, axes of one's own."""

import matplotlib.pyplot as plt
import numpy as np
from qcodes.dataset import (
    Measurement,
    initialise_or_create_database_at,
    load_or_create_experiment,
    plot_by_id,
    plot_dataset,
)
from qcodes.dataset.plotting import plot_and_save_image

initialise_or_create_database_at("plots.db")
experiment = load_or_create_experiment("plotting", "chip")


def measured(name, columns, *results):
    measurement = Measurement(exp=experiment, name=name)
    for column in columns:
        measurement.register_custom_parameter(**column)
    with measurement.run() as datasaver:
        for result in results:
            datasaver.add_result(*result)
    return datasaver.dataset


gate = {"name": "gate", "label": "Gate", "unit": "V"}
bias = {"name": "bias", "label": "Bias", "unit": "V"}
volts = np.linspace(0, 1e-3, 11)
line = measured(
    "line",
    [
        gate,
        {"name": "current", "label": "Current", "unit": "A", "setpoints": ("gate",)},
        {"name": "time", "setpoints": ("gate",)},
    ],
    [("gate", volts), ("current", 1e-9 * volts), ("time", np.arange(11))],
)
axes, colorbars = plot_dataset(line)
assert len(axes) == 2
assert colorbars == [None, None]
assert axes[0].get_xlabel() == "Gate (mV)"
assert axes[0].get_ylabel() == "Current (pA)"
np.testing.assert_allclose(axes[0].lines[0].get_xdata(), volts)
assert axes[0].get_title() == "Run #1, Experiment plotting (chip)"
axes, _ = plot_dataset(line, rescale_axes=False, parameters="current")
assert [axis.get_xlabel() for axis in axes] == ["Gate (V)"]

across, up = (grid.ravel() for grid in np.meshgrid(np.arange(4), np.arange(3), indexing="ij"))
image = measured(
    "map",
    [gate, bias, {"name": "z", "label": "Z", "setpoints": ("gate", "bias")}],
    [("gate", across), ("bias", up), ("z", across * up)],
)
axes, colorbars = plot_by_id(image.run_id, cmap="viridis")
(mesh,) = axes[0].collections
assert type(mesh).__name__ == "QuadMesh"
assert sorted(np.asarray(mesh.get_array()).ravel()) == sorted(across * up)
assert (axes[0].get_xlabel(), axes[0].get_ylabel(), colorbars[0].ax.get_ylabel()) == ("Gate (V)", "Bias (V)", "Z")

scattered = measured(
    "points",
    [gate, bias, {"name": "z", "setpoints": ("gate", "bias")}],
    [("gate", [1, 2, 3.5]), ("bias", [1, 1.2, 3]), ("z", [5, 6, 7])],
)
axes, _ = plot_dataset(scattered)
assert type(axes[0].collections[0]).__name__ == "PathCollection"

phasor = measured(
    "complex",
    [gate, {"name": "s21", "label": "S21", "unit": "V", "paramtype": "complex", "setpoints": ("gate",)}],
    [("gate", [0, 1, 2]), ("s21", [0, 1j, 2j])],
)
assert [axis.get_ylabel() for axis in plot_dataset(phasor)[0]] == ["S21 [real] (V)", "S21 [imag] (V)"]
axes, _ = plot_dataset(phasor, complex_plot_type="mag_and_phase", complex_plot_phase="degrees")
assert [axis.get_ylabel() for axis in axes] == ["S21 [mag] (V)", "S21 [phase] (deg)"]
assert axes[1].lines[0].get_ydata().tolist() == [0, 90, 90]

figure, own = plt.subplots(1)
axes, _ = plot_dataset(line, axes=own, parameters="current", color="red")
assert axes == [own]
assert own.lines[0].get_color() == "red"
for wrong in ({"parameters": "nope"}, {"complex_plot_type": "nope"}, {"complex_plot_phase": "nope"}):
    try:
        plot_dataset(line, **wrong)
    except ValueError:
        continue
    raise AssertionError(f"{wrong} was accepted")
dataset, axes, colorbars = plot_and_save_image(line, save_pdf=False)
assert dataset is line
assert len(axes) == len(colorbars) == 2
plt.close("all")
