"""``qcodes.instrument.ip``."""

from measurand.compat.instrument import IPInstrument

__all__ = [
    "IPInstrument",
]
