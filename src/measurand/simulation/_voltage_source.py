"""The simulated voltage source VS4: four outputs that move at a programmable speed, each with its own limit.

SOURce<1-4>:VOLTage <V>            move the output to a voltage, -10 to 10, within the limit
SOURce<1-4>:VOLTage?               where it is going, or is
SOURce<1-4>:VOLTage:ACTual?        where it is at this moment
SOURce<1-4>:VOLTage:RAMP <V/s>     speed of the next movements, 0.001 to 10000
SOURce<1-4>:VOLTage:LIMit <V>      largest magnitude that is accepted, 0 to 10
SOURce<1-4>:VOLTage:BUSY?          1 while the output moves
*OPC?                              answers 1 when all outputs rest
"""

from __future__ import annotations

from measurand._core.clock import Clock
from measurand.simulation._circuit import Circuit
from measurand.simulation.kit import ScpiDevice, ScpiError, Within

OUTPUTS = 4
_HIGHEST = 10.0  # V
_RATE = 1e4  # V/s after power-on


class VoltageSource(ScpiDevice):
    """Drives the outputs of a `Circuit`."""

    def __init__(self, circuit: Circuit, clock: Clock) -> None:
        super().__init__("MEASURAND,VS4,000017,1.0", clock)
        self._circuit = circuit
        self._targets = [0.0] * OUTPUTS
        self._rates = [_RATE] * OUTPUTS
        self._limits = [_HIGHEST] * OUTPUTS
        outputs = range(1, OUTPUTS + 1)
        volts, speed, limit = Within(-_HIGHEST, _HIGHEST), Within(1e-3, 1e4), Within(0.0, _HIGHEST)
        self.setting("SOURce#:VOLTage", volts, self._move, lambda n: self._targets[n - 1], outputs)
        self.query("SOURce#:VOLTage:ACTual", circuit.output, outputs)
        self.setting("SOURce#:VOLTage:RAMP", speed, self._set_rate, lambda n: self._rates[n - 1], outputs)
        self.setting("SOURce#:VOLTage:LIMit", limit, self._set_limit, lambda n: self._limits[n - 1], outputs)
        self.query("SOURce#:VOLTage:BUSY", lambda n: circuit.moving(n) > 0, outputs)

    def reset(self) -> None:
        """Move all outputs to 0 V at full speed and restore speeds and limits."""
        self._rates = [_RATE] * OUTPUTS
        self._limits = [_HIGHEST] * OUTPUTS
        for output in range(1, OUTPUTS + 1):
            self._move(output, 0.0)

    def pending(self) -> float:
        """Return in how many seconds all outputs rest."""
        return max(self._circuit.moving(output) for output in range(1, OUTPUTS + 1))

    def _move(self, output: int, volts: float) -> None:
        if abs(volts) > self._limits[output - 1]:
            raise ScpiError(-222)
        self._targets[output - 1] = volts
        self._circuit.drive(output, volts, self._rates[output - 1])

    def _set_rate(self, output: int, rate: float) -> None:
        self._rates[output - 1] = rate

    def _set_limit(self, output: int, limit: float) -> None:
        if abs(self._targets[output - 1]) > limit:
            raise ScpiError(-222)
        self._limits[output - 1] = limit
