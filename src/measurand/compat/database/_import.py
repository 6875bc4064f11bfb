"""Runs of a database, copied into a data root: every value, every word, each run once. Knows both; changes only the data root."""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from measurand.compat.database import _layout
from measurand.compat.database._compare import differences
from measurand.compat.database._database import Database, open_database
from measurand.compat.database._description import Description, present_text
from measurand.compat.database._records import Experiment, Run
from measurand.dataset import DataRoot, Dataset, RunRecord, WholeTable
from measurand.errors import ConfigurationError, DamagedData, MeasurandError

_EPOCH = datetime.datetime.fromtimestamp(0, datetime.UTC)
KEY = "qcodes"
"""Under which metadata a run keeps who it was in QCoDeS."""
TAKEN = frozenset(
    {KEY, "sample", "experiment", "started", "ended", "host", "user", "versions", "system", "code", "parents", "error"}
)
"""Names of metadata that runs use themselves."""


@dataclass(frozen=True)
class ImportedRun:
    """What became of one run.

    Attributes:
        run_id: Its number in the database.
        name: What it is called.
        outcome: ``"imported"``, ``"known"``: a run of this guid is there, or ``"refused"``.
        dataset: The run in the data root; None if it was refused.
        reason: Why it was refused, or what is worth knowing of the one that is there.
    """

    run_id: int
    name: str
    outcome: Literal["imported", "known", "refused"]
    dataset: Dataset | None = None
    reason: str = ""


def import_runs(path: str | Path, root: DataRoot, runs: Iterable[int] | None = None) -> list[Dataset]:
    """Copy runs of a QCoDeS database into a data root; those that are there already are left as they are.

    Args:
        path: The database, of which no byte is changed.
        root: Where to put them.
        runs: Their numbers in the database; None: all.

    Returns:
        The runs in the data root, in the order they were asked for.

    Raises:
        DatasetError: The database cannot be read, see `open_database`; or a run cannot. Runs before it are imported.
        StorageFailed: The disk refuses.
    """
    found = []
    for done in import_each(path, root, runs):
        if done.dataset is None:
            raise DamagedData(f"Run {done.run_id} of {path} was not imported: {done.reason}")
        found.append(done.dataset)
    return found


def import_each(
    path: str | Path, root: DataRoot, runs: Iterable[int] | None = None, *, verify: bool = False
) -> Iterator[ImportedRun]:
    """Copy runs of a QCoDeS database into a data root, and say of each what became of it.

    Args:
        path: The database, of which no byte is changed.
        root: Where to put them.
        runs: Their numbers in the database; None: all.
        verify: Whether to read each again, from both, and compare them cell by cell; one that differs is put into the
            trash and refused.

    Yields:
        What became of each; one that cannot be read does not keep the others out.

    Raises:
        DatasetError: The database cannot be read, see `open_database`.
        RunNotFound: It has no run of such a number.
    """
    with open_database(path) as database:
        experiments = {experiment.exp_id: experiment for experiment in database.experiments()}
        known = known_guids(root)
        wanted = [run.run_id for run in database.runs(snapshots=False)] if runs is None else list(runs)
        for run_id in wanted:
            run = database.run(run_id)
            if run.guid in known:
                yield _known(run, known[run.guid])
                continue
            try:
                dataset = _import(database, run, experiments, root)
                if verify and (found := differences(database, run, dataset)):
                    root.find(dataset.id).trash()
                    yield ImportedRun(run_id, run.name, "refused", reason=f"the copy differs: {'; '.join(found)}.")
                    continue
            except (MeasurandError, OSError) as error:
                yield ImportedRun(run_id, run.name, "refused", reason=str(error))
                continue
            yield ImportedRun(run_id, run.name, "imported", dataset)


def numbers(text: str | None) -> list[int] | None:
    """Return the numbers that ``"1,2,5-9"`` means; None: all.

    Raises:
        ConfigurationError: It cannot be read.

    Example:
        >>> numbers("1,2,5-9")
        [1, 2, 5, 6, 7, 8, 9]
    """
    if text is None:
        return None
    found: list[int] = []
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise ConfigurationError(f"{part!r} of {text!r} names no runs; say for example 1,2,5-9.")
        found += range(int(first), int(last if dash else first) + 1)
    return list(dict.fromkeys(found))


