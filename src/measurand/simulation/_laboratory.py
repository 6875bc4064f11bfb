"""All instruments of the simulated laboratory, wired to one dot. Knows no sockets and no processes."""

from __future__ import annotations

from measurand._core.clock import Clock
from measurand.simulation._circuit import Circuit
from measurand.simulation._dot import Dot
from measurand.simulation._lock_in import LockIn
from measurand.simulation._multimeter import Multimeter
from measurand.simulation._thermostat import BASE, Thermostat
from measurand.simulation._voltage_source import OUTPUTS, VoltageSource
from measurand.simulation.kit import ScpiDevice

INSTRUMENTS = ("source", "dmm", "lockin", "thermostat")
"""What the instruments are called in a laboratory."""


def build(clock: Clock, seed: int, dot: Dot | None = None) -> dict[str, ScpiDevice]:
    """Return the instruments by name, switched on and wired to one dot.

    Args:
        clock: Time of the experiment.
        seed: Decides all noise.
        dot: The device under test; None is the standard one.
    """
    circuit = Circuit(clock, OUTPUTS, BASE, dot)
    return {
        "source": VoltageSource(circuit, clock),
        "dmm": Multimeter(circuit, clock, str(seed)),
        "lockin": LockIn(circuit, clock, str(seed)),
        "thermostat": Thermostat(circuit, clock, str(seed)),
    }
