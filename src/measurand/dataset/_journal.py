"""One line per start and end of a run, so that other machines need not look through all folders. A hint, never the truth."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from measurand._core import filelock
from measurand.dataset._disk import write_all

_BINARY = getattr(os, "O_BINARY", 0)
_PATIENCE = 1.0  # s; longer than any append takes, short enough not to hold up a run


def note(folder: Path, host: str, now: datetime.datetime, line: dict[str, Any]) -> None:
    """Append ``line`` to this host's journal of this month; what the disk refuses is left out."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{host}-{now:%Y%m}.jsonl"
        fd = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND | _BINARY, 0o666)
        try:
            if filelock.lock(fd, _PATIENCE):  # where appending is not atomic, lines would mix
                write_all(fd, json.dumps(line).encode() + b"\n")
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
