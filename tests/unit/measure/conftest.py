"""A data root of its own for every test, and a laboratory of manual parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.unit.measure.box import Box

from measurand.dataset import DataRoot
from measurand.measure import LoopData, Measurement
from measurand.parameters import ManualParameter, Parameter


@pytest.fixture
def data(tmp_path: Path) -> DataRoot:
    return DataRoot(tmp_path / "data", cache_dir=tmp_path / "cache")


@pytest.fixture
def run(data: DataRoot) -> Callable[..., LoopData]:
    """Runs a loop quietly into `data`, and returns its data."""

    def do(loop: Any, **options: Any) -> LoopData:
        found: LoopData = loop.run(**{"data": data, "snapshot": dict, "quiet": True, **options})
        return found

    return do


class Laboratory:
    """A gate, a bias and a device between them; `steps` is the order of what happened."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.gate = Parameter("gate", unit="V", label="Gate", set_cmd=self._note("gate"), initial_cache_value=0.0)
        self.bias = Parameter("bias", unit="V", set_cmd=self._note("bias"), initial_cache_value=0.0)
        self.current = Parameter("current", unit="A", label="Current", get_cmd=self._current)
        self.temperature = ManualParameter("temperature", unit="K", initial_value=0.1)

    def _note(self, name: str):  # type: ignore[no-untyped-def]  # a function of one number
        return lambda value: self.steps.append(f"{name}={value}")

    def _current(self) -> float:
        self.steps.append("current?")
        return 10 * self.gate.cache.value + self.bias.cache.value


@pytest.fixture
def lab() -> Laboratory:
    return Laboratory()


class FreeLoop:
    """Two knobs, two results, and a measurement of them that stores into a root of its own."""

    def __init__(self, data: DataRoot) -> None:
        self.data = data
        self.gate = ManualParameter("gate", unit="V", label="Gate", initial_value=0.0)
        self.bias = ManualParameter("bias", unit="V", initial_value=0.0)
        self.current = ManualParameter("current", unit="A", label="Current")
        self.phase = ManualParameter("phase", unit="rad")

    def of(self, *setpoints: Any, results: tuple[Any, ...] | None = None) -> Measurement:
        measurement = Measurement(name="trial")
        for setpoint in setpoints:
            measurement.register_parameter(setpoint)
        for result in (self.current, self.phase) if results is None else results:
            measurement.register_parameter(result, setpoints=setpoints)
        return measurement

    def run(self, measurement: Measurement, **options: Any) -> Any:
        return measurement.run(data=self.data, snapshot=dict, **options)


@pytest.fixture
def at(data: DataRoot) -> FreeLoop:
    return FreeLoop(data)


@pytest.fixture
def box() -> Iterator[Box]:
    one = Box("box")
    yield one
    one.close()
