"""``qcodes.dataset.descriptions.versioning.converters``."""

from measurand.compat.description import new_to_old, old_to_new

__all__ = ["new_to_old", "old_to_new"]
