"""``qcodes.instrument.group_parameter``, where older drivers look for it."""

from measurand.compat.parameters import Group, GroupParameter

__all__ = ["Group", "GroupParameter"]
