"""``qcodes.dataset.descriptions.detect_shapes``."""

from measurand.compat.description import detect_shape_of_measurement

__all__ = ["detect_shape_of_measurement"]
