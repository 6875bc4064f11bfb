"""Logs as pandas tables with QCoDeS's columns, of our lines and of those that QCoDeS has written."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measurand import logger as own

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = ("asctime", "name", "levelname", "module", "funcName", "lineno", "message")
_OURS = {"name": "name", "level": "levelname", "module": "module", "function": "funcName", "line": "lineno"}
_SEPARATOR = " ¦ "  # of the lines that QCoDeS writes


def logfile_to_dataframe(
    logfile: str | os.PathLike[str] | None = None, columns: Sequence[str] | None = None, separator: str | None = None
) -> pd.DataFrame:
    """Return a log file as a table with one row per record.

    Args:
        logfile: Path, of a file that Measurand or QCoDeS has written; None is the file that is being written.
        columns: Names of the columns of a file that somebody else has written.
        separator: What stands between them there.

    Returns:
        Texts in the columns ``asctime``, ``name``, ``levelname``, ``module``, ``funcName``, ``lineno``, ``message``.

    Raises:
        OSError: There is no such file.
        ImportError: pandas is not installed.
    """
    path = Path(own.get_log_file_name() if logfile is None else logfile)
    with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
        return log_to_dataframe(list(file), columns, separator)


def log_to_dataframe(
    log: Sequence[str], columns: Sequence[str] | None = None, separator: str | None = None
) -> pd.DataFrame:
    """Return lines of a log as a table with one row per record; lines that are no record are left out.

    Args:
        log: Lines as Measurand or QCoDeS writes them.
        columns: Names of the columns of lines that somebody else has written.
        separator: What stands between them there.

    Returns:
        Texts in the columns ``asctime``, ``name``, ``levelname``, ``module``, ``funcName``, ``lineno``, ``message``.

    Raises:
        ImportError: pandas is not installed.

    Example:
        >>> lines = ["2026-11-20 13:01:02,500 ¦ lab ¦ INFO ¦ lab ¦ cool ¦ 7 ¦ cold"]
        >>> log_to_dataframe(lines)[["name", "message"]]
          name message
        0  lab    cold
    """
    if columns is not None or separator is not None or any(_SEPARATOR in line for line in log):
        return _table(_split(log, columns or _COLUMNS, separator or _SEPARATOR), columns or _COLUMNS)
    return _in_their_words(own.log_to_dataframe(log))


@contextmanager
def capture_dataframe(
    level: int | str = logging.DEBUG, logger: logging.Logger | None = None
) -> Iterator[tuple[logging.Handler, Callable[[], pd.DataFrame]]]:
    """Capture the log records of a ``with`` block as a table.

    Args:
        level: Least level of what is captured.
        logger: Whose records; None: everybody's.

    Yields:
        The handler, and a function that returns what was captured up to the moment, see `log_to_dataframe`.
    """
    with own.capture_dataframe(level, logger) as (handler, captured):
        yield handler, lambda: _in_their_words(captured())


def time_difference(
    firsttimes: pd.Series[Any], secondtimes: pd.Series[Any], use_first_series_labels: bool = True
) -> pd.Series[float]:
    """Return how much later the second times are than the first ones, one by one, in s.

    Args:
        firsttimes: The earlier times: a column ``asctime``.
        secondtimes: The later times, as many.
        use_first_series_labels: Whether the result has the labels of ``firsttimes``, or of ``secondtimes``.

    Raises:
        ValueError: They are not equally many, or a text is no time.
    """
    return own.time_difference(firsttimes, secondtimes, use_first_series_labels)


def _in_their_words(table: pd.DataFrame) -> pd.DataFrame:
    """Return one of our tables with QCoDeS's columns, which hold text."""
    times = table["time"].dt.strftime("%Y-%m-%d %H:%M:%S,%f").str[:-3] if len(table) else table["time"]
    found = table[[*_OURS, "message"]].rename(columns=_OURS)
    found.insert(0, "asctime", times)
    return found.astype(str)


def _split(log: Iterable[str], columns: Sequence[str], separator: str) -> Iterator[list[str]]:
    """Yield the fields of each record; what is between records belongs to the message before."""
    row: list[str] | None = None
    for line in log:
        fields = line.rstrip("\r\n").split(separator, len(columns) - 1)
        if len(fields) == len(columns):
            if row is not None:
                yield row
            row = fields
        elif row is not None:
            row[-1] += f"\n{fields[0] if len(fields) == 1 else separator.join(fields)}"
    if row is not None:
        yield row


def _table(rows: Iterable[list[str]], columns: Sequence[str]) -> pd.DataFrame:
    try:
        import pandas as pd
    except ImportError as error:
        raise ImportError("DataFrames need pandas: pip install measurand[pandas]") from error
    return pd.DataFrame(list(rows), columns=list(columns), dtype=str)
