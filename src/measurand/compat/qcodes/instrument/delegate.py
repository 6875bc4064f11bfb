"""``qcodes.instrument.delegate``."""

from measurand.instrument import DelegateChannel, DelegateInstrument, InstrumentGroup

__all__ = [
    "DelegateChannel",
    "DelegateInstrument",
    "InstrumentGroup",
]
