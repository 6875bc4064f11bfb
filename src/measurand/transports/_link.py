"""What an instrument holds: one transport, one lock, one memory.

An exchange (command and answer) is never torn: the lock is held and Ctrl-C waits until it is complete. After an
exchange that failed half-way, what the device may still send is cleared before the next one, so that a late answer is
never taken for that of another question. Knows nothing about what is said.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from measurand._core.clock import SYSTEM_CLOCK, Clock
from measurand._core.interrupt import DelayedKeyboardInterrupt
from measurand.errors import InstrumentClosed, TransportBroken, TransportError
from measurand.transports._transport import Transport

S = TypeVar("S")
T = TypeVar("T")

_LONGEST = 80  # characters of an exchange that are remembered
_LONGEST_LOGGED = 1000  # characters of an exchange that are logged
_PATIENCE = 10.0  # s that closing waits for an exchange of another thread


class Exchange(NamedTuple):
    """One line that went over a link.

    Attributes:
        time: Seconds since 1970-01-01 UTC.
        direction: ``">"`` sent, ``"<"`` received, ``"!"`` failed, ``"-"`` cleared.
        text: What was said, shortened to 80 characters.
    """

    time: float
    direction: str
    text: str


class Link:
    """The connection to one device, safe to use from several threads.

    With its ``log`` at level DEBUG every exchange is logged: sent, received, and how long it took in ms, in the message
    and as attributes of the record. The loggers are called ``measurand.transports._link.<name>``.

    Args:
        transport: The way to the device; the link closes it.
        name: Whose device it is, for messages.
        lock: Held for a whole exchange, re-entrant; enter it to keep several exchanges together. None makes one.
        remember: How many of the last lines go into the note of an error.
        clock: Stamps the lines.

    Example:
        >>> from measurand.transports import Link, ScriptedTransport
        >>> link = Link(ScriptedTransport([("VOLT?", "0.25")]), name="dac")
        >>> link.ask("VOLT?")
        '0.25'
    """

    def __init__(
        self,
        transport: Transport,
        *,
        name: str = "",
        lock: threading.RLock | None = None,
        remember: int = 10,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self.transport = transport
        self.lock = threading.RLock() if lock is None else lock
        self.log = logging.getLogger(f"{__name__}.{name}" if name else __name__)
        self._name = name
        self._whole = DelayedKeyboardInterrupt(f"speaking with {self._who()}")
        self._clock = clock
        self._lines: deque[Exchange] = deque(maxlen=remember)
        self._unsettled = False  # an exchange ended half-way: an answer to it may still come
        self._gone: InstrumentClosed | TransportBroken | None = None

    def __repr__(self) -> str:
        return f"<Link to {self.transport.address}>"

    @property
    def history(self) -> list[Exchange]:
        """The last lines, oldest first."""
        return list(self._lines)

    def write(self, text: str) -> None:
        """Send a command that has no answer.

        Args:
            text: The command without its terminator.

        Raises:
            TransportError: It could not be sent; the note shows the last exchanges.
            InstrumentClosed: The link was closed.
        """
        self._exchange(self.transport.write, text)

    def ask(self, text: str) -> str:
        """Send a query and return its answer.

        Args:
            text: The query without its terminator.

        Returns:
            The answer without its terminator.

        Raises:
            TransportTimeout: No complete answer in time.
            TransportBroken: The connection is lost.
            InstrumentClosed: The link was closed.
        """
        return self._exchange(self.transport.ask, text)

    def read(self) -> str:
        """Return the next answer, for devices that send more than one."""
        return self._exchange(lambda _: self.transport.read(), None)

    def write_bytes(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._exchange(self.transport.write_bytes, data)

    def read_bytes(self, count: int) -> bytes:
        """Return exactly ``count`` bytes; enter `lock` around the query and this."""
        return self._exchange(lambda _: self.transport.read_bytes(count), None)

    def clear(self) -> None:
        """Throw away whatever the device has sent or is about to send."""
        with self.lock, self._whole:
            self._unsettled = True
            self._settle()

    def close(self) -> None:
        """Give the connection back, after the exchange in progress, or after 10 s if that hangs; later use raises `InstrumentClosed`."""
        patient = self.lock.acquire(timeout=_PATIENCE)
        try:
            if not isinstance(self._gone, InstrumentClosed):
                self._gone = InstrumentClosed(f"{self._who()} was closed. Create it again to use it.")
                self.transport.close()
        finally:
            if patient:
                self.lock.release()

    def _exchange(self, action: Callable[[S], T], sent: S) -> T:
        with self.lock, self._whole:
            if self._gone is not None or self._unsettled:
                self._settle()
            if sent is not None:
                self._remember(">", sent)
            self._unsettled = True
            began = self._clock.monotonic() if self.log.isEnabledFor(logging.DEBUG) else None
            try:
                result = action(sent)
            except Exception as error:  # whatever it is, it gets its context and goes on
                if began is not None:
                    self._tell(sent, type(error).__name__, began)
                self._explain(error)
                raise
            self._unsettled = False
            if began is not None:
                self._tell(sent, result, began)
            if result is not None:
                self._remember("<", result)
            return result

    def _settle(self) -> None:
        """Refuse if the link is gone for good; else clear what a failed exchange may have left."""
        if self._gone is not None:
            raise type(self._gone)(*self._gone.args)
        self._remember("-", "clear")
        try:
            self.transport.clear()
        except Exception as error:  # whatever it is, it gets its context and goes on
            self._explain(error)
            raise
        self._unsettled = False

    def _remember(self, direction: str, said: object) -> None:
        self._lines.append(Exchange(self._clock.time(), direction, _shown(said, _LONGEST)))

    def _tell(self, sent: object, received: object, began: float) -> None:
        """Log a complete exchange, or one that failed: then ``received`` is the kind of error."""
        took = (self._clock.monotonic() - began) * 1e3
        said = [None if one is None else _shown(one, _LONGEST_LOGGED) for one in (sent, received)]
        record = {"instrument": self._name or None, "sent": said[0], "received": said[1], "ms": took}
        message = " -> ".join(text for text in said if text is not None)
        self.log.debug("[%s] %s (%.3f ms)", self._who(), message, took, extra=record)

    def _explain(self, error: Exception) -> None:
        if not isinstance(error, TransportError):
            return
        self._remember("!", type(error).__name__)
        if isinstance(error, TransportBroken):
            self._gone = TransportBroken(
                f"{self._who()}: the connection was lost at {_clock_text(self._clock.time())}. "
                f"Check the device, then close the instrument and create it again."
            )
        lines = "\n".join(f"  {_clock_text(at)} {direction} {text}" for at, direction, text in self._lines)
        error.add_note(f"Last exchanges with {self._who()}:\n{lines}")

    def _who(self) -> str:
        return f"{self._name} ({self.transport.address})" if self._name else self.transport.address


def _shown(said: object, longest: int) -> str:
    """Return what was said as text, not longer than ``longest`` characters and a remark."""
    text = said if isinstance(said, str) else repr(said[:longest]) if isinstance(said, bytes) else repr(said)
    return text if len(text) <= longest else f"{text[:longest]}… ({len(text)} characters)"


def _clock_text(seconds: float) -> str:
    """Return the local time of day to the millisecond."""
    return f"{time.strftime('%H:%M:%S', time.localtime(seconds))}.{int(seconds % 1 * 1000):03d}"
