"""A data root of its own for every test, and a laboratory of manual parameters."""

from __future__ import annotations

from pathlib import Path

import pytest

from measurand.dataset import DataRoot
from measurand.parameters import ManualParameter, Parameter


@pytest.fixture
def data(tmp_path: Path) -> DataRoot:
    return DataRoot(tmp_path / "data", cache_dir=tmp_path / "cache")


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
