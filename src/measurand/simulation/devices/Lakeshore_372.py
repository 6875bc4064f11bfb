"""A Lake Shore 372 with ruthenium oxide thermometers at 4.2 K; from the manuals that the driver names.

Channels that the scanner is not on are measured all the same.
"""

from __future__ import annotations

from measurand._core.clock import SYSTEM_CLOCK, Clock
from measurand.simulation.devices._lakeshore import LakeshoreSimulator
from measurand.simulation.kit import Served, serve

_CHANNELS = [str(i) for i in range(1, 17)]


class Lakeshore372Simulator(LakeshoreSimulator):
    """The bridge; ``broken`` are inputs whose thermometer is not there.

    Args:
        clock: By which stages warm and setpoints move.
    """

    def __init__(self, clock: Clock = SYSTEM_CLOCK) -> None:
        off = ["0", "0", "0", "0", "0", "5"]
        inputs = ["A", *_CHANNELS]
        self.inset = dict.fromkeys(inputs, "1,10,3,0,1") | {"A": "1,0,0,0,1"}
        self.intype = dict.fromkeys(inputs, "0,3,1,13,0,1") | {"A": "1,3,1,1,0,1"}
        self.scanner = ["1", "0"]
        self.heater = "100,0,0,1"
        outputs = {"0": (off, 9), "1": (off, 2), "2": (off, 2)}
        super().__init__("LSCI,MODEL372,LSA5678,1.3", inputs, outputs, ("5", "2"), clock)

    def more(self, inputs: str) -> None:
        """Add resistances, kinds of inputs and the scanner."""
        self.on(rf"(?:SRDG|RDGR)\? {inputs}", self._resistance)
        self.on(rf"RDGPWR\? {inputs}", lambda _: "+1.0E-13")
        self.on(rf"INSET {inputs},([01],\d+,\d+,\d+,[12])", lambda name, text: self.inset.update({name.upper(): text}))
        self.on(rf"INSET\? {inputs}", lambda name: self.inset[name.upper()])
        self.on(
            rf"INTYPE {inputs},([01],\d+,[012],\d+,[01],[12])", lambda n, text: self.intype.update({n.upper(): text})
        )
        self.on(rf"INTYPE\? {inputs}", lambda name: self.intype[name.upper()])
        self.on(r"SCAN (\d+),([01])", self._scan)
        self.on(r"SCAN\?", lambda: f"{int(self.scanner[0]):02},{self.scanner[1]}")
        self.on(r"HTRSET 0,(.*)", lambda text: setattr(self, "heater", text))
        self.on(r"HTRSET\? 0", lambda: self.heater)

    def input_of(self, fields: list[str]) -> str | None:
        """Return the input that the fields of ``OUTMODE`` name."""
        return fields[1] if fields[1] != "0" else None

    def _resistance(self, name: str) -> str:
        return f"{4200 / max(self.temperature(name.upper()), 1e-3):+.6E}"

    def _scan(self, channel: str, autoscan: str) -> None:
        if channel in _CHANNELS:
            self.scanner = [channel, autoscan]
        else:
            self.refuse()


def simulate(clock: Clock = SYSTEM_CLOCK) -> Served[Lakeshore372Simulator]:
    """Put one on a port of this computer.

    Args:
        clock: By which stages warm and setpoints move.
    """
    return serve(Lakeshore372Simulator(clock))
