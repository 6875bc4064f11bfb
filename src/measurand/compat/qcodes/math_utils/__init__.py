"""``qcodes.math_utils``."""

from measurand.compat import _names

__getattr__, __dir__ = _names.answering(__name__, {"measurand.compat.vectors": "FieldVector", ".": "field_vector"})
