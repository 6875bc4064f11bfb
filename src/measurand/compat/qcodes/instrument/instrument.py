"""``qcodes.instrument.instrument``."""

from measurand.compat.instrument import Instrument, InstrumentProtocol, find_or_create_instrument

__all__ = [
    "Instrument",
    "InstrumentProtocol",
    "find_or_create_instrument",
]
