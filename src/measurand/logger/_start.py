"""Start and stop what a session writes down by itself: log file, console, command history.

What was started is found again among the handlers of the root logger and the callbacks of the shell, so that starting
twice changes settings and doubles nothing. Knows the folder only as an argument, or as what the face hands down.
"""

from __future__ import annotations

import logging
import os
import sys
from contextlib import suppress
from pathlib import Path

from measurand._core.defaults import supplied
from measurand.logger._history import CommandHistory, present_history, present_shell
from measurand.logger._levels import get_level_code
from measurand.logger._sinks import Console, DayFile

_HISTORY = "command_history.log"
_NAME = "measurand"


def start_all_logging(
    log_dir: str | os.PathLike[str] | None = None,
    *,
    level: int | str = "INFO",
    console_level: int | str | None = "WARNING",
    banner: bool = True,
) -> None:
    """Write a log file and, in IPython or a notebook, the command history.

    Args:
        log_dir: Folder of both; default ``$MEASURAND_LOGS``, else ``.measurand/logs`` in the home folder.
        level: Level of the root logger: what goes into the file.
        console_level: What is also shown on stderr; None shows nothing.
        banner: Whether to print where the files are.

    Raises:
        ConfigurationError: There is no such level; nothing was started.

    Example:
        >>> import tempfile
        >>> start_all_logging(tempfile.mkdtemp(), banner=False)
        >>> get_log_file_name()
        '...-measurand.log'
        >>> stop_logging()
    """
    start_logger(log_dir, level=level, console_level=console_level, banner=banner)
    start_command_history_logger(log_dir, banner=banner)


def start_logger(
    log_dir: str | os.PathLike[str] | None = None,
    *,
    level: int | str = "INFO",
    console_level: int | str | None = "WARNING",
    banner: bool = True,
) -> Path:
    """Write log records to ``<yymmdd>-<pid>-measurand.log``, a new file each day; show the serious ones on stderr.

    A disk that is full or gone stops nothing; the file then says how many records it lacks. Started again, it takes the
    new settings.

    Args:
        log_dir: Folder of the file; default ``$MEASURAND_LOGS``, else ``.measurand/logs`` in the home folder.
        level: Level of the root logger: what goes into the file. A logger below may have a lower one.
        console_level: What is also shown on stderr; None shows nothing.
        banner: Whether to print where the file is.

    Returns:
        Path of today's file.

    Raises:
        ConfigurationError: There is no such level; nothing was started.
    """
    codes = get_level_code(level), None if console_level is None else get_level_code(console_level)
    root, folder = logging.getLogger(), _folder(log_dir)
    console = get_console_handler()
    if console is not None:
        root.removeHandler(console)
    if codes[1] is not None:
        root.addHandler(Console(codes[1]))
    file = _present_file()
    if file is None:
        file = DayFile(folder, _NAME, _say_on_console)
        root.addHandler(file)
    file.folder = folder
    root.setLevel(codes[0])
    if banner:
        _print(f"Log file:        {file.path}")
    return file.path


def start_command_history_logger(log_dir: str | os.PathLike[str] | None = None, *, banner: bool = True) -> Path | None:
    """Append each command of this IPython or notebook, with time and output, to ``command_history.log``.

    Args:
        log_dir: Folder of the file; default ``$MEASURAND_LOGS``, else ``.measurand/logs`` in the home folder.
        banner: Whether to print where the file is.

    Returns:
        Path of the file; None in plain Python, which has no such history.
    """
    shell = present_shell()
    if shell is None:
        return None
    path = _folder(log_dir) / _HISTORY
    history = present_history(shell)
    if history is None:
        history = CommandHistory(shell, path)
        history.start()
    history.path = path
    if banner:
        _print(f"Command history: {path}")
    return path


def stop_logging() -> None:
    """Write no more log file, console and command history; the root logger has Python's usual level again."""
    root = logging.getLogger()
    started = [one for one in (_present_file(), get_console_handler()) if one is not None]
    for handler in started:
        root.removeHandler(handler)
        handler.close()
    if started:
        root.setLevel(logging.WARNING)
    shell = present_shell()
    history = None if shell is None else present_history(shell)
    if history is not None:
        history.stop()


def get_file_handler() -> logging.Handler | None:
    """Return the handler that writes the log file; None before `start_logger`."""
    return _present_file()


def get_console_handler() -> logging.Handler | None:
    """Return the handler that shows records on stderr; None before `start_logger`."""
    return next((one for one in logging.getLogger().handlers if isinstance(one, Console)), None)


def get_log_file_name() -> str:
    """Return the path of today's log file; before `start_logger` the one that it would write."""
    return str((_present_file() or DayFile(_folder(None), _NAME)).path)


def _present_file() -> DayFile | None:
    return next((one for one in logging.getLogger().handlers if isinstance(one, DayFile)), None)


def _folder(log_dir: str | os.PathLike[str] | None) -> Path:
    return Path(supplied("logs") if log_dir is None else log_dir).expanduser().absolute()


def _say_on_console(text: str) -> None:
    console = get_console_handler()
    if console is not None and console.level <= logging.WARNING:
        console.handle(logging.LogRecord(__name__, logging.WARNING, __file__, 0, text, None, None))


def _print(text: str) -> None:
    with suppress(Exception):  # a banner is no reason to stop: stdout may be absent, closed, or lack a sign
        encoding = getattr(sys.stdout, "encoding", None) or "ascii"
        sys.stdout.write(f"{text}\n".encode(encoding, "backslashreplace").decode(encoding))
