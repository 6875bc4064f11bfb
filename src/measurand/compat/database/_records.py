"""What a database says of its experiments and runs, as plain records. Knows no SQLite."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Experiment:
    """One experiment.

    Attributes:
        exp_id: Its number in the file, from 1.
        name: What it is called.
        sample_name: What was measured.
        format_string: How the tables of its runs are called, e.g. ``"{}-{}-{}"``.
        start_time: s since 1970.
        end_time: s since 1970; None: it was never ended, as is usual.
        run_counter: Number of runs it has had.
    """

    exp_id: int
    name: str
    sample_name: str
    format_string: str
    start_time: float | None
    end_time: float | None
    run_counter: int


@dataclass(frozen=True)
class Run:
    """One run, as its row in the file has it.

    Attributes:
        run_id: Its number in this file, from 1.
        exp_id: Number of its experiment in this file.
        experiment_name: What that is called.
        sample_name: What was measured.
        name: What the run is called.
        guid: Its identity, 36 characters. Files of schema 0 have none: one is derived from time, name and table, always
            the same for the same run.
        counter: Its number in its experiment, from 1.
        captured_run_id: Its number in the file in which it was measured.
        captured_counter: Its number in the experiment in which it was measured.
        run_timestamp: When it began, s since 1970; None: it never did.
        completed_timestamp: When it was completed, s since 1970.
        is_completed: Whether it was.
        table: Name of the table that holds its rows.
        parameters: Names of its parameters, in the order they were registered.
        description: Its description, JSON text as it is in the file; None before schema 3.
        snapshot: The state of the station, JSON text; None: it was not taken.
        parent_datasets: Links to runs it came from, JSON text; ``"[]"``: none.
        metadata: Whatever else was noted; ``export_info`` and ``measurement_exception`` are among it.
        schema_version: Of the file.
    """

    run_id: int
    exp_id: int
    experiment_name: str
    sample_name: str
    name: str
    guid: str
    counter: int
    captured_run_id: int
    captured_counter: int
    run_timestamp: float | None
    completed_timestamp: float | None
    is_completed: bool
    table: str
    parameters: tuple[str, ...]
    description: str | None = field(repr=False)
    snapshot: str | None = field(repr=False)
    parent_datasets: str = field(repr=False)
    metadata: Mapping[str, Any] = field(repr=False)
    schema_version: int = field(repr=False)
