"""Asking a running thing to end, or to wait, at its next safe place. Knows nothing about runs or ramps.

Whoever runs something long makes a `StopToken` and enters ``with token.active():``; ramps, waits and sweeps below look
at the token of their context by `check_stop` and `sleep`, without it being handed through every call.
"""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from measurand._core.clock import Clock

_current: contextvars.ContextVar[StopToken | None] = contextvars.ContextVar("measurand_stop", default=None)


_SLICE = 0.5  # s; on Windows a wait without end would not notice Ctrl-C


class Stopped(BaseException):
    """Unwinds to whoever made the token. Not an `Exception`, so that no driver's ``except Exception`` swallows it."""


class StopToken:
    """A request to stop, made once, or to pause, until somebody resumes; from any thread.

    Attributes:
        event: Set while there is something to attend to: who waits, waits for this too.
        reason: Why it was stopped, or is paused.
        on_pause: Called with True when whoever looks at the token begins to wait in a pause, and with False when it
            goes on; by default nobody is told.
    """

    def __init__(self) -> None:
        self.event = threading.Event()
        self.reason = ""
        self.on_pause: Callable[[bool], None] | None = None
        self._stopped = False
        self._going = threading.Event()
        self._going.set()
        self._lock = threading.Lock()

    @property
    def requested(self) -> bool:
        """Whether somebody asked to stop."""
        return self._stopped

    @property
    def paused(self) -> bool:
        """Whether somebody asked to pause, and nobody to resume."""
        return not self._going.is_set()

    def request(self, reason: str) -> None:
        """Ask to stop; the first reason is kept. Ends a pause."""
        with self._lock:
            if not self._stopped:
                self.reason, self._stopped = reason, True
                self.event.set()
                self._going.set()

    def pause(self, reason: str) -> None:
        """Ask to pause; nothing happens if it was asked to stop."""
        with self._lock:
            if not self._stopped:
                self.reason = reason
                self._going.clear()
                self.event.set()

    def resume(self) -> None:
        """End a pause."""
        with self._lock:
            if not self._stopped:
                self.reason = ""
                self.event.clear()
            self._going.set()

    def check(self) -> None:
        """Raise `Stopped` if a stop was requested; wait while there is a pause."""
        if self.event.is_set():
            self._attend()

    def _attend(self) -> None:
        if self.paused:
            tell = self.on_pause or _nobody
            tell(True)
            try:
                while not self._going.wait(_SLICE):
                    pass
            finally:
                tell(False)
        if self._stopped:
            raise Stopped(self.reason)

    @contextmanager
    def active(self) -> Iterator[StopToken]:
        """Make this the token that `check_stop` and `sleep` look at, in this context."""
        restore = _current.set(self)
        try:
            yield self
        finally:
            _current.reset(restore)


def current_stop() -> StopToken | None:
    """Return the token of this context; None outside a run."""
    return _current.get()


@contextmanager
def shielded() -> Iterator[None]:
    """Let a block end that must, such as going to safe values: inside it there is no token to look at."""
    restore = _current.set(None)
    try:
        yield
    finally:
        _current.reset(restore)


def check_stop() -> None:
    """Raise `Stopped` if the run of this context was asked to stop; do nothing outside a run."""
    token = _current.get()
    if token is not None:
        token.check()


def sleep(clock: Clock, seconds: float) -> None:
    """Wait ``seconds`` by ``clock``; in a run, end early with `Stopped` when a stop is requested."""
    token = _current.get()
    if token is None:
        clock.sleep(seconds)
        return
    token.check()
    end, left = clock.monotonic() + seconds, seconds
    while left > 0:
        clock.sleep(left, token.event)
        if not token.event.is_set():
            return
        token.check()
        left = end - clock.monotonic()


def _nobody(paused: bool) -> None:
    """Tell nobody."""
