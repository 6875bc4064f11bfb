"""A device behind VISA: ethernet, GPIB, USB, serial.

Without a vendor's VISA installed, pyvisa falls back to pyvisa-py by itself. Bare TCP sockets get what VISA leaves
open: a terminator, no waiting for packets to fill, a refused or lost connection told at once, and a device clear.
Only this module and `_visa_session` know pyvisa.
"""

from __future__ import annotations

from typing import Any

from measurand.errors import CannotOpen, TransportBroken, TransportError, TransportTimeout
from measurand.transports._explain import LOST, is_socket, no_answer, what_to_check, why_not_open
from measurand.transports._visa_session import VisaSession


class VisaTransport:
    r"""A connection through pyvisa.

    Args:
        address: VISA resource name, e.g. ``"TCPIP0::192.168.0.7::5025::SOCKET"``.
        name: Whose connection it is, for messages.
        timeout: Longest wait for an answer, or for the next piece of a long one, in s; None waits for ever.
        terminator: Ends what is sent and what is received; removed from answers. None means ``"\n"`` for bare
            sockets and pyvisa's own defaults for everything else; ``""`` means none.
        write_terminator: Ends what is sent, where that differs. None: as ``terminator``.
        visalib: The VISA to use, in pyvisa's words: ``"@py"``, ``"lab.yaml@sim"``, the path of a library. None takes
            the vendor's if there is one, else pyvisa-py.
        open_timeout: Longest wait for the connection in s.
        resource: A resource of pyvisa that is open already, in place of opening ``address``.

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
        resource: Any = None,
    ) -> None:
        self._address = address
        self._who = f"{name} ({address})" if name else address
        self._sent = ""
        try:
            self._session = VisaSession(address, visalib, open_timeout, resource)
        except Exception as error:  # back ends raise nearly anything from open
            raise self._not_opened(error) from error
        if terminator is None and is_socket(address):
            terminator = "\n"
        try:
            self._session.set_up(timeout, terminator, write_terminator)
        except Exception as error:  # back ends raise nearly anything while they are set up
            self._session.close()
            raise self._not_opened(error) from error

    def __repr__(self) -> str:
        return f"<VisaTransport {self._address}>"

    @property
    def address(self) -> str:
        """The VISA resource name."""
        return self._address

    @property
    def resource(self) -> Any:
        """The resource of pyvisa."""
        return self._session.resource

    @property
    def marks_end(self) -> bool:
        """Whether the interface marks the end of an answer; bare sockets and serial lines do not."""
        return self._session.marks_end

    @property
    def terminator(self) -> str | None:
        """Ends what is received, and removed from it; None: nothing is removed. Setting it sets both directions."""
        terminator: str | None = self._session.resource.read_termination
        return terminator

    @terminator.setter
    def terminator(self, text: str | None) -> None:
        self._session.end_with(text, None)

    @property
    def write_terminator(self) -> str | None:
        """Ends what is sent."""
        terminator: str | None = self._session.resource.write_termination
        return terminator

    @write_terminator.setter
    def write_terminator(self, text: str | None) -> None:
        self._session.end_with(None, text)

    @property
    def timeout(self) -> float | None:
        """Longest wait for an answer, or for the next piece of a long one, in s; None waits for ever."""
        return self._session.timeout

    @timeout.setter
    def timeout(self, seconds: float | None) -> None:
        self._session.timeout = seconds

    def write(self, said: str | bytes) -> None:
        """Send ``said`` and the terminator."""
        resource = self._session.resource
        try:
            end = (resource.write_termination or "").encode()
            if isinstance(said, str):
                self._sent = said
                data = said.encode(resource.encoding)
                self._session.send(data if end and data.endswith(end) else data + end)  # drivers may have added it
            else:
                self._sent = f"{len(said)} bytes"
                self._session.send(said + end)
        except Exception as error:  # back ends raise VISA's, the socket's and their own errors
            raise self._translated(error) from error

    def read(self) -> str:
        """Return the next answer without its terminator."""
        resource = self._session.resource
        try:
            end = (resource.read_termination or "").encode()
            answer = self._session.receive_message(end)
            return (answer[: -len(end)] if end and answer.endswith(end) else answer).decode(resource.encoding)
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
            self._session.send(data)
        except Exception as error:  # back ends raise VISA's, the socket's and their own errors
            raise self._translated(error) from error

    def read_bytes(self, count: int) -> bytes:
        """Return exactly ``count`` bytes; a terminator among them is data."""
        try:
            received = self._session.receive_bytes(count)
        except Exception as error:  # back ends raise VISA's, the socket's and their own errors
            raise self._translated(error) from error
        if len(received) < count:
            raise TransportError(
                f"{self._who}: the answer to {self._sent[:80]!r} ended after {len(received)} bytes, expected were "
                f"{count}: {received[:80]!r}."
            )
        return received

    def read_rest(self) -> bytes:
        """Return what is left of the present answer as it is, its terminator included; nothing if it has ended."""
        try:
            return self._session.receive_rest()
        except Exception as error:  # back ends raise VISA's, the socket's and their own errors
            raise self._translated(error) from error

    def clear(self) -> None:
        """Make sure that nothing the device answered so far can be read any more.

        A bare socket is connected anew, since nothing else tells a late answer from the next one; a serial line is
        read until it has been silent for 0.5 s; others get VISA's device clear.
        """
        try:
            self._session.clear()
        except Exception as error:  # back ends raise VISA's, the socket's and their own errors
            if is_socket(self._address):
                raise self._not_opened(error) from error
            raise self._translated(error) from error

    def close(self) -> None:
        """Give the connection back; harmless when it is closed already."""
        self._session.close()

    def _not_opened(self, error: Exception) -> CannotOpen:
        return CannotOpen(why_not_open(self._who, self._address, str(error)))

    def _translated(self, error: Exception) -> Exception:
        """Return ours for what a back end raised."""
        code = str(getattr(error, "abbreviation", ""))
        late = code == "VI_ERROR_TMO" or (isinstance(error, TimeoutError) and not code)
        if late and not self._session.hung_up():
            return TransportTimeout(no_answer(self._who, self._sent, self.timeout, self.terminator))
        closed = type(error).__name__ == "InvalidSession"
        if late or closed or code in LOST or (isinstance(error, OSError) and not code):
            return TransportBroken(f"{self._who}: the connection was lost: {error}. {what_to_check(self._address)}")
        if isinstance(error, UnicodeDecodeError):
            return TransportError(f"{self._who}: {self._sent[:80]!r} was not answered with text, but {error.object!r}.")
        return TransportError(f"{self._who}: {error}. {what_to_check(self._address)}")
