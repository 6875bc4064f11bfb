"""What a session writes down, and loggers that know which instrument speaks.

`start_all_logging` writes a log file and, in IPython, the command history. `get_instrument_logger` makes the ``log`` of
an instrument; `InstrumentFilter` and `filter_instrument` pick records by instrument. `capture_dataframe`, `LogCapture`
and `read_log` give records back. Built on the standard library's `logging`, whose handlers and levels stay the user's:
nothing is written or shown before it is started, and nothing that cannot be turned off. Knows instruments only as lists
of names.
"""

from measurand.logger._adapter import InstrumentLogger, get_instrument_logger
from measurand.logger._capture import LogCapture, RecordKeeper, capture_dataframe, console_level
from measurand.logger._filter import InstrumentFilter, filter_instrument
from measurand.logger._levels import get_level_code, get_level_name, handler_level
from measurand.logger._start import (
    get_console_handler,
    get_file_handler,
    get_log_file_name,
    start_all_logging,
    start_command_history_logger,
    start_logger,
    stop_logging,
)
from measurand.logger._table import log_to_dataframe, logfile_to_dataframe, read_log, time_difference

__all__ = [
    "InstrumentFilter",
    "InstrumentLogger",
    "LogCapture",
    "RecordKeeper",
    "capture_dataframe",
    "console_level",
    "filter_instrument",
    "get_console_handler",
    "get_file_handler",
    "get_instrument_logger",
    "get_level_code",
    "get_level_name",
    "get_log_file_name",
    "handler_level",
    "log_to_dataframe",
    "logfile_to_dataframe",
    "read_log",
    "start_all_logging",
    "start_command_history_logger",
    "start_logger",
    "stop_logging",
    "time_difference",
]
