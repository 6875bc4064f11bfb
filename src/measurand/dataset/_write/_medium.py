"""Where a run is written: what a writer needs of a folder, or of memory. The seam between rows and the place they go to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from measurand._core import json as plain_json
from measurand.dataset._disk import sync_folders
from measurand.dataset._format._describe import TableSpec
from measurand.dataset._format._record import fits
from measurand.dataset._format._runfile import RunFile
from measurand.dataset._place import place_of_day
from measurand.dataset._read._dataset import Dataset
from measurand.dataset._snapshot import compress_snapshot, write_snapshot
from measurand.dataset._write._stores import BlockStore, Place, TailStore

Wake = Callable[[], None]


class RowStore(Protocol):
    """The accepted rows of one table. One thread adds, one other at a time calls `work` and `sync`."""

    @property
    def rows(self) -> int:
        """Number of rows accepted."""
        ...

    @property
    def waiting(self) -> int:
        """Number of rows that have not arrived where they are safe."""
        ...

    def work(self) -> bool:
        """Write what is ready; return whether there are new files."""
        ...

    def sync(self) -> None:
        """Bring what is written through a power loss."""
        ...

    def finish(self) -> None:
        """Write everything; nothing comes any more."""
        ...

    def close(self) -> None:
        """Let go of everything that is open, after `finish`, which may have failed; `rows` and `unsaved` still answer."""
        ...

    def give_up(self) -> None:
        """Keep nobody waiting: the place failed."""
        ...

    def unsaved(self) -> Iterator[list[Any]]:
        """Return the values of the rows that are waiting."""
        ...


class AddingStore(RowStore, Protocol):
    """A store that takes rows itself; a `TailStore` gives the table a tail to put them into instead."""

    def add_plain(self, time_ns: int, index: Sequence[int], values: Sequence[Any]) -> bool:
        """Accept a row as it was given, if it is one that needs no encoding; return whether it was."""
        ...

    def add(self, time_ns: int, index: Sequence[int], values: Sequence[Any]) -> None:
        """Accept a row, its values as `encoder` gives them."""
        ...


class Log(Protocol):
    """The lines of a run: its header and its events."""

    def append(self, line: dict[str, Any]) -> None:
        """Add a line; `OSError` if that cannot be."""
        ...

    def sync(self) -> None:
        """Bring what is written through a power loss."""
        ...

    def close(self) -> None:
        """Take no more lines."""
        ...


class Medium(Protocol):
    """Where one run goes.

    ``background`` says whether there is work for a thread, ``write_period`` how often it syncs, in s.
    """

    header: dict[str, Any]
    specs: tuple[TableSpec, ...]
    path: Path
    log: Log
    background: bool
    write_period: float

    @property
    def before(self) -> Mapping[str, int]:
        """How many rows each table has from before the run was resumed."""
        ...

    def store(self, spec: TableSpec, wake: Wake) -> TailStore | AddingStore:
        """Return the store for the rows of a settled table; ``wake`` tells the background thread that there is work."""
        ...

    def work(self) -> None:
        """Do what waits beside the rows."""
        ...

    def sync(self, *, names: bool) -> None:
        """Bring the run's lines, and the names of its files, through a power loss."""
        ...

    def beat(self) -> None:
        """Give a sign of life."""
        ...

    def disown(self) -> None:
        """Let go of what tells others that the run is being written, in a forked child."""
        ...

    def dataset(self) -> Dataset:
        """Return the run as a reader sees it."""
        ...


class FolderMedium:
    """A run in a folder of its own.

    Args:
        path: The folder, which is there and empty.
        header: What the run is, as plain data.
        specs: Its tables as declared.
        snapshot: The state of the instruments.
        write_period: s between bringing everything through a power loss.
        memory_maps: Whether tails may be mapped; None: if the folder is on a local disk.
        compression: Of the Arrow files: ``"zstd"``, ``"lz4"`` or None.
        file: The lines of a run that is resumed; None: the run is begun, and they are begun with the header.
        part: Which part of the run this is: 1, or more if it is resumed.
        before: Number of rows of each table that are there already.

    Raises:
        ValueError: The snapshot contains itself.
        OSError: The disk refused.
    """

    background = True

    def __init__(
        self,
        path: Path,
        header: Mapping[str, Any],
        specs: Sequence[TableSpec],
        *,
        snapshot: Mapping[str, Any] | None = None,
        write_period: float = 1.0,
        memory_maps: bool | None = None,
        compression: str | None = None,
        file: RunFile | None = None,
        part: int = 1,
        before: Mapping[str, int] | None = None,
    ) -> None:
        self.path, self.header, self.specs, self.write_period = path, dict(header), tuple(specs), write_period
        self._maps = place_of_day(path.parent) == "local" if memory_maps is None else memory_maps
        self._compression = compression
        self._part, self._before = part, dict(before or {})
        self._about: dict[str, Any] = {"format": "measurand-table", "version": 1}
        self._about |= {key: self.header[key] for key in ("id", "number", "name", "started")}
        self._snapshot_waits = snapshot is not None
        if snapshot is not None:
            write_snapshot(path, plain_json.dumps(snapshot).encode(), part)
        described = {**self.header, "tables": [spec.to_dict() for spec in specs]}
        # Last: from here on the run is there, and running.
        self._file = RunFile(path, described) if file is None else file
        self.log: Log = self._file

    def store(self, spec: TableSpec, wake: Wake) -> TailStore | AddingStore:
        """Return the store for the rows of a settled table: records if they have a fixed size, else blocks."""
        row0 = self._before.get(spec.name, 0)
        place = Place(self.path, self._about, self._maps, self._compression, wake, self._part, row0)
        return TailStore(spec, place) if fits(spec) else BlockStore(spec, place)

    @property
    def before(self) -> Mapping[str, int]:
        """How many rows each table has from before the run was resumed."""
        return self._before

    def work(self) -> None:
        """Compress the snapshot, once."""
        if self._snapshot_waits:
            compress_snapshot(self.path, self._part)
            self._snapshot_waits = False

    def sync(self, *, names: bool) -> None:
        """Bring the run's lines, and the names of its files, through a power loss."""
        self._file.sync()
        if names:
            sync_folders(self.path)

    def beat(self) -> None:
        """Give a sign of life to readers on other computers."""
        self._file.touch()

    def disown(self) -> None:
        """Let go of the lock, in a forked child: the run is lost when its writer dies, whoever outlives it."""
        self._file.disown()

    def dataset(self) -> Dataset:
        """Return the run as a reader sees it."""
        return Dataset(self.path)
