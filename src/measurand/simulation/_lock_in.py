"""The simulated lock-in amplifier LA2: excites the dot and measures the answer of the preamplifier in phase with it.

    SOURce:VOLTage <V>                 amplitude (rms) of the oscillator, 0 to 1
    SOURce:FREQuency <Hz>              1000 to 100000
    SENSe:TCONstant <s>                time constant of the filter: 1, 3, 10… from 10 us to 10 s
    SENSe:VOLTage:RANGe <V>            sensitivity: 1, 2, 5, 10… from 1 uV to 1 V
    FETCh:X? :Y? :R? :THETa?           present output in V rms, and in degrees; 9.9E+37 above 1.1 times the sensitivity

The output follows a change exponentially with the time constant; the ripple at twice the frequency is left out.
"""

from __future__ import annotations

import cmath
import math

from measurand._core.clock import Clock
from measurand.simulation._circuit import Circuit
from measurand.simulation._noise import FilteredNoise
from measurand.simulation.kit import OneOf, ScpiDevice, Within

TIME_CONSTANTS = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 3.0, 10.0)
SENSITIVITIES = (*(float(f"{digit}e{power}") for power in range(-6, 0) for digit in (1, 2, 5)), 1.0)
_OVERLOAD = 9.9e37  # how SCPI writes infinity
_PREAMP_NOISE = 20e-15  # A/sqrt(Hz), as the multimeter sees it
_OWN_NOISE = 1e-5  # 1/sqrt(Hz), of the sensitivity


class LockIn(ScpiDevice):
    """Excites a `Circuit` and reads its demodulated signal, with noise."""

    def __init__(self, circuit: Circuit, clock: Clock, seed: str) -> None:
        super().__init__("MEASURAND,LA2,000042,1.0", clock)
        self._circuit = circuit
        noises = [FilteredNoise(1.0, f"{seed} LA2 {part}") for part in ("x", "y")]
        self._noise_x, self._noise_y = noises
        self._preamp_noise = _PREAMP_NOISE * circuit.wiring.preamp_gain
        self.setting("SOURce:VOLTage", Within(0.0, 1.0), self._set_amplitude, lambda: self._amplitude)
        self.setting("SOURce:FREQuency", Within(1e3, 1e5), self._set_frequency, lambda: self._frequency)
        self.setting("SENSe:TCONstant", OneOf(TIME_CONSTANTS), self._set_time_constant, lambda: self._time_constant)
        self.setting("SENSe:VOLTage:RANGe", OneOf(SENSITIVITIES), self._set_range, lambda: self._range)
        self.query("FETCh:X", lambda: self._fetch().real)
        self.query("FETCh:Y", lambda: self._fetch().imag)
        self.query("FETCh:R", self._magnitude)
        self.query("FETCh:THETa", lambda: math.degrees(cmath.phase(self._output())))
        self.reset()

    def reset(self) -> None:
        """Switch the oscillator off and restore 10 kHz, 100 ms and 1 V."""
        self._amplitude = 0.0
        self._frequency = 1e4
        self._range = 1.0
        self._set_time_constant(0.1)
        self._circuit.excite(self._amplitude, self._frequency)

    def _fetch(self) -> complex:
        output = self._output()
        return output if abs(output) <= 1.1 * self._range else complex(_OVERLOAD, _OVERLOAD)

    def _magnitude(self) -> float:
        magnitude = abs(self._output())
        return magnitude if magnitude <= 1.1 * self._range else _OVERLOAD

    def _output(self) -> complex:
        now, signal = self._circuit.demodulated()
        noise = complex(self._noise_x.at(now, self._time_constant), self._noise_y.at(now, self._time_constant))
        return signal + noise * math.hypot(self._preamp_noise, _OWN_NOISE * self._range)

    def _set_amplitude(self, volts: float) -> None:
        self._amplitude = volts
        self._circuit.excite(self._amplitude, self._frequency)

    def _set_frequency(self, hertz: float) -> None:
        self._frequency = hertz
        self._circuit.excite(self._amplitude, self._frequency)

    def _set_time_constant(self, seconds: float) -> None:
        self._time_constant = seconds
        self._circuit.filter(seconds)

    def _set_range(self, volts: float) -> None:
        self._range = volts
