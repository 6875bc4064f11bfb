"""``qcodes.utils.deep_update_utils``."""

from measurand.compat.parameters import deep_update

__all__ = ["deep_update"]
