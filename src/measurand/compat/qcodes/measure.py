"""``qcodes.measure``, of 2016: `Measure`."""

from measurand.measure import Measure

__all__ = ["Measure"]
