"""Measuring complex numbers: one at a time, as arrays, as setpoints."""

import numpy as np
from qcodes.dataset import Measurement, initialise_or_create_database_at, load_or_create_experiment
from qcodes.instrument import Instrument
from qcodes.parameters import Parameter
from qcodes.validators import Arrays, ComplexNumbers

initialise_or_create_database_at("complex.db")
load_or_create_experiment("complex", "none")


class Network(Instrument):
    def __init__(self, name):
        super().__init__(name)
        self.add_parameter("frequency", get_cmd=None, set_cmd=None, unit="Hz", initial_value=1.0)
        self.add_parameter("s21", unit="V", vals=ComplexNumbers(), get_cmd=lambda: np.exp(1j * self.frequency()))
        self.add_parameter(
            "trace", vals=Arrays(shape=(3,), valid_types=(np.complexfloating,)), get_cmd=lambda: np.arange(3) * 1j
        )


vna = Network("vna")
measurement = Measurement(name="s parameters")
measurement.register_parameter(vna.frequency)
measurement.register_parameter(vna.s21, setpoints=(vna.frequency,))
measurement.register_parameter(vna.trace, setpoints=(vna.frequency,))
assert measurement.parameters["vna_s21"].type == "complex"
assert measurement.parameters["vna_trace"].type == "array"
with measurement.run() as datasaver:
    for frequency in (0.0, np.pi):
        vna.frequency(frequency)
        datasaver.add_result((vna.frequency, frequency), (vna.s21, vna.s21()), (vna.trace, vna.trace()))
    try:
        datasaver.add_result((vna.frequency, 1.0), (vna.s21, 1.0))
    except ValueError:
        pass
    else:
        raise AssertionError("a real number was stored as a complex one")
data = datasaver.dataset.get_parameter_data()
np.testing.assert_allclose(data["vna_s21"]["vna_s21"], [1, -1], atol=1e-12)
assert data["vna_trace"]["vna_trace"].dtype == complex
assert data["vna_trace"]["vna_trace"].shape == (2, 3)
assert datasaver.dataset.to_xarray_dataset()["vna_s21"].dtype == complex

phasor = Parameter("phasor", get_cmd=None, set_cmd=None, vals=ComplexNumbers())
swapped = Measurement(name="swapped").register_parameter(phasor)
swapped.register_custom_parameter("size", setpoints=(phasor,))
with swapped.run() as datasaver:
    for value in (1 + 1j, 3 - 4j):
        datasaver.add_result((phasor, value), ("size", abs(value)))
assert datasaver.dataset.get_parameter_data()["size"]["phasor"].tolist() == [1 + 1j, 3 - 4j]
