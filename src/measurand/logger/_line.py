"""One log record as one line of text, and back. Knows neither files nor handlers.

A line reads ``time | name | level | module | function | line | instrument | message``. What follows the first line of a
message (a traceback) is indented by four spaces, so that a line that begins with anything else begins a record.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

COLUMNS = ("time", "name", "level", "module", "function", "line", "instrument", "message")
SEPARATOR = " | "
_INDENT = "    "
_NONE = "-"  # in the place of the instrument where there is none


class LineFormatter(logging.Formatter):
    """Write a record as a line that `parse_lines` can read. Never raises, whatever the record holds."""

    def format(self, record: logging.LogRecord) -> str:
        """Return ``record`` as text without a line end."""
        row = row_of(record)
        fields = [_NONE if row[key] is None else str(row[key]) for key in COLUMNS[1:-1]]
        places = SEPARATOR.join(fields)
        if places.count("|") >= len(fields) or not places.isprintable():
            places = SEPARATOR.join(_field(field) for field in fields)
        time = row["time"].isoformat(sep=" ", timespec="milliseconds")
        message = row["message"].replace("\n", f"\n{_INDENT}")
        return f"{time}{SEPARATOR}{places}{SEPARATOR}{message}"


def row_of(record: logging.LogRecord) -> dict[str, Any]:
    """Return what a record says, by `COLUMNS`: the time with its zone, the line as int, no instrument as None."""
    instrument = getattr(record, "instrument", None)
    return {
        "time": local_time(record.created),
        "name": record.name,
        "level": record.levelname,
        "module": record.module,
        "function": record.funcName or "",
        "line": record.lineno,
        "instrument": instrument if isinstance(instrument, str) else None,
        "message": _message(record),
    }


def local_time(seconds: float) -> datetime:
    """Return seconds since 1970-01-01 UTC as the time on the wall, with its zone."""
    return datetime.fromtimestamp(seconds, UTC).astimezone()


def parse_lines(lines: Iterable[str]) -> list[dict[str, Any]]:
    """Return the records of a log; lines that are no record and no part of one (torn ones) are left out.

    Args:
        lines: Without or with their line ends.
    """
    rows: list[dict[str, Any]] = []
    for line in lines:
        text = line.rstrip("\r\n")
        if text.startswith(_INDENT) and rows:
            rows[-1]["message"] += f"\n{text[len(_INDENT) :]}"
        elif (row := _parse(text)) is not None:
            rows.append(row)
    return rows


def _parse(text: str) -> dict[str, Any] | None:
    fields = text.split(SEPARATOR, len(COLUMNS) - 1)
    if len(fields) < len(COLUMNS):
        return None
    row: dict[str, Any] = dict(zip(COLUMNS, fields, strict=True))
    try:
        row["time"], row["line"] = datetime.fromisoformat(row["time"]), int(row["line"])
    except ValueError:
        return None
    row["instrument"] = None if row["instrument"] == _NONE else row["instrument"]
    return row


def _message(record: logging.LogRecord) -> str:
    try:
        text = record.getMessage()
    except Exception as error:  # noqa: BLE001 - whoever logged gave arguments that do not fit: say which
        text = f"{record.msg!r} {record.args!r} (cannot be formatted: {error})"
    if record.exc_info and record.exc_info[0] is not None:
        text += f"\n{logging.Formatter().formatException(record.exc_info)}"
    elif record.exc_text:
        text += f"\n{record.exc_text}"
    if record.stack_info:
        text += f"\n{record.stack_info}"
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _field(text: str) -> str:
    """Return ``text`` without what would end its field or line."""
    return " ".join(text.split()).replace("|", "/")
