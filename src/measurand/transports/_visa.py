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
from collections.abc import Iterator
from typing import Any

from measurand.errors import CannotOpen, TransportBroken, TransportError, TransportTimeout
from measurand.transports._explain import LOST, is_socket, no_answer, what_to_check, why_not_open

# Windows does not break a wait on a socket at Ctrl-C, so it is sliced there.
_SLICE = 0.5 if sys.platform == "win32" else math.inf
_QUIET = 0.5  # s without a byte after which a serial line is believed to be silent
_AT_ONCE = 0.02  # s in which a device made of memory has said everything
_CHATTER = 10.0  # s after which a line that never falls silent is given up
_CHUNK = 20 * 1024  # bytes read at once: also a slow bus moves as many within a time-out
_ENDED, _TERMINATED = 0, 0x3FFF0005  # VI_SUCCESS and VI_SUCCESS_TERM_CHAR of VPP-4.3


class VisaTransport:
    r"""A connection through pyvisa.

    Args:
        address: VISA resource name, e.g. ``"TCPIP0::192.168.0.7::5025::SOCKET"``.
        name: Whose connection it is, for messages.
        timeout: Longest wait for an answer in s; None waits for ever.
        terminator: Ends what is sent and what is received; removed from answers. None means ``"\n"`` for bare
            sockets and pyvisa's own defaults for everything else; ``""`` means none.
        write_terminator: Ends what is sent, where that differs. None: as ``terminator``.
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
        write_terminator: str | None = None,
        visalib: str | None = None,
        open_timeout: float = 10.0,
    ) -> None:
        self._address = address
        self._who = f"{name} ({address})" if name else address
        self._is_socket = is_socket(address)
        self._is_serial = address.upper().startswith("ASRL")
        self._is_simulated = visalib is not None and visalib.endswith("@sim")
        self._timeout = timeout
        self._status = _ENDED
        self._ended = False  # the end of the present answer was marked
        self._open_timeout = open_timeout
        self._sent = ""
        self._socket: socket.socket | None = None
        self._session: Any = None  # the back end's own, for bare sockets of pyvisa-py
        self._quiet = contextlib.ExitStack()
        self.resource: Any = self._open(visalib)
        self._set_up(timeout, "\n" if terminator is None and self._is_socket else terminator, write_terminator)

    def __repr__(self) -> str:
        return f"<VisaTransport {self._address}>"

    @property
    def address(self) -> str:
        """The VISA resource name."""
        return self._address

    @property
    def marks_end(self) -> bool:
        """Whether the interface marks the end of an answer; bare sockets and serial lines do not."""
        return not (self._is_socket or self._is_serial)

    @property
    def terminator(self) -> str | None:
        """Ends what is received, and removed from it; None: nothing is removed. Setting it sets both directions."""
        terminator: str | None = self.resource.read_termination
        return terminator

    @terminator.setter
    def terminator(self, text: str | None) -> None:
        if text is not None:
            self.resource.write_termination = text
            self.resource.read_termination = text or None

    @property
    def write_terminator(self) -> str | None:
        """Ends what is sent."""
        terminator: str | None = self.resource.write_termination
        return terminator

    @write_terminator.setter
    def write_terminator(self, text: str | None) -> None:
        if text is not None:
            self.resource.write_termination = text

    @property
    def timeout(self) -> float | None:
        """Longest wait for an answer, or for the next piece of a long one, in s; None waits for ever."""
        return self._timeout

    @timeout.setter
    def timeout(self, seconds: float | None) -> None:
        # Whole milliseconds are VISA's unit; what is shorter must not become 0, which means not to wait.
        self.resource.timeout = None if seconds is None else math.ceil(seconds * 1000)
        self._timeout = seconds

    def write(self, said: str | bytes) -> None:
        """Send ``said`` and the terminator."""
        try:
            end = (self.resource.write_termination or "").encode()
            if isinstance(said, str):
                self._sent = said
                data = said.encode(self.resource.encoding)
                self._send(data if end and data.endswith(end) else data + end)  # drivers may have added it
            else:
                self._sent = f"{len(said)} bytes"
                self._send(said + end)
        except Exception as error:  # back ends raise VISA's, the socket's and their own errors
            raise self._translated(error) from error

    def read(self) -> str:
        """Return the next answer without its terminator."""
        try:
            end = (self.resource.read_termination or "").encode()
            answer = self._receive_message(end)
            return (answer[: -len(end)] if end and answer.endswith(end) else answer).decode(self.resource.encoding)
        except Exception as error:  # back ends raise VISA's, the socket's and their own errors
            raise self._translated(error) from error

    def ask(self, text: str) -> str:
        """Send ``text`` and return the answer to it."""
        self.write(text)
        return self.read()

    def write_bytes(self, data: bytes) -> None:
        """Send ``data`` as it is, without terminator."""
        self._sent = f"{len(data)} bytes"
        try:
            self._send(data)
        except Exception as error:  # back ends raise VISA's, the socket's and their own errors
            raise self._translated(error) from error

    def read_bytes(self, count: int) -> bytes:
        """Return exactly ``count`` bytes; a terminator among them is data."""
        received = bytearray()
        try:
            with self._every_byte_is_data():
                while len(received) < count:
                    received += self._receive(min(_CHUNK, count - len(received)))
                    if self._ended and self.marks_end and len(received) < count:
                        raise TransportError(
                            f"{self._who}: the answer to {self._sent[:80]!r} ended after {len(received)} bytes, "
                            f"expected were {count}: {bytes(received[:80])!r}."
                        )
        except Exception as error:  # back ends raise VISA's, the socket's and their own errors
            raise self._translated(error) from error
        return bytes(received)

    def read_rest(self) -> bytes:
        """Return what is left of the present answer as it is, its terminator included; nothing if it has ended."""
        try:
            if not self.marks_end:
                end = (self.resource.read_termination or "").encode()
                return self._receive_message(end) if end else b""
            with self._every_byte_is_data():
                received = bytearray()
                while not self._ended:
                    received += self._receive(_CHUNK)
                return bytes(received)
        except Exception as error:  # back ends raise VISA's, the socket's and their own errors
            raise self._translated(error) from error

    def clear(self) -> None:
        """Make sure that nothing the device answered so far can be read any more.

        A bare socket is connected anew, since nothing else tells a late answer from the next one; a serial line is
        read until it has been silent for 0.5 s; others get VISA's device clear.
        """
        if self._is_socket and not self._is_simulated:
            self._connect_anew()
            return
        try:
            self.resource.clear()
        except NotImplementedError:  # pyvisa-sim, which answers at once
            self._drain(_AT_ONCE)
            return
        except Exception as error:  # back ends raise VISA's and their own errors
            if "VI_ERROR_NSUP_OPER" not in str(error):  # a device that knows no clear
                raise self._translated(error) from error
        if self._is_serial:
            self._drain(_QUIET)

    def close(self) -> None:
        """Give the connection back; harmless when it is closed already."""
        self._socket = self._session = None
        self._quiet.close()
        with contextlib.suppress(Exception):  # a connection that cannot be closed is not ours any more
            self.resource.close()

    def _open(self, visalib: str | None) -> Any:
        import pyvisa

        try:
            resource: Any = pyvisa.ResourceManager(visalib or "").open_resource(
                self._address, open_timeout=int(self._open_timeout * 1000)
            )
            if resource.session == 0:  # pyvisa-sim says so, and would answer everything with nothing
                raise pyvisa.VisaIOError(pyvisa.constants.StatusCode.error_resource_not_found)
        except Exception as error:  # back ends raise nearly anything from open
            raise self._not_opened(error) from error
        return resource

    def _set_up(self, timeout: float | None, terminator: str | None, write_terminator: str | None = None) -> None:
        """Set what a new session does not know; raise if the connection was refused after all."""
        try:
            self.resource.encoding = "utf-8"
            self._accept_pieces()
            self.timeout = timeout
            self.terminator = terminator
            self.write_terminator = write_terminator
            if self._is_socket and not self._is_simulated:
                self._prepare_socket()
        except Exception as error:  # back ends raise nearly anything while they are set up
            self.close()
            raise self._not_opened(error) from error

    def _accept_pieces(self) -> None:
        """Let pyvisa not warn of an answer that is longer than a piece, until the session is closed."""
        from pyvisa.constants import StatusCode

        visa, session = self.resource.visalib, self.resource.session
        self._quiet.enter_context(visa.ignore_warning(session, StatusCode.success_max_count_read))

    def _prepare_socket(self) -> None:
        from pyvisa.constants import ResourceAttribute

        self._session = _session_of_pyvisa_py(self.resource)
        self._socket = getattr(self._session, "interface", None)
        if self._socket is None:  # a vendor's VISA
            with contextlib.suppress(Exception):  # sending small packets at once is only faster
                self.resource.set_visa_attribute(ResourceAttribute.tcpip_nodelay, True)
            with contextlib.suppress(Exception):  # without terminator an answer is what has arrived
                self.resource.set_visa_attribute(ResourceAttribute.suppress_end_enabled, bool(self.terminator))
            return
        refused = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if refused:
            raise OSError(refused, os.strerror(refused))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _connect_anew(self) -> None:
        terminator, write_terminator = self.terminator or "", self.write_terminator
        self.close()
        try:
            self.resource.open(open_timeout=int(self._open_timeout * 1000))
        except Exception as error:  # back ends raise nearly anything from open
            self.close()
            raise self._not_opened(error) from error
        self._set_up(self._timeout, terminator, write_terminator)

    def _send(self, data: bytes) -> None:
        self._ended = False
        visa, session = self.resource.visalib, self.resource.session
        sent, status = visa.write(session, data)
        while status >= 0 and 0 < sent < len(data):
            data = data[sent:]
            sent, status = visa.write(session, data)
        self._check(status)

    def _receive(self, count: int) -> bytes:
        """Return the next piece of an answer, ``count`` bytes at most; note whether it is the last one."""
        self._await_answer()
        received, status = self.resource.visalib.read(self.resource.session, count)
        self._status = status
        self._ended = status == _ENDED
        self._check(status)
        piece: bytes = received
        return piece

    def _receive_message(self, end: bytes) -> bytes:
        """Return what comes up to the end of an answer, with its terminator ``end``."""
        if not end and self._socket is not None:
            return bytes(self._receive(self._arrived()))
        received = bytearray(self._receive(_CHUNK))
        # VISA stops at the last character of a terminator; only the whole one ends an answer.
        while not self._ended and not (self._status == _TERMINATED and received.endswith(end)):
            received += self._receive(_CHUNK)
        return bytes(received)

    def _arrived(self) -> int:
        """Return how many bytes can be read from a bare socket at once; wait for the first."""
        self._await_answer()
        pending = len(getattr(self._session, "_pending_buffer", b""))
        return pending or (len(self._socket.recv(_CHUNK, socket.MSG_PEEK)) if self._socket is not None else 1)

    @contextlib.contextmanager
    def _every_byte_is_data(self) -> Iterator[None]:
        """Let no terminator end what is read in the block."""
        from pyvisa.constants import ResourceAttribute

        enabled = ResourceAttribute.termchar_enabled
        before = self.resource.get_visa_attribute(enabled)
        self.resource.set_visa_attribute(enabled, False)
        try:
            yield
        finally:
            with contextlib.suppress(Exception):  # a connection that was lost meanwhile has nothing to be set
                self.resource.set_visa_attribute(enabled, before)

    def _check(self, status: int) -> None:
        """Raise for a status that a back end only returned."""
        if status < 0:
            import pyvisa

            raise pyvisa.VisaIOError(status)

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

    def _drain(self, quiet: float) -> None:
        """Read until nothing has come for ``quiet`` s."""
        kept, self.timeout = self._timeout, quiet
        end = time.monotonic() + _CHATTER
        try:
            with contextlib.suppress(Exception):  # ends with the time-out that says it is silent
                while time.monotonic() < end:
                    self._receive(_CHUNK)
        finally:
            self.timeout = kept

    def _hung_up(self) -> bool:
        """Return whether the other side of a bare socket is gone; pyvisa-py takes half an answer for a slow one."""
        if self._socket is None:
            return False
        ready, _, _ = select.select([self._socket], [], [], 0)
        return bool(ready) and not self._socket.recv(1, socket.MSG_PEEK)

    def _timed_out(self) -> TransportTimeout:
        return TransportTimeout(no_answer(self._who, self._sent, self._timeout, self.terminator))

    def _not_opened(self, error: Exception) -> CannotOpen:
        return CannotOpen(why_not_open(self._who, self._address, str(error)))

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
