"""Ctrl-C at a safe moment. Knows nothing about instruments or runs.

`DelayedKeyboardInterrupt` protects a short piece of code: the first Ctrl-C waits until the piece is complete, a second
one breaks through. `on_interrupt` is the form for something long that can end itself: the first Ctrl-C calls a function.
Only the outermost of nested protections owns the signal handler, so an inner one costs a comparison. Python delivers
signals to the main thread only: in other threads both do nothing.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, Self

_owner: _Guard | None = None  # the outermost protection; touched by the main thread only


class _Guard:
    """Owns the SIGINT handler from `enter` to `leave`; puts back what was there before.

    A guard inside another one follows it: the owner tells it of the first Ctrl-C.
    """

    def __init__(self, on_first: Callable[[], None] | None) -> None:
        self._on_first = on_first
        self._previous: Any = None
        self._installed = False
        self._followers: list[_Guard] = []
        self._owner: _Guard | None = None
        self.hits = 0

    def enter(self) -> None:
        global _owner  # noqa: PLW0603 - the process has one SIGINT handler
        if threading.current_thread() is not threading.main_thread():
            return
        if _owner is not None:
            if self._on_first is not None:
                self._owner = _owner
                _owner._followers.append(self)
            return
        self._previous = signal.getsignal(signal.SIGINT)
        if self._previous is None:  # set by something outside Python: it could not be put back
            return
        # In this order a Ctrl-C at any moment leaves either the old handler, or this one that counts it.
        signal.signal(signal.SIGINT, self._on_signal)
        self._installed = True
        _owner = self

    def leave(self) -> bool:
        """Put the earlier handler back; return whether this guard owned the signal and it came."""
        global _owner  # noqa: PLW0603 - the process has one SIGINT handler
        if self._owner is not None:
            self._owner._followers.remove(self)
            return False
        if not self._installed:
            return False
        _owner = None  # first: from the next line on a Ctrl-C may end this function
        signal.signal(signal.SIGINT, self._previous)
        return self.hits > 0

    def _on_signal(self, signum: int, frame: FrameType | None) -> None:
        self.hits += 1
        if self.hits > 1:
            self.pass_on(signum, frame)
            return
        _say_delayed()
        for guard in (self, *self._followers):
            guard.told()

    def told(self) -> None:
        """Take notice of the first Ctrl-C."""
        self.hits = max(self.hits, 1)
        if self._on_first is not None:
            self._on_first()

    def pass_on(self, signum: int = signal.SIGINT, frame: FrameType | None = None) -> None:
        """Do what the earlier handler would have done."""
        if callable(self._previous):
            self._previous(signum, frame)
        elif self._previous == signal.SIG_DFL:
            raise KeyboardInterrupt


class DelayedKeyboardInterrupt:
    """Complete a piece of code before a Ctrl-C takes effect.

    One Ctrl-C inside the block prints a line, lets the block complete and is raised after it, also when the block
    failed (the failure is its context); a second one breaks through at once. Nests; leaves the handler as it found it; does nothing outside the main thread.

    Example:
        >>> with DelayedKeyboardInterrupt():
        ...     steps = [1, 2, 3]
        >>> steps
        [1, 2, 3]
    """

    __slots__ = ("_guard",)

    def __enter__(self) -> None:
        self._guard = _Guard(None)
        self._guard.enter()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._guard.leave() and kind is not KeyboardInterrupt:  # an error of the block must not swallow the Ctrl-C
            self._guard.pass_on()


class on_interrupt:  # noqa: N801 - reads as a verb where it is used: `with on_interrupt(stop):`
    """Call a function at the first Ctrl-C inside the block instead of raising; a second Ctrl-C raises at once."""

    def __init__(self, first: Callable[[], None]) -> None:
        self._guard = _Guard(first)

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C came inside the block."""
        return self._guard.hits > 0

    def __enter__(self) -> Self:
        self._guard.enter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._guard.leave()


def _say_delayed() -> None:
    if sys.stderr is not None:  # pythonw has none
        sys.stderr.write("\nCtrl-C received: stopping after the present step. Press it again to stop at once.\n")
