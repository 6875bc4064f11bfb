"""Runs of Measurand as a database that QCoDeS opens: a new file, whole or not there; or added to one, all or nothing."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from measurand._core import json as plain_json
from measurand._core.ids import new_id
from measurand.compat.database import _questions, _schema
from measurand.compat.database._compare import snapshot_text
from measurand.compat.database._description import description_text
from measurand.compat.database._file import explained
from measurand.compat.database._import import KEY, TAKEN
from measurand.compat.database._questions import quoted
from measurand.compat.database._results import Results, results_of
from measurand.dataset import Dataset
from measurand.errors import DatasetError, ExportFailed, MeasurandError

_PATIENCE = 10.0  # s for another program that writes to the file
_ENDED = ("completed", "interrupted", "failed")
_FORMAT = "{}-{}-{}"


def export_runs(datasets: Iterable[Dataset], path: str | Path) -> list[int | None]:
    """Write runs into a QCoDeS database of schema 9.

    A run that came from a QCoDeS database is the same there again: guid, captured numbers, description, snapshot, metadata,
    links, times, every cell. Any other run gets a guid that follows from its id and its start, so that it is the same
    however often it is exported; what was measured depends on the setpoints beside it. Of several runs, the order is kept.

    Args:
        datasets: The runs.
        path: The file. If it is there, they are added to it; one whose guid it has already is left out.

    Returns:
        The number of each run in the file; None: left out.

    Raises:
        ExportFailed: The disk refuses; nothing was written, or added.
        DatasetError: The file that is there is no QCoDeS database of schema 9, or another program locks it.
    """
    path = Path(path).expanduser().absolute()
    if path.exists():
        _check(path)
        return _written(path, list(datasets), new=False)
    draft = path.with_name(f".{new_id()[:8]}-{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        done = _written(draft, list(datasets), new=True)
        draft.replace(path)
    except OSError as error:
        if isinstance(error, MeasurandError):
            raise
        raise ExportFailed(f"{path} cannot be written ({error}). Make room, give access, or choose another.") from error
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            with contextlib.suppress(OSError):
                Path(f"{draft}{suffix}").unlink()
    return done


def _check(path: Path) -> None:
    from measurand.compat.database._database import open_database

    with open_database(path) as database:
        if database.schema_version != _questions.NEWEST_SCHEMA:
            raise DatasetError(
                f"{path} has schema {database.schema_version}, runs are added to schema {_questions.NEWEST_SCHEMA}: open "
                "it once with a present QCoDeS, which brings it there, or export into a new file."
            )


def _written(path: Path, datasets: Sequence[Dataset], *, new: bool) -> list[int | None]:
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)) as connection:
            if new:
                connection.execute("pragma synchronous = off")  # nobody knows the file before it is whole
                connection.execute("pragma journal_mode = memory")
            with _transaction(connection):
                if new:
                    _schema.make(connection, _questions.NEWEST_SCHEMA)
                done = [_add(connection, dataset) for dataset in datasets]
            if new:
                connection.execute("pragma synchronous = full")
                connection.execute("pragma journal_mode = wal")  # as QCoDeS has it
            return done
    except sqlite3.Error as error:
        failure = explained(path, error)
        raise ExportFailed(f"Nothing was exported: {failure}") from error


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("begin immediate")
    try:
        yield
    except BaseException:  # a Ctrl-C too: all runs, or none
        connection.execute("rollback")
        raise
    connection.execute("commit")


def _add(connection: sqlite3.Connection, dataset: Dataset) -> int | None:
    said = dataset.metadata.get(KEY) or {}
    guid = said.get("guid") or derived_guid(dataset)
    if connection.execute("select 1 from runs where guid = ?", (guid,)).fetchone():
        return None
    results = results_of(dataset)
    exp_id = _experiment(connection, dataset, said)
    counter = connection.execute("select run_counter from experiments where exp_id = ?", (exp_id,)).fetchone()[0] or 0
    counter += 1
    connection.execute("update experiments set run_counter = ? where exp_id = ?", (counter, exp_id))
    run_id: int = connection.execute("select coalesce(max(run_id), 0) + 1 from runs").fetchone()[0]
    table = _table(said, exp_id, counter)
    row = {
        "run_id": run_id, "exp_id": exp_id, "name": _name(dataset, said), "result_table_name": table,
        "result_counter": counter, "parameters": _parameters(said, results), "guid": guid,
        "run_description": said.get("description") or description_text(results.description),
        "snapshot": snapshot_text(dataset), "captured_run_id": said.get("captured_run_id") or run_id,
        "captured_counter": said.get("captured_counter") or counter, "parent_datasets": said.get("parents") or "[]",
        **_times(dataset, said), **_metadata(dataset, said),
    }  # fmt: skip
    for key in row:
        _schema.add_metadata_column(connection, key)
    connection.execute(
        f"insert into runs ({', '.join(map(quoted, row))}) values ({', '.join('?' * len(row))})",  # noqa: S608 - quoted
        list(row.values()),
    )
    _relate(connection, run_id, results)
    _schema.make_results(connection, table, results.types)
    for columns, rows in results.statements:
        connection.executemany(
            f"insert into {quoted(table)} ({', '.join(map(quoted, columns))}) "  # noqa: S608 - quoted
            f"values ({', '.join('?' * len(columns))})",
            rows,
        )
    return run_id


def _table(said: Mapping[str, Any], exp_id: int, counter: int) -> str:
    """The name of a results table: as it was called, with the numbers of here. Older releases put the run's name first."""
    before = said.get("table") or ""
    numbers = f"-{(said.get('experiment') or {}).get('exp_id')}-{said.get('counter')}"
    return f"{before.removesuffix(numbers) if before.endswith(numbers) else 'results'}-{exp_id}-{counter}"


