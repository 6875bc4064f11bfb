"""Lines of text over TCP on this computer only: one port, any number of clients, each answered in its own thread.

Threads and blocking sockets, because an answer must not wait for the granularity of an event loop's timers. Knows
nothing about what the lines mean.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable

LOOPBACK = "127.0.0.1"
_LONGEST = 65536  # bytes of an unfinished line after which the client is taken for something else and disconnected


class LineServer:
    """Answers lines with lines.

    Args:
        answer: Called with each line that arrives, without its end; what it returns is sent back, None sends nothing.
        port: 0 takes a free one.

    Raises:
        OSError: The port is taken.
    """

    def __init__(self, answer: Callable[[str], str | None], port: int = 0) -> None:
        self._answer = answer
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
        pending = b""
        with client, contextlib.suppress(OSError):  # the client went away; nobody is left to be told
            while len(pending) < _LONGEST and (received := client.recv(_LONGEST)):
                *lines, pending = (pending + received).split(b"\n")
                for line in lines:
                    answer = self._answer(line.decode("ascii", "replace").strip())
                    if answer is not None:
                        client.sendall(answer.encode("ascii") + b"\n")
        with self._lock:
            self._clients.discard(client)
