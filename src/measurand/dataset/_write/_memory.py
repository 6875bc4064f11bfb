"""A run that stays in memory: the same writer and the same dataset, and no file. Gone when nobody holds it any more."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measurand._core import json as plain_json
from measurand._core.clock import SYSTEM_CLOCK
from measurand.dataset._format._describe import TableSpec
from measurand.dataset._format._moments import isotime
from measurand.dataset._format._runfile import RunInfo
from measurand.dataset._read._dataset import Dataset
from measurand.dataset._read._run_reader import RunReader
from measurand.dataset._read._sinks import sink
from measurand.dataset._read._table_reader import column_of
from measurand.dataset._write._block import Block
from measurand.dataset._write._medium import Log, Wake
from measurand.errors import DatasetError

if TYPE_CHECKING:
    import numpy.typing as npt

NOWHERE = Path("memory")


class MemoryRows:
    """The rows of one table, in blocks that are kept."""

    waiting = 0

    def __init__(self, spec: TableSpec) -> None:
        self._spec = spec
        self.blocks = [Block(spec, 0)]

    @property
    def rows(self) -> int:
        """Number of rows accepted."""
        last = self.blocks[-1]
        return last.row0 + last.count

    def add_plain(self, time_ns: int, index: Sequence[int], values: Sequence[Any]) -> bool:
        """Accept none."""
        del time_ns, index, values  # each is encoded
        return False

    def add(self, time_ns: int, index: Sequence[int], values: Sequence[Any]) -> None:
        """Accept a row."""
        block = self.blocks[-1]
        if block.full:
            block = Block(self._spec, block.row0 + block.count)
            self.blocks.append(block)
        block.put(time_ns, index, values)

    def work(self) -> bool:
        """Do nothing: rows are where they stay."""
        return False

    def sync(self) -> None:
        """Do nothing: no power loss is survived."""

    def finish(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing: nothing is open."""

    def give_up(self) -> None:
        """Do nothing: nobody waits here."""

    def unsaved(self) -> Iterator[list[Any]]:
        """Return no rows: no disk was promised."""
        return iter(())


class MemoryLog:
    """Header and events of a run, each as it would be read back from JSON."""

    def __init__(self, header: Mapping[str, Any]) -> None:
        self.header = dict(header)
        self.events: list[dict[str, Any]] = []
        self._closed = False

    def append(self, line: Mapping[str, Any]) -> None:
        """Add an event."""
        if self._closed:
            raise OSError(errno.EBADF, "the run has ended")
        self.events.append(plain_json.to_plain(line))

    def say(self, event: Mapping[str, Any]) -> None:
        """Add a remark, also after the end."""
        self.events.append({**plain_json.to_plain(event), "time": isotime(SYSTEM_CLOCK)})

    def sync(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Take no more events of the run."""
        self._closed = True

    def open(self) -> None:
        """Take events again."""
        self._closed = False


class MemoryMedium:
    """Where a run in memory goes: see `measurand.dataset._write._medium.Medium`."""

    background = False
    write_period = 1.0
    path = NOWHERE

    def __init__(
        self, header: Mapping[str, Any], specs: Sequence[TableSpec], snapshot: Mapping[str, Any] | None
    ) -> None:
        self.header: dict[str, Any] = {**plain_json.to_plain(header), "tables": [spec.to_dict() for spec in specs]}
        self.specs = tuple(specs)
        self.snapshot: dict[str, Any] | None = None if snapshot is None else plain_json.to_plain(snapshot)
        self.lines = MemoryLog(self.header)
        self.log: Log = self.lines
        self.rows: dict[str, MemoryRows] = {}

    @property
    def before(self) -> dict[str, int]:
        """Number of rows of each table that are there already."""
        return {name: found.rows for name, found in self.rows.items()}

    def again(self, time: str) -> MemoryMedium:
        """Return this for a writer that goes on where another one ended."""
        self.specs = tuple(self.dataset().tables.values())
        self.lines.open()
        self.lines.append({"event": "resumed", "rows": self.before, "time": time})
        return self

    def store(self, spec: TableSpec, wake: Wake) -> MemoryRows:
        """Return the store for the rows of a settled table."""
        del wake  # there is no thread
        return self.rows.setdefault(spec.name, MemoryRows(spec))

    def work(self) -> None:
        """Do nothing."""

    def sync(self, *, names: bool) -> None:
        """Do nothing."""

    def beat(self) -> None:
        """Do nothing."""

    def disown(self) -> None:
        """Do nothing: memory is copied, not shared."""

    def dataset(self) -> Dataset:
        """Return the run as a reader sees it."""
        return MemoryDataset(_MemoryReader(self), self.snapshot, self.lines)


class MemoryDataset(Dataset):
    """The dataset of a run in memory; it has no path, and what is said about it is kept as long as itself."""

    def __init__(self, run: RunReader, snapshot: dict[str, Any] | None, log: MemoryLog) -> None:
        super().__init__(NOWHERE, run)
        self.__dict__["snapshot"] = snapshot  # what the base class reads from a file, once
        self._annotate = log.say

    @property
    def path(self) -> Path:
        """Not there: the run lies in no folder.

        Raises:
            DatasetError: Always.
        """
        raise DatasetError(
            f"Run {self.number} is in memory only and has no folder; measure into a data root to keep it."
        )


class _MemoryInfo(RunInfo):
    def status(self) -> str:
        return "running" if self.end is None else str(self.end["status"])


class _MemoryReader(RunReader):
    def __init__(self, medium: MemoryMedium) -> None:
        self._medium = medium
        super().__init__(NOWHERE)

    def info(self) -> RunInfo:
        lines = self._medium.lines
        return _MemoryInfo(NOWHERE, lines.header, tuple(lines.events))

    def _read_info(self) -> RunInfo:
        return self.info()

    def _open(self, spec: TableSpec) -> _MemoryTable:  # type: ignore[override]  # it reads as a TableReader does
        return _MemoryTable(spec, self._medium)


class _MemoryTable:
    """Reads what was accepted so far."""

    def __init__(self, spec: TableSpec, medium: MemoryMedium) -> None:
        self.spec = spec
        self.rows = 0
        self.files = ()  # rows are in memory
        self.direct = False
        self._medium = medium

    def refresh(self, *, ended: bool) -> None:
        del ended  # rows are where they are
        found = self._medium.rows.get(self.spec.name)
        self.rows = 0 if found is None else found.rows

    def read(self, names: Iterable[str], start: int = 0, stop: int | None = None) -> dict[str, npt.NDArray[Any]]:
        end = self.rows if stop is None else min(stop, self.rows)
        sinks = {name: sink(column_of(self.spec, name), max(0, end - start)) for name in names}
        found = self._medium.rows.get(self.spec.name)
        for block in found.blocks if found is not None else ():
            first, after = max(start, block.row0), min(end, block.row0 + block.count)
            for name, one in sinks.items():
                if first < after:
                    one.put(first - start, block.column(name, after - block.row0)[first - block.row0 :])
        return {name: one.result().copy() for name, one in sinks.items()}
