"""A new file in the place of all files of a table, in steps of which each leaves the old rows or the new ones.

Rows behind a gap have other numbers in the new file. So the old files go out of the readers' sight before it comes, and
from the moment that it is called ``<table>.arrow.new`` it counts: whoever repairs next goes on from there.
"""

from __future__ import annotations

from pathlib import Path

from measurand.dataset._format._parts import part_paths
from measurand.dataset._read._tails import tail_paths

_NEW, _OLD = ".new", ".old"


def swap(draft: Path, target: Path) -> None:
    """Put ``draft``, which is whole and on the disk, in the place of ``target`` and of all other files of its table.

    Raises:
        OSError: The disk refuses, or somebody has a file open; everything is as it was, but that ``draft`` is gone.
    """
    _put(draft.rename(target.with_name(target.name + _NEW)), target)


def complete_swaps(folder: Path) -> None:
    """Go on with what a process that was killed had begun.

    Raises:
        OSError: As for `swap`.
    """
    for new in sorted(folder.glob(f"*.arrow{_NEW}")):
        _put(new, new.with_suffix(""))
    for old in [*folder.glob(f"*.arrow{_OLD}"), *folder.glob(f"*.arrows{_OLD}"), *folder.glob(f"*.rec{_OLD}")]:
        old.unlink()


def interrupted_swaps(folder: Path) -> list[Path]:
    """Return the new files that did not come to their places."""
    return sorted(folder.glob(f"*.arrow{_NEW}"))


def _put(new: Path, target: Path) -> None:
    folder, table = target.parent, target.name.removesuffix(".arrow")
    others = [path for path in (*part_paths(folder, table)[1:], *tail_paths(folder, table)) if path.exists()]
    aside: list[tuple[Path, Path]] = []
    try:
        for path in reversed(others):  # so that what a reader sees meanwhile is the beginning
            aside.append((path.rename(path.with_name(path.name + _OLD)), path))  # noqa: PERF401 - what was done counts
        new.replace(target)
    except OSError:  # Windows: a reader has it open
        for old, path in reversed(aside):
            old.rename(path)
        new.unlink()
        raise
    for old, _ in aside:
        old.unlink(missing_ok=True)
