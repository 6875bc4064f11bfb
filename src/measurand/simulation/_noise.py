"""White noise as averaging and low-pass filtering instruments see it. Seeded, so that a run can be repeated."""

from __future__ import annotations

import math
import random


class AveragedNoise:
    """White noise averaged over a time: its deviation falls as one over the square root of that time.

    Args:
        density: One-sided spectral density in V/sqrt(Hz).
        seed: Text or number that decides the sequence.
    """

    def __init__(self, density: float, seed: str) -> None:
        self._density = density
        self._random = random.Random(seed)  # noqa: S311 - noise, not secrets

    def over(self, seconds: float) -> float:
        """Return the next value in V, with the deviation density / sqrt(2 seconds)."""
        return self._random.gauss(0.0, self._density / math.sqrt(2.0 * seconds))


class FilteredNoise:
    """White noise behind a first-order low-pass: values closer in time than its time constant resemble each other.

    Args:
        density: One-sided spectral density in V/sqrt(Hz).
        seed: Text or number that decides the sequence.
    """

    def __init__(self, density: float, seed: str) -> None:
        self._density = density
        self._random = random.Random(seed)  # noqa: S311 - noise, not secrets
        self._value = 0.0
        self._at = -math.inf

    def at(self, now: float, time_constant: float) -> float:
        """Return the value in V at the time ``now`` in s, which never goes back; exact for any spacing of the calls."""
        memory = math.exp((self._at - now) / time_constant)
        deviation = self._density / math.sqrt(4.0 * time_constant)  # equivalent noise bandwidth 1 / (4 tau)
        self._value = memory * self._value + self._random.gauss(0.0, deviation * math.sqrt(1.0 - memory * memory))
        self._at = now
        return self._value
