"""Whether a run is what a database says: rows cell by cell, and words. Knows both, changes neither."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from measurand.compat.database import _layout
from measurand.compat.database._database import Database
from measurand.compat.database._records import Run
from measurand.dataset import Dataset
from measurand.errors import DamagedData


def differences(database: Database, run: Run, dataset: Dataset) -> list[str]:
    """Return what differs between a run of a database and its copy; nothing: it is the same."""
    said = dataset.metadata["qcodes"]
    types, ids, raw = database.raw(run.run_id)
    copied = raw_rows(dataset)
    found = [f"column {name}" for name in types if not _same(raw[name], copied.get(name, []))]
    if _layout.ids_of(said["rows"]) != ids.tolist():
        found.append("numbers of rows")
    told = {
        "guid": run.guid, "run_description": run.description, "parents": run.parent_datasets, "types": types,
        "run_timestamp": run.run_timestamp, "completed_timestamp": run.completed_timestamp,
    }  # fmt: skip
    found += [name for name, value in told.items() if said[name] != value]
    if snapshot_text(dataset) != run.snapshot:
        found.append("snapshot")
    return found


def raw_rows(dataset: Dataset) -> dict[str, list[Any]]:
    """Return the cells of the results table from which a run was imported, column by column."""
    said = dataset.metadata["qcodes"]
    tables = {
        table["name"]: {name: dataset.numpy(name, table["name"]) for name in table["columns"]}
        for table in said["rows"]["tables"]
    }
    try:
        return _layout.raw_columns(said["rows"], tables, list(said["types"]))
    except ValueError as error:
        raise DamagedData(f"Run {dataset.number}, {dataset.path}: rows are missing ({error}); verify it.") from error


def snapshot_text(dataset: Dataset) -> str | None:
    """Return the snapshot of an imported run as the database had it."""
    text: str | None = (dataset.metadata.get("qcodes") or {}).get("snapshot")
    if text is None and dataset.snapshot is not None:
        return json.dumps(dataset.snapshot)
    return text


def _same(before: Any, after: Any) -> bool:
    return len(before) == len(after) and all(_differing(before, after))


def _differing(before: Any, after: Any) -> Iterator[bool]:
    for a, b in zip(before, after, strict=True):
        yield a == b and isinstance(a, bytes) == isinstance(b, bytes)
