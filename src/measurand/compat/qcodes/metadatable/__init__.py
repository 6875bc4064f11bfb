"""``qcodes.metadatable``."""

from measurand.compat.qcodes.metadatable.metadatable_base import Metadatable, MetadatableWithName

__all__ = ["Metadatable", "MetadatableWithName"]
