"""How runs are shown: which columns, and each cell as a person reads it."""

from __future__ import annotations

import datetime
import html
from collections.abc import Iterable, Sequence
from typing import Any

from measurand._core import json as plain_json
from measurand.dataset._records import RunRecord
from measurand.dataset.catalogue._fields import STATISTICS
from measurand.dataset.catalogue._leaves import leaves
from measurand.dataset.catalogue._match import value_of
from measurand.dataset.catalogue._parse import parse_field
from measurand.dataset.catalogue._query import Field

_MANY = {"tag": "tags", "note": "notes", "parameter": "columns", "parent": "parents"}
_HEADS = {
    "number": "run",
    "parameter": "columns",
    "tag": "tags",
    "note": "notes",
    "parent": "parents",
    "starred": "star",
}
_LONGEST_CELL = 60


def columns_of(runs: Iterable[RunRecord]) -> list[str]:
    """Return what is shown of runs unless told: sample and tags only if one of them has any."""
    shown = list(runs)
    found = ["number", "started", "status", "rows", "name"]
    found += ["sample"] if any(run.sample for run in shown) else []
    found += ["tag"] if any(run.tags for run in shown) else []
    found += ["starred"] if any(run.starred for run in shown) else []
    return [*found, "parameter"]


def as_text(runs: Sequence[RunRecord], columns: Sequence[str] | None = None) -> str:
    """Return a table with one line per run, the last column as long as it is."""
    rows = _rows(runs, columns)
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]) - 1)]
    return "\n".join("  ".join([*map(str.ljust, row, widths), row[-1]]).rstrip() for row in rows)


def as_html(runs: Sequence[RunRecord], columns: Sequence[str] | None = None) -> str:
    """Return a table for notebooks."""
    head, *rows = _rows(runs, columns)
    cells = "".join(f"<th>{html.escape(text)}</th>" for text in head)
    body = "".join("<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>"


def plain_cell(field: Field, run: RunRecord) -> Any:
    """Return what ``field`` is for ``run`` as a value to compute with: times with zone, several texts as a tuple."""
    if field.kind in _MANY:
        return getattr(run, _MANY[field.kind])
    if field.kind in ("started", "ended"):
        return getattr(run, field.kind)
    return value_of(field, run)


def as_plain(run: RunRecord, columns: Sequence[str] | None = None) -> dict[str, Any]:
    """Return a run as plain data for JSON: these fields, or everything that is known."""
    if columns is None:
        return plain_json.to_plain({**vars(run), "summaries": {name: vars(s) for name, s in run.summaries.items()}})  # type: ignore[no-any-return]  # a dict stays one
    fields = [parse_field(name) for name in columns]
    return {str(field): plain_json.to_plain(plain_cell(field, run)) for field in fields}


def duration(seconds: float) -> str:
    """Return a duration in its two largest parts: ``"1 h 5 min"``."""
    if seconds < 60:
        return f"{seconds * 1000:.3g} ms" if 0 < seconds < 0.1 else f"{seconds:.3g} s"
    total = round(seconds)
    parts = [(total // 86_400, "d"), (total // 3600 % 24, "h"), (total // 60 % 60, "min"), (total % 60, "s")]
    first = next(i for i, (count, _) in enumerate(parts) if count)
    return " ".join(f"{count} {unit}" for count, unit in parts[first : first + 2] if count)


def readable_size(count: float) -> str:
    """Return a number of bytes with a decimal prefix: ``"1.2 MB"``."""
    for unit, factor in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= factor:
            return f"{count / factor:.3g} {unit}"
    return f"{count:.0f} B"


def in_one_line(text: str) -> str:
    """Return ``text`` without line breaks, and without what would move the cursor of a terminal or colour it."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in " ".join(text.split()))


def _rows(runs: Sequence[RunRecord], columns: Sequence[str] | None) -> list[list[str]]:
    fields = [parse_field(name) for name in columns or columns_of(runs)]
    head = [_HEADS.get(field.kind, str(field)) for field in fields]
    return [head, *([_cell(field, run) for field in fields] for run in runs)]


def _cell(field: Field, run: RunRecord) -> str:
    text = in_one_line(_text(field, run, plain_cell(field, run)))
    return text if len(text) <= _LONGEST_CELL or field.kind == "parameter" else f"{text[: _LONGEST_CELL - 1]}…"


def _text(field: Field, run: RunRecord, value: Any) -> str:
    if field.kind == "metadata":
        there = [
            leaf.text if leaf.number is None else f"{leaf.number:.6g}"
            for leaf in leaves(run.metadata)
            if leaf.path == field.of
        ]
        return ", ".join(text or "" for text in there)
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return f"{value.astimezone():%Y-%m-%d %H:%M:%S}"
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, bool):
        return "*" if value else ""
    if field.kind in ("duration", "size"):
        return duration(value) if field.kind == "duration" else readable_size(value)
    if field.kind in STATISTICS:
        unit = run.summaries[field.of].unit if field.kind in ("min", "max", "mean") else ""
        return f"{value:.6g} {unit}".rstrip()
    return str(value)
