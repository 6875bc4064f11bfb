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
    """Yield file name, new offset and new lines of every journal that is not as long as its offset in ``known``.

    One that became shorter was replaced, and is read from its beginning.
    """
    try:
        with os.scandir(folder) as entries:
            sizes = {entry.name: entry.stat().st_size for entry in entries if entry.name.endswith(".jsonl")}
    except OSError:
        return
    for name, size in sorted(sizes.items()):
        offset = known.get(name, 0)
        if size == offset:
            continue
        with (folder / name).open("rb") as file:
            file.seek(offset if size > offset else 0)
            data = file.read()
        whole = data[: data.rfind(b"\n") + 1]
        if whole:
            offset = (offset if size > offset else 0) + len(whole)
            yield name, offset, [line for line in map(_parse, whole.splitlines()) if line]


def _parse(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
