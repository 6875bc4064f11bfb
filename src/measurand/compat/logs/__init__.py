"""Log functions with QCoDeS's arguments, settings and tables, over those of `measurand.logger`."""

from measurand.compat.logs._frames import capture_dataframe, log_to_dataframe, logfile_to_dataframe, time_difference
from measurand.compat.logs._instruments import filter_instrument, get_instrument_logger
from measurand.compat.logs._start import (
    conditionally_start_all_logging,
    flush_telemetry_traces,
    start_all_logging,
    start_command_history_logger,
    start_logger,
)
from measurand.logger import (
    InstrumentFilter,
    InstrumentLogger,
    LogCapture,
    console_level,
    get_console_handler,
    get_file_handler,
    get_level_code,
    get_level_name,
    get_log_file_name,
    handler_level,
)

InstrumentLoggerAdapter = InstrumentLogger

__all__ = [
    "InstrumentFilter",
    "InstrumentLogger",
    "InstrumentLoggerAdapter",
    "LogCapture",
    "capture_dataframe",
    "conditionally_start_all_logging",
    "console_level",
    "filter_instrument",
    "flush_telemetry_traces",
    "get_console_handler",
    "get_file_handler",
    "get_instrument_logger",
    "get_level_code",
    "get_level_name",
    "get_log_file_name",
    "handler_level",
    "log_to_dataframe",
    "logfile_to_dataframe",
    "start_all_logging",
    "start_command_history_logger",
    "start_logger",
    "time_difference",
]
