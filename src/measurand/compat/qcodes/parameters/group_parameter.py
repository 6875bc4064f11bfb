"""``qcodes.parameters.group_parameter``."""

from measurand.compat.parameters import GroupParameter
from measurand.parameters import Group

__all__ = ["Group", "GroupParameter"]
