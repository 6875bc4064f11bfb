"""The wired experiment: which output drives which gate, what filters lie between, and what follows from it in time.

Outputs 1, 2 and 3 of a voltage source drive the plunger gate, the bias (through a divider) and the side gate, each
through a low-pass line. The excitation of a lock-in amplifier reaches the biased lead by a line of its own. The current
of the dot goes into a preamplifier of limited bandwidth, whose output feeds a voltmeter and the lock-in.

The circuit is brought forward to the present whenever somebody changes or reads something, in pieces that are short
after a change and grow while things settle. Inside a piece all filters are solved exactly for an input that moves
linearly. Knows no SCPI, and adds no noise: that belongs to the instruments.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass

from measurand._core.clock import Clock
from measurand.simulation._dot import Dot
from measurand.simulation._signal import Ramp, Relaxation, low_pass

_FIRST = 0.5  # the first piece after a change, in time constants of the fastest line
_GROWTH = 1.0  # later pieces are longer by this times the time since the change
_FINE = 5e-3  # V at the source: what a slow ramp moves in one piece
_MEMORY = 20.0  # time constants after which the past is forgotten: exp(-20) is 2e-9
_SETTLED = 1e-6  # V at the source: a smaller movement leaves the current as it was
_INSTANT = 1e-9  # s: what is left of a ramp after waiting for its end is rounding
_GRAIN = 1e-3  # K: temperatures are rounded to this, so that the occupations of the dot are computed once for each


@dataclass(frozen=True)
class Wiring:
    """What lies between the instruments and the dot.

    Args:
        bias_divider: Volts at the source per volt at the dot.
        excitation_divider: Volts at the lock-in's oscillator per volt at the dot.
        lines: Time constants in s of the lines to the plunger gate, the biased lead and the side gate.
        preamp_gain: Volts per ampere.
        preamp_time_constant: In s; the bandwidth is 1 / (2 pi time constant).
    """

    bias_divider: float = 100.0
    excitation_divider: float = 1000.0
    lines: tuple[float, float, float] = (20e-6, 30e-6, 20e-6)
    preamp_gain: float = 1e8
    preamp_time_constant: float = 0.8e-6


@dataclass
class _Window:
    """A time over which the output of the preamplifier is averaged; ``mean`` is valid once the end has passed."""

    end: float
    integral: float
    duration: float
    mean: float = 0.0


@dataclass(frozen=True)
class _Operation:
    """What the dot does, and the conditions for which that was computed."""

    voltages: tuple[float, float, float]  # at the ends of the lines, in V
    temperature: float  # rounded, in K
    excitation: float  # rms at the dot, in V
    current: float  # mean, in A
    harmonic: float  # first harmonic, rms, in A


_UNKNOWN = _Operation((math.inf, math.inf, math.inf), 0.0, 0.0, 0.0, 0.0)  # equal to no condition


class Circuit:
    """The dot with everything that is wired to it. Safe to use from several threads.

    Args:
        clock: Its ``monotonic`` is the time of the experiment, its ``sleep`` how an averaging instrument waits.
        outputs: Number of outputs of the source; those beyond the third are connected to nothing.
        temperature: At the beginning, in K.
        dot: The device under test.
        wiring: What lies between.
    """

    def __init__(
        self,
        clock: Clock,
        outputs: int = 4,
        temperature: float = 0.4,
        dot: Dot | None = None,
        wiring: Wiring | None = None,
    ) -> None:
        self.wiring = wiring or Wiring()
        self._dot = dot or Dot()
        self._clock = clock
        self._lock = threading.Lock()
        self._at = self._changed = now = clock.monotonic()
        self._ramps = [Ramp(now, 0.0, 0.0, 1.0) for _ in range(outputs)]
        self._lines = (0.0, 0.0, 0.0)  # V at the far ends, before the divider
        self._bath = Relaxation(now, temperature, temperature, 1.0)
        self._excitation = 0.0  # rms at the dot, in V
        self._frequency = 1e4  # Hz
        self._demodulator = 300e-6  # time constant in s
        self._windows: list[_Window] = []
        self._operation = _UNKNOWN
        self._operation = self._operate()
        self._preamp = self._operation.current * self.wiring.preamp_gain
        self._integral = 0.0  # of the preamplifier's output, in V s
        self._demodulated = self._beat()

    def drive(self, output: int, target: float, rate: float) -> None:
        """Begin to move an output of the source.

        Args:
            output: 1 to the number of outputs.
            target: In V.
            rate: In V/s, positive.
        """
        with self._lock:
            now = self._forward()
            self._ramps[output - 1] = Ramp(now, self._ramps[output - 1].value(now), target, rate)
            self._changed = now

    def output(self, output: int) -> float:
        """Return the momentary voltage of an output of the source in V."""
        return self._ramps[output - 1].value(self._clock.monotonic())

    def moving(self, output: int) -> float:
        """Return for how many seconds an output of the source still moves; 0 if it rests."""
        left = self._ramps[output - 1].end - self._clock.monotonic()
        return left if left > _INSTANT else 0.0

    def excite(self, amplitude: float, frequency: float) -> None:
        """Set the sine that is added to the bias.

        Args:
            amplitude: At the lock-in's oscillator, rms, in V.
            frequency: In Hz.
        """
        with self._lock:
            self._changed = self._forward()
            self._excitation = amplitude / self.wiring.excitation_divider
            self._frequency = frequency
            self._operation = self._operate()

    def filter(self, time_constant: float) -> None:
        """Set the time constant in s of the lock-in's filter."""
        with self._lock:
            self._changed = self._forward()
            self._demodulator = time_constant

    def demodulated(self) -> tuple[float, complex]:
        """Return the present time in s, and in V (rms) what the lock-in sees in phase + i times 90 degrees ahead."""
        with self._lock:
            return self._forward(), self._demodulated

    def average(self, duration: float) -> float:
        """Wait ``duration`` s and return the mean output of the preamplifier over that time in V."""
        with self._lock:
            now = self._forward()
            window = _Window(now + duration, self._integral, duration)
            self._windows.append(window)
        self._clock.sleep(duration)
        with self._lock:
            self._forward(window.end)
        return window.mean

    def heat(self, target: float, time_constant: float) -> None:
        """Let the temperature approach ``target`` in K with a time constant in s."""
        with self._lock:
            now = self._forward()
            self._bath = Relaxation(now, self._bath.value(now), target, time_constant)

    def temperature(self) -> float:
        """Return the temperature in K."""
        return self._bath.value(self._clock.monotonic())

    def _forward(self, least: float = -math.inf) -> float:
        """Bring everything to the present (or to ``least``, if that is later) and return that time."""
        now = max(self._clock.monotonic(), least, self._at)
        slowest = max(*self.wiring.lines, self.wiring.preamp_time_constant, self._demodulator)
        if not self._windows and now - self._at > _MEMORY * slowest:
            self._forget(now - _MEMORY * slowest)
        while self._at < now:
            self._piece(min(now, self._at + self._stride(), self._next_corner()))
        return now

    def _stride(self) -> float:
        """Return the length of the next piece in s, unless something happens before."""
        fastest = min(self.wiring.lines)
        stride = _FIRST * fastest + _GROWTH * (self._at - self._changed)
        speeds = [ramp.rate for ramp in self._ramps[:3] if self._at < ramp.end]
        return max(fastest, min(stride, _FINE / max(speeds))) if speeds else stride

    def _next_corner(self) -> float:
        """Return when the next ramp ends or the next average is complete, in s."""
        corners = [ramp.end for ramp in self._ramps[:3]] + [window.end for window in self._windows]
        return min((corner for corner in corners if corner > self._at), default=math.inf)

    def _piece(self, end: float) -> None:
        """Solve from the present state to ``end``, in which time no input has a corner."""
        duration = end - self._at
        current, beat = self._operation.current, self._beat()
        self._follow(end)
        self._operation = self._operate()
        gain, lag = self.wiring.preamp_gain, self.wiring.preamp_time_constant
        before, after = gain * current, gain * self._operation.current
        preamp = low_pass(self._preamp, before, after, duration, lag)
        self._integral += 0.5 * (before + after) * duration - lag * (preamp - self._preamp)  # as lag y' = x - y
        self._preamp = preamp
        self._demodulated = low_pass(self._demodulated, beat, self._beat(), duration, self._demodulator)
        for window in [window for window in self._windows if window.end <= end]:
            window.mean = (self._integral - window.integral) / window.duration
            self._windows.remove(window)

    def _forget(self, start: float) -> None:
        """Go to the time ``start`` as if everything behind the dot had always been as it is then."""
        while self._at < start:
            self._follow(min(start, self._next_corner()))
        self._operation = self._operate()
        self._preamp = self.wiring.preamp_gain * self._operation.current
        self._demodulated = self._beat()

    def _follow(self, end: float) -> None:
        """Let the lines follow the source from the present state to ``end``."""
        at = self._at
        plunger, bias, side = (
            low_pass(line, ramp.value(at), ramp.value(end), end - at, time_constant)
            for line, ramp, time_constant in zip(self._lines, self._ramps, self.wiring.lines, strict=False)
        )
        self._lines = (plunger, bias, side)
        self._at = end
        for ramp in self._ramps[:3]:
            if at < ramp.end <= end:
                self._changed = ramp.end

    def _operate(self) -> _Operation:
        """Return what the dot does now; computed only if the conditions differ from those of last time."""
        temperature = max(round(self._bath.value(self._at) / _GRAIN), 1) * _GRAIN
        last = self._operation
        if (
            last.temperature == temperature
            and last.excitation == self._excitation
            and all(abs(a - b) < _SETTLED for a, b in zip(last.voltages, self._lines, strict=True))
        ):
            return last
        plunger, bias, side = self._lines
        current, harmonic = self._dot.response(
            plunger, bias / self.wiring.bias_divider, temperature, side, self._excitation
        )
        return _Operation(self._lines, temperature, self._excitation, current, harmonic)

    def _beat(self) -> complex:
        """Return what the lock-in's filter approaches, in V: the first harmonic behind the preamplifier."""
        behind = 1.0 + 2j * math.pi * self._frequency * self.wiring.preamp_time_constant
        return self._operation.harmonic * self.wiring.preamp_gain / behind
