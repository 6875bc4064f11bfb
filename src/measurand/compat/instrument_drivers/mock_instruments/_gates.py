"""Sources of gate voltages, and a meter whose readings follow two of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from measurand.compat.instrument_drivers.mock_instruments._deviceless import DummyBase
from measurand.compat.parameters import Parameter
from measurand.parameters import Parameter as OwnParameter
from measurand.validators import Numbers

_RANGE = (-800, 400)


class DummyInstrument(DummyBase):
    """A source with a remembered voltage for each gate.

    Args:
        name: Its name.
        gates: Names of its parameters, each of -800 to 400 V.
        **kwargs: Of `Instrument`.
    """

    def __init__(self, name: str = "dummy", gates: Sequence[str] = ("dac1", "dac2", "dac3"), **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.gates = tuple(gates)
        for gate in gates:
            self.add_parameter(
                gate,
                parameter_class=Parameter,
                initial_value=0,
                label=f"Gate {gate}",
                unit="V",
                vals=Numbers(*_RANGE),
                get_cmd=None,
                set_cmd=None,
            )
        self.add_parameter("fixed_parameter", parameter_class=Parameter, get_cmd=None, set_cmd=None, initial_value=5)


class DummyAttrInstrument(DummyBase):
    """A source of two voltages, whose parameters are attributes.

    Args:
        name: Its name.
        **kwargs: Of `Instrument`.
    """

    def __init__(self, name: str = "dummy", **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        options: dict[str, Any] = {
            "instrument": self,
            "initial_value": 0,
            "unit": "V",
            "get_cmd": None,
            "set_cmd": None,
        }
        self.ch1 = Parameter("ch1", label="Gate ch1", vals=Numbers(*_RANGE), **options)
        self.ch2 = Parameter("ch2", label="Gate ch2", vals=Numbers(*_RANGE), **options)


class DummyFailingInstrument(DummyBase):
    """An instrument that cannot be created.

    Args:
        name: Its name.
        fail: Whether it cannot.
        **kwargs: Of `Instrument`.

    Raises:
        RuntimeError: Always, with ``fail``.
    """

    def __init__(self, name: str = "dummy", fail: bool = True, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        if fail:
            raise RuntimeError("Failed to create instrument")


class DmmExponentialParameter(OwnParameter[float]):
    """A noisy reading that decays with the first gate of the source: 5·exp(-0.2·x).

    Args:
        name: Its name.
        **kwargs: Of `Parameter`.
    """

    def __init__(self, name: str, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self._rng = np.random.default_rng()

    def get_raw(self) -> float:
        """Return a reading."""
        return 5 * math.exp(-0.2 * _gate(self, 0)) + float(self._rng.normal(scale=0.1))


class DmmGaussParameter(OwnParameter[float]):
    """A noisy reading with a maximum in the plane of the first two gates of the source.

    Args:
        name: Its name.
        **kwargs: Of `Parameter`.

    Attributes:
        x0: Where the maximum is, of the first gate.
        y0: Where it is, of the second gate.
        sigma: Its width.
        noise: Standard deviation of the readings.
    """

    def __init__(self, name: str, **kwargs: Any) -> None:
        self.x0, self.y0, self.sigma, self.noise = 0.1, 0.2, 0.25, 0.0005
        super().__init__(name, **kwargs)
        self._rng = np.random.default_rng()

    def get_raw(self) -> float:
        """Return a reading."""
        distance = math.hypot(_gate(self, 0) - self.x0, _gate(self, 1) - self.y0)
        peak = math.exp(0.125 - distance**2 / (2 * self.sigma**2))
        return peak + float(self._rng.normal(scale=self.noise))


class DummyInstrumentWithMeasurement(DummyBase):
    """A meter whose readings follow the gates of a source.

    Args:
        name: Its name.
        setter_instr: The source, with two gates.
        **kwargs: Of `Instrument`.
    """

    def __init__(self, name: str, setter_instr: DummyInstrument, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self._setter_instr = setter_instr
        options: dict[str, Any] = {"unit": "V", "vals": Numbers(*_RANGE)}
        self.add_parameter("v1", parameter_class=DmmExponentialParameter, label="Gate v1", **options)
        self.add_parameter("v2", parameter_class=DmmGaussParameter, label="Gate v2", **options)


def _gate(parameter: OwnParameter[float], number: int) -> float:
    """Return the voltage of a gate of the source that a meter looks at."""
    meter: Any = parameter.root_instrument
    source = meter._setter_instr
    value: float = source.parameters[source.gates[number]].cache.get()
    return value
