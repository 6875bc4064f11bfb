"""Asking a running thing to end at its next safe place. Knows nothing about runs or ramps.

Whoever runs something long makes a `StopToken` and enters ``with token.active():``; ramps, waits and sweeps below look
at the token of their context by `check_stop` and `sleep`, without it being handed through every call.
"""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from measurand._core.clock import Clock

_current: contextvars.ContextVar[StopToken | None] = contextvars.ContextVar("measurand_stop", default=None)


class Stopped(BaseException):
    """Unwinds to whoever made the token. Not an `Exception`, so that no driver's ``except Exception`` swallows it."""


class StopToken:
    """A request to stop that can be made from any thread, once."""

    def __init__(self) -> None:
        self.event = threading.Event()
        self.reason = ""

    @property
    def requested(self) -> bool:
        """Whether somebody asked to stop."""
        return self.event.is_set()

    def request(self, reason: str) -> None:
        """Ask to stop; the first reason is kept."""
        if not self.event.is_set():
            self.reason = reason
            self.event.set()

    def check(self) -> None:
        """Raise `Stopped` if a stop was requested."""
        if self.event.is_set():
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
    clock.sleep(seconds, token.event)
    token.check()
