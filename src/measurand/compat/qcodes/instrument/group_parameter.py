"""``qcodes.instrument.group_parameter``, where older drivers look for it."""

from measurand.compat.parameters import GroupParameter
from measurand.parameters import Group

__all__ = ["Group", "GroupParameter"]
