"""``qcodes.parameters.specialized_parameters``."""

from measurand.compat.parameters import ElapsedTimeParameter, InstrumentRefParameter

__all__ = [
    "ElapsedTimeParameter",
    "InstrumentRefParameter",
]
