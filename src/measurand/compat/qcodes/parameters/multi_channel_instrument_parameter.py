"""``qcodes.parameters.multi_channel_instrument_parameter``."""

from measurand.compat.parameters import MultiChannelInstrumentParameter

__all__ = [
    "MultiChannelInstrumentParameter",
]
