"""Records of runs as the index stores them: one line of JSON each. Knows no SQL."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

from measurand._core import json as plain_json
from measurand.dataset._records import ColumnSummary, RunRecord

_LISTS = ("columns", "tags", "notes", "parents")


def stored(record: RunRecord) -> str:
    """Return ``record`` as text."""
    said: dict[str, Any] = dict(vars(record))
    said["path"] = record.path.as_posix()
    said["started"] = record.started.isoformat()
    said["ended"] = None if record.ended is None else record.ended.isoformat()
    said["summaries"] = {name: list(vars(summary).values()) for name, summary in record.summaries.items()}
    return plain_json.dumps(said)


def restored(text: str) -> RunRecord:
    """Return the record that `stored` wrote."""
    said = json.loads(text)
    said["path"] = Path(said["path"])
    said["started"] = datetime.datetime.fromisoformat(said["started"])
    said["ended"] = None if said["ended"] is None else datetime.datetime.fromisoformat(said["ended"])
    said["summaries"] = {name: ColumnSummary(*values) for name, values in said["summaries"].items()}
    return RunRecord(**{**said, **{key: tuple(said[key]) for key in _LISTS}})
