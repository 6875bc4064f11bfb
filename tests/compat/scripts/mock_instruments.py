"""Dummy instruments of the tutorials: fixed parameters, and one that measures another."""

import qcodes as qc
from qcodes.dataset import do1d, initialise_or_create_database_at, load_or_create_experiment
from qcodes.instrument_drivers.mock_instruments import DummyInstrument, DummyInstrumentWithMeasurement

initialise_or_create_database_at("mock.db")
load_or_create_experiment("mock", "none")
dac = DummyInstrument("dac", gates=["ch1", "ch2"])
dmm = DummyInstrumentWithMeasurement(name="dmm", setter_instr=dac)
station = qc.Station(dac, dmm)
dac.ch1(1.5)
assert dac.ch1() == 1.5
assert dac.ch1.unit == "V"
assert set(station.snapshot()["instruments"]) == {"dac", "dmm"}
assert {"IDN", "ch1", "ch2"} <= set(dac.parameters)
dataset, _, _ = do1d(dac.ch1, 0, 25, 10, 0, dmm.v1, dmm.v2)
data = dataset.get_parameter_data()
assert set(data) == {"dmm_v1", "dmm_v2"}
assert data["dmm_v1"]["dac_ch1"].shape == (10,)
assert data["dmm_v1"]["dmm_v1"][0] > data["dmm_v1"]["dmm_v1"][-1]
