"""``qcodes.parameters.val_mapping``."""

from measurand.parameters import create_on_off_val_mapping

__all__ = [
    "create_on_off_val_mapping",
]
