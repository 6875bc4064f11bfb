"""A parameter with setpoints: the axis of an array comes along, whatever else is swept."""

import numpy as np
import qcodes as qc
from qcodes.dataset import Measurement, initialise_or_create_database_at, load_or_create_experiment
from qcodes.instrument import Instrument
from qcodes.parameters import Parameter, ParameterWithSetpoints, expand_setpoints_helper
from qcodes.validators import Arrays, Ints, Numbers


class Axis(Parameter):
    """Equal steps between two parameters."""

    def __init__(self, start, stop, points, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._start, self._stop, self._points = start, stop, points

    def get_raw(self):
        return np.linspace(self._start(), self._stop(), self._points())


class Spectrum(ParameterWithSetpoints):
    def get_raw(self):
        return 10 * self.instrument.freq_axis.get()


class Analyser(Instrument):
    def __init__(self, name, **kwargs):
        super().__init__(name, **kwargs)
        self.add_parameter("f_start", initial_value=0, unit="Hz", vals=Numbers(0, 1e3), get_cmd=None, set_cmd=None)
        self.add_parameter("f_stop", unit="Hz", vals=Numbers(1, 1e3), get_cmd=None, set_cmd=None, initial_value=500)
        self.add_parameter("n_points", unit="", initial_value=10, vals=Ints(1, 1000), get_cmd=None, set_cmd=None)
        self.add_parameter(
            "freq_axis",
            unit="Hz",
            label="Frequency",
            parameter_class=Axis,
            start=self.f_start,
            stop=self.f_stop,
            points=self.n_points,
            vals=Arrays(shape=(self.n_points.get_latest,)),
        )
        self.add_parameter(
            "spectrum",
            unit="dBm",
            label="Spectrum",
            setpoints=(self.freq_axis,),
            parameter_class=Spectrum,
            vals=Arrays(shape=(self.n_points.get_latest,)),
        )


initialise_or_create_database_at("spectrum.db")
load_or_create_experiment("spectra", "none")
analyser = Analyser("analyser")
outer = qc.ManualParameter("outer", initial_value=0)

measurement = Measurement()
measurement.register_parameter(analyser.spectrum)
with measurement.run() as datasaver:
    datasaver.add_result((analyser.spectrum, analyser.spectrum()))
frame = datasaver.dataset.to_pandas_dataframe()
assert frame.shape == (10, 1)
assert frame.index.name == "analyser_freq_axis"
np.testing.assert_allclose(frame["analyser_spectrum"].to_numpy(), 10 * np.linspace(0, 500, 10))

analyser.n_points(5)
swept = Measurement(name="swept")
swept.register_parameter(outer)
swept.register_parameter(analyser.spectrum, setpoints=(outer,))
with swept.run() as datasaver:
    for value in range(3):
        datasaver.add_result((outer, value), (analyser.spectrum, analyser.spectrum()))
data = datasaver.dataset.get_parameter_data()["analyser_spectrum"]
assert data["analyser_spectrum"].shape == (3, 5)
assert data["outer"].tolist() == [[0] * 5, [1] * 5, [2] * 5]
assert data["analyser_freq_axis"][1].tolist() == [0, 125, 250, 375, 500]
array = datasaver.dataset.to_xarray_dataset()["analyser_spectrum"]
assert array.dims == ("outer", "analyser_freq_axis")

expanded = expand_setpoints_helper(analyser.spectrum)
assert [parameter.name for parameter, _ in expanded] == ["freq_axis", "spectrum"]
assert all(values.shape == (5,) for _, values in expanded)
