"""What an instrument remembers of its errors: the queue behind `SYST:ERR?` and the registers of IEEE 488.2."""

from __future__ import annotations

from collections import deque

from measurand.simulation.kit._scpi import ERRORS

_QUEUE = 20  # errors kept; the last place becomes -350 when more come
_OPERATION_COMPLETE, _QUERY, _DEVICE, _EXECUTION, _COMMAND, _POWER_ON = 1, 4, 8, 16, 32, 128


class Status:
    """Error queue, standard event register and status byte of one instrument."""

    def __init__(self) -> None:
        self._errors: deque[int] = deque()
        self._events = _POWER_ON
        self.event_enable = 0
        self.service_enable = 0

    def report(self, code: int) -> None:
        """Put an error into the queue and set its event bit."""
        self._events |= _event(code)
        if len(self._errors) < _QUEUE:
            self._errors.append(code)
        else:
            self._errors[-1] = -350

    def next_error(self) -> str:
        """Take the oldest error out of the queue, e.g. ``-222,"Data out of range"``."""
        code = self._errors.popleft() if self._errors else 0
        return f'{code},"{ERRORS[code]}"'

    @property
    def errors(self) -> int:
        """How many errors wait in the queue."""
        return len(self._errors)

    def complete(self) -> None:
        """Note that all pending operations are complete."""
        self._events |= _OPERATION_COMPLETE

    def take_events(self) -> int:
        """Return the standard event register and clear it, as reading it does."""
        events, self._events = self._events, 0
        return events

    def clear(self) -> None:
        """Forget errors and events, as `*CLS` does."""
        self._errors.clear()
        self._events = 0

    @property
    def byte(self) -> int:
        """The status byte: error queue (4), event summary (32), master summary (64)."""
        byte = (4 if self._errors else 0) | (32 if self._events & self.event_enable else 0)
        return byte | (64 if byte & self.service_enable else 0)


def _event(code: int) -> int:
    """Return the bit of the standard event register that an error of this number sets."""
    if -199 <= code <= -100:
        return _COMMAND
    if -299 <= code <= -200:
        return _EXECUTION
    return _QUERY if -499 <= code <= -400 else _DEVICE
