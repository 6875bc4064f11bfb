"""Messages over TCP on this computer only: one port, any number of clients, each answered in its own thread.

Threads and blocking sockets, because an answer must not wait for the granularity of an event loop's timers. Knows
nothing about what the messages mean.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable

from measurand.simulation.kit._framing import take_messages

LOOPBACK = "127.0.0.1"
_CHUNK = 65536  # bytes received at once
_LONGEST = 65536  # as `longest`; a message of SCPI is shorter


class Wire:
    """One client's connection, as a `Reply` that is more than text sees it.

    Args:
        connection: The client's socket.
        terminator: Ends answers that are text.
    """

    def __init__(self, connection: socket.socket, terminator: bytes) -> None:
        self._connection = connection
        self._terminator = terminator

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._connection.sendall(data)

    def reply(self, answer: Reply) -> None:
        """Send an answer: text with the terminator, bytes as they are, nothing for None."""
        if callable(answer):
            answer(self)
        elif isinstance(answer, bytes):
            self.send(answer)
        elif answer is not None:
            self.send(answer.encode("latin-1", "replace") + self._terminator)

    def hang_up(self) -> None:
        """Close the connection."""
        with contextlib.suppress(OSError):  # the client was faster
            self._connection.shutdown(socket.SHUT_RDWR)

    def wait(self, seconds: float) -> None:
        """Let the client wait."""
        time.sleep(seconds)


Reply = str | bytes | None | Callable[[Wire], None]
"""What a device gives back for a message: text, bytes as they are, nothing, or something done to the connection."""


class MessageServer:
    r"""Answers messages.

    Args:
        answer: Called with each message that arrives, without its end; what it returns is sent back.
        port: 0 takes a free one.
        terminator: Ends messages and answers.
        longest: Bytes of an unfinished message after which the client is taken for something else and disconnected.

    Raises:
        OSError: The port is taken.
    """

    def __init__(
        self, answer: Callable[[str], Reply], port: int = 0, terminator: str = "\n", *, longest: int = _LONGEST
    ) -> None:
        self._answer = answer
        self._longest = longest
        self._terminator = terminator.encode("latin-1")
        self._listener = socket.create_server((LOOPBACK, port))
        self._clients: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._closed = False
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._listen, name=f"port {self.port}", daemon=True).start()

    def close(self) -> None:
        """Free the port and disconnect all clients."""
        with self._lock:
            self._closed = True
            clients = [self._listener, *self._clients]
        for each in clients:
            with contextlib.suppress(OSError):  # not connected, or gone already
                each.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for it; closing alone does not on Linux
            each.close()

    def _listen(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                if self._closed:
                    client.close()
                    return
                self._clients.add(client)
            threading.Thread(target=self._serve, args=(client,), name=f"port {self.port}", daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        pending = bytearray()
        wire = Wire(client, self._terminator)
        with client, contextlib.suppress(OSError):  # the client went away; nobody is left to be told
            while len(pending) < self._longest and (received := client.recv(_CHUNK)):
                pending += received
                for message in take_messages(pending, self._terminator):
                    wire.reply(self._answer(message))
        with self._lock:
            self._clients.discard(client)
