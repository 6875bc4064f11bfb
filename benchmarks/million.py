"""A database of one run of a million rows, in the layout of QCoDeS, by the standard library: both sides read the same file."""

from __future__ import annotations

import json
import math
import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

ROWS = 1_000_000
_TABLES = """
create table experiments (exp_id integer primary key, name text, sample_name text, start_time integer, end_time integer,
    run_counter integer, format_string text);
create table runs (run_id integer primary key, exp_id integer, name text, result_table_name text, result_counter integer,
    run_timestamp integer, completed_timestamp integer, is_completed bool, parameters text, guid text,
    run_description text, snapshot text, captured_run_id, captured_counter, parent_datasets text,
    foreign key(exp_id) references experiments(exp_id));
create table layouts (layout_id integer primary key, run_id integer, parameter text, label text, unit text,
    inferred_from text, foreign key(run_id) references runs(run_id));
create table dependencies (dependent integer, independent integer, axis_num integer);
create index IX_runs_exp_id on runs (exp_id desc);
create index IX_runs_guid on runs (guid desc);
create index IX_runs_captured_run_id on runs (captured_run_id desc);
create table "results-1-1" (id integer primary key, "x" numeric, "y" numeric);
insert into experiments values (1, 'benchmark', 'none', 1500000000.25, null, 1, '{}-{}-{}');
insert into layouts values (1, 1, 'x', 'Gate', 'V', ''), (2, 1, 'y', 'Current', 'A', '');
insert into dependencies values (2, 1, 0);
pragma user_version = 9;
"""


def million() -> Path:
    """Return the file; made once."""
    path = Path(tempfile.gettempdir()) / "measurand-bench-million.db"
    if not path.exists():
        draft = path.with_name(f"{path.name}-{os.getpid()}")
        with closing(sqlite3.connect(draft)) as connection, connection:
            connection.executescript(_TABLES)
            run = (
                1, 1, "million", "results-1-1", 1, 1.5e9 + 0.5, 1.5e9 + 0.75, 1, "x,y", "aaaaaaaa-0000-0000-0000-0000015d3ef79800",
                json.dumps(_description()), None, 1, 1, "[]",
            )  # fmt: skip
            connection.execute(f"insert into runs values ({', '.join('?' * len(run))})", run)
            rows = ((i / ROWS, math.sin(i)) for i in range(ROWS))
            connection.executemany('insert into "results-1-1" (x, y) values (?, ?)', rows)
        with closing(sqlite3.connect(draft)) as connection:
            connection.execute("pragma journal_mode = wal")
        draft.replace(path)
    return path


def _description() -> dict[str, object]:
    about = {
        "x": {"name": "x", "paramtype": "numeric", "label": "Gate", "unit": "V"},
        "y": {"name": "y", "paramtype": "numeric", "label": "Current", "unit": "A"},
    }
    old = [
        {**about["x"], "inferred_from": [], "depends_on": []},
        {**about["y"], "inferred_from": [], "depends_on": ["x"]},
    ]
    new = {"parameters": about, "dependencies": {"y": ["x"]}, "inferences": {}, "standalones": []}
    return {"version": 3, "interdependencies": {"paramspecs": old}, "interdependencies_": new, "shapes": None}
