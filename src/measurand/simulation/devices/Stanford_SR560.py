"""An SR560 preamplifier on its serial line: it obeys while it is addressed to listen, and answers nothing.

From the SR560 operating manual, appendix A, Remote programming.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from measurand.simulation.kit import TextDevice

GAINS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000)
_LAST = {
    "BLINK": 1, "CPLG": 2, "DYNR": 2, "FLTM": 5, "GAIN": 14, "HFRQ": 11, "INVT": 1, "LFRQ": 15, "SRCE": 2, "UCAL": 1,
    "UCGN": 100,
}  # fmt: skip


class StanfordSR560Simulator(TextDevice):
    """The amplifier; `state` has the number behind each command.

    Args:
        unit: As its switch SW601 is set, 0 to 3.
    """

    def __init__(self, unit: int = 0) -> None:
        super().__init__(terminator="\r\n")
        self.unit = unit
        self.listens = False
        self.overloads_reset = 0
        self.on("LALL", lambda: self.address_to_listen(True))
        self.on("UNLS", lambda: self.address_to_listen(False))
        self.on(r"LISN ?([0-3])", lambda number: self.address_to_listen(self.listens or int(number) == self.unit))
        self.on("ROLD", self.reset_overload)
        self.on(r"\*RST", self.reset)
        for command in _LAST:
            self.on(rf"({command}) ?(\d+)", self.set)
        self.reset_state()

    def address_to_listen(self, listens: bool) -> None:
        """Obey from now on, or not."""
        self.listens = listens

    def set(self, command: str, number: str) -> None:
        """Change a setting, if it is addressed and the number is one."""
        if int(number) > _LAST[command.upper()]:
            self.unknown.append(f"{command} {number}")
        elif self.listens:
            self.state[command.upper()] = int(number)

    def reset(self) -> None:
        """Recall the default settings."""
        if self.listens:
            self.reset_state()

    def reset_state(self) -> None:
        """Bring every setting to its first value; the manual's own defaults do not matter to anybody who cannot ask."""
        self.state = dict.fromkeys(_LAST, 0)

    def reset_overload(self) -> None:
        """Count it."""
        self.overloads_reset += self.listens

    def output(self, input_voltage: float) -> float:
        """Return the output voltage for a voltage at input A in V, far from every cutoff."""
        gain = GAINS[self.state["GAIN"]] * (-1 if self.state["INVT"] else 1)
        return 0.0 if self.state["BLINK"] or self.state["CPLG"] == 0 else gain * input_voltage


class Line:
    """A serial line with one amplifier at its end, as a driver's transport.

    No socket: the amplifier answers nothing, so nobody could say when a message has arrived there. Here it has when
    `write` returns.

    Attributes:
        device: The amplifier.
        received: Every message that arrived, in order.
    """

    address = "simulated line"
    timeout: float | None = None

    def __init__(self, device: StanfordSR560Simulator) -> None:
        self.device = device
        self.received: list[str] = []

    @property
    def arguments(self) -> Mapping[str, Any]:
        """What a driver's constructor needs beside a name."""
        return {"address": self.address, "transport": self}

    def write(self, text: str) -> None:
        """Carry a message to the amplifier."""
        self.received.append(text)
        self.device.handle(text)

    def write_bytes(self, data: bytes) -> None:
        """Carry a message to the amplifier."""
        self.write(data.decode("ascii").removesuffix(self.device.terminator))

    def read(self) -> str:
        """Raise: nothing ever comes back."""
        raise TimeoutError(f"{self.address}: the amplifier listens only.")

    def ask(self, text: str) -> str:
        """Carry a message to the amplifier, and raise."""
        self.write(text)
        return self.read()

    def read_bytes(self, count: int) -> bytes:  # noqa: ARG002 - nothing comes, of any length
        """Raise: nothing ever comes back."""
        return self.read().encode()

    def clear(self) -> None:
        """Do nothing: there is nothing to throw away."""

    def close(self) -> None:
        """Do nothing: the next driver may have the line."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Do nothing."""


def simulate(unit: int = 0) -> Line:
    """Put one at the end of a line.

    Args:
        unit: As its switch SW601 is set, 0 to 3.
    """
    return Line(StanfordSR560Simulator(unit))
