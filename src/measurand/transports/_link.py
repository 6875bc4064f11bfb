"""What an instrument holds: one transport, one lock, one memory.

An exchange (command and answer) is never torn: the lock is held and Ctrl-C waits until it is complete. After an
exchange that failed half-way, what the device may still send is cleared before the next one, so that a late answer is
never taken for that of another question. Knows nothing about what is said.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Self, TypeVar

from measurand._core.clock import SYSTEM_CLOCK, Clock
from measurand._core.interrupt import DelayedKeyboardInterrupt
from measurand.errors import InstrumentClosed, TransportBroken, TransportError
from measurand.transports._blocks import HeaderFormat, block_format, pack_block, read_array
from measurand.transports._history import Exchange, History, clock_text, shown
from measurand.transports._transport import Transport

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike, NDArray

S = TypeVar("S", bound=str | bytes | None)
T = TypeVar("T")

_LONGEST_LOGGED = 1000  # characters of an exchange that are logged
_PATIENCE = 10.0  # s that closing waits for an exchange of another thread


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
        self._users = [name]
        self._name = name
        self._whole = DelayedKeyboardInterrupt(f"speaking with {self._who()}")
        self._clock = clock
        self._history = History(remember, clock)
        self._unsettled = False  # an exchange ended half-way: an answer to it may still come
        self._gone: InstrumentClosed | TransportBroken | None = None

    def __repr__(self) -> str:
        return f"<Link to {self.transport.address}>"

    @property
    def history(self) -> list[Exchange]:
        """The last lines, oldest first."""
        return self._history.lines

    def share(self, name: str) -> Self:
        """Return the link for one more user, for messages called ``name``; it is closed when all of them closed it."""
        with self.lock:
            if self._gone is not None:
                self._settle()
            self._users.append(name)
            self._name = ", ".join(self._users)
        return self

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

    def read_raw(self) -> bytes:
        """Return what is left of the present answer as it is, terminator included; nothing if it has ended."""
        return self._exchange(lambda _: self.transport.read_rest(), None)

    def query_binary_values(
        self,
        text: str | None,
        datatype: DTypeLike = "f",
        is_big_endian: bool = False,
        *,
        header_fmt: HeaderFormat = "ieee",
        expect_termination: bool = True,
        data_points: int | None = None,
    ) -> NDArray[Any]:
        """Send a query and return the array that the device answers with a block of IEEE 488.2.

        The whole transfer is one exchange: other threads and Ctrl-C wait for its end. If it fails half-way, what is
        left of it is cleared before the next exchange.

        Args:
            text: The query without its terminator; None: it was sent already.
            datatype: Type of one value in the answer: a letter as in `struct` (``"f"`` float32, ``"d"`` float64,
                ``"h"`` int16, ``"B"`` uint8 …), or a type of numpy with its own byte order (``">i2"``).
            is_big_endian: Byte order for letters; False (default) is little-endian.
            header_fmt: ``"ieee"`` (default): the data follows a header that may tell its length; ``"empty"``: it
                follows nothing.
            expect_termination: Whether the device ends its answer after the data, as the standard demands.
            data_points: How many values to read where the device does not tell; None (default): up to the end of the
                answer, where the connection marks it.

        Returns:
            The values, shape ``(n,)``, with the byte order of this computer, writable.

        Raises:
            TransportTimeout: The device fell silent for longer than the time-out.
            TransportError: What came is no such block; the message shows how it begins.
            RefusedValue: Arguments that mean nothing; nothing was sent.
        """
        form = block_format(
            datatype,
            is_big_endian=is_big_endian,
            header_fmt=header_fmt,
            expect_termination=expect_termination,
            data_points=data_points,
        )

        def transfer(said: str | None) -> NDArray[Any]:
            if said is not None:
                self.transport.write(said)
            return read_array(self.transport, form)

        return self._exchange(transfer, text)

    def write_binary_values(
        self,
        text: str,
        values: ArrayLike | Iterable[float],
        datatype: DTypeLike = "f",
        is_big_endian: bool = False,
        *,
        header_fmt: HeaderFormat = "ieee",
    ) -> None:
        """Send a command that is followed by an array, as a block of IEEE 488.2 of definite length.

        Args:
            text: The command up to the array, e.g. ``"DATA VOLATILE, "``.
            values: One-dimensional.
            datatype: As in `query_binary_values`.
            is_big_endian: As in `query_binary_values`.
            header_fmt: ``"ieee"`` (default), or ``"empty"`` for the data alone.

        Raises:
            RefusedValue: The values do not fit into the type; nothing was sent.
        """
        form = block_format(datatype, is_big_endian=is_big_endian, header_fmt=header_fmt)
        self._exchange(self.transport.write, pack_block(text, values, form))

    def clear(self) -> None:
        """Throw away whatever the device has sent or is about to send."""
        with self.lock, self._whole:
            self._unsettled = True
            self._settle()

    def replace(self, open_other: Callable[[], Transport]) -> None:
        """Close the transport and go on with another one, also after the connection was lost.

        Args:
            open_other: Called when the old one is closed. If it raises, the link stays without connection.
        """
        with self.lock, self._whole:
            if isinstance(self._gone, InstrumentClosed):
                self._settle()
            self.transport.close()
            self._gone = TransportBroken(f"{self._who()}: no connection. Connect again, or create the instrument anew.")
            self.transport = open_other()
            self._gone, self._unsettled = None, False

    def close(self, user: str = "") -> None:
        """Give the connection back, after the exchange in progress, or after 10 s if that hangs; later use raises `InstrumentClosed`.

        Args:
            user: Who does not need it any more. A link that is shared is closed when its last user closes it.
        """
        patient = self.lock.acquire(timeout=_PATIENCE)
        try:
            if len(self._users) > 1:
                self._users.remove(user if user in self._users else self._users[-1])
                self._name = ", ".join(self._users)
            elif not isinstance(self._gone, InstrumentClosed):
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
                self._history.add(">", sent)
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
                self._history.add("<", result)
            return result

    def _settle(self) -> None:
        """Refuse if the link is gone for good; else clear what a failed exchange may have left."""
        if self._gone is not None:
            raise type(self._gone)(*self._gone.args)
        self._history.add("-", "clear")
        try:
            self.transport.clear()
        except Exception as error:  # whatever it is, it gets its context and goes on
            self._explain(error)
            raise
        self._unsettled = False

    def _tell(self, sent: object, received: object, began: float) -> None:
        """Log a complete exchange, or one that failed: then ``received`` is the kind of error."""
        took = (self._clock.monotonic() - began) * 1e3
        said = [None if one is None else shown(one, _LONGEST_LOGGED) for one in (sent, received)]
        record = {"instrument": self._name or None, "sent": said[0], "received": said[1], "ms": took}
        message = " -> ".join(text for text in said if text is not None)
        self.log.debug("[%s] %s (%.3f ms)", self._who(), message, took, extra=record)

    def _explain(self, error: Exception) -> None:
        if not isinstance(error, TransportError):
            return
        self._history.add("!", type(error).__name__)
        if isinstance(error, TransportBroken):
            self._gone = TransportBroken(
                f"{self._who()}: the connection was lost at {clock_text(self._history.now())}. "
                f"Check the device, then close the instrument and create it again."
            )
        error.add_note(self._history.note(self._who()))

    def _who(self) -> str:
        return f"{self._name} ({self.transport.address})" if self._name else self.transport.address
