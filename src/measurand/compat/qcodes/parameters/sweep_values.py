"""``qcodes.parameters.sweep_values``."""

from measurand.compat.parameters import SweepFixedValues, SweepValues

__all__ = [
    "SweepFixedValues",
    "SweepValues",
]
