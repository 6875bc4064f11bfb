"""The present schema of QCoDeS's databases, as it was found in them: its tables and indexes. Knows no run."""

from __future__ import annotations

import sqlite3

from measurand.compat.database._questions import quoted

_EXPERIMENTS = """
create table experiments (
    exp_id integer primary key, name text, sample_name text, start_time integer, end_time integer, run_counter integer,
    format_string text)
"""
_RUNS = """
create table runs (
    run_id integer primary key, exp_id integer, name text, result_table_name text, result_counter integer,
    run_timestamp integer, completed_timestamp integer, is_completed bool, parameters text, guid text,
    run_description text, "snapshot" text, captured_run_id, captured_counter, "parent_datasets" text,
    foreign key(exp_id) references experiments(exp_id))
"""
_LAYOUTS = """
create table layouts (
    layout_id integer primary key, run_id integer, parameter text, label text, unit text, inferred_from text,
    foreign key(run_id) references runs(run_id))
"""
_DEPENDENCIES = "create table dependencies (dependent integer, independent integer, axis_num integer)"
_INDEXES = ("exp_id", "guid", "captured_run_id")


def make(connection: sqlite3.Connection, version: int) -> None:
    """Make the tables of an empty database."""
    for statement in (_EXPERIMENTS, _RUNS, _LAYOUTS, _DEPENDENCIES):
        connection.execute(statement)
    for column in _INDEXES:
        connection.execute(f"create index IX_runs_{column} on runs ({column} desc)")
    connection.execute(f"pragma user_version = {version:d}")


def make_results(connection: sqlite3.Connection, table: str, types: dict[str, str]) -> None:
    """Make the table of one run: a number of the row, and a column for each parameter."""
    columns = "".join(f", {quoted(name)} {kind}" for name, kind in types.items())
    connection.execute(f"create table {quoted(table)} (id integer primary key{columns})")


def add_metadata_column(connection: sqlite3.Connection, key: str) -> None:
    """Make room for a key of metadata, if there is none yet."""
    known = {name.casefold() for _, name, *_ in connection.execute("pragma table_info(runs)")}
    if key.casefold() not in known:
        connection.execute(f"alter table runs add column {quoted(key)}")
