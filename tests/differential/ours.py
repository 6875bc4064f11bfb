"""Measurand as the interpreter sees it."""

from __future__ import annotations

from typing import Any

from tests.differential.device import Device

from measurand import parameters, validators
from measurand.instrument import Instrument
from measurand.testing import FakeClock

TIMELESS = {"Group"}  # kinds that take no clock


class _Instrument(Instrument):
    def __init__(self, name: str, device: Device) -> None:
        super().__init__(name)
        vars(self)["_device"] = device

    def ask_raw(self, cmd: str) -> Any:
        return vars(self)["_device"].ask(cmd)

    def write_raw(self, cmd: str) -> None:
        vars(self)["_device"].write(cmd)


class Ours:
    """See `interpreter.Library`."""

    def __init__(self) -> None:
        self._clock = FakeClock()
        self._opened: Instrument | None = None

    def find(self, name: str) -> Any:
        return getattr(parameters, name, None) or getattr(validators, name, None)

    def instrument(self, device: Device) -> Any:
        self._opened = _Instrument("ins", device)
        return self._opened

    def options(self, kind: str) -> dict[str, Any]:
        return {} if kind in TIMELESS else {"clock": self._clock}

    def sleep(self, seconds: float) -> None:
        self._clock.advance(seconds)

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()