def derived_guid(dataset: Dataset) -> str:
    """Return the guid of a run that never had one: of its id and of when it started."""
    return f"{dataset.id[:8]}-0000-0000-0000-{round(_seconds(dataset.metadata['started']) * 1000):012x}"


def _experiment(connection: sqlite3.Connection, dataset: Dataset, said: Mapping[str, Any]) -> int:
    """Return the number of the experiment a run belongs to; one is made if there is none like it."""
    origin = said.get("experiment") if isinstance(said.get("experiment"), dict) else {}
    origin = origin or {}
    name, sample = dataset.experiment or "measurand", dataset.sample or "some_sample"
    if origin and (origin["name"], origin["sample_name"]) == (dataset.experiment, dataset.sample):
        name, sample = origin["name"], origin["sample_name"]
    began = origin.get("start_time") or _seconds(dataset.metadata["started"])
    question = "select exp_id from experiments where name = ? and sample_name = ?"
    if origin:
        found = connection.execute(f"{question} and start_time = ?", (name, sample, began)).fetchone()
    else:
        found = connection.execute(f"{question} order by exp_id desc", (name, sample)).fetchone()
    if found:
        return int(found[0])
    wanted = origin.get("exp_id")
    if wanted and connection.execute("select 1 from experiments where exp_id = ?", (wanted,)).fetchone():
        wanted = None
    made = connection.execute(
        "insert into experiments (exp_id, name, sample_name, start_time, end_time, run_counter, format_string) "
        "values (?, ?, ?, ?, ?, 0, ?)",
        (wanted, name, sample, began, origin.get("end_time"), origin.get("format_string") or _FORMAT),
    )
    return int(made.lastrowid or 0)


def _relate(connection: sqlite3.Connection, run_id: int, results: Results) -> None:
    """Say what depends on what in the tables too, as releases before descriptions read it."""
    description = results.description
    layouts = {}
    for name in results.types:
        quantity = description.quantities.get(name)
        label, unit = (quantity.label, quantity.unit) if quantity else ("", "")
        layouts[name] = connection.execute(
            "insert into layouts (run_id, parameter, label, unit, inferred_from) values (?, ?, ?, ?, ?)",
            (run_id, name, label, unit, ", ".join(description.inferences.get(name, ()))),
        ).lastrowid
    for top, number in layouts.items():
        for axis, setpoint in enumerate(description.dependencies.get(top, ())):
            connection.execute("insert into dependencies values (?, ?, ?)", (number, layouts[setpoint], axis))


def _name(dataset: Dataset, said: Mapping[str, Any]) -> str:
    return "" if said.get("name") == "" and dataset.name == said.get("table") else dataset.name


def _parameters(said: Mapping[str, Any], results: Results) -> str:
    return ",".join(said.get("parameters") or results.types)


def _times(dataset: Dataset, said: Mapping[str, Any]) -> dict[str, Any]:
    if "rows" in said:
        return {
            "run_timestamp": said["run_timestamp"], "completed_timestamp": said["completed_timestamp"],
            "is_completed": int(said["is_completed"]),
        }  # fmt: skip
    noted = dataset.metadata
    ended = said.get("completed_timestamp") or (noted["ended"] and _seconds(noted["ended"]))
    began = said["run_timestamp"] if "run_timestamp" in said else _seconds(noted["started"])
    return {
        "run_timestamp": began, "completed_timestamp": ended, "is_completed": int(dataset.status in _ENDED),
    }  # fmt: skip


def _metadata(dataset: Dataset, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was noted about a run, by column; what Measurand knows beside, for runs of its own."""
    noted = {key: value for key, value in dataset.metadata.items() if key not in TAKEN}
    noted |= said.get("tags") or {}
    if dataset.tags:
        noted["measurand_tags"] = list(dataset.tags)
    if dataset.notes:
        noted["measurand_notes"] = list(dataset.notes)
    if "rows" not in said:
        noted["measurand_id"] = dataset.id
        if dataset.status in ("interrupted", "failed"):
            noted.setdefault("measurement_exception", str(dataset.metadata.get("error") or dataset.status))
    return {_key(key): _value(value) for key, value in noted.items() if value is not None}


def _key(key: str) -> str:
    """A key that does not hide what every run has."""
    return f"{key}_" if key.casefold() in _questions.KNOWN else key


def _value(value: Any) -> Any:
    if isinstance(value, dict) and value.keys() == {"bytes"}:
        return bytes.fromhex(value["bytes"])
    if isinstance(value, dict) and value.keys() == {"float"}:
        return float(value["float"])
    return value if isinstance(value, (str, int, float)) else plain_json.dumps(value)


def _seconds(moment: str) -> float:
    import datetime

    return datetime.datetime.fromisoformat(moment).timestamp()
