"""The simulated digital multimeter DM7: measures the output of the current preamplifier, averaged over whole windows.

READ?                              average over the integration time, which it takes; 9.9E+37 above the range
SENSe:VOLTage:NPLC <cycles>        integration time in power line cycles of 20 ms, 0.001 to 100
SENSe:VOLTage:RANGe <V>            0.1, 1 or 10; accepts up to 1.2 times this
"""

from __future__ import annotations

import math

from measurand._core.clock import Clock
from measurand.simulation._circuit import Circuit
from measurand.simulation._noise import AveragedNoise
from measurand.simulation.kit import OneOf, ScpiDevice, Within

_LINE_CYCLE = 0.02  # s, at 50 Hz
_OVERLOAD = 9.9e37  # how SCPI writes infinity
_PREAMP_NOISE = 20e-15  # A/sqrt(Hz): thermal noise of a feedback resistor of 100 Mohm, and some
_OWN_NOISE = 1e-7  # 1/sqrt(Hz), of the range


class Multimeter(ScpiDevice):
    """Averages the preamplifier of a `Circuit` and adds noise."""

    def __init__(self, circuit: Circuit, clock: Clock, seed: str) -> None:
        super().__init__("MEASURAND,DM7,000023,1.0", clock)
        self._circuit = circuit
        self._preamp_noise = AveragedNoise(_PREAMP_NOISE * circuit.wiring.preamp_gain, f"{seed} preamplifier at DM7")
        self._own_noise = AveragedNoise(_OWN_NOISE, f"{seed} DM7")
        self._cycles = 1.0
        self._range = 1.0
        self.query("READ", self._read)
        self.setting("SENSe:VOLTage:NPLC", Within(1e-3, 100.0), self._set_cycles, lambda: self._cycles)
        self.setting("SENSe:VOLTage:RANGe", OneOf((0.1, 1.0, 10.0)), self._set_range, lambda: self._range)

    def reset(self) -> None:
        """Restore one power line cycle and the range of 1 V."""
        self._cycles = 1.0
        self._range = 1.0

    def _read(self) -> float:
        seconds = self._cycles * _LINE_CYCLE
        volts = self._circuit.average(seconds)
        volts += self._preamp_noise.over(seconds) + self._range * self._own_noise.over(seconds)
        return volts if abs(volts) <= 1.2 * self._range else math.copysign(_OVERLOAD, volts)

    def _set_cycles(self, cycles: float) -> None:
        self._cycles = cycles

    def _set_range(self, volts: float) -> None:
        self._range = volts
