"""A device on a real TCP socket, made of one function. Knows nothing about SCPI."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

_RESET = struct.pack("ii", 1, 0)  # linger for no time: closing sends a reset, as a crashed computer's peer sees it


class LineServer:
    r"""Answer lines on a loopback socket, each connection in its own thread.

    Args:
        respond: Gets each line without terminator and returns the answer, bytes to be sent as they are, or None for
            a command. It may block to be late.
        terminator: Ends lines and answers; default ``"\n"``.

    Example:
        >>> with LineServer(lambda line: "1.5" if line == "VOLT?" else None) as server:
        ...     server.address.startswith("TCPIP0::127.0.0.1::")
        True
    """

    def __init__(self, respond: Callable[[str], str | bytes | None], *, terminator: str = "\n") -> None:
        self.received: list[str] = []
        self.connections: list[socket.socket] = []
        self.hung_up = threading.Event()  # set when a peer has closed its connection
        self._respond = respond
        self._terminator = terminator.encode()
        self._closing = False
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, name=f"line-server-{self.port}", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def address(self) -> str:
        """VISA resource name."""
        return f"TCPIP0::127.0.0.1::{self.port}::SOCKET"

    def close(self) -> None:
        """Hang up and refuse new connections."""
        self._end(reset=False)

    def kill(self) -> None:
        """Reset every connection and refuse new ones, as if the plug was pulled and the device restarted."""
        self._end(reset=True)

    def _end(self, *, reset: bool) -> None:
        if self._closing:
            return
        self._closing = True
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
            pass  # wakes the thread that accepts
        self._thread.join()
        self._socket.close()
        for connection in self.connections:
            with contextlib.suppress(OSError):  # the other side may have gone before
                if reset:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                connection.shutdown(socket.SHUT_RD if reset else socket.SHUT_RDWR)  # its thread wakes and closes it

    def _accept(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            if self._closing:
                connection.close()
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections.append(connection)
            threading.Thread(target=self._serve, args=(connection,), name="line-server-peer", daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        rest = b""
        with connection, contextlib.suppress(OSError):  # the other side may go at any time
            while chunk := connection.recv(65536):
                *lines, rest = (rest + chunk).split(self._terminator)
                for line in lines:
                    text = line.decode()
                    self.received.append(text)
                    answer = self._respond(text)
                    if answer is not None:
                        raw = answer if isinstance(answer, bytes) else answer.encode() + self._terminator
                        connection.sendall(raw)
        self.hung_up.set()
