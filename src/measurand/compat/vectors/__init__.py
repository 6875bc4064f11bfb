"""Vectors of fields, in Cartesian, spherical and cylindrical coordinates at once. Knows no magnet."""

from measurand.compat.vectors._field_vector import FieldVector

__all__ = ["FieldVector"]
