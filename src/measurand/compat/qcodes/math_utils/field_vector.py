"""`qcodes.math_utils.field_vector`."""

from measurand.compat.vectors import FieldVector

__all__ = ["FieldVector"]
