"""Time as an argument, so that tests and simulations can drive it. Knows nothing about who waits, or why."""

from __future__ import annotations

import sys
import threading
import time
from typing import Protocol

# On Windows a thread that waits for an event does not notice Ctrl-C until the wait returns, so it waits in slices.
_SLICE = 0.05 if sys.platform == "win32" else None


class Clock(Protocol):
    """What everything that waits or stamps needs of time."""

    def time(self) -> float:
        """Return seconds since 1970-01-01 UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds from an arbitrary origin, never going back."""
        ...

    def sleep(self, seconds: float, wake: threading.Event | None = None) -> None:
        """Wait ``seconds`` (none if not positive), or less if ``wake`` is set meanwhile."""
        ...


class SystemClock:
    """The computer's clock."""

    def __init__(self) -> None:
        self.time = time.time
        self.monotonic = time.monotonic

    def sleep(self, seconds: float, wake: threading.Event | None = None) -> None:
        """Wait ``seconds`` (none if not positive), or less if ``wake`` is set meanwhile."""
        if seconds <= 0:
            return
        if wake is None:
            time.sleep(seconds)
        elif _SLICE is None:
            wake.wait(seconds)
        else:
            end = time.monotonic() + seconds
            while (left := end - time.monotonic()) > 0 and not wake.wait(min(left, _SLICE)):
                pass


SYSTEM_CLOCK: Clock = SystemClock()
