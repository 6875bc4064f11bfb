"""``qcodes.dataset.dond.do_nd``."""

from measurand.compat.measure import (
    dond,
)

__all__ = [
    "dond",
]
