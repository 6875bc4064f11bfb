"""One line per start, change and end of a run, so that other machines need not look through all folders. A hint, never the truth."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from measurand._core.appending import append_line, open_appending


def note(folder: Path, host: str, now: datetime.datetime, line: dict[str, Any]) -> None:
    """Append ``line`` to this host's journal of this month; what the disk refuses is left out."""
    path = folder / f"{host}-{now:%Y%m}.jsonl"
    try:
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            path.touch()
        fd = open_appending(path)
        try:
            append_line(fd, json.dumps(line).encode())
        finally:
            os.close(fd)
    except OSError:  # the folders are the truth; they are looked at as well
        return


def new_lines(folder: Path, known: dict[str, int]) -> Iterator[tuple[str, int, list[dict[str, Any]]]]:
    """Yield file name, new offset and new lines of every journal that grew beyond its offset in ``known``."""
    try:
        paths = sorted(folder.glob("*.jsonl"))
    except OSError:
        return
    for path in paths:
        offset = known.get(path.name, 0)
        with path.open("rb") as file:
            file.seek(offset)
            data = file.read()
        whole = data[: data.rfind(b"\n") + 1]
        if whole:
            yield path.name, offset + len(whole), [line for line in map(_parse, whole.splitlines()) if line]


def _parse(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
