"""A device behind VISA: ethernet, GPIB, USB, serial. The only place that imports pyvisa.

Without a vendor's VISA installed, pyvisa falls back to pyvisa-py by itself. Bare TCP sockets get what VISA leaves
open: a terminator, no waiting for packets to fill, a refused or lost connection told at once, and a device clear.
"""

from __future__ import annotations

import contextlib
import math
import os
import select
import socket
import sys
import time
from typing import Any

from measurand.errors import CannotOpen, TransportBroken, TransportError, TransportTimeout
from measurand.transports._explain import LOST, is_socket, what_to_check, why_not_open

# Windows does not break a wait on a socket at Ctrl-C, so it is sliced there.
_SLICE = 0.5 if sys.platform == "win32" else math.inf
_QUIET = 0.5  # s without a byte after which a serial line is believed to be silent


class VisaTransport:
    r"""A connection through pyvisa.

    Args:
        address: VISA resource name, e.g. ``"TCPIP0::192.168.0.7::5025::SOCKET"``.
        name: Whose connection it is, for messages.
        timeout: Longest wait for an answer in s; None waits for ever.
        terminator: Ends what is sent and what is received; removed from answers. None means ``"\n"`` for bare
            sockets and pyvisa's own defaults for everything else; ``""`` means none.
        visalib: The VISA to use, in pyvisa's words: ``"@py"``, ``"lab.yaml@sim"``, the path of a library. None takes
            the vendor's if there is one, else pyvisa-py.
        open_timeout: Longest wait for the connection in s.

    Raises:
        CannotOpen: With what to check.
    """

    def __init__(
        self,
        address: str,
        *,
        name: str = "",
        timeout: float | None = 5.0,
        terminator: str | None = None,
        visalib: str | None = None,
        open_timeout: float = 10.0,
    ) -> None:
        self._address = address
        self._who = f"{name} ({address})" if name else address
        self._timeout = timeout
        self._terminator = "\n" if terminator is None and is_socket(address) else terminator
        self._open_timeout = open_timeout
        self._sent = ""
        self._socket: socket.socket | None = None
        self._session: Any = None  # the back end's own, for bare sockets of pyvisa-py
        self.resource: Any = self._open(visalib)

    def __repr__(self) -> str:
        return f"<VisaTransport {self._address}>"

    @property
    def address(self) -> str:
        """The VISA resource name."""
        return self._address

    @property
    def terminator(self) -> str | None:
        """Ends what is sent and received; None: pyvisa's defaults."""
        return self._terminator

    @terminator.setter
    def terminator(self, text: str | None) -> None:
        self._terminator = text
        if text is not None:
            self.resource.write_termination = text
            self.resource.read_termination = text or None

    @property
    def timeout(self) -> float | None:
        """Longest wait for an answer in s; None waits for ever."""
        return self._timeout

    @timeout.setter
    def timeout(self, seconds: float | None) -> None:
        self.resource.timeout = None if seconds is None else seconds * 1000
        self._timeout = seconds

    def write(self, text: str) -> None:
        """Send ``text`` and the terminator."""
        self._sent = text
        try:
            self.resource.write(text)
        except Exception as error:  # back ends raise VISA's, the socket's and their own errors
            raise self._translated(error) from error

    def read(self) -> str:
        """Return the next answer without its terminator."""
        try:
            self._await_answer()
            answer: str = self.resource.read()
        except Exception as error:  # back ends raise VISA's, the socket's and their own errors
            raise self._translated(error) from error
        return answer

    def ask(self, text: str) -> str:
        """Send ``text`` and return the answer to it."""
        self.write(text)
        return self.read()

    def write_bytes(self, data: bytes) -> None:
        """Send ``data`` as it is, without terminator."""
        self._sent = f"{len(data)} bytes"
        try:
            self.resource.write_raw(data)
        except Exception as error:  # back ends raise VISA's, the socket's and their own errors
            raise self._translated(error) from error

    def read_bytes(self, count: int) -> bytes:
        """Return exactly ``count`` bytes; a terminator among them is data."""
        try:
            self._await_answer()
            return bytes(self.resource.read_bytes(count))
        except Exception as error:  # back ends raise VISA's, the socket's and their own errors
            raise self._translated(error) from error

    def clear(self) -> None:
        """Make sure that nothing the device answered so far can be read any more.

        A bare socket is connected anew, since nothing else tells a late answer from the next one; a serial line is
        read until it has been silent for 0.5 s; others get VISA's device clear.
        """
        if is_socket(self._address):
            self.close()
            try:
                self.resource.open(open_timeout=int(self._open_timeout * 1000))
                self._prepare()
            except Exception as error:  # back ends raise nearly anything from open
                self.close()
                raise CannotOpen(why_not_open(self._who, self._address, str(error))) from error
            return
        try:
            self.resource.clear()
        except Exception as error:  # back ends raise VISA's and their own errors
            if "VI_ERROR_NSUP_OPER" not in str(error):  # a device that knows no clear
                raise self._translated(error) from error
        if self._address.upper().startswith("ASRL"):
            self._drain()

    def close(self) -> None:
        """Give the connection back; harmless when it is closed already."""
        self._socket = self._session = None
        with contextlib.suppress(Exception):  # a connection that cannot be closed is not ours any more
            self.resource.close()

    def _open(self, visalib: str | None) -> Any:
        import pyvisa

        try:
            self.resource = pyvisa.ResourceManager(visalib or "").open_resource(
                self._address, open_timeout=int(self._open_timeout * 1000)
            )
        except Exception as error:  # back ends raise nearly anything from open
            raise CannotOpen(why_not_open(self._who, self._address, str(error))) from error
        try:
            self._prepare()
        except Exception as error:  # back ends raise nearly anything while they are set up
            self.close()
            raise CannotOpen(why_not_open(self._who, self._address, str(error))) from error
        return self.resource

    def _prepare(self) -> None:
        """Set what a new session does not know; raise if the connection was refused after all."""
        self.resource.encoding = "utf-8"
        self.timeout = self._timeout
        self.terminator = self._terminator
        if not is_socket(self._address):
            return
        self._session = _session_of_pyvisa_py(self.resource)
        self._socket = getattr(self._session, "interface", None)
        if self._socket is None:  # a vendor's VISA
            from pyvisa.constants import ResourceAttribute

            with contextlib.suppress(Exception):  # sending small packets at once is only faster
                self.resource.set_visa_attribute(ResourceAttribute.tcpip_nodelay, True)
            return
        refused = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if refused:
            raise OSError(refused, os.strerror(refused))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _await_answer(self) -> None:
        """Wait for the first byte on a bare socket; pyvisa-py would not notice that the other side hung up."""
        # What the back end has received and not handed out yet; a version that does not tell is left to itself.
        if self._socket is None or getattr(self._session, "_pending_buffer", True):
            return
        end = math.inf if self._timeout is None else time.monotonic() + self._timeout
        while True:
            wait = min(end - time.monotonic(), _SLICE)
            ready, _, _ = select.select([self._socket], [], [], None if wait == math.inf else max(wait, 0.0))
            if ready:
                break
            if time.monotonic() >= end:
                raise self._timed_out()
        if not self._socket.recv(1, socket.MSG_PEEK):
            raise ConnectionError("the other side closed the connection")

    def _drain(self) -> None:
        kept, self.resource.timeout = self._timeout, _QUIET * 1000
        try:
            with contextlib.suppress(Exception):  # ends with the time-out that says it is silent
                while True:
                    self.resource.read_raw()
        finally:
            self.timeout = kept

    def _hung_up(self) -> bool:
        """Return whether the other side of a bare socket is gone; pyvisa-py takes half an answer for a slow one."""
        if self._socket is None:
            return False
        ready, _, _ = select.select([self._socket], [], [], 0)
        return bool(ready) and not self._socket.recv(1, socket.MSG_PEEK)

    def _timed_out(self) -> TransportTimeout:
        limit = "the back end's own limit" if self._timeout is None else f"{self._timeout:g} s"
        return TransportTimeout(
            f"{self._who}: no complete answer to {self._sent[:80]!r} within {limit}. Check that the device "
            f"knows the command and is not busy, the terminator ({self._terminator!r}), and the timeout."
        )

    def _translated(self, error: Exception) -> Exception:
        """Return ours for what a back end raised."""
        if isinstance(error, TransportError):
            return error
        code = str(getattr(error, "abbreviation", ""))
        if code == "VI_ERROR_TMO" and not self._hung_up():
            return self._timed_out()
        if (
            code in LOST
            or code == "VI_ERROR_TMO"
            or (isinstance(error, OSError) and not code)
            or type(error).__name__ == "InvalidSession"
        ):
            return TransportBroken(f"{self._who}: the connection was lost: {error}. {what_to_check(self._address)}")
        if isinstance(error, UnicodeDecodeError):
            return TransportError(f"{self._who}: {self._sent[:80]!r} was not answered with text, but {error.object!r}.")
        return TransportError(f"{self._who}: {error}. {what_to_check(self._address)}")


def _session_of_pyvisa_py(resource: Any) -> Any:
    """Return the back end's own session object, or None for other VISAs."""
    sessions = getattr(resource.visalib, "sessions", None)
    return sessions.get(resource.session) if isinstance(sessions, dict) else None
