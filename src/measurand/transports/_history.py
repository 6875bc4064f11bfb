"""The last lines that went over a link, for error notes. Knows nothing about transports."""

from __future__ import annotations

import time
from collections import deque
from typing import Any, NamedTuple

from measurand._core.clock import Clock

_LONGEST = 80  # characters of a line that are remembered


class Exchange(NamedTuple):
    """One line that went over a link.

    Attributes:
        time: Seconds since 1970-01-01 UTC.
        direction: ``">"`` sent, ``"<"`` received, ``"!"`` failed, ``"-"`` cleared.
        text: What was said, shortened to 80 characters; bytes as Python writes them.
    """

    time: float
    direction: str
    text: str


class History:
    """Remember the last lines.

    Args:
        remember: How many.
        clock: Stamps them.
    """

    def __init__(self, remember: int, clock: Clock) -> None:
        self.now = clock.time
        self._lines: deque[tuple[float, str, str]] = deque(maxlen=remember)

    @property
    def lines(self) -> list[Exchange]:
        """The lines, oldest first."""
        return [Exchange(*line) for line in self._lines]

    def add(self, direction: str, said: object) -> None:
        """Remember one line; of a long one only the beginning is kept."""
        text = said if isinstance(said, str) and len(said) <= _LONGEST else shown(said, _LONGEST)
        self._lines.append((self.now(), direction, text))

    def note(self, who: str) -> str:
        """Return the lines as the note of an error."""
        shown = (f"  {clock_text(at)} {direction} {text}" for at, direction, text in self.lines)
        return "\n".join([f"Last exchanges with {who}:", *shown])


def clock_text(seconds: float) -> str:
    """Return the local time of day to the millisecond."""
    return f"{time.strftime('%H:%M:%S', time.localtime(seconds))}.{int(seconds % 1 * 1000):03d}"


def shown(said: Any, longest: int) -> str:
    """Return text, bytes or an array as text, not much longer than ``longest`` characters."""
    if isinstance(said, str):
        return said if len(said) <= longest else f"{said[:longest]}… ({len(said)} characters)"
    if isinstance(said, bytes):
        text = repr(said[:longest])
        return text if len(said) <= longest else f"{text[:longest]}… ({len(said)} bytes)"
    return f"{said.size} values of {said.dtype}: {' '.join(map(str, said[:4].tolist()))}"
