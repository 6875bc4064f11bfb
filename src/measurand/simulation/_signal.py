"""Signals in time with exact solutions: a ramp, a relaxation, and what a first-order low-pass makes of a signal."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeVar

Number = TypeVar("Number", float, complex)


@dataclass(frozen=True)
class Ramp:
    """A voltage that moves at constant speed from one value to another and stays there.

    Args:
        began: When it left ``start``, in s.
        start: Value at that time in V.
        target: Value at the end in V.
        rate: Speed in V/s, positive.
    """

    began: float
    start: float
    target: float
    rate: float

    @property
    def end(self) -> float:
        """When the target is reached, in s."""
        return self.began + abs(self.target - self.start) / self.rate

    def value(self, now: float) -> float:
        """Return the voltage in V at the time ``now``."""
        if now >= self.end:
            return self.target
        return self.start + math.copysign(self.rate * (now - self.began), self.target - self.start)


@dataclass(frozen=True)
class Relaxation:
    """A quantity that approaches its target exponentially.

    Args:
        began: When it was at ``start``, in s.
        start: Value at that time.
        target: Value after a long time.
        time_constant: Time in s in which the distance falls by the factor e.
    """

    began: float
    start: float
    target: float
    time_constant: float

    def value(self, now: float) -> float:
        """Return the value at the time ``now``."""
        return self.target + (self.start - self.target) * math.exp((self.began - now) / self.time_constant)


def low_pass(output: Number, before: Number, after: Number, duration: float, time_constant: float) -> Number:
    """Return the output of a first-order low-pass after ``duration``; exact for an input that moves linearly.

    Args:
        output: Output at the beginning.
        before: Input at the beginning.
        after: Input at the end.
        duration: Time between the two in s.
        time_constant: Of the filter, in s.
    """
    if duration <= 0.0:
        return output
    memory = math.exp(-duration / time_constant)
    lag = (after - before) * (time_constant / duration)
    return after - lag + (output - before + lag) * memory
