"""``qcodes.instrument.instrument_meta``."""

from measurand.compat.instrument import InstrumentMeta

__all__ = [
    "InstrumentMeta",
]
