"""An instrument goes away in the middle of a run: the run fails, its data stays, the message says which instrument."""

from __future__ import annotations

from pathlib import Path

import pytest

from measurand.dataset import DataRoot
from measurand.errors import DeviceError, RefusedValue, TransportError
from measurand.instrument_drivers.Measurand.Measurand_DM7 import MeasurandDM7
from measurand.instrument_drivers.Measurand.Measurand_VS4 import MeasurandVS4
from measurand.measure import sweep
from measurand.simulation import start_laboratory


@pytest.fixture
def data(tmp_path: Path) -> DataRoot:
    return DataRoot(tmp_path / "data", cache_dir=tmp_path / "cache")


def test_server_killed_in_mid_sweep(data: DataRoot) -> None:
    """A run on real sockets whose laboratory is closed at the fifth point."""
    laboratory = start_laboratory()
    source = MeasurandVS4("source", laboratory.addresses["source"])
    dmm = MeasurandDM7("dmm", laboratory.addresses["dmm"])
    voltage = source.ch1.voltage
    plan = sweep(voltage, 0, 1, num=11).each(
        dmm.voltage, lambda: laboratory.close() if voltage.cache() == 0.4 else None
    )
    try:
        with pytest.raises(TransportError) as caught:
            plan.run(data=data, snapshot=dict)
        text = "\n".join([str(caught.value), *caught.value.__notes__])
        assert "source" in text
        assert laboratory.addresses["source"] in text
        assert "at source_ch1_voltage = 0.5 V" in text
        dataset = data.load("last")
        assert dataset.status == "failed"
        assert dataset.numpy("source_ch1_voltage").tolist() == pytest.approx([0, 0.1, 0.2, 0.3, 0.4])
        assert len(dataset.numpy("dmm_voltage")) == 5
        assert laboratory.addresses["source"] in dataset.metadata["error"]
    finally:
        laboratory.close()
        source.close()
        dmm.close()


def test_the_device_refuses_what_the_driver_allows(data: DataRoot) -> None:
    """An error of the instrument is reported with its own text; a value out of limits never reaches it."""
    with start_laboratory() as laboratory, MeasurandVS4("source", laboratory.addresses["source"]) as source:
        source.ch1.limit(0.5)
        with pytest.raises(DeviceError, match="-222.*out of range"):
            source.ch1.voltage(0.75)
        assert source.ch1.voltage() == 0.0
        with pytest.raises(RefusedValue, match=r"source\.ch1\.voltage: 12 V refused, allowed -10 to 10 V"):
            source.ch1.voltage(12)
