"""Three days of measuring in seconds: the laboratory, its drivers and the run share one clock that moves when they wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from measurand.dataset import DataRoot
from measurand.instrument import Instrument
from measurand.instrument_drivers.Measurand.Measurand_DM7 import MeasurandDM7
from measurand.instrument_drivers.Measurand.Measurand_TC1 import MeasurandTC1
from measurand.instrument_drivers.Measurand.Measurand_VS4 import MeasurandVS4
from measurand.measure import SuspendWhile, Wait, sweep
from measurand.simulation._laboratory import build
from measurand.simulation.kit import serve
from measurand.testing import FakeClock, fresh_registry

HOUR = 3600.0


@pytest.fixture(autouse=True)
def _no_other_instruments(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(Instrument, "quiet", True)
    with fresh_registry():
        yield


def three_days(folder: Path) -> tuple[float, Any, Any]:
    """Measure a gate sweep at each of 12 temperatures, with hours to settle; return hours passed, data, and the run."""
    clock = FakeClock()
    devices = build(clock, seed=7)
    with ExitStack() as stack:
        address = {name: stack.enter_context(serve(device)).address for name, device in devices.items()}
        source = stack.enter_context(MeasurandVS4("source", address["source"]))
        dmm = stack.enter_context(MeasurandDM7("dmm", address["dmm"]))
        thermostat = stack.enter_context(MeasurandTC1("thermostat", address["thermostat"]))
        source.ch2.voltage(0.03)
        thermostat.heater_range("high")
        gates = sweep(source.ch1.voltage, -1, 0, num=60, delay=60, snake=True).each(dmm.voltage)
        plan = sweep(thermostat.setpoint, 0.4, 1.5, num=12).each(Wait(5 * HOUR), thermostat.temperature, gates)
        run = plan.run(
            data=DataRoot(folder / "data", cache_dir=folder / "cache"),
            clock=clock,
            progress=False,
            lanes=False,  # in lanes two instruments would draw from one clock in an order that nobody decides
            safe=[source],
            suspend=SuspendWhile(lambda: thermostat.temperature() > 2.0, hold=60),
        )
        assert source.ch1.voltage() == 0.0
        return clock.monotonic() / HOUR, run.dataset.to_xarray(), run


def test_three_days_twice(tmp_path: Path) -> None:
    """The virtual clock makes 72 hours of settling pass at once, and nothing of the result depends on the computer."""
    hours, first, run = three_days(tmp_path / "first")
    again, second, _ = three_days(tmp_path / "second")
    assert hours > 72
    assert hours == again
    assert run.progress.done == 720
    assert first.dmm_voltage.dims == ("thermostat_setpoint", "source_ch1_voltage")
    assert np.isfinite(first.dmm_voltage.values).all()
    np.testing.assert_array_equal(first.dmm_voltage.values, second.dmm_voltage.values)
    np.testing.assert_array_equal(first.thermostat_temperature.values, second.thermostat_temperature.values)
    np.testing.assert_allclose(first.thermostat_temperature.values, first.thermostat_setpoint.values, atol=0.01)
    assert dict(run.account.seconds).keys() >= {("set", "source_ch1_voltage"), ("read", "dmm_voltage")}
