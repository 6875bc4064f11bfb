"""``qcodes.parameters.sequence_helpers``."""

from measurand.compat.parameters import is_sequence, is_sequence_of

__all__ = [
    "is_sequence",
    "is_sequence_of",
]
