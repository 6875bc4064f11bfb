"""``qcodes.dataset.dond.do_nd_utils``."""

from measurand.compat.measure import (
    BreakConditionInterrupt,
)

__all__ = [
    "BreakConditionInterrupt",
]
