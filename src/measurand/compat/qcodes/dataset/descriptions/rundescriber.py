"""``qcodes.dataset.descriptions.rundescriber``."""

from measurand.compat.description import RunDescriber

__all__ = ["RunDescriber"]
