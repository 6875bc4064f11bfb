"""``qcodes.parameters.permissive_range``."""

from measurand.compat.parameters import permissive_range

__all__ = [
    "permissive_range",
]
