"""What pyvisa-py does not tell of a bare socket: that the other side hung up, and how much has arrived."""

from __future__ import annotations

import math
import os
import select
import socket
import sys
import time
from typing import Any

# Windows does not break a wait on a socket at Ctrl-C, so it is sliced there.
_SLICE = 0.5 if sys.platform == "win32" else math.inf


class SocketWatch:
    """Look at the socket of a session of pyvisa-py without taking anything from it.

    Args:
        session: The back end's own.
        connection: Its socket.

    Raises:
        OSError: The connection was refused after all.
    """

    def __init__(self, session: Any, connection: socket.socket) -> None:
        self._session = session
        self._socket = connection
        refused = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if refused:
            raise OSError(refused, os.strerror(refused))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # small packets are sent at once

    def await_answer(self, seconds: float | None) -> None:
        """Wait for the first byte; raise `TimeoutError` or `ConnectionError` if none comes."""
        # What the back end has received and not handed out yet; a version that does not tell is left to itself.
        if getattr(self._session, "_pending_buffer", True):
            return
        end = math.inf if seconds is None else time.monotonic() + seconds
        while True:
            wait = min(end - time.monotonic(), _SLICE)
            ready, _, _ = select.select([self._socket], [], [], None if wait == math.inf else max(wait, 0.0))
            if ready:
                break
            if time.monotonic() >= end:
                raise TimeoutError
        if not self._socket.recv(1, socket.MSG_PEEK):
            raise ConnectionError("the other side closed the connection")

    def arrived(self, most: int) -> int:
        """Return how many bytes can be read at once, ``most`` at most; at least one must be there."""
        pending = len(getattr(self._session, "_pending_buffer", b""))
        return min(pending or len(self._socket.recv(most, socket.MSG_PEEK)), most)

    def hung_up(self) -> bool:
        """Return whether the other side is gone; pyvisa-py takes half an answer for a slow one."""
        ready, _, _ = select.select([self._socket], [], [], 0)
        return bool(ready) and not self._socket.recv(1, socket.MSG_PEEK)


def watch(resource: Any) -> SocketWatch | None:
    """Return a watch over a resource of pyvisa-py, None for other VISAs."""
    sessions = getattr(resource.visalib, "sessions", None)
    session = sessions.get(resource.session) if isinstance(sessions, dict) else None
    connection = getattr(session, "interface", None)
    return SocketWatch(session, connection) if isinstance(connection, socket.socket) else None
