"""Where runs are kept, as whoever measures needs it: a data root on a disk, or memory. Knows no engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from measurand._core.clock import SYSTEM_CLOCK, Clock
from measurand._core.ids import new_id
from measurand.dataset import _provenance
from measurand.dataset._format._describe import TableSpec, checked_tables
from measurand.dataset._format._moments import isotime
from measurand.dataset._read._dataset import Dataset
from measurand.dataset._request import check_request
from measurand.dataset._write._memory import MemoryMedium
from measurand.dataset._write._writer import Writer
from measurand.errors import ConfigurationError, DatasetError, RunBusy, RunNotFound


class Store(Protocol):
    """What a place for runs must offer; `measurand.testing.check_store` judges whether it does."""

    def create_run(
        self,
        name: str,
        tables: Iterable[TableSpec],
        plan: Mapping[str, Any] | None = None,
        snapshot: Mapping[str, Any] | None = None,
        sample: str = "",
        experiment: str = "",
        metadata: Mapping[str, Any] | None = None,
        parents: Sequence[str] = (),
        write_period: float = 1.0,
        export: Sequence[str] | None = None,
        tags: Sequence[str] = (),
    ) -> Writer:
        """Start a run; see `DataRoot.create_run`."""
        ...

    def reopen(
        self,
        which: int | str | Path,
        snapshot: Mapping[str, Any] | None = None,
        write_period: float = 1.0,
        export: Sequence[str] | None = None,
    ) -> Writer:
        """Go on with a run that ended without being completed; see `DataRoot.reopen`."""
        ...

    def load(self, which: int | str | Path) -> Dataset:
        """Return a run's dataset, by number, by id or its beginning, by name (the last of that name), or ``"last"``.

        Raises:
            RunNotFound: There is no such run.
        """
        ...


class MemoryStore:
    """Runs that nobody needs to keep: in memory, until this object is gone. No file is made.

    Args:
        clock: Gives the times that are stored.

    Example:
        >>> from measurand.dataset import Column, MemoryStore, TableSpec
        >>> store = MemoryStore()
        >>> with store.create_run("trial", [TableSpec("data", (Column("gate"), Column("current")))]) as run:
        ...     run.add(gate=0.1, current=2e-9)
        >>> store.load("last").numpy("current").tolist()
        [2e-09]
    """

    def __init__(self, clock: Clock = SYSTEM_CLOCK) -> None:
        self._clock = clock
        self._runs: dict[str, MemoryMedium] = {}  # by id

    def create_run(
        self,
        name: str,
        tables: Iterable[TableSpec],
        plan: Mapping[str, Any] | None = None,
        snapshot: Mapping[str, Any] | None = None,
        sample: str = "",
        experiment: str = "",
        metadata: Mapping[str, Any] | None = None,
        parents: Sequence[str] = (),
        write_period: float = 1.0,
        export: Sequence[str] | None = None,
        tags: Sequence[str] = (),
    ) -> Writer:
        """Start a run.

        Args:
            name: What it is called; any text.
            tables: What it will store.
            plan: The plan it follows, as data; None for a free loop.
            snapshot: The state of the instruments.
            sample: What is measured.
            experiment: What it belongs to.
            metadata: Anything else worth knowing.
            parents: Ids of runs that this one continues or uses.
            write_period: Accepted; memory does not survive a power loss.
            export: Nothing, or no format: there is no folder to export to.
            tags: Tags from the start.

        Returns:
            The writing end; it must be finished.

        Raises:
            DefinitionError: Two tables have one name.
            ConfigurationError: Formats to export to are asked for, or something else that cannot be.
        """
        check_request(name, tags=tags, parents=parents, metadata=metadata, snapshot=snapshot, write_period=write_period)
        specs = checked_tables(tables)
        if export:
            raise ConfigurationError(
                "A run in memory has no folder to export to; call dataset.export(format, path) later."
            )
        header = {
            "id": new_id(), "number": len(self._runs) + 1, "name": name, "sample": sample, "experiment": experiment,
            "started": isotime(self._clock), **_provenance.process_facts(),
            "versions": _provenance.versions(snapshot), "parents": list(parents), "tags": list(tags), "plan": plan,
            "metadata": dict(metadata or {}),
        }  # fmt: skip
        return self._begin(MemoryMedium(header, specs, snapshot))

    def reopen(
        self,
        which: int | str | Path,
        snapshot: Mapping[str, Any] | None = None,
        write_period: float = 1.0,
        export: Sequence[str] | None = None,
    ) -> Writer:
        """Go on with a run that was interrupted or failed.

        Args:
            which: The run, as for `load`.
            snapshot: Accepted; that of the start stays.
            write_period: Accepted; memory does not survive a power loss.
            export: Accepted; there is no folder to export to.

        Raises:
            RunBusy: It has not ended.
            DatasetError: It is completed.
            RunNotFound: There is no such run.
        """
        del snapshot, write_period, export
        medium = self._find(which)
        dataset = medium.dataset()
        if dataset.status == "running":
            raise RunBusy(f"Run {dataset.number} is being written; it can be resumed once that has ended.")
        if dataset.status == "completed":
            raise DatasetError(f"Run {dataset.number} is completed; a completed run never changes.")
        return self._begin(medium.again(isotime(self._clock)))

    def load(self, which: int | str | Path) -> Dataset:
        """Return a run's dataset, by number, by id or its beginning, by name (the last of that name), or ``"last"``.

        Raises:
            RunNotFound: There is no such run.
        """
        return self._find(which).dataset()

    def _begin(self, medium: MemoryMedium) -> Writer:
        self._runs[medium.header["id"]] = medium
        return Writer(medium, clock=self._clock)

    def _find(self, which: int | str | Path) -> MemoryMedium:
        if which == "last" and self._runs:
            return next(reversed(self._runs.values()))
        for meant in (_has_id, _has_number, _has_name):  # the likeliest first, as in a data root
            found = [medium for medium in self._runs.values() if meant(medium, which)]
            if found:
                return found[-1]
        raise RunNotFound(f"There is no run {which!r} in memory; there are {len(self._runs)} runs.")


def _has_id(medium: MemoryMedium, which: object) -> bool:
    return isinstance(which, str) and len(which) >= 4 and str(medium.header["id"]).startswith(which)


def _has_number(medium: MemoryMedium, which: object) -> bool:
    return bool(medium.header["number"] == which) or str(medium.header["number"]) == which


def _has_name(medium: MemoryMedium, which: object) -> bool:
    return medium.dataset().name == which
