"""``qcodes.parameters.multi_parameter``."""

from measurand.compat.parameters import MultiParameter

__all__ = [
    "MultiParameter",
]
