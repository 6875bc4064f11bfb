"""``qcodes.parameters.array_parameter``."""

from measurand.compat.parameters import ArrayParameter

__all__ = [
    "ArrayParameter",
]
