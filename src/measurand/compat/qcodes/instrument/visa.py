"""``qcodes.instrument.visa``."""

from measurand.compat.instrument import VisaInstrument, VisaInstrumentKWArgs

__all__ = [
    "VisaInstrument",
    "VisaInstrumentKWArgs",
]
