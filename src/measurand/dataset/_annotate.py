"""Saying something about a run after the fact: one more line at the end of ``run.jsonl``, by anybody who may write it.

The run may be finished or running in another process; nothing that is there is touched. The journal of the data root in
which the run lies is told, so that every index knows at once. Knows no dataset and no index.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from measurand._core import json as plain_json
from measurand._core.appending import append_line, open_appending
from measurand._core.clock import SYSTEM_CLOCK, Clock
from measurand._core.names import slug
from measurand.dataset import _here, _journal
from measurand.dataset._format._moments import isotime, local
from measurand.dataset._format._runfile import NAME
from measurand.errors import RunNotFound, StorageFailed

_LEVELS = 3  # year, day, run


def annotate(folder: Path, event: Mapping[str, Any], clock: Clock = SYSTEM_CLOCK) -> None:
    """Append ``event`` to the run in ``folder``, with the time and who says it, and bring it through a power loss.

    Raises:
        RunNotFound: The run is not there any more.
        StorageFailed: The disk refuses, or nobody but its owner may write the run.
    """
    try:
        time = append_event(folder, {**event, "by": f"{_here.user()}@{_here.host()}"}, clock, sync=True)
    except FileNotFoundError:
        raise RunNotFound(f"{folder} holds no run any more: it was moved, renamed or put into the trash.") from None
    except OSError as error:
        raise StorageFailed(f"{folder.name}: nothing can be added to this run ({error}); it is as it was.") from error
    tell_journal(folder, {"event": "change", "time": time}, clock)


def append_event(folder: Path, event: Mapping[str, Any], clock: Clock = SYSTEM_CLOCK, *, sync: bool = False) -> str:
    """Append ``event`` to the run in ``folder`` and return the time that was noted; the journal is not told.

    Raises:
        OSError: There is no such run, or the disk refuses.
    """
    line = {**event, "time": isotime(clock)}
    fd = open_appending(folder / NAME)
    try:
        append_line(fd, plain_json.dumps(line).encode())
        if sync:
            os.fsync(fd)
    finally:
        os.close(fd)
    return str(line["time"])


def tell_journal(folder: Path, line: Mapping[str, Any], clock: Clock = SYSTEM_CLOCK) -> None:
    """Note in the journal of its data root that the run in ``folder`` changed; a run that lies in none has no journal."""
    root = root_of(folder)
    if root is not None:
        said = {**line, "folder": folder.absolute().relative_to(root).as_posix()}
        _journal.note(root / ".measurand" / "journal", slug(_here.host()), local(clock), said)


def root_of(folder: Path) -> Path | None:
    """Return the data root in which a run's folder lies, None if it lies in none."""
    parents = folder.absolute().parents
    if len(parents) < _LEVELS:
        return None
    root = parents[_LEVELS - 1]
    return root if (root / ".measurand" / "root.json").exists() else None
