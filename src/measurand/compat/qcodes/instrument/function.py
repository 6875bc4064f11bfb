"""``qcodes.instrument.function``."""

from measurand.compat.parameters import Function

__all__ = [
    "Function",
]
