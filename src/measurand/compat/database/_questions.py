"""The SQL of a QCoDeS database: what tables there are, its runs, their descriptions, the types of columns. Decodes no cell."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measurand._core.names import listing
from measurand.compat.database._description import Description, described, described_by_tables
from measurand.compat.database._pages import Numbers, numbers_of
from measurand.compat.database._records import Experiment, Run
from measurand.errors import DatasetError, FormatTooNew

if TYPE_CHECKING:
    import numpy.typing as npt

NEWEST_SCHEMA = 9
_TABLES = {"experiments", "runs", "layouts", "dependencies"}
KNOWN = {
    "run_id", "exp_id", "name", "result_table_name", "result_counter", "run_timestamp", "completed_timestamp",
    "is_completed", "parameters", "guid", "run_description", "snapshot", "captured_run_id", "captured_counter",
    "parent_datasets",
}  # fmt: skip


def quoted(name: str) -> str:
    """Return a name as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


def schema_version(connection: sqlite3.Connection, path: Path) -> int:
    """Return the version of the schema.

    Raises:
        DatasetError: It is no QCoDeS database.
        FormatTooNew: It is newer than is known here.
    """
    tables = {name for (name,) in connection.execute("select name from sqlite_master where type='table'")}
    if missing := sorted(_TABLES - tables):
        raise DatasetError(f"{path} is a SQLite file, but no QCoDeS database: it has no table {listing(missing)}.")
    version: int = connection.execute("pragma user_version").fetchone()[0]
    if not 0 <= version <= NEWEST_SCHEMA:
        raise FormatTooNew(f"{path} has schema {version}, this Measurand reads 0 to {NEWEST_SCHEMA}; update it.")
    return version


def experiments(connection: sqlite3.Connection) -> list[Experiment]:
    """Return the experiments, by their number."""
    rows = connection.execute(
        "select exp_id, name, sample_name, format_string, start_time, end_time, run_counter "
        "from experiments order by exp_id"
    )
    return [Experiment(r[0], r[1] or "", r[2] or "", r[3] or "", r[4], r[5], r[6] or 0) for r in rows]


def runs(connection: sqlite3.Connection, run_id: int | None = None, *, snapshots: bool = True) -> list[Run]:
    """Return the runs, by their number; or the one that is asked for, if it is there."""
    columns = [name for _, name, *_ in connection.execute("pragma table_info(runs)")]
    wanted = [name for name in columns if snapshots or name != "snapshot"]
    known = {e.exp_id: e for e in experiments(connection)}
    where = "" if run_id is None else "where run_id = :run"
    rows = connection.execute(
        f"select {', '.join(map(quoted, wanted))} from runs {where} order by run_id",  # noqa: S608 - quoted
        {} if run_id is None else {"run": run_id},
    )
    version: int = connection.execute("pragma user_version").fetchone()[0]
    return [_record(dict(zip(wanted, row, strict=True)), known, version) for row in rows]


def description(connection: sqlite3.Connection, run: Run) -> Description:
    """Return what a run says of its parameters.

    Raises:
        DamagedData: It cannot be read.
    """
    if run.description:
        return described(run.description)
    layouts = connection.execute(
        "select layout_id, parameter, label, unit, inferred_from from layouts where run_id = ? order by layout_id",
        (run.run_id,),
    ).fetchall()
    axes = connection.execute(
        "select dependent, independent, axis_num from dependencies "
        "where dependent in (select layout_id from layouts where run_id = ?)",
        (run.run_id,),
    )
    return described_by_tables(layouts, axes, types(connection, run.table))


def types(connection: sqlite3.Connection, table: str) -> dict[str, str]:
    """Return the declared type of each column of a table; nothing if it is not there: its run was never started."""
    return {name: kind.lower() for _, name, kind, *_ in connection.execute(f"pragma table_info({quoted(table)})")}


def cells(
    connection: sqlite3.Connection, table: str, names: Sequence[str], span: tuple[int, int], present: str = ""
) -> list[tuple[Any, ...]]:
    """Return columns of a table as SQLite gives their cells, in the order of rows.

    Args:
        connection: To the database.
        table: Its name.
        names: Which columns, one at least.
        span: How many rows to leave out, and how many to give after these; -1: all.
        present: A column: only rows in which it has a value count.
    """
    where = f"where {quoted(present)} is not null" if present else ""
    rows = connection.execute(
        f"select {', '.join(map(quoted, names))} from {quoted(table)} {where} "  # noqa: S608 - quoted
        "order by id limit ? offset ?",
        (span[1], span[0]),
    ).fetchall()
    return list(zip(*rows, strict=True)) if rows else [()] * len(names)


def numbers(
    connection: sqlite3.Connection, quiet: Path | None, table: str, names: Sequence[str], kinds: Mapping[str, str]
) -> tuple[npt.NDArray[Any], dict[str, Numbers]] | None:
    """Return the numbers of rows, and columns of a table that hold nothing but numbers; None: `cells` has to read them.

    Args:
        connection: To the database.
        quiet: The file that is the whole database, and that nobody changes; None: there is none.
        table: Its name.
        names: Which columns, ``id`` not among them.
        kinds: Declared types of all columns, in their order.
    """
    if quiet is None or any(kinds[name] != "numeric" for name in names):
        return None
    question = "select rootpage from sqlite_master where type = 'table' and name = ?"
    found = connection.execute(question, (table,)).fetchone()
    order = list(kinds)
    if found is None or order[:1] != ["id"] or kinds["id"] != "integer":
        return None
    read = numbers_of(quiet, found[0], [order.index(name) for name in names])
    return None if read is None else (read[0], dict(zip(names, read[1], strict=True)))


def _record(row: dict[str, Any], known: dict[int, Experiment], version: int) -> Run:
    experiment = known.get(row["exp_id"], Experiment(row["exp_id"], "", "", "", None, None, 0))
    run_id, counter = row["run_id"], row["result_counter"] or 0
    captured, captured_counter = row.get("captured_run_id"), row.get("captured_counter")
    return Run(
        run_id=run_id,
        exp_id=row["exp_id"],
        experiment_name=experiment.name,
        sample_name=experiment.sample_name,
        name=row["name"] or "",
        guid=row.get("guid") or _derived_guid(row, experiment),
        counter=counter,
        captured_run_id=run_id if captured is None else int(captured),
        captured_counter=counter if captured_counter is None else int(captured_counter),
        run_timestamp=row["run_timestamp"],
        completed_timestamp=row["completed_timestamp"],
        is_completed=bool(row["is_completed"]),
        table=row["result_table_name"],
        parameters=tuple(name for name in (row["parameters"] or "").split(",") if name),
        description=row.get("run_description"),
        snapshot=row.get("snapshot"),
        parent_datasets=row.get("parent_datasets") or "[]",
        metadata={key: value for key, value in row.items() if key not in KNOWN and value is not None},
        schema_version=version,
    )


def _derived_guid(row: dict[str, Any], experiment: Experiment) -> str:
    """A guid for a run of schema 0, in the usual form: 8 digits of what tells it from others, then ms since 1970."""
    began = row["run_timestamp"]
    told = "\0".join(map(str, (experiment.name, experiment.sample_name, row["name"], row["result_table_name"], began)))
    return f"{hashlib.sha256(told.encode()).hexdigest()[:8]}-0000-0000-0000-{int((began or 0) * 1000):012x}"
