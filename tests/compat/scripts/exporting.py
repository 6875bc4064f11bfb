"""Exports: xarray and netCDF and back, text, and what the dataset remembers of it."""

from pathlib import Path

import numpy as np
import xarray as xr
from qcodes.dataset import Measurement, initialise_or_create_database_at, load_from_netcdf, load_or_create_experiment
from qcodes.dataset.export_config import set_data_export_path, set_data_export_prefix, set_data_export_type

initialise_or_create_database_at("exporting.db")
experiment = load_or_create_experiment("exports", "chip")
measurement = Measurement(exp=experiment, name="to be exported")
measurement.register_custom_parameter("x", label="X", unit="V")
measurement.register_custom_parameter("y", label="Y", unit="A", setpoints=("x",))
x = np.linspace(0, 1, 5)
with measurement.run() as datasaver:
    datasaver.add_result(("x", x), ("y", x**2))
dataset = datasaver.dataset
dataset.add_metadata("tag", "value")

set_data_export_path("exports")
set_data_export_prefix("lab_")
dataset.export("netcdf")
path = Path(dataset.export_info.export_paths["nc"])
assert path.is_file()
assert path.name.startswith("lab_")
with xr.open_dataset(path) as exported:
    np.testing.assert_allclose(exported["y"], x**2)
    assert exported.attrs["sample_name"] == "chip"

back = load_from_netcdf(path)
assert back.guid == dataset.guid
assert back.metadata["tag"] == "value"
np.testing.assert_allclose(back.get_parameter_data()["y"]["y"], x**2)
assert back.paramspecs["y"].unit == "A"

set_data_export_type("csv")
dataset.export()
text = Path(dataset.export_info.export_paths["csv"]).read_text().split()
assert [float(cell) for cell in text] == [value for pair in zip(x, x**2, strict=True) for value in pair]

dataset.write_data_to_text_file(path=str(Path.cwd()))
assert Path("y.dat").is_file()
