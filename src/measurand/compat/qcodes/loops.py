"""``qcodes.loops``, of 2016: `Loop`."""

from measurand.measure import ActiveLoop, Loop

__all__ = ["ActiveLoop", "Loop"]
