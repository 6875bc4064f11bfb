"""Start what a session writes down, as the settings of QCoDeS want it."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from measurand import logger as own
from measurand.compat.configuration import settings


def start_all_logging() -> None:
    """Write a log file and, in IPython or a notebook, the command history; show serious records on stderr.

    Levels are those of the settings ``logger.file_level``, ``logger.console_level`` and ``logger.logger_levels``. The
    files are in Measurand's folder of logs, see `measurand.logger.start_all_logging`.

    Raises:
        ConfigurationError: The settings name no level that there is; nothing was started.
    """
    start_logger()
    own.start_command_history_logger()


def start_logger() -> None:
    """Write a log file, and show serious records on stderr, with the levels of the settings ``logger``.

    Raises:
        ConfigurationError: The settings name no level that there is; nothing was started.
    """
    chosen = settings().logger
    levels = {name: own.get_level_code(level) for name, level in _levels(chosen.get("logger_levels") or {})}
    own.start_logger(level=chosen.file_level, console_level=chosen.console_level)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def start_command_history_logger(log_dir: str | os.PathLike[str] | None = None) -> None:
    """Append each command of this IPython or notebook to a file; nothing in plain Python.

    Args:
        log_dir: Folder of the file; default Measurand's folder of logs.
    """
    own.start_command_history_logger(log_dir)


def conditionally_start_all_logging() -> None:
    """Start all logging if the setting ``logger.start_logging_on_import`` is ``"always"``, and this is no test run.

    With ``"if_telemetry_set_up"``, the default, nothing is started: there is no telemetry.
    """
    if settings().logger.start_logging_on_import == "always" and "pytest" not in sys.modules:
        start_all_logging()


def flush_telemetry_traces() -> None:
    """Do nothing: no reports are sent to anybody, so that none is on its way."""


def _levels(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield names of loggers with their levels; a name with dots has become a table in a table."""
    for name, entry in table.items():
        path = f"{above}.{name}" if above else name
        if isinstance(entry, Mapping):
            yield from _levels(entry, path)
        else:
            yield path, entry
