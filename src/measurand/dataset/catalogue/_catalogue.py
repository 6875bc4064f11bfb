"""The catalogue of one data root: an index that is brought up to date before each question, whatever happens to it.

It may be removed at any moment. One that is damaged or of another version is thrown away and made anew; if no disk will
have one, or another process holds it for too long, it is made in memory.
"""

from __future__ import annotations

import contextlib
import os
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from measurand._core.clock import Clock
from measurand.dataset._records import RunRecord
from measurand.dataset.catalogue._hints import hint
from measurand.dataset.catalogue._index import Index
from measurand.dataset.catalogue._memory_index import MemoryIndex
from measurand.dataset.catalogue._query import Query
from measurand.dataset.catalogue._runs import Runs
from measurand.dataset.catalogue._scan import Scanner
from measurand.dataset.catalogue._sqlite_index import SQLiteIndex
from measurand.errors import QueryError, StorageFailed

_AWAY = 30.0  # s; so long a file that could not be used is not tried again: each trial may wait for a lock

Answer = TypeVar("Answer")


class Catalogue:
    """The runs of one data root.

    Args:
        root: The data root.
        journal: The folder of its journals.
        root_id: Its identity.
        cache_dir: Where the SQLite file is kept; None: the user's cache folder.
        clock: Tells how old a change is.
    """

    def __init__(self, root: Path, journal: Path, root_id: str, cache_dir: Path | None, clock: Clock) -> None:
        self._root, self._journal, self._id, self._cache_dir, self._clock = root, journal, root_id, cache_dir, clock
        self._kept: tuple[Index, Scanner] | None = None
        self._in_memory: tuple[Index, Scanner] | None = None
        self._on_disk_after = -float("inf")

    @property
    def path(self) -> Path:
        """The SQLite file; each place of a data root has one, so that copies do not share it."""
        if self._cache_dir is None:
            import platformdirs

            self._cache_dir = Path(platformdirs.user_cache_path("measurand"))
        return self._cache_dir / f"{self._id}-{zlib.crc32(os.fsencode(self._root)):08x}.sqlite"

    def search(self, query: Query) -> Runs:
        """Return the runs that ``query`` asks for, as of now.

        Raises:
            StorageFailed: The data root cannot be reached.
        """
        keys = self._answer(lambda index: index.find(query))
        return Runs(keys, self._get, lambda: self._answer(lambda index: hint(query.where, index)))

    def rebuild(self) -> None:
        """Forget everything and read all folders again.

        Raises:
            StorageFailed: The data root cannot be reached.
        """
        self._in_memory = None
        self._on_disk_after = -float("inf")
        self._remove()
        self._answer(lambda _: None)

    def _get(self, keys: Sequence[int]) -> list[RunRecord | None]:
        found = self._answer(lambda index: index.get(keys), refresh=False)
        if None in found:  # moved away, or the index was removed and is empty
            found = self._answer(lambda index: index.get(keys))
        return [None if record is None else record.at(self._root) for record in found]

    def _answer(self, ask: Callable[[Index], Answer], *, refresh: bool = True) -> Answer:
        """Bring the index up to date and ask it; if need be a new one, or one in memory."""
        import sqlite3

        trials = 2 if self._clock.monotonic() >= self._on_disk_after else 0
        for _ in range(trials):
            try:
                return self._ask(self._on_disk(), ask, refresh=refresh)
            except (StorageFailed, QueryError):
                raise
            except sqlite3.OperationalError as error:
                if "locked" in str(error):  # another process is filling it
                    break
                self._remove()
            except (sqlite3.Error, ValueError, TypeError, KeyError):  # damaged, or of another version
                self._remove()
            except OSError:
                break
            refresh = True
        if trials:
            self._on_disk_after = self._clock.monotonic() + _AWAY
        if self._in_memory is None:
            memory = MemoryIndex()
            self._in_memory = memory, self._scanner(memory)
        return self._ask(self._in_memory, ask, refresh=True)

    def _on_disk(self) -> tuple[Index, Scanner]:
        if self._kept is None:
            index = SQLiteIndex(self.path)
            self._kept = index, self._scanner(index)
        return self._kept

    def _scanner(self, index: Index) -> Scanner:
        return Scanner(self._root, self._journal, index, self._clock)

    def _ask(self, kept: tuple[Index, Scanner], ask: Callable[[Index], Answer], *, refresh: bool) -> Answer:
        index, scanner = kept
        if refresh:
            scanner.refresh()
        return ask(index)

    def _remove(self) -> None:
        self._kept = None
        for suffix in ("", "-wal", "-shm"):
            with contextlib.suppress(OSError):
                self.path.with_name(self.path.name + suffix).unlink()
