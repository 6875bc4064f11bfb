"""Run numbers: each is given once in a data root, to whatever process asks, without looking through its folders.

A file remembers the last number. It is believed unless it is behind what this process knows, unreadable or missing; then
the folders tell. Folders may also come from elsewhere, with numbers of their own: the names in the newest day are looked
at before the first number, and again only if that day's time says that somebody else made or removed one.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from measurand._core import filelock
from measurand.dataset._folders import days, names_of_day, newest_day, number_of
from measurand.errors import StorageFailed

_BINARY = getattr(os, "O_BINARY", 0)
_PATIENCE = 10.0  # s; taking a number takes a millisecond


class Numbers:
    """Gives the numbers of one data root.

    Args:
        root: The data root.
        counter: The file that remembers the last number.
    """

    def __init__(self, root: Path, counter: Path) -> None:
        self._root, self._counter = root, counter
        self._last = 0  # the greatest number this process knows of
        self._day: tuple[Path, int] | None = None  # where it made the last folder, and the time of that place then

    def take(self) -> int:
        """Return the next free run number; two processes never get the same.

        Raises:
            StorageFailed: Another process has held the counter for 10 s.
            OSError: The disk refuses.
        """
        return self._next(lambda last: last + 1)

    def skip(self, number: int) -> None:
        """Give none of the numbers up to ``number`` from now on; raises as `take`."""
        self._next(lambda last: max(last, number))

    def _next(self, after: Callable[[int], int]) -> int:
        """Remember, and return, what comes after the last number."""
        fd = os.open(self._counter, os.O_CREAT | os.O_RDWR | _BINARY, 0o666)
        try:
            if not _lock(fd):
                raise StorageFailed(
                    f"{self._counter} has been locked for {_PATIENCE:g} s by another program; end that program."
                )
            remembered = os.read(fd, 32).strip()
            self._last = after(self._after(int(remembered) if remembered.isdigit() else None))
            os.lseek(fd, 0, os.SEEK_SET)
            os.write(fd, f"{self._last:012d}\n".encode())
            return self._last
        finally:
            os.close(fd)

    def made(self, folder: Path) -> None:
        """Note that the folder of a run was made: what happens in its day from now on, others do."""
        self._day = folder.parent, folder.parent.stat().st_mtime_ns

    def _after(self, remembered: int | None) -> int:
        if remembered is None or remembered < self._last:
            return _highest(list(days(self._root)))
        if self._day is not None and _changed(self._day[0]) == self._day[1]:
            return remembered
        newest = newest_day(self._root)
        return max(remembered, _highest([newest] if newest is not None else []))


def _lock(fd: int) -> bool:
    try:
        return filelock.lock(fd, _PATIENCE)
    except OSError:  # a share without locks: two runs that begin at one moment may get one number, and have their ids
        return True


def _changed(day: Path) -> int | None:
    try:
        return day.stat().st_mtime_ns
    except OSError:
        return None


def _highest(places: list[Path]) -> int:
    return max((number_of(name) or 0 for day in places for name in names_of_day(day)), default=0)
