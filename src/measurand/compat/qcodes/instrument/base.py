"""``qcodes.instrument.base``, where older drivers look for instruments."""

from measurand.compat.instrument import (
    Instrument,
    InstrumentBase,
    InstrumentMeta,
    InstrumentProtocol,
    find_or_create_instrument,
)

__all__ = ["Instrument", "InstrumentBase", "InstrumentMeta", "InstrumentProtocol", "find_or_create_instrument"]
