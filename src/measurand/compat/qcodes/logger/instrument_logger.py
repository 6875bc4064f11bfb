"""``qcodes.logger.instrument_logger``."""

from measurand.compat.logs import (
    InstrumentFilter,
    InstrumentLoggerAdapter,
    filter_instrument,
    get_instrument_logger,
)

__all__ = [
    "InstrumentFilter",
    "InstrumentLoggerAdapter",
    "filter_instrument",
    "get_instrument_logger",
]
