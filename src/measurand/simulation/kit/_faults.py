"""What can go wrong between a driver and its device, made to happen on purpose. Knows no driver and no device.

A fault gets the message that arrived and the device's way of handling it, and returns what happens instead of the
answer. `Faults` holds those that wait for their message.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass

from measurand.simulation.kit._server import Reply, Wire

Handle = Callable[[str], Reply]
Fault = Callable[[str, Handle], Reply]


def lost_message(message: str, handle: Handle) -> Reply:
    """Let the message never arrive: the device does nothing and answers nothing."""
    del message, handle
    return None


def lost_answer(message: str, handle: Handle) -> Reply:
    """Let the device carry out the message, and its answer never arrive."""
    handle(message)
    return None


def disconnect(message: str, handle: Handle) -> Reply:
    """Hang up before the message is carried out, as a device that is switched off."""
    del message, handle
    return Wire.hang_up


def torn(message: str, handle: Handle) -> Reply:
    """Send the first half of the answer and hang up."""
    answer = handle(message)

    def tear(wire: Wire) -> None:
        data = answer.encode("latin-1") if isinstance(answer, str) else answer
        if isinstance(data, bytes):
            wire.send(data[: (len(data) + 1) // 2])
        wire.hang_up()

    return tear


@dataclass(frozen=True)
class Garbage:
    """Replace the answer by something else; a command that has no answer is carried out as ever.

    Args:
        answer: What arrives instead. Text is ended properly, bytes are sent as they are.
    """

    answer: str | bytes = "\x00\xff#?garbage"

    def __call__(self, message: str, handle: Handle) -> Reply:
        """Carry the message out and replace its answer."""
        return None if handle(message) is None else self.answer


NOT_A_NUMBER = Garbage("NAN")
"""The answer of a device that has no reading; SCPI-99 (volume 1, 7.2.1.4) writes 9.91E+37, many devices write this."""


@dataclass(frozen=True)
class Late:
    """Send the right answer after a while.

    Args:
        seconds: How long the client waits.
    """

    seconds: float

    def __call__(self, message: str, handle: Handle) -> Reply:
        """Carry the message out and hold its answer back."""
        answer = handle(message)

        def hold(wire: Wire) -> None:
            wire.wait(self.seconds)
            wire.reply(answer)

        return hold


@dataclass
class _Waiting:
    fault: Fault
    match: re.Pattern[str]
    times: int


class Faults:
    """The faults that wait for their message; the first that matches happens.

    Args:
        handle: How the device handles a message.

    Example:
        >>> faults = Faults(lambda message: "1.5")
        >>> faults.inject(Garbage("?"), match="VOLT")
        >>> [faults.answer("CURR?"), faults.answer("VOLT?"), faults.answer("VOLT?")]
        ['1.5', '?', '1.5']
    """

    def __init__(self, handle: Handle) -> None:
        self._handle = handle
        self._waiting: list[_Waiting] = []
        self._lock = threading.Lock()

    def inject(self, fault: Fault, *, match: str = "", times: int = 1) -> None:
        """Let a fault happen.

        Args:
            fault: `lost_message`, `lost_answer`, `disconnect`, `torn`, `Garbage`, `Late`, or a function of one's own.
            match: Regular expression that the message must contain; default any message.
            times: How often.
        """
        with self._lock:
            self._waiting.append(_Waiting(fault, re.compile(match), times))

    def clear(self) -> None:
        """Forget faults that did not happen."""
        with self._lock:
            self._waiting.clear()

    @property
    def pending(self) -> int:
        """How many faults still wait for their message."""
        return sum(waiting.times for waiting in self._waiting)

    def answer(self, message: str) -> Reply:
        """Return what comes back for ``message``: the device's answer, or what a fault makes of it."""
        fault = self._take(message)
        return self._handle(message) if fault is None else fault(message, self._handle)

    def _take(self, message: str) -> Fault | None:
        with self._lock:
            for waiting in self._waiting:
                if waiting.match.search(message):
                    waiting.times -= 1
                    if not waiting.times:
                        self._waiting.remove(waiting)
                    return waiting.fault
        return None
