"""A simulated device put where a driver can reach it. Knows of a device only what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Generic, Protocol, Self, TypeVar

from measurand.simulation.kit._faults import Faults
from measurand.simulation.kit._server import LOOPBACK, MessageServer, Reply

_LONGEST_BLOCK = 1 << 26  # bytes; a waveform of an arbitrary waveform generator fits


class Device(Protocol):
    """What can be served: an instrument as its language shows it."""

    @property
    def terminator(self) -> str:
        """Ends messages and answers."""
        ...

    def handle(self, message: str) -> Reply:
        """Carry out a message and return its answer, None if it has none."""
        ...


D = TypeVar("D", bound=Device)


class Served(Generic[D]):
    """A device on a port of this computer, until it is closed. Made by `serve`.

    Attributes:
        device: The device, to be looked at and played with.
        faults: What shall go wrong; see `Faults.inject`.
        received: Every message that arrived, in order.
    """

    def __init__(self, device: D, port: int = 0) -> None:
        self.device = device
        self.faults = Faults(device.handle)
        self.received: list[str] = []
        self._server = MessageServer(self._answer, port, device.terminator, longest=_LONGEST_BLOCK)

    @property
    def address(self) -> str:
        """VISA address."""
        return f"TCPIP0::{LOOPBACK}::{self._server.port}::SOCKET"

    @property
    def arguments(self) -> Mapping[str, Any]:
        """What a driver's constructor needs beside a name."""
        return {"address": self.address}

    def close(self) -> None:
        """Disconnect everybody and free the port."""
        self._server.close()

    def _answer(self, message: str) -> Reply:
        self.received.append(message)
        return self.faults.answer(message)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def serve(device: D, port: int = 0) -> Served[D]:
    """Put a simulated device on a port of this computer.

    Args:
        device: A `ScpiDevice`, a `TextDevice`, or anything with ``handle`` and ``terminator``.
        port: 0 takes a free one.

    Returns:
        A context manager with ``address``, ``device`` and ``faults``.

    Example:
        >>> from measurand import VisaInstrument
        >>> device = TextDevice()
        >>> device.on("VOLT[?]", lambda: "0.25")
        >>> with serve(device) as served, VisaInstrument("dmm", served.address) as dmm:
        ...     dmm.ask("VOLT?")
        '0.25'
    """
    return Served(device, port)
