"""The voltage source VS4 of the simulated laboratory, alone on a bench: nobody else moves what it is wired to."""

from __future__ import annotations

from measurand._core.clock import SYSTEM_CLOCK
from measurand.simulation._laboratory import build
from measurand.simulation.kit import ScpiDevice, Served, serve


def simulate() -> Served[ScpiDevice]:
    """Put one on a port of this computer."""
    return serve(build(SYSTEM_CLOCK, seed=0)["source"])
