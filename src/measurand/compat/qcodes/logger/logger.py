"""``qcodes.logger.logger``."""

from measurand.compat.logs import (
    LogCapture,
    conditionally_start_all_logging,
    console_level,
    flush_telemetry_traces,
    get_console_handler,
    get_file_handler,
    get_level_code,
    get_level_name,
    get_log_file_name,
    handler_level,
    start_all_logging,
    start_command_history_logger,
    start_logger,
)

__all__ = [
    "LogCapture",
    "conditionally_start_all_logging",
    "console_level",
    "flush_telemetry_traces",
    "get_console_handler",
    "get_file_handler",
    "get_level_code",
    "get_level_name",
    "get_log_file_name",
    "handler_level",
    "start_all_logging",
    "start_command_history_logger",
    "start_logger",
]
