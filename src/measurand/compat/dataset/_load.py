"""Finding runs: by number, guid, counter, or by what they are made of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from measurand.compat.dataset._connection import AtomicConnection
from measurand.compat.dataset._current import conn_from_dbpath_or_conn, history
from measurand.compat.dataset._dataset import DataSet
from measurand.compat.dataset._errors import NoSuchRun
from measurand.compat.dataset._folder_run import data_file_of
from measurand.compat.dataset._guids import filter_guids_by_parts
from measurand.compat.dataset._in_memory import DataSetInMem, read_netcdf
from measurand.compat.dataset._protocol import DataSetProtocol
from measurand.compat.dataset._stored import Identity, StoredRun


def load_by_id(run_id: int, conn: AtomicConnection | None = None, read_only: bool = False) -> DataSetProtocol:
    """Return a run by its number in the database.

    Args:
        run_id: Its number, from 1.
        conn: The database; None: the current one.
        read_only: Do not make the database.

    Raises:
        NoSuchRun: There is none.
    """
    if run_id is None:
        raise NoSuchRun("run_id has to be a positive integer, not None.")
    return loaded(history(_conn(conn, read_only)).run(int(run_id)))


def loaded(stored: StoredRun) -> DataSetProtocol:
    """Return the dataset of a run; if its data is in a file, from there."""
    file = data_file_of(stored)
    if file is not None:
        return DataSetInMem(read_netcdf(Path(file), stored.identity.path_to_db, stored.identity))
    return DataSet._of(stored)


def load_by_guid(guid: str, conn: AtomicConnection | None = None, read_only: bool = False) -> DataSetProtocol:
    """Return a run by its guid; raises as `load_by_id`."""
    return loaded(history(_conn(conn, read_only)).run_by_guid(guid))


def load_by_counter(
    counter: int, exp_id: int, conn: AtomicConnection | None = None, read_only: bool = False
) -> DataSetProtocol:
    """Return a run by its counter in an experiment; raises as `load_by_id`."""
    return loaded(history(_conn(conn, read_only)).run_by_counter(exp_id, counter))


def get_guids_by_run_spec(
    *,
    captured_run_id: int | None = None,
    captured_counter: int | None = None,
    experiment_name: str | None = None,
    sample_name: str | None = None,
    sample_id: int | None = None,
    location: int | None = None,
    work_station: int | None = None,
    conn: AtomicConnection | None = None,
    read_only: bool = False,
) -> list[str]:
    """Return the guids of all runs that are what is given; None: whatever it is.

    Args:
        captured_run_id: Number where it was measured.
        captured_counter: Counter where it was measured.
        experiment_name: Name of its experiment.
        sample_name: What was measured.
        sample_id: Part of the guid.
        location: Part of the guid.
        work_station: Part of the guid.
        conn: The database; None: the current one.
        read_only: Do not make the database.
    """
    wanted = {
        "captured_run_id": captured_run_id,
        "captured_counter": captured_counter,
        "exp_name": experiment_name,
        "sample_name": sample_name,
    }
    known = {name: value for name, value in wanted.items() if value is not None}
    found = [one.guid for one in _identities(_conn(conn, read_only)) if _is(one, known)]
    return filter_guids_by_parts(found, location, sample_id, work_station)


def load_by_run_spec(
    *,
    captured_run_id: int | None = None,
    captured_counter: int | None = None,
    experiment_name: str | None = None,
    sample_name: str | None = None,
    sample_id: int | None = None,
    location: int | None = None,
    work_station: int | None = None,
    conn: AtomicConnection | None = None,
    read_only: bool = False,
) -> DataSetProtocol:
    """Return the one run that is what is given; arguments as `get_guids_by_run_spec`.

    Raises:
        NoSuchRun: There is none, or several; the message lists them.
    """
    found_conn = _conn(conn, read_only)
    guids = get_guids_by_run_spec(
        captured_run_id=captured_run_id,
        captured_counter=captured_counter,
        experiment_name=experiment_name,
        sample_name=sample_name,
        sample_id=sample_id,
        location=location,
        work_station=work_station,
        conn=found_conn,
    )
    if not guids:
        raise NoSuchRun("No run matching the supplied information found.")
    if len(guids) > 1:
        raise NoSuchRun(
            "More than one matching dataset found. Please supply more information to uniquely identify a dataset.\n"
            + generate_dataset_table(guids, found_conn)
        )
    return load_by_guid(guids[0], found_conn)


def generate_dataset_table(guids: list[str], conn: AtomicConnection | None = None) -> str:
    """Return a table of text with what identifies runs, a line for each."""
    wanted = set(guids)
    heads = ("captured_run_id", "captured_counter", "experiment_name", "sample_name", "guid")
    lines = [
        (str(one.captured_run_id), str(one.captured_counter), one.exp_name, one.sample_name, one.guid)
        for one in _identities(_conn(conn, read_only=False))
        if one.guid in wanted
    ]
    widths = [max(map(len, column)) for column in zip(heads, *lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in (heads, tuple("-" * width for width in widths), *lines)
    )


def get_data_by_id(run_id: int, conn: AtomicConnection | None = None) -> list[list[dict[str, Any]]]:
    """Return the values of a run for plots: for each result a list of its setpoints and itself.

    Args:
        run_id: Number of the run.
        conn: The database; None: the current one.

    Returns:
        Dicts with ``name``, ``label``, ``unit``, ``shape`` and ``data``, the result last.

    Raises:
        NoSuchRun: There is none.
    """
    dataset = load_by_id(run_id, conn)
    described = dataset.description
    specs = dataset.paramspecs
    shapes = described.shapes or {}
    found = []
    for name, columns in dataset.get_parameter_data().items():
        along = [spec.name for spec in described.interdeps.dependencies.get(described.interdeps[name], ())]
        found.append(
            [
                {
                    "name": column,
                    "label": specs[column].label,
                    "unit": specs[column].unit,
                    "shape": shapes.get(name),
                    "data": columns[column].flatten(),
                }
                for column in (*along, name)
            ]
        )
    return found


def _identities(conn: AtomicConnection) -> list[Identity]:
    return [stored.identity for stored in history(conn).runs()]


def _is(one: Identity, known: dict[str, Any]) -> bool:
    return all(getattr(one, name) == value for name, value in known.items())


def _conn(conn: AtomicConnection | None, read_only: bool) -> AtomicConnection:
    return conn if conn is not None else conn_from_dbpath_or_conn(None, None, read_only)
