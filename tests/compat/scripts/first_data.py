"""Fifteen minutes to first data: a station, two instruments, a sweep, a look at it, and finding it again."""

import numpy as np
import qcodes as qc
from qcodes.dataset import (
    Measurement,
    initialise_or_create_database_at,
    load_by_run_spec,
    load_or_create_experiment,
    plot_dataset,
)
from qcodes.instrument import Instrument
from qcodes.validators import Numbers


class Source(Instrument):
    """Two outputs that remember what they were set to."""

    def __init__(self, name: str, **kwargs):
        super().__init__(name, **kwargs)
        for channel in ("ch1", "ch2"):
            self.add_parameter(
                channel,
                label=f"Gate {channel}",
                unit="V",
                vals=Numbers(-800, 400),
                get_cmd=None,
                set_cmd=None,
                initial_value=0,
            )


class Meter(Instrument):
    """Reads a peak whose place the first output of a source decides."""

    def __init__(self, name: str, source: Source, **kwargs):
        super().__init__(name, **kwargs)
        self._source = source
        self.add_parameter("v1", label="Voltage", unit="V", get_cmd=self._peak)

    def _peak(self) -> float:
        return 5 * np.exp(-((self._source.ch1() / 10) ** 2))


dac = Source("dac")
dmm = Meter("dmm", dac)
station = qc.Station()
station.add_component(dac)
station.add_component(dmm)
assert dac.ch1() == 0
dac.ch1(1.1)
assert dac.ch1() == 1.1

initialise_or_create_database_at("first_data.db")
experiment = load_or_create_experiment(experiment_name="tutorial", sample_name="no sample")

measurement = Measurement(exp=experiment, name="1D measurement")
measurement.register_parameter(dac.ch1)
measurement.register_parameter(dmm.v1, setpoints=(dac.ch1,))
measurement.write_period = 2

with measurement.run() as datasaver:
    for volts in np.linspace(0, 25, 10):
        dac.ch1.set(volts)
        datasaver.add_result((dac.ch1, volts), (dmm.v1, dmm.v1.get()))
    dataset = datasaver.dataset

axes, colorbars = plot_dataset(dataset)
assert axes[0].get_xlabel() == "Gate ch1 (V)"
assert axes[0].get_ylabel() == "Voltage (V)"
assert axes[0].get_title() == f"Run #{dataset.captured_run_id}, Experiment tutorial (no sample)"
assert colorbars == [None]

found = load_by_run_spec(captured_run_id=dataset.captured_run_id)
data = found.get_parameter_data()
assert list(data) == ["dmm_v1"]
np.testing.assert_allclose(data["dmm_v1"]["dac_ch1"], np.linspace(0, 25, 10))
np.testing.assert_allclose(data["dmm_v1"]["dmm_v1"], 5 * np.exp(-((np.linspace(0, 25, 10) / 10) ** 2)))

frame = found.to_pandas_dataframe()
assert frame.index.name == "dac_ch1"
assert len(frame) == 10
assert found.snapshot["station"]["instruments"]["dac"]["parameters"]["ch1"]["value"] == 1.1
assert found.the_same_dataset_as(dataset)
