"""The simulated temperature controller TC1: heats the stage on which the dot sits.

    MEASure:TEMPerature?               reading of the thermometer in K
    SOURce:TEMPerature:SPOint <K>      what to hold, 0.1 to 5
    OUTPut:HEATer:RANGe <word>         OFF, LOW, MEDium, HIGH: the stage reaches 0.6, 1.6, 5 K at most

Without heating the stage is at 0.3 K; it cannot be cooled below. It approaches what the controller holds exponentially.
"""

from __future__ import annotations

from measurand._core.clock import Clock
from measurand.simulation._circuit import Circuit
from measurand.simulation._noise import AveragedNoise
from measurand.simulation.kit import ScpiDevice, Within, Word

BASE = 0.3  # K, without heating
TIME_CONSTANT = 4.0  # s
_REACH = {"OFF": BASE, "LOW": 0.6, "MED": 1.6, "HIGH": 5.0}  # K
_NOISE = 1e-4  # K/sqrt(Hz)
_READING = 0.1  # s, over which the thermometer averages before it shows a value


class Thermostat(ScpiDevice):
    """Holds the temperature of a `Circuit`; the thermometer adds noise."""

    def __init__(self, circuit: Circuit, clock: Clock, seed: str) -> None:
        super().__init__("MEASURAND,TC1,000008,1.0", clock)
        self._circuit = circuit
        self._noise = AveragedNoise(_NOISE, f"{seed} TC1")
        self._setpoint = BASE
        self._range = "OFF"
        self.query("MEASure:TEMPerature", lambda: circuit.temperature() + self._noise.over(_READING))
        self.setting("SOURce:TEMPerature:SPOint", Within(0.1, 5.0), self._set_setpoint, lambda: self._setpoint)
        heating = Word(("OFF", "LOW", "MEDium", "HIGH"))
        self.setting("OUTPut:HEATer:RANGe", heating, self._set_range, lambda: self._range)

    def reset(self) -> None:
        """Switch the heater off and restore the setpoint."""
        self._setpoint = BASE
        self._range = "OFF"
        self._heat()

    def _set_setpoint(self, kelvin: float) -> None:
        self._setpoint = kelvin
        self._heat()

    def _set_range(self, word: str) -> None:
        self._range = word
        self._heat()

    def _heat(self) -> None:
        self._circuit.heat(max(BASE, min(self._setpoint, _REACH[self._range])), TIME_CONSTANT)
