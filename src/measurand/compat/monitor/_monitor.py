"""`Monitor`: a thread that tells pages in a browser the last known values of parameters, as long as it runs.

It reads caches only, so that it neither talks to an instrument nor waits for one. It listens on this computer only.
"""

from __future__ import annotations

import asyncio
import http
import logging
import re
import socket
import threading
import webbrowser
from importlib import resources
from typing import TYPE_CHECKING, Any, ClassVar

from measurand.compat.monitor._message import message
from measurand.parameters import Parameter

if TYPE_CHECKING:
    from websockets.asyncio.server import ServerConnection
    from websockets.http11 import Request, Response

_log = logging.getLogger(__name__)

WEBSOCKET_PORT = 5678
"""Where pages find the values, ``ws://localhost:5678``, and our own page, ``http://localhost:5678``."""

SERVER_PORT = 3000
"""Where QCoDeS's own page is served; it finds the values of our monitor too."""

_HERE = "127.0.0.1"
# A page from elsewhere that is open in a browser of this computer must not read the laboratory.
_OF_HERE = re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?")


class Monitor(threading.Thread):
    """Show the last known values of parameters in a browser until it is stopped, or another monitor is started.

    Open ``http://localhost:5678``, or call `show`. If the port is taken, by a monitor of another process for example, it
    uses a free one and says so in the log.

    Args:
        *parameters: What is shown.
        interval: Time between two looks in s.
        use_root_instrument: Whether parameters stand under their root instrument, or under the module or channel they
            belong to.
        port: Where to listen; 0: at a free one.

    Raises:
        TypeError: One is no `Parameter`.
        ImportError: The library websockets is not installed.

    Example:
        >>> gate = ManualParameter("gate", unit="V", initial_value=0.5)
        >>> monitor = Monitor(gate, port=0)
        >>> Monitor.running is monitor
        True
        >>> monitor.stop()
    """

    running: ClassVar[Monitor | None] = None

    def __init__(
        self,
        *parameters: Parameter[Any],
        interval: float = 1,
        use_root_instrument: bool = True,
        port: int = WEBSOCKET_PORT,
    ) -> None:
        for parameter in parameters:
            if not isinstance(parameter, Parameter):
                raise TypeError(
                    f"A monitor shows parameters (Parameter), not a {type(parameter).__name__}: {parameter!r}"
                )
        _needed()
        super().__init__(name="monitor", daemon=True)
        if Monitor.running is not None:
            Monitor.running.stop()
        self._parameters = parameters
        self._by_root = use_root_instrument
        self._interval = interval
        self._socket = _listening(port)
        self._port: int = self._socket.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._end = asyncio.Event()
        self.start()
        Monitor.running = self

    @property
    def url(self) -> str:
        """Address of the page that shows the values."""
        return f"http://localhost:{self._port}"

    def run(self) -> None:
        """Serve until `stop`; it is called by the thread."""
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()
            self._socket.close()

    def stop(self) -> None:
        """End it; pages say so. Stopping twice does no harm."""
        self.join()
        if Monitor.running is self:
            Monitor.running = None

    def join(self, timeout: float | None = None) -> None:
        """Have it end, and wait until it has.

        Args:
            timeout: Longest wait in s; default as long as it takes.
        """
        if self.is_alive():
            self._loop.call_soon_threadsafe(self._end.set)
            super().join(timeout)

    def update_all(self) -> None:
        """Read all parameters that can be read now, in this thread; the pages show it at their next look."""
        for parameter in self._parameters:
            if parameter.gettable:
                parameter.get()

    @staticmethod
    def show() -> None:
        """Open the page of the monitor that runs, in a browser of this computer."""
        if Monitor.running is not None:
            webbrowser.open_new(Monitor.running.url)

    async def _serve(self) -> None:
        from websockets.asyncio.server import broadcast, serve

        async with serve(
            self._greet, sock=self._socket, origins=[None, _OF_HERE], process_request=_page, logger=_log
        ) as server:
            while not self._end.is_set():
                broadcast(server.connections, self._message())
                try:
                    await asyncio.wait_for(self._end.wait(), self._interval)
                except TimeoutError:
                    continue

    async def _greet(self, connection: ServerConnection) -> None:
        await connection.send(self._message())
        await connection.wait_closed()

    def _message(self) -> str:
        return message(self._parameters, self._by_root)


def _needed() -> None:
    try:
        import websockets  # noqa: F401 - whether it is there
    except ImportError as error:
        raise ImportError("Monitor needs websockets: pip install measurand[qcodes]") from error


def _listening(port: int) -> socket.socket:
    """Return a socket that listens on this computer at a port, or at a free one if that is taken."""
    try:
        return socket.create_server((_HERE, port))
    except OSError as error:
        found = socket.create_server((_HERE, 0))
        _log.warning(
            "Port %d is taken (%s); this monitor is at http://localhost:%d.",
            port,
            error.strerror,
            found.getsockname()[1],
        )
        return found


def _page(connection: ServerConnection, request: Request) -> Response | None:
    """Answer whoever wants no WebSocket with the page."""
    if "Upgrade" in request.headers:
        return None
    if request.path != "/":
        return connection.respond(http.HTTPStatus.NOT_FOUND, "There is one page only: /\n")
    text = resources.files("measurand.compat.monitor").joinpath("page.html").read_text(encoding="utf-8")
    response = connection.respond(http.HTTPStatus.OK, text)
    del response.headers["Content-Type"]
    response.headers["Content-Type"] = "text/html; charset=utf-8"
    return response
