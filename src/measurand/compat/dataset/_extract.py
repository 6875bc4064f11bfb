"""Runs copied from one database to another: whole, or what is said of them with the data in files beside."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from measurand._core.names import listing
from measurand.compat.dataset._connection import AtomicConnection
from measurand.compat.dataset._current import connect, history
from measurand.compat.dataset._dataset import DataSet
from measurand.compat.dataset._errors import NoSuchRun, WrongState
from measurand.compat.dataset._folder_run import DATA_FILE, KEY, FolderRun
from measurand.compat.dataset._history import History, root_of
from measurand.compat.dataset._links import links_to_str
from measurand.compat.dataset._stored import StoredRun
from measurand.compat.description import to_json_for_storage
from measurand.dataset import Column, Dataset, TableSpec, WholeTable
from measurand.errors import MeasurandError

Status = Literal["exported", "copied_as_is", "failed"]


class TargetExists(MeasurandError, FileExistsError):
    """The database that shall be made is there already."""


def extract_runs_into_db(
    source_db_path: str | Path,
    target_db_path: str | Path,
    *run_ids: int,
    upgrade_source_db: bool = False,
    upgrade_target_db: bool = False,
) -> None:
    """Copy runs of one experiment into another database, into its experiment of the same name and sample.

    Runs that are there already are left as they are. A copy keeps guid, captured numbers, times and everything that was
    noted; only its number and counter are new.

    Args:
        source_db_path: Where they are; a file of QCoDeS, too.
        target_db_path: Where they shall be; made if it is not there.
        run_ids: Their numbers.
        upgrade_source_db: Accepted; every version is read as it is.
        upgrade_target_db: Accepted.

    Raises:
        ConfigurationError: There is no such source.
        NoSuchRun: One is not there, or they are of several experiments.
        WrongState: One is not completed.
    """
    del upgrade_source_db, upgrade_target_db
    source = history(connect(source_db_path, read_only=True))
    target = history(AtomicConnection(target_db_path))
    known = {stored.identity.run_id: stored for stored in source.runs()}
    missing = [run_id for run_id in run_ids if run_id not in known]
    if missing:
        raise NoSuchRun(
            "Error: not all run_ids exist in the source database. The following run(s) is/are not present: "
            f"{missing}; {source.path} has {len(known)} runs."
        )
    wanted = [known[run_id] for run_id in run_ids]
    experiments = sorted({stored.identity.exp_id for stored in wanted})
    if len(experiments) != 1:
        raise NoSuchRun(f"Did not receive runs from a single experiment. Got runs from experiments {experiments}")
    running = [str(stored.identity.run_id) for stored in wanted if not stored.completed()]
    if running:
        raise WrongState(f"Runs {listing(running)} are not completed; copy them when they are.")
    for stored in wanted:
        _copied(stored, source, target)


def export_datasets_and_create_metadata_db(
    source_db_path: str | Path, target_db_path: str | Path, export_path: str | Path | None = None
) -> dict[int, Status]:
    """Export all runs of a database to netCDF files, and make a database that says everything of them but their data.

    Runs that cannot be exported are copied as they are.

    Args:
        source_db_path: Where the runs are.
        target_db_path: The database to be made.
        export_path: Where the files shall be; None: where the settings say.

    Returns:
        For the number of each run in the source: ``"exported"``, ``"copied_as_is"`` or ``"failed"``.

    Raises:
        ConfigurationError: There is no such source.
        TargetExists: The database to be made is there.
    """
    path = Path(target_db_path).expanduser().absolute()
    if path.exists() or root_of(path).exists():
        raise TargetExists(
            f"Target database file already exists: {path}. Please choose a different path or remove the existing file."
        )
    source, target = history(connect(source_db_path, read_only=True)), history(AtomicConnection(path))
    return {stored.identity.run_id: _offloaded(stored, source, target, export_path) for stored in source.runs()}


def _offloaded(stored: StoredRun, source: History, target: History, export_path: str | Path | None) -> Status:
    dataset = DataSet._of(stored)
    try:
        dataset.export("netcdf", path=export_path)
    except (MeasurandError, OSError, ValueError, TypeError) as error:  # xarray's words for what netCDF cannot hold
        source.complain(error)
    else:
        said = {**_said(stored), DATA_FILE: dataset.export_info.export_paths["nc"]}
        _added(stored, target, [], said, _snapshot(stored))
        return "exported"
    try:
        _copied(stored, source, target)
    except MeasurandError as error:
        source.complain(error)
        return "failed"
    return "copied_as_is"


def _copied(stored: StoredRun, source: History, target: History) -> None:
    if target.ledger.number_of(stored.identity.guid) is not None:
        return
    if isinstance(stored, FolderRun):
        tables = [_whole(stored.dataset, name, spec) for name, spec in stored.dataset.tables.items()]
        _added(stored, target, [table for table in tables if len(table.times)], _said(stored), _snapshot(stored))
        return
    from measurand.compat.database import import_runs

    made = import_runs(source.path, target.root, [stored.identity.run_id])
    target.place_in(made[0], stored.identity.exp_name, stored.identity.sample_name)


def _added(
    stored: StoredRun, target: History, tables: list[WholeTable], said: Mapping[str, Any], snapshot: Any
) -> None:
    who = stored.identity
    began = stored.started() or 0.0
    noted = stored.metadata()
    made = target.root.add_run(
        who.name,
        tables,
        started=_moment(began),
        ended=_moment(stored.ended() or began),
        snapshot=snapshot,
        sample=who.sample_name,
        experiment=who.exp_name,
        metadata={KEY: {**said, "tags": noted}},
    )
    target.place_in(made, who.exp_name, who.sample_name)


def _said(stored: StoredRun) -> dict[str, Any]:
    """Return what a copy says in QCoDeS's words: all that it cannot say by itself."""
    who = stored.identity
    kept: Mapping[str, Any] = stored.dataset.metadata.get(KEY, {}) if isinstance(stored, FolderRun) else {}
    return {
        **{key: kept[key] for key in ("whole_rows", "snapshot", "is_completed") if key in kept},
        "guid": who.guid,
        "captured_run_id": who.captured_run_id,
        "captured_counter": who.captured_counter,
        "description": to_json_for_storage(stored.description()),
        "parents": links_to_str(stored.links()),
        "run_timestamp": stored.started(),
        "completed_timestamp": stored.ended(),
    }


def _snapshot(stored: StoredRun) -> Any:
    import json

    text = stored.snapshot()
    return None if text is None else json.loads(text)


def _whole(dataset: Dataset, name: str, spec: TableSpec) -> WholeTable:
    import numpy as np

    columns = dataset.rows(name, since=0)
    described = tuple(_plain(column) for column in spec.columns)
    return WholeTable(
        TableSpec(spec.name, described),
        {column.name: _values(column, columns[column.name]) for column in described},
        columns["_time"].astype("datetime64[ns]").astype(np.int64),
    )


def _plain(column: Column) -> Column:
    """Return a column that any values of it fit into: those of an ``enum`` are texts."""
    if column.kind != "enum":
        return column
    return Column(column.name, "text", column.unit, column.label, (), column.setpoint, "")


def _values(column: Column, values: Any) -> Any:
    return [str(one) for one in values] if column.kind == "text" else list(values) if column.ragged else values


def _moment(seconds: float) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)
