"""``qcodes.logger.log_analysis``."""

from measurand.compat.logs import (
    capture_dataframe,
    log_to_dataframe,
    logfile_to_dataframe,
    time_difference,
)

__all__ = [
    "capture_dataframe",
    "log_to_dataframe",
    "logfile_to_dataframe",
    "time_difference",
]
