"""Times as runs write them. Knows only clocks."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable

from measurand._core.clock import SYSTEM_CLOCK, Clock


def local(clock: Clock) -> datetime.datetime:
    """Return the present local time, with its zone."""
    return datetime.datetime.fromtimestamp(clock.time(), datetime.UTC).astimezone()


def isotime(clock: Clock) -> str:
    """Return the present local time as ISO 8601 with its zone, e.g. ``2026-11-20T18:23:30.123456+01:00``."""
    return local(clock).isoformat(timespec="microseconds")


def parse(text: object) -> datetime.datetime | None:
    """Return the time that `isotime` wrote, or None."""
    return datetime.datetime.fromisoformat(text) if isinstance(text, str) else None


def nanoseconds(clock: Clock) -> Callable[[], int]:
    """Return the fastest function that gives ns since 1970-01-01 UTC by ``clock``."""
    return time.time_ns if clock is SYSTEM_CLOCK else lambda: round(clock.time() * 1e9)
