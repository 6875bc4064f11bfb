"""``qcodes.dataset.dond.do_1d``."""

from measurand.compat.measure import (
    do1d,
)

__all__ = [
    "do1d",
]
