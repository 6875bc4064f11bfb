"""Bytes to and from an open VISA resource, and where a message ends. Knows no text; raises what the back ends raise.

Reads below pyvisa's own reading, which cuts an answer at the last character of a terminator and does not tell that the
end of a message came with its last byte.
"""

from __future__ import annotations

import contextlib
import functools
import math
import time
from collections.abc import Iterator
from typing import Any

from measurand.transports._explain import is_socket
from measurand.transports._socket_watch import SocketWatch, watch

_QUIET = 0.5  # s without a byte after which a serial line is believed to be silent
_AT_ONCE = 0.02  # s in which a device made of memory has said everything
_CHATTER = 10.0  # s after which a line that never falls silent is given up
_CHUNK = 20 * 1024  # bytes read at once: also a slow bus moves as many within a time-out
_ENDED, _TERMINATED = 0, 0x3FFF0005  # VI_SUCCESS and VI_SUCCESS_TERM_CHAR of VPP-4.3


class VisaSession:
    """An open resource of pyvisa.

    Args:
        address: VISA resource name.
        visalib: The VISA to use, in pyvisa's words; None takes the vendor's if there is one, else pyvisa-py.
        open_timeout: Longest wait for the connection in s.
        resource: One that is open already; None opens ``address``.
    """

    def __init__(self, address: str, visalib: str | None, open_timeout: float, resource: Any = None) -> None:
        import pyvisa
        from pyvisa.constants import StatusCode

        self._is_simulated = visalib is not None and visalib.endswith("@sim")
        self._is_socket = is_socket(address)
        self._is_serial = address.upper().startswith("ASRL")
        self.marks_end = not (self._is_socket or self._is_serial)
        self._open_timeout = int(open_timeout * 1000)
        self._timeout: float | None = None
        self._status = _ENDED  # of the last reading
        self._watch: SocketWatch | None = None
        self._quiet = contextlib.ExitStack()
        if resource is None:
            resource = _manager(visalib or "").open_resource(address, open_timeout=self._open_timeout)
        self.resource: Any = resource
        if self.resource.session == 0:  # pyvisa-sim says so, and would answer everything with nothing
            raise pyvisa.VisaIOError(StatusCode.error_resource_not_found)

    @property
    def timeout(self) -> float | None:
        """Longest wait for the next piece of an answer, in s; None waits for ever."""
        return self._timeout

    @timeout.setter
    def timeout(self, seconds: float | None) -> None:
        # Whole milliseconds are VISA's unit; what is shorter must not become 0, which means not to wait.
        self.resource.timeout = None if seconds is None else math.ceil(seconds * 1000)
        self._timeout = seconds

    def set_up(self, timeout: float | None, terminator: str | None, write_terminator: str | None) -> None:
        """Set what a new session does not know; raise if the connection was refused after all."""
        from pyvisa.constants import ResourceAttribute, StatusCode

        visa, session = self.resource.visalib, self.resource.session
        self._quiet.enter_context(visa.ignore_warning(session, StatusCode.success_max_count_read))
        self.resource.encoding = "utf-8"
        self.timeout = timeout
        self.end_with(terminator, write_terminator)
        if not self._is_socket or self._is_simulated:
            return
        self._watch = watch(self.resource)
        if self._watch is None:  # a vendor's VISA
            with contextlib.suppress(Exception):  # sending small packets at once is only faster
                self.resource.set_visa_attribute(ResourceAttribute.tcpip_nodelay, True)

    def end_with(self, terminator: str | None, write_terminator: str | None) -> None:
        """Set what ends messages; None leaves it as it is."""
        from pyvisa.constants import ResourceAttribute

        if terminator is not None:
            self.resource.write_termination = terminator
            self.resource.read_termination = terminator or None
            if self._is_socket and not self._is_simulated:
                with contextlib.suppress(Exception):  # a vendor's VISA: without terminator, return what has arrived
                    self.resource.set_visa_attribute(ResourceAttribute.suppress_end_enabled, bool(terminator))
        if write_terminator is not None:
            self.resource.write_termination = write_terminator

    def send(self, data: bytes) -> None:
        """Send all of ``data``."""
        self._status = _TERMINATED
        visa, session = self.resource.visalib, self.resource.session
        sent, status = visa.write(session, data)
        while status >= 0 and 0 < sent < len(data):
            data = data[sent:]
            sent, status = visa.write(session, data)
        _check(status)

    def receive_message(self, end: bytes) -> bytes:
        """Return what comes up to the end of an answer, with its terminator ``end``."""
        if not end and self._watch is not None:
            self._watch.await_answer(self._timeout)
            return self._receive(self._watch.arrived(_CHUNK))
        received = bytearray(self._receive(_CHUNK))
        # VISA stops at the last character of a terminator; only the whole one ends an answer.
        while self._status != _ENDED and not (self._status == _TERMINATED and received.endswith(end)):
            received += self._receive(_CHUNK)
        return bytes(received)

    def receive_bytes(self, count: int) -> bytes:
        """Return ``count`` bytes, or fewer if the end of the message is marked before."""
        received = bytearray()
        with self._every_byte_is_data():
            while len(received) < count:
                received += self._receive(min(_CHUNK, count - len(received)))
                if self._status == _ENDED and self.marks_end:
                    break
        return bytes(received)

    def receive_rest(self) -> bytes:
        """Return what is left of the present message, with its terminator; nothing if it has ended."""
        if not self.marks_end:
            end = (self.resource.read_termination or "").encode()
            return self.receive_message(end) if end else b""
        received = bytearray()
        with self._every_byte_is_data():
            while self._status != _ENDED:
                received += self._receive(_CHUNK)
        return bytes(received)

    def clear(self) -> None:
        """Make sure that nothing said so far can be read any more."""
        if self._is_socket and not self._is_simulated:
            self._connect_anew()
            return
        try:
            self.resource.clear()
        except NotImplementedError:  # pyvisa-sim
            self._drain(_AT_ONCE)
            return
        except Exception as error:  # back ends raise VISA's and their own errors
            if "VI_ERROR_NSUP_OPER" not in str(error):  # a device that knows no clear
                raise
        if self._is_serial:
            self._drain(_QUIET)

    def hung_up(self) -> bool:
        """Return whether the other side of a bare socket is known to be gone."""
        return self._watch is not None and self._watch.hung_up()

    def close(self) -> None:
        """Give the connection back; harmless when it is closed already."""
        self._watch = None
        self._quiet.close()
        with contextlib.suppress(Exception):  # a connection that cannot be closed is not ours any more
            self.resource.close()

    def _connect_anew(self) -> None:
        terminator, write_terminator = self.resource.read_termination or "", self.resource.write_termination
        self.close()
        try:
            self.resource.open(open_timeout=self._open_timeout)
            self.set_up(self._timeout, terminator, write_terminator)
        except BaseException:  # Ctrl-C, too, must leave nothing half open
            self.close()
            raise

    def _receive(self, count: int) -> bytes:
        """Return the next piece of an answer, ``count`` bytes at most; remember how it ended."""
        if self._watch is not None:
            self._watch.await_answer(self._timeout)
        received, self._status = self.resource.visalib.read(self.resource.session, count)
        _check(self._status)
        return bytes(received)

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


def _check(status: int) -> None:
    """Raise for a status that a back end only returned."""
    if status < 0:
        import pyvisa

        raise pyvisa.VisaIOError(status)


def _manager(visalib: str) -> Any:
    """Return the resource manager of a VISA: the one that was made before, unless somebody has closed it."""
    import pyvisa

    manager = _cached_manager(visalib)
    try:
        _ = manager.session
    except pyvisa.InvalidSession:
        _cached_manager.cache_clear()
        manager = _cached_manager(visalib)
    return manager


@functools.cache
def _cached_manager(visalib: str) -> Any:
    """Return a new resource manager; looking for the computer's VISA libraries takes 0.1 s."""
    import pyvisa

    return pyvisa.ResourceManager(visalib)
