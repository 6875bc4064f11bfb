"""A clock that moves only when somebody waits, so that tests of hours take no time."""

from __future__ import annotations

import threading


class FakeClock:
    """Time that passes by sleeping only; give it where a `Clock` is wanted.

    Args:
        now: Seconds since 1970 at which it starts.

    Attributes:
        slept: Every wait so far, in s, in order.

    Example:
        >>> clock = FakeClock()
        >>> clock.sleep(3600)
        >>> clock.monotonic()
        3600.0
    """

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self._start = now
        self._passed = 0.0
        self._lock = threading.Lock()
        self.slept: list[float] = []

    def time(self) -> float:
        """Return seconds since 1970."""
        return self._start + self._passed

    def monotonic(self) -> float:
        """Return seconds since the clock was made."""
        return self._passed

    def sleep(self, seconds: float, wake: threading.Event | None = None) -> None:
        """Let ``seconds`` pass at once, unless ``wake`` is set already."""
        if seconds > 0 and not (wake is not None and wake.is_set()):
            self.advance(seconds)
            self.slept.append(seconds)

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass without anybody waiting."""
        with self._lock:
            self._passed += seconds