def known_guids(root: DataRoot) -> dict[str, RunRecord]:
    """Return the runs of a data root that say a guid of QCoDeS, by it."""
    found = {}
    for record in root.runs(f"has(metadata.{KEY}.guid)"):
        said = record.metadata.get(KEY)
        if isinstance(said, dict):
            found[str(said.get("guid"))] = record
    return found


def _identity(run: Run, experiment: Experiment | None, description: Description) -> dict[str, Any]:
    """Return what a run keeps of QCoDeS, but for its rows."""
    return {
        "guid": run.guid,
        "captured_run_id": run.captured_run_id,
        "captured_counter": run.captured_counter,
        "run_id": run.run_id,
        "counter": run.counter,
        "experiment": None if experiment is None else asdict(experiment),
        "run_timestamp": run.run_timestamp,
        "completed_timestamp": run.completed_timestamp,
        "is_completed": run.is_completed,
        "name": run.name,
        "table": run.table,
        "parameters": list(run.parameters),
        "description": present_text(run.description, description),
        "run_description": run.description,
        "parents": run.parent_datasets,
        "schema_version": run.schema_version,
    }


def _import(database: Database, run: Run, experiments: dict[int, Experiment], root: DataRoot) -> Dataset:
    description = database.description(run.run_id)
    types, ids, raw = database.raw(run.run_id, numbers=True)
    parts = _parts(raw, description)
    snapshot, snapshot_text = _snapshot(run.snapshot)
    noted, tags = _noted(run.metadata)
    said = {
        **_identity(run, experiments.get(run.exp_id), description),
        "types": types, "tags": tags, "rows": _layout.plain(parts, ids), "from": str(database.path),
        **({} if snapshot_text is None else {"snapshot": snapshot_text}),
    }  # fmt: skip
    started = _moment(run.run_timestamp) or _moment(_time_of(run.guid)) or _EPOCH
    return root.add_run(
        run.name or run.table,
        [WholeTable(part.spec, part.columns, _times(len(part.rows), started)) for part in parts],
        started=started,
        ended=_moment(run.completed_timestamp) or started,
        status="completed" if run.is_completed else "interrupted",
        error=None if run.is_completed else "It was not completed when it was imported.",
        snapshot=snapshot,
        sample=run.sample_name,
        experiment=run.experiment_name,
        metadata={**noted, KEY: said},
    )


def _parts(raw: dict[str, Any], description: Description) -> list[_layout.Part]:
    return _layout.parts_of({name: _layout.sorted_cells(cells) for name, cells in raw.items()}, description)


def _known(run: Run, record: RunRecord) -> ImportedRun:
    said = record.metadata[KEY]
    reason = ""
    if run.is_completed and not said.get("is_completed", True):
        reason = (
            f"It was not completed then and is now: measurand trash put {record.number}, and import again, "
            "to have the rest."
        )
    return ImportedRun(run.run_id, run.name, "known", Dataset(record.path), reason)


def _snapshot(text: str | None) -> tuple[dict[str, Any] | None, str | None]:
    """Return the snapshot as data, and as text where its data would not give the same text."""
    if text is None:
        return None, None
    try:
        found = json.loads(text)
    except ValueError:
        return None, text
    if not isinstance(found, dict):
        return None, text
    return found, None if json.dumps(found) == text and "NaN" not in text and "Infinity" not in text else text


def _noted(metadata: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what can be metadata of a run, and what cannot: names that runs use, and values that JSON has not."""
    noted: dict[str, Any] = {}
    tags: dict[str, Any] = {}
    for key, value in metadata.items():
        if isinstance(value, bytes):
            tags[key] = {"bytes": value.hex()}
        elif isinstance(value, float) and not math.isfinite(value):
            tags[key] = {"float": repr(value)}
        else:
            (tags if key in TAKEN else noted)[key] = value
    return noted, tags


def _moment(seconds: float | None) -> datetime.datetime | None:
    return None if seconds is None else datetime.datetime.fromtimestamp(seconds, datetime.UTC)


def _time_of(guid: str) -> float | None:
    try:
        return int(guid[-12:], 16) / 1000
    except ValueError:
        return None


def _times(rows: int, started: datetime.datetime) -> Any:
    """Nobody knows when each row was added: all have the time the run began."""
    import numpy as np

    return np.full(rows, round(started.timestamp() * 1e6) * 1000, np.int64)
