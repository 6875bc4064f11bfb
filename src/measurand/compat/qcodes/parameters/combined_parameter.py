"""``qcodes.parameters.combined_parameter``."""

from measurand.parameters import CombinedParameter, combine

__all__ = [
    "CombinedParameter",
    "combine",
]
