"""Loggers that know which instrument speaks, and filters that listen to some of them only.

`get_instrument_logger` makes the ``log`` of an instrument, `InstrumentFilter` and `filter_instrument` pick records by
instrument. Built on the standard library's `logging`, whose handlers and levels stay the user's; prints nothing.
Knows instruments only as lists of names.
"""

from measurand.logger._adapter import InstrumentLogger, get_instrument_logger
from measurand.logger._filter import InstrumentFilter, filter_instrument

__all__ = ["InstrumentFilter", "InstrumentLogger", "filter_instrument", "get_instrument_logger"]
