"""``qcodes.logger``."""

from measurand.compat import _names

__getattr__, __dir__ = _names.answering(
    __name__,
    {
        "measurand.compat.logs": "LogCapture capture_dataframe conditionally_start_all_logging console_level "
        "filter_instrument flush_telemetry_traces get_console_handler get_file_handler get_instrument_logger "
        "get_level_code get_level_name get_log_file_name handler_level log_to_dataframe logfile_to_dataframe "
        "start_all_logging start_command_history_logger start_logger time_difference",
        ".": "instrument_logger log_analysis logger",
    },
)
