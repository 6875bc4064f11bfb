"""``qcodes.parameters.group_parameter``."""

from measurand.compat.parameters import Group, GroupParameter

__all__ = ["Group", "GroupParameter"]
