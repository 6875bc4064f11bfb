"""``qcodes.dataset.dond.do_0d``."""

from measurand.compat.measure import (
    do0d,
)

__all__ = [
    "do0d",
]
