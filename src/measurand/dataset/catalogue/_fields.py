"""The words of the language of searches: what they name, and what they can be compared with."""

from __future__ import annotations

from typing import Literal, NamedTuple

FieldType = Literal["text", "number", "time", "truth", "duration", "size", "anything"]


class FieldInfo(NamedTuple):
    """What a field holds; ``many``: a run may have several, and one that fits is enough."""

    type: FieldType
    many: bool = False
    about: str = ""


FIELDS: dict[str, FieldInfo] = {
    "number": FieldInfo("number", about="the run's number"),
    "id": FieldInfo("text", about="its identity"),
    "name": FieldInfo("text", about="what it is called"),
    "sample": FieldInfo("text", about="what was measured"),
    "experiment": FieldInfo("text", about="what it belongs to"),
    "status": FieldInfo("text", about="running, completed, interrupted, failed or lost"),
    "user": FieldInfo("text", about="who started it"),
    "host": FieldInfo("text", about="on which computer"),
    "tag": FieldInfo("text", many=True, about="any of its tags"),
    "note": FieldInfo("text", many=True, about="any of its notes"),
    "parameter": FieldInfo("text", many=True, about="the name of any of its columns"),
    "parent": FieldInfo("text", many=True, about="the id of any run it continues or uses"),
    "started": FieldInfo("time", about="when it started"),
    "ended": FieldInfo("time", about="when it ended"),
    "duration": FieldInfo("duration", about="how long it took"),
    "rows": FieldInfo("number", about="rows of all its tables"),
    "size": FieldInfo("size", about="bytes of its folder"),
    "starred": FieldInfo("truth", about="whether it has a star"),
    "tagged": FieldInfo("truth", about="whether it has any tag"),
}
ALIASES = {
    "tags": "tag", "notes": "note", "column": "parameter", "columns": "parameter", "parameters": "parameter",
    "parents": "parent", "star": "starred", "start": "started", "end": "ended", "run": "number",
}  # fmt: skip
STATISTICS = ("min", "max", "mean", "count", "nan")
METADATA = FieldInfo("anything", many=True, about="anything noted, by its path: metadata.fridge.temperature")
STATISTIC = FieldInfo("number", about="of the values of a column: max(current)")

STATES = ("running", "completed", "interrupted", "failed", "lost")
SECONDS = {
    "ms": 1e-3, "s": 1.0, "sec": 1.0, "min": 60.0, "h": 3600.0, "d": 86_400.0, "second": 1.0, "seconds": 1.0,
    "minute": 60.0, "minutes": 60.0, "hour": 3600.0, "hours": 3600.0, "day": 86_400.0, "days": 86_400.0,
}  # fmt: skip
BYTES = {
    "B": 1.0, "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "KiB": 2.0**10, "MiB": 2.0**20, "GiB": 2.0**30,
    "TiB": 2.0**40,
}  # fmt: skip


def info_of(kind: str) -> FieldInfo:
    """Return what a field of this kind holds."""
    return FIELDS.get(kind) or (METADATA if kind == "metadata" else STATISTIC)


def words() -> list[str]:
    """Return every word that can begin a condition."""
    return [*FIELDS, *ALIASES, *STATISTICS, "metadata", "has", "text", "since", "until", "before", "after", "not"]
