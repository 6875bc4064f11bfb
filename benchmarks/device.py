"""A device that answers every line at once, in a process of its own. Standard library only, for both environments."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator


@contextlib.contextmanager
def device() -> Iterator[str]:
    """Run the device; yield its VISA address."""
    with subprocess.Popen([sys.executable, __file__], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"TCPIP0::127.0.0.1::{process.stdout.readline().strip()}::SOCKET"
        finally:
            process.kill()


def _serve(connection: socket.socket) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    while connection.recv(1000):
        connection.sendall(b"1.5\n")


def _main() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    while True:
        threading.Thread(target=_serve, args=(listener.accept()[0],), daemon=True).start()


if __name__ == "__main__":
    _main()
