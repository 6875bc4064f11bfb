"""``qcodes.dataset.descriptions.versioning.rundescribertypes``."""

from measurand.compat.description import Shapes

__all__ = ["Shapes"]
