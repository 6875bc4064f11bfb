"""``qcodes.dataset.dond.sweeps``."""

from measurand.compat.measure import (
    AbstractSweep,
    ArraySweep,
    LinSweep,
    LogSweep,
    TogetherSweep,
)

__all__ = [
    "AbstractSweep",
    "ArraySweep",
    "LinSweep",
    "LogSweep",
    "TogetherSweep",
]
