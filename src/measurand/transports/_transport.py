"""What every way to a device offers. Knows neither locks nor instruments."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class Transport(Protocol):
    """The way to one device, used by one thread at a time.

    Failures are `TransportTimeout` (no complete answer in time), `TransportBroken` (the connection is gone and stays
    so) or another `TransportError` (this exchange failed, the connection may be good).
    """

    @property
    def address(self) -> str:
        """Where the device is, e.g. ``"TCPIP0::192.168.0.7::5025::SOCKET"``."""
        ...

    @property
    def marks_end(self) -> bool:
        """Whether the way itself tells where an answer ends (GPIB, USB, VXI-11), so that its bytes are free.

        Where it does not (bare sockets, serial lines) the terminator ends an answer.
        """
        ...

    @property
    def timeout(self) -> float | None:
        """Longest wait for an answer, or for the next piece of a long one, in s; None waits for ever."""
        ...

    @timeout.setter
    def timeout(self, seconds: float | None) -> None: ...

    def write(self, said: str | bytes) -> None:
        """Send ``said`` and the terminator, as one message."""
        ...

    def read(self) -> str:
        """Return the next answer without its terminator."""
        ...

    def ask(self, text: str) -> str:
        """Send ``text`` and return the answer to it."""
        ...

    def write_bytes(self, data: bytes) -> None:
        """Send ``data`` as it is."""
        ...

    def read_bytes(self, count: int) -> bytes:
        """Return exactly ``count`` bytes; a terminator among them is data."""
        ...

    def read_rest(self) -> bytes:
        """Return what is left of the present answer as it is, its terminator included; nothing if it has ended."""
        ...

    def clear(self) -> None:
        """Make sure that nothing the device answered so far can be read any more."""
        ...

    def close(self) -> None:
        """Give the connection back; harmless when it is closed already."""
        ...
