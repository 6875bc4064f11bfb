"""``qcodes.dataset.measurements``."""

from measurand.compat.measure import (
    DataSaver,
    Measurement,
    Runner,
)

__all__ = [
    "DataSaver",
    "Measurement",
    "Runner",
]
