"""``qcodes.dataset.dond.do_2d``."""

from measurand.compat.measure import (
    do2d,
)

__all__ = [
    "do2d",
]
