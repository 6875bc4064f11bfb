"""A run of Measurand's as a dataset of QCoDeS's: made through its interface, imported, or a plain one.

What the run says of itself in QCoDeS's words is in its metadata, under ``qcodes``:

====================  ================================================================================================
``guid``              its identity
``description``       its columns and their relations, JSON text of `RunDescriber`; plain runs have none, see `derived`
``captured_run_id``,  where it was measured; left out: as now. ``captured_counter`` is always there for runs made here
``captured_counter``
``rows``              of a run that was imported: which of its rows are in which table
``is_completed``      whether it was completed when it was imported
``exp_id``            the experiment it was measured in, in this database
``parents``           its links, JSON text of `links_to_str`
``run_timestamp``     when it was started, s since 1970; left out: when its folder was made; None: not yet
``snapshot``          a snapshot that came later, JSON text
``data_file``         a netCDF file in which its data is, which is not in the run
``tags``              metadata under names that a run keeps for itself, such as ``sample``
``whole_rows``        results are counted by row, not by measured column (`add_results` of a `DataSet`)
====================  ================================================================================================

Tags of `add_metadata` are metadata of the run, beside ``qcodes``.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cached_property
from typing import Any

from measurand.compat.dataset._derived import derived
from measurand.compat.dataset._folder_rows import FolderRows
from measurand.compat.dataset._guids import derived_guid
from measurand.compat.dataset._ledger import ExperimentRecord, Place
from measurand.compat.dataset._links import Link, str_to_links
from measurand.compat.dataset._stored import Identity, StoredRun
from measurand.compat.description import RunDescriber, rundescriber_from_json
from measurand.dataset import Dataset, RunRecord

KEY = "qcodes"
DATA_FILE = "data_file"
NO_SAMPLE = "some_sample"
NO_EXPERIMENT = "measurand"
_OWN = ("sample", "experiment", "started", "ended", "host", "user", "versions", "system", "code", "parents", "error")
_ENDED = ("completed", "interrupted", "failed")


class FolderRun:
    """One run folder.

    Args:
        run: Its line of a listing, or the run itself.
        where: Returns where it belongs: its place, and its experiment.
        path_to_db: The database it is in.
    """

    def __init__(
        self,
        run: RunRecord | Dataset,
        where: Callable[[RunRecord | Dataset], tuple[Place, ExperimentRecord]],
        path_to_db: str,
    ) -> None:
        self._run, self._where, self._path_to_db = run, where, path_to_db
        self._identity: Identity | None = None
        self._described: tuple[RunDescriber, Mapping[str, str]] | None = None
        self._described_for: Hashable = None

    @cached_property
    def dataset(self) -> Dataset:
        """The run as Measurand has it."""
        return self._run if isinstance(self._run, Dataset) else self._run.load()

    @property
    def identity(self) -> Identity:
        """What it is called and counted as."""
        if self._identity is None:
            self._identity = self._identified()
        return self._identity

    def _identified(self) -> Identity:
        place, experiment = self._where(self._run)
        said = self._run.metadata.get(KEY, {})
        return Identity(
            run_id=self._run.number,
            captured_run_id=int(said.get("captured_run_id") or self._run.number),
            counter=place.counter,
            captured_counter=int(said.get("captured_counter") or place.counter),
            guid=guid_of(self._run),
            name=self._run.name,
            exp_id=place.exp_id,
            exp_name=experiment.name,
            sample_name=experiment.sample,
            path_to_db=self._path_to_db,
        )

    def description(self) -> RunDescriber:
        """Return what it says of its columns."""
        return self._description()[0]

    def started(self) -> float | None:
        """Return when it was started, s since 1970; None: not yet."""
        said = self._said()
        at: float | None = said["run_timestamp"] if "run_timestamp" in said else began(self._run)
        return at

    def ended(self) -> float | None:
        """Return when it ended, s since 1970; None: not yet, or nobody knows."""
        said = self._said().get("completed_timestamp")
        if said is not None:
            return float(said)
        end = self.dataset.metadata["ended"]
        return None if end is None else _seconds(end)

    def completed(self) -> bool:
        """Return whether nothing more will come, whatever its outcome."""
        said = self._said().get("is_completed")  # of a run that was imported
        return self.dataset.status not in ("running", "lost") if said is None else bool(said)

    def snapshot(self) -> str | None:
        """Return the state of the instruments as JSON text; None: it was not taken."""
        later: str | None = self._said().get("snapshot")
        if later is not None or self.dataset.snapshot is None:
            return later
        return json.dumps(self.dataset.snapshot)

    def metadata(self) -> dict[str, Any]:
        """Return what was noted, by tag."""
        said = self._noted()
        return {**{tag: value for tag, value in said.items() if tag != KEY}, **_tags(said.get(KEY, {}).get("tags", {}))}

    def note(self, tag: str, value: Any) -> None:
        """Note something under a tag, in place of what was noted under it before."""
        self.dataset.add_metadata({KEY: {"tags": {tag: value}}} if tag in (KEY, *_OWN) else {tag: value})

    def links(self) -> list[Link]:
        """Return what it was made from."""
        return str_to_links(self._said().get("parents") or "[]")

    def results(self) -> int:
        """Return the number of results, as QCoDeS counts them."""
        return self._reading().results()

    def state(self) -> Hashable:
        """Return something that is another one once data was added."""
        return tuple(self.dataset.rows(name) for name in self.dataset.tables)

    def data(self, tree: Sequence[str]) -> dict[str, Any]:
        """Return the points of a result with its setpoints, in the order they were added, on no grid."""
        return self._reading().data(tree)

    def rows(self, since: int) -> tuple[list[tuple[Any, ...]], int]:
        """Return the rows from number ``since`` on in the order they were added, and how many there are."""
        return self._reading().rows(since)

    def _reading(self) -> FolderRows:
        described, columns = self._description()
        said = self._said()
        places = {}
        if "rows" in said:
            from measurand.compat.database import places_of

            places = places_of(said["rows"])
        return FolderRows(self.dataset, described.interdeps, columns, bool(said.get("whole_rows")), places)

    def _description(self) -> tuple[RunDescriber, Mapping[str, str]]:
        text = (_listed(self._run) or self._said()).get("description")
        tables = () if text else tuple(self.dataset.tables.values())
        key: Hashable = text or tables
        if self._described is None or self._described_for != key:
            self._described, self._described_for = (described(text), {}) if text else derived(tables), key
        return self._described

    def _said(self) -> Mapping[str, Any]:
        said: Mapping[str, Any] = self._noted().get(KEY, {})
        return said

    def _noted(self) -> dict[str, Any]:
        """Return the metadata that people gave, without what every run knows of itself."""
        return {tag: value for tag, value in self.dataset.metadata.items() if tag not in _OWN}


def _listed(run: RunRecord | Dataset) -> Mapping[str, Any]:
    """Return what a listing has of a run that has ended: its folder need not be looked at for it."""
    if isinstance(run, RunRecord) and run.status in _ENDED:
        said: Mapping[str, Any] = run.metadata.get(KEY, {})
        return said
    return {}


def described(text: str) -> RunDescriber:
    """Return the description that a run keeps as text; many runs have the same one."""
    found = _parsed(text)
    return RunDescriber(found.interdeps.extend(), None if found.shapes is None else dict(found.shapes))


_parsed = functools.lru_cache(maxsize=64)(rundescriber_from_json)


def data_file_of(stored: StoredRun) -> str | None:
    """Return the netCDF file in which a run's data is; None: the run has it."""
    if not isinstance(stored, FolderRun):
        return None
    found: str | None = stored._run.metadata.get(KEY, {}).get(DATA_FILE)
    return found


def guid_of(run: RunRecord | Dataset) -> str:
    """Return a run's guid: the one it has, or the one that follows from its id and its start."""
    said = run.metadata.get(KEY, {}).get("guid")
    return str(said) if said else derived_guid(run.id, began(run))


def began(run: RunRecord | Dataset) -> float:
    """Return when a run's folder was made, s since 1970."""
    started = run.started if isinstance(run, RunRecord) else run.metadata["started"]
    return _seconds(started) if isinstance(started, str) else float(started.timestamp())


def _tags(tags: Mapping[str, Any]) -> dict[str, Any]:
    """Return tags of a run that was imported as they were in its database: JSON has neither bytes nor NaN."""
    found: dict[str, Any] = {}
    for tag, value in tags.items():
        if isinstance(value, dict) and value.keys() == {"bytes"}:
            found[tag] = bytes.fromhex(value["bytes"])
        elif isinstance(value, dict) and value.keys() == {"float"}:
            found[tag] = float(value["float"])
        else:
            found[tag] = value
    return found


def _seconds(text: str) -> float:
    import datetime

    return datetime.datetime.fromisoformat(text).timestamp()
