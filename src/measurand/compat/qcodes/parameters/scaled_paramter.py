"""``qcodes.parameters.scaled_paramter``."""

from measurand.compat.parameters import ScaledParameter

__all__ = [
    "ScaledParameter",
]
