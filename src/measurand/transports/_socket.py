"""A device on a bare TCP socket, without VISA. The only way to a device that knows sockets itself."""

from __future__ import annotations

import math
import socket
import sys
import time

from measurand.errors import CannotOpen, TransportBroken, TransportError, TransportTimeout
from measurand.transports._explain import no_answer, what_to_check, why_not_open

# Windows does not break a wait on a socket at Ctrl-C, so it is sliced there.
_SLICE = 0.5 if sys.platform == "win32" else math.inf
_CHUNK = 1 << 16


class SocketTransport:
    r"""A connection over a TCP socket.

    Prefer `VisaTransport` with ``"TCPIP0::<host>::<port>::SOCKET"``, which reaches the same devices and all others.

    Args:
        host: Name or number of the device.
        port: TCP port.
        name: Whose connection it is, for messages.
        timeout: Longest wait for an answer, or for the next piece of a long one, in s; None waits for ever.
        terminator: Ends what is sent and what is received; removed from answers. ``""``: none, and then an answer is
            what has arrived when the first of it is there.
        persistent: True (default) connects now and stays connected; False connects when something is sent, and
            `hang_up` ends it.
        open_timeout: Longest wait for the connection in s.

    Attributes:
        target: Host and port.

    Raises:
        CannotOpen: With what to check.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        name: str = "",
        timeout: float | None = 5.0,
        terminator: str = "\n",
        persistent: bool = True,
        open_timeout: float = 10.0,
    ) -> None:
        self.target = (host, port)
        self._who = f"{name} ({self.address})" if name else self.address
        self.timeout = timeout
        self.terminator = terminator
        self.persistent = persistent
        self._open_timeout = open_timeout
        self._sent = ""
        self._socket: socket.socket | None = None
        self._usable = True  # False: closed, or the connection was lost
        self._received = bytearray()
        if persistent:
            self._connect()

    def __repr__(self) -> str:
        return f"<SocketTransport {self.address}>"

    @property
    def address(self) -> str:
        """The address in the words of VISA."""
        host, port = self.target
        return f"TCPIP0::{host}::{port}::SOCKET"

    @property
    def marks_end(self) -> bool:
        """A socket is a stream: only the terminator ends an answer."""
        return False

    def write(self, said: str | bytes) -> None:
        """Send ``said`` and the terminator; connect first if there is no connection."""
        data = said.encode() if isinstance(said, str) else said
        self._sent = said if isinstance(said, str) else f"{len(said)} bytes"
        self._send(data + self.terminator.encode())

    def read(self) -> str:
        """Return the next answer without its terminator."""
        line = self._take_line()
        try:
            return line[: len(line) - len(self.terminator.encode())].decode()
        except UnicodeDecodeError as error:
            raise TransportError(
                f"{self._who}: {self._sent[:80]!r} was not answered with text, but {line[:80]!r}."
            ) from error

    def ask(self, text: str) -> str:
        """Send ``text`` and return the answer to it."""
        self.write(text)
        return self.read()

    def write_bytes(self, data: bytes) -> None:
        """Send ``data`` as it is, without terminator."""
        self._sent = f"{len(data)} bytes"
        self._send(data)

    def read_bytes(self, count: int) -> bytes:
        """Return exactly ``count`` bytes; a terminator among them is data."""
        while len(self._received) < count:
            self._receive()
        return self._take(count)

    def read_rest(self) -> bytes:
        """Return what comes up to the next terminator, with it; nothing if there is no terminator."""
        return self._take_line() if self.terminator else b""

    def clear(self) -> None:
        """Connect anew, since nothing else tells a late answer from the next one."""
        self.hang_up()
        if self.persistent:
            self._connect()

    def hang_up(self) -> None:
        """End the connection; the next thing that is sent makes a new one."""
        self._received.clear()
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def close(self) -> None:
        """Give the connection back; harmless when it is closed already."""
        self.hang_up()
        self._usable = False

    def _connect(self) -> socket.socket:
        try:
            self._socket = socket.create_connection(self.target, timeout=self._open_timeout)
        except OSError as error:
            raise CannotOpen(why_not_open(self._who, self.address, str(error))) from error
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._usable = True
        return self._socket

    def _send(self, data: bytes) -> None:
        if not self._usable:
            raise self._lost("there is none")
        connection = self._socket or self._connect()
        connection.settimeout(self.timeout)
        left = memoryview(data)
        try:
            while left:
                left = left[connection.send(left) :]
        except (TimeoutError, BlockingIOError) as error:
            raise TransportTimeout(
                f"{self._who}: {self._sent[:80]!r} could not be sent within {self.timeout} s. Check that the device "
                f"is not busy, and the timeout."
            ) from error
        except OSError as error:
            raise self._lost(str(error)) from error

    def _receive(self) -> None:
        """Wait for the next piece and keep it."""
        if self._socket is None:
            raise self._lost("there is none")
        end = math.inf if self.timeout is None else time.monotonic() + self.timeout
        try:
            piece = self._next_piece(self._socket, end)
        except (TimeoutError, BlockingIOError) as error:
            raise TransportTimeout(no_answer(self._who, self._sent, self.timeout, self.terminator)) from error
        except OSError as error:
            raise self._lost(str(error)) from error
        if not piece:
            raise self._lost("the other side closed the connection")
        self._received += piece

    def _next_piece(self, connection: socket.socket, end: float) -> bytes:
        while True:
            wait = min(max(end - time.monotonic(), 0.0), _SLICE)
            connection.settimeout(None if wait == math.inf else wait)
            try:
                return connection.recv(_CHUNK)
            except TimeoutError:
                if time.monotonic() >= end:
                    raise

    def _take_line(self) -> bytes:
        end = self.terminator.encode()
        seen = 0
        while not end or (found := self._received.find(end, seen)) < 0:
            if not end and self._received:
                return self._take(len(self._received))
            seen = max(len(self._received) - len(end) + 1, 0)  # what was searched is not searched again
            self._receive()
        return self._take(found + len(end))

    def _take(self, count: int) -> bytes:
        taken = bytes(self._received[:count])
        del self._received[:count]
        return taken

    def _lost(self, why: str) -> TransportBroken:
        self.hang_up()
        self._usable = False
        return TransportBroken(f"{self._who}: the connection was lost: {why}. {what_to_check(self.address)}")
