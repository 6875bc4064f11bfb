"""Instruments that compute: a parabola in three dimensions, a lock-in amplifier, a magnet that needs time."""

from __future__ import annotations

from typing import Any

import numpy as np

from measurand._core.clock import SYSTEM_CLOCK, Clock
from measurand.compat.instrument import InstrumentBase
from measurand.compat.instrument_drivers.mock_instruments._deviceless import DummyBase
from measurand.compat.parameters import Parameter
from measurand.validators import Numbers


class MockParabola(DummyBase):
    """A parabola over x, y and z, with noise if wanted, for sweeps and optimisers.

    Args:
        name: Its name.
        **kwargs: Of `Instrument`.
    """

    def __init__(self, name: str, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self._rng = np.random.default_rng()
        labels = {"x": "x", "y": "y", "z": "z", "noise": "white noise amplitude"}
        for one, label in labels.items():
            self.add_parameter(
                one,
                parameter_class=Parameter,
                label=label,
                unit="a.u.",
                vals=Numbers(),
                initial_value=0,
                get_cmd=None,
                set_cmd=None,
            )
        self.add_parameter("parabola", parameter_class=Parameter, unit="a.u.", get_cmd=self._measure_parabola)
        self.add_parameter(
            "skewed_parabola", parameter_class=Parameter, unit="a.u.", get_cmd=self._measure_skewed_parabola
        )

    def _measure_parabola(self) -> float:
        x, y, z = (self.parameters[one]() for one in "xyz")
        return float(x**2 + y**2 + z**2 + self.parameters["noise"]() * self._rng.random())

    def _measure_skewed_parabola(self) -> float:
        """Return the parabola with a part that makes x and y depend on each other."""
        x, y, z = (self.parameters[one]() for one in "xyz")
        skewed = (x**2 + y**2 + z**2) * (1 + abs(y - x))
        return float(skewed + self.parameters["noise"]() * self._rng.random())


class MockMetaParabola(InstrumentBase):
    """A parabola with a gain, on top of another one; no instrument of its own.

    Args:
        name: Its name.
        mock_parabola_inst: The other one.
        **kwargs: Of `InstrumentBase`.
    """

    def __init__(self, name: str, mock_parabola_inst: MockParabola, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self._mock_parabola_inst = mock_parabola_inst
        for one in "xyz":
            self.parameters[one] = mock_parabola_inst.parameters[one]
        self.add_parameter("gain", parameter_class=Parameter, initial_value=1, get_cmd=None, set_cmd=None)
        self.add_parameter("parabola", parameter_class=Parameter, unit="a.u.", get_cmd=self._get_parabola)
        self.add_parameter("skewed_parabola", parameter_class=Parameter, unit="a.u.", get_cmd=self._get_skew_parabola)

    def _get_parabola(self) -> float:
        return float(self.parameters["gain"]() * self._mock_parabola_inst.parameters["parabola"]())

    def _get_skew_parabola(self) -> float:
        return float(self.parameters["gain"]() * self._mock_parabola_inst.parameters["skewed_parabola"]())


class MockLockin(DummyBase):
    """A lock-in amplifier that remembers.

    Args:
        name: Its name.
        **kwargs: Of `Instrument`.
    """

    def __init__(self, name: str, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        values = {"X": (1e-3, "V"), "Y": (1e-5, "V"), "frequency": (125.0, "Hz"), "amplitude": (0.0, "V")}
        values |= {"phase": (0.0, "deg"), "time_constant": (1e-3, "s")}
        for one, (value, unit) in values.items():
            self.add_parameter(
                one, parameter_class=Parameter, unit=unit, initial_value=value, get_cmd=None, set_cmd=None
            )


class MockField(DummyBase):
    """A magnet whose field goes to where it is set at a rate.

    Args:
        name: Its name.
        vals: Fields in T that it takes.
        clock: Says how late it is.
        **kwargs: Of `Instrument`.
    """

    def __init__(self, name: str, vals: Numbers | None = None, *, clock: Clock = SYSTEM_CLOCK, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self._clock = clock
        self._from, self._to, self._began, self._rate = 0.0, 0.0, clock.monotonic(), 0.0
        self.add_parameter(
            "field",
            parameter_class=Parameter,
            unit="T",
            vals=Numbers(-1.0, 1.0) if vals is None else vals,
            get_cmd=self.get_field,
            set_cmd=self.set_field,
        )
        self.add_parameter(
            "ramp_rate", parameter_class=Parameter, unit="T/min", initial_value=0.1, get_cmd=None, set_cmd=None
        )

    def get_field(self) -> float:
        """Return where the field is now, in T."""
        way = self._to - self._from
        gone = self._rate * (self._clock.monotonic() - self._began)
        return self._to if gone >= abs(way) else self._from + np.copysign(gone, way)

    def set_field(self, value: float, block: bool = True) -> None:
        """Have the field go to ``value``.

        Args:
            value: In T.
            block: Whether to wait until it is there.
        """
        self._from, self._to, self._began = self.get_field(), value, self._clock.monotonic()
        self._rate = self.parameters["ramp_rate"]() / 60
        if block:
            self._clock.sleep(abs(self._to - self._from) / self._rate)
