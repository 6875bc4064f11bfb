"""How run folders are called and numbered, and where they lie in a data root. Knows no content of a run.

``<root>/2026/2026-11-20/000123-gate-sweep-7f3a9c2e/``: number, name, first 8 digits of the id.
"""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Iterator
from pathlib import Path

from measurand._core import filelock
from measurand._core.names import slug
from measurand.errors import StorageFailed

_BINARY = getattr(os, "O_BINARY", 0)
_YEAR = re.compile(r"\d{4}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_RUN = re.compile(r"(\d{6,})-.+-([0-9a-f]{8})")
_PATIENCE = 10.0  # s; taking a number takes a millisecond


def folder_of(root: Path, number: int, name: str, run_id: str, now: datetime.datetime) -> Path:
    """Return the path of a new run's folder."""
    return root / f"{now:%Y}" / f"{now:%Y-%m-%d}" / f"{number:06d}-{slug(name)}-{run_id[:8]}"


def number_of(folder_name: str) -> int | None:
    """Return the number in the name of a run's folder, None if it is not one."""
    match = _RUN.fullmatch(folder_name)
    return int(match[1]) if match else None


def days(root: Path) -> Iterator[Path]:
    """Yield the folders that hold runs, oldest day first."""
    for year in _matching(root, _YEAR):
        yield from _matching(year, _DAY)


def runs_of_day(day: Path) -> list[Path]:
    """Return the folders of one day that are called like runs, by number."""
    return sorted(_matching(day, _RUN), key=lambda path: (number_of(path.name) or 0, path.name))


def take_number(root: Path, counter: Path) -> int:
    """Return the next free run number; two processes never get the same.

    Args:
        root: The data root.
        counter: The file that remembers the last number. It may be missing or behind: then the folders tell.

    Raises:
        StorageFailed: Another process has held the counter for 10 s.
        OSError: The disk refuses.
    """
    fd = os.open(counter, os.O_CREAT | os.O_RDWR | _BINARY, 0o666)
    try:
        if not filelock.lock(fd, _PATIENCE):
            raise StorageFailed(f"{counter} has been locked for {_PATIENCE:g} s by another program; end that program.")
        remembered = os.read(fd, 32).strip()
        if remembered.isdigit():
            # The newest day is enough to notice folders made by a program that could not reach the counter.
            last = max(int(remembered), _highest(list(days(root))[-1:]))
        else:
            last = _highest(list(days(root)))
        os.lseek(fd, 0, os.SEEK_SET)
        os.write(fd, f"{last + 1:012d}\n".encode())
        return last + 1
    finally:
        os.close(fd)


def _highest(places: list[Path]) -> int:
    return max((_highest_of_day(day) for day in places), default=0)


def _highest_of_day(day: Path) -> int:
    """Look at names only: this is done for every run, also at the end of a day with thousands of them."""
    with os.scandir(day) as entries:
        return max((number_of(entry.name) or 0 for entry in entries), default=0)


def _matching(folder: Path, pattern: re.Pattern[str]) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            return sorted(Path(entry.path) for entry in entries if pattern.fullmatch(entry.name) and entry.is_dir())
    except (FileNotFoundError, NotADirectoryError):  # moved away while we looked
        return []
