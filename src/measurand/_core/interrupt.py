"""Ctrl-C at a safe moment. Knows nothing about instruments or runs.

`DelayedKeyboardInterrupt` protects a short piece of code: the first Ctrl-C waits until the piece is complete, a second
one breaks through. `on_interrupt` is the form for something long that can end itself: the first Ctrl-C calls a function.
Only the outermost of nested protections owns the signal handler, so an inner one costs a comparison. Python delivers
signals to the main thread only: in other threads both do nothing. Nor do they when a Ctrl-C cannot interrupt Python:
when it is ignored, or when a handler written in C takes it.

Ctrl-Break on Windows is another signal and stays what it is: the end of the process.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Any, Self

# CPython's own functions below those of `signal`: without the conversion to enums, which costs ten times the call itself.
_quick: Any = sys.modules.get("_signal", signal)
_get_handler, _set_handler = _quick.getsignal, _quick.signal

_owner: _Guard | None = None  # the outermost protection; touched by the main thread only


class _Guard:
    """Owns the SIGINT handler from `enter` to `leave`; puts back what was there before.

    A guard inside another one follows it: the owner tells it of the first Ctrl-C. The second one ends the ownership
    before it is passed on, so that whatever it raises leaves the handler as it was.
    """

    __slots__ = ("_followers", "_installed", "_on_first", "_owner", "_previous", "_saying", "depth", "hits")

    def __init__(self, on_first: Callable[[], None] | None, saying: object = None) -> None:
        self._on_first = on_first
        self._saying = saying
        self._previous: Any = None
        self._installed = False
        self._followers: tuple[_Guard, ...] = ()
        self._owner: _Guard | None = None
        self.hits = 0
        self.depth = 0  # how often its own block was entered again inside itself

    def enter(self) -> None:
        global _owner  # noqa: PLW0603 - the process has one SIGINT handler
        if threading.current_thread() is not threading.main_thread():
            return
        if _owner is not None:
            if self._on_first is not None:
                self._owner = _owner
                _owner._followers += (self,)
            return
        self._previous = _get_handler(signal.SIGINT)
        if self._previous is None or self._previous == signal.SIG_IGN:  # None: by C, and Python could not put it back
            return
        # In this order a Ctrl-C at any moment leaves either the old handler, or this one that counts it.
        try:
            _set_handler(signal.SIGINT, self._on_signal)
        except ValueError:  # the main thread of a subinterpreter: signals are not for it
            return
        self._installed = True
        _owner = self

    def leave(self) -> bool:
        """Put the earlier handler back; return whether this guard owned the signal and it came."""
        if self._owner is not None:
            self._owner._followers = tuple(guard for guard in self._owner._followers if guard is not self)
            return False
        if self._installed:
            self._put_back()
        return self.hits > 0

    def told(self) -> None:
        """Take notice of the first Ctrl-C."""
        self.hits = max(self.hits, 1)
        if self._on_first is not None:
            self._on_first()

    def pass_on(self, signum: int = signal.SIGINT, frame: FrameType | None = None) -> None:
        """Do what the earlier handler, which is in its place again, would have done."""
        if callable(self._previous):
            self._previous(signum, frame)
        else:  # SIG_DFL: the process ends here
            signal.raise_signal(signum)

    def _on_signal(self, signum: int, frame: FrameType | None) -> None:
        self.hits += 1
        if self.hits > 1:
            self._put_back()
            self.pass_on(signum, frame)
            return
        for guard in (self, *self._followers):
            guard.told()
        _say_delayed(self._saying)  # last: a console may be slow

    def _put_back(self) -> None:
        global _owner  # noqa: PLW0603 - the process has one SIGINT handler
        _owner = None  # first: from the next line on a Ctrl-C may end this function
        _set_handler(signal.SIGINT, self._previous)
        self._installed = False


class DelayedKeyboardInterrupt:
    """Complete a piece of code before a Ctrl-C takes effect.

    One Ctrl-C inside the block prints a line, lets the block complete and is raised after it, also when the block
    failed (the failure is its context); a second one breaks through at once. Then happens what would have happened
    without the block: `KeyboardInterrupt`, or what another handler of SIGINT does. Nests; can be used again and shared
    between threads; leaves the handler as it found it; does nothing outside the main thread.

    Args:
        context: What is being done, a text or names with values, shown in the printed line. None: nothing more is said.

    Example:
        >>> with DelayedKeyboardInterrupt("writing the waveform"):
        ...     steps = [1, 2, 3]
        >>> steps
        [1, 2, 3]
    """

    __slots__ = ("_context", "_guard")

    def __init__(self, context: str | Mapping[str, object] | None = None) -> None:
        self._context = context
        self._guard: _Guard | None = None

    def __enter__(self) -> None:
        if _owner is None:
            guard = _Guard(None, self._context)
            guard.enter()
            if guard._installed:
                self._guard = guard
        elif self._guard is not None and threading.current_thread() is threading.main_thread():
            if self._guard is _owner:
                _owner.depth += 1
            else:  # left behind when a second Ctrl-C ended the ownership
                self._guard = None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        guard = self._guard
        if guard is None or threading.current_thread() is not threading.main_thread():
            return
        if guard.depth:
            guard.depth -= 1
            return
        self._guard = None
        # An error of the block must not swallow the Ctrl-C.
        if guard.leave() and not (kind is not None and issubclass(kind, KeyboardInterrupt)):
            guard.pass_on()


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


def _say_delayed(context: object) -> None:
    """Say on stderr that Ctrl-C was heard; a stderr that is closed, absent (pythonw) or in use stays silent."""
    if isinstance(context, Mapping):
        context = ", ".join(f"{name}={value}" for name, value in context.items())
    doing = f" ({context})" if context else ""
    line = f"\nCtrl-C received: stopping after the present step{doing}. Press it again to stop at once.\n"
    with suppress(Exception):  # whatever a stream of others does must not end the protected block
        encoding = getattr(sys.stderr, "encoding", None) or "ascii"
        sys.stderr.write(line.encode(encoding, "backslashreplace").decode(encoding))
