"""The header of a run whose ``run.jsonl`` lost it, from what the files of its tables say about the run. Knows no rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from measurand.dataset._format._arrow import FORMAT_KEY
from measurand.dataset._format._runfile import FORMAT, NAME, VERSION
from measurand.errors import DamagedData

_KEYS = ("id", "number", "name", "started")


def is_header(line: bytes) -> bool:
    """Return whether a line is the header of a run."""
    try:
        found = json.loads(line)
    except ValueError:
        return False
    return isinstance(found, dict) and found.get("format") == FORMAT


def recovered_header(folder: Path) -> dict[str, Any]:
    """Return a header with what is known: identity, number, name, start and tables.

    Raises:
        DamagedData: No file of the folder says what the run was.
    """
    said = [found for path in sorted(folder.glob("*.arrow*")) if (found := _about(path)) is not None]
    if not said:
        raise DamagedData(f"{folder / NAME}: its header is damaged, and no Arrow file says what the run was.")
    tables = {about["table"]["name"]: about["table"] for about in said}
    return {
        "format": FORMAT, "version": VERSION, **{key: said[0][key] for key in _KEYS}, "sample": "", "experiment": "",
        "plan": None, "metadata": {}, "tables": list(tables.values()),
    }  # fmt: skip


def _about(path: Path) -> dict[str, Any] | None:
    import pyarrow as pa

    try:
        with path.open("rb") as file:
            file.seek(8 if path.suffix == ".arrow" else 0)
            found: dict[str, Any] = json.loads(pa.ipc.open_stream(file).schema.metadata[FORMAT_KEY])
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError):
        return None
    return found if all(key in found for key in (*_KEYS, "table")) else None
