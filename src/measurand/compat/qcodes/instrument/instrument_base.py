"""``qcodes.instrument.instrument_base``."""

from measurand.compat.instrument import InstrumentBase, InstrumentBaseKWArgs, TParameter, TSubmodule

__all__ = [
    "InstrumentBase",
    "InstrumentBaseKWArgs",
    "TParameter",
    "TSubmodule",
]
