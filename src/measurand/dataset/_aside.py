"""Moving a run aside, into the trash of its data root, and back: one step, or none. Knows no list of runs."""

from __future__ import annotations

import os
from pathlib import Path

from measurand.dataset._annotate import annotate, root_of, tell_journal
from measurand.dataset._format._runfile import read_run
from measurand.errors import DatasetError, StorageFailed


def move_to_trash(folder: Path) -> Path:
    """Move the run in ``folder`` into the trash of its data root; return where it is now.

    Raises:
        RunNotFound: No run is there.
        DatasetError: The run is running, lies in no data root, or its place in the trash is taken.
        StorageFailed: The disk refuses, e.g. since somebody has one of its files open.
    """
    info, root = read_run(folder), root_of(folder)
    if root is None:
        raise DatasetError(f"{folder} lies in no data root, which has a trash; remove the folder yourself.")
    if info.status() == "running":
        raise DatasetError(f"Run {info.header.get('number')} is running; stop it before it goes to the trash.")
    target = trash_of(root) / folder.absolute().relative_to(root)
    move(folder, target)
    annotate(target, {"event": "trashed"})
    tell_journal(folder, {"event": "trash"})
    return target


def trash_of(root: Path) -> Path:
    """Return the folder of a root's trash."""
    return root / ".measurand" / "trash"


def move(folder: Path, target: Path) -> None:
    """Rename a run's folder; into a place that is free."""
    if target.exists():
        raise DatasetError(f"{folder} cannot be moved: {target} is there already. Move that one first.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        os.rename(folder, target)  # noqa: PTH104 - one step, or none; Path.rename is the same
    except OSError as error:
        raise StorageFailed(f"{folder} cannot be moved ({error}); close what has it open and try again.") from error
