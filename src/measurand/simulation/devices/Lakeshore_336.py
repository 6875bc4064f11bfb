"""A Lake Shore 336 with four stages at 4.2 K, each with a diode; from the manuals that the driver names."""

from __future__ import annotations

from measurand._core.clock import SYSTEM_CLOCK, Clock
from measurand.simulation.devices._lakeshore import LakeshoreSimulator
from measurand.simulation.kit import Served, serve


class Lakeshore336Simulator(LakeshoreSimulator):
    """The controller; ``broken`` are inputs whose thermometer is not there.

    Args:
        clock: By which stages warm and setpoints move.
    """

    def __init__(self, clock: Clock = SYSTEM_CLOCK) -> None:
        off = ["0", "0", "0"]
        outputs = {"1": (off, 4), "2": (off, 4), "3": (off, 2), "4": (off, 2)}
        self.curves = dict.fromkeys("ABCD", "2")
        self.types = dict.fromkeys("ABCD", "1,0,0,0,1")
        super().__init__("LSCI,MODEL336,LSA1234/1234567,2.9", list("ABCD"), outputs, ("1", "3"), clock)

    def more(self, inputs: str) -> None:
        """Add sensor readings, kinds and curves."""
        self.on(rf"SRDG\? {inputs}", lambda name: f"{1.7 - 0.002 * self.temperature(name.upper()):+.6g}")
        self.on(rf"INCRV {inputs},(\d+)", lambda name, number: self.curves.update({name.upper(): number}))
        self.on(rf"INCRV\? {inputs}", lambda name: f"{int(self.curves[name.upper()]):02}")
        self.on(rf"INTYPE {inputs},(\d,\d,\d,\d,\d)", lambda name, fields: self.types.update({name.upper(): fields}))
        self.on(rf"INTYPE\? {inputs}", lambda name: self.types[name.upper()])

    def input_of(self, fields: list[str]) -> str | None:
        """Return the input that the fields of ``OUTMODE`` name."""
        return " ABCD"[int(fields[1])] if fields[1] != "0" else None


def simulate(clock: Clock = SYSTEM_CLOCK) -> Served[Lakeshore336Simulator]:
    """Put one on a port of this computer.

    Args:
        clock: By which stages warm and setpoints move.
    """
    return serve(Lakeshore336Simulator(clock))
