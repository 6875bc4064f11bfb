"""Logs as pandas tables. Knows lines and files, no handler; pandas is imported by whoever asks for a table."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measurand.logger._line import COLUMNS, parse_lines
from measurand.logger._start import get_log_file_name

if TYPE_CHECKING:
    import pandas as pd


def read_log(logfile: str | os.PathLike[str] | None = None) -> list[dict[str, Any]]:
    """Return the records of a log file, without pandas.

    Args:
        logfile: Path; None is the file that is being written.

    Returns:
        One dict per record, oldest first: ``time`` (datetime with zone), ``name``, ``level``, ``module``,
        ``function``, ``line``, ``instrument`` (its full name with dots, None if none) and ``message``.

    Raises:
        OSError: There is no such file.
    """
    path = Path(get_log_file_name() if logfile is None else logfile)
    with path.open(encoding="utf-8", errors="replace", newline="\n") as file:  # nothing but \n ends a line
        return parse_lines(file)


def logfile_to_dataframe(logfile: str | os.PathLike[str] | None = None) -> pd.DataFrame:
    """Return a log file as a table with one row per record.

    Args:
        logfile: Path; None is the file that is being written.

    Returns:
        Columns ``time``, ``name``, ``level``, ``module``, ``function``, ``line``, ``instrument``, ``message``.

    Raises:
        OSError: There is no such file.
        ImportError: pandas is not installed; `read_log` needs none.
    """
    return table_of(read_log(logfile))


def log_to_dataframe(log: Iterable[str]) -> pd.DataFrame:
    """Return lines of a log as a table with one row per record; lines that are no record are left out.

    Args:
        log: Lines as they stand in a log file.

    Returns:
        Columns ``time``, ``name``, ``level``, ``module``, ``function``, ``line``, ``instrument``, ``message``.

    Raises:
        ImportError: pandas is not installed.

    Example:
        >>> lines = ["2026-11-20 13:01:02.500+00:00 | lab | INFO | lab | cool | 7 | fridge | cold"]
        >>> log_to_dataframe(lines)[["name", "instrument", "message"]]
          name instrument message
        0  lab     fridge    cold
    """
    return table_of(parse_lines(log))


def time_difference(
    firsttimes: pd.Series[Any], secondtimes: pd.Series[Any], use_first_series_labels: bool = True
) -> pd.Series[float]:
    """Return how much later the second times are than the first ones, one by one.

    Args:
        firsttimes: The earlier times: a column ``time``, or texts of times.
        secondtimes: The later times, as many.
        use_first_series_labels: Whether the result has the labels of ``firsttimes``, or of ``secondtimes``.

    Returns:
        Differences in s.

    Raises:
        ValueError: They are not equally many, or a text is no time.

    Example:
        >>> import pandas as pd
        >>> time_difference(pd.Series(["2026-11-20 13:01:02.5"]), pd.Series(["2026-11-20 13:01:04"])).tolist()
        [1.5]
    """
    pandas = _pandas()
    if len(firsttimes) != len(secondtimes):
        raise ValueError(f"time_difference: {len(firsttimes)} first and {len(secondtimes)} second times given.")
    pairs = zip(firsttimes, secondtimes, strict=True)
    seconds = [(_moment(second) - _moment(first)).total_seconds() for first, second in pairs]
    labels = firsttimes.index if use_first_series_labels else secondtimes.index
    series: pd.Series[float] = pandas.Series(seconds, index=labels, dtype="float64")
    return series


def table_of(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return records as a table."""
    pandas = _pandas()
    table: pd.DataFrame = pandas.DataFrame(rows, columns=list(COLUMNS))
    # Through UTC: a log that goes over the end of summer time has two zones.
    zone = rows[-1]["time"].tzinfo if rows else None
    table["time"] = pandas.to_datetime(table["time"], utc=True).dt.tz_convert(zone)
    return table


def _moment(time: Any) -> datetime:
    return datetime.fromisoformat(time.replace(",", ".")) if isinstance(time, str) else time


def _pandas() -> Any:
    try:
        import pandas as pd
    except ImportError as error:
        raise ImportError("DataFrames need pandas: pip install measurand[pandas]") from error
    return pd
