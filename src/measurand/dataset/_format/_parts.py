"""How the Arrow files of a table are called: one for each time that its run was begun or resumed. Knows no row."""

from __future__ import annotations

import re
from pathlib import Path

_NAME = re.compile(r"(.+)\.part-(\d+)\.arrow")


def part_name(table: str, part: int) -> str:
    """Return the name of the Arrow file that a table gets when its run is begun (part 1) or resumed (2, 3…)."""
    return f"{table}.arrow" if part == 1 else f"{table}.part-{part}.arrow"


def part_paths(folder: Path, table: str) -> list[Path]:
    """Return the Arrow files of a table: the first one, which may not be there, and those that are there of later parts."""
    return [folder / part_name(table, number) for number in (1, *sorted(_later(folder, table)))]


def last_part(folder: Path) -> int:
    """Return the greatest number of a part that any table of the run in ``folder`` has a file of; 1 if there is none."""
    return max(_later(folder, None), default=1)


def _later(folder: Path, table: str | None) -> list[int]:
    try:
        found = [match for path in folder.iterdir() if (match := _NAME.fullmatch(path.name))]
    except (FileNotFoundError, NotADirectoryError):  # the folder is gone
        return []
    return [int(match[2]) for match in found if table in (None, match[1])]
