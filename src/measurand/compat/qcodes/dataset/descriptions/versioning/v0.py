"""``qcodes.dataset.descriptions.versioning.v0``."""

from measurand.compat.description import InterDependencies

__all__ = ["InterDependencies"]
