"""Golden databases, and what tests ask of files."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from measurand.dataset import DataRoot

DATA = Path(__file__).parents[3] / "data" / "qcodes"
GOLDEN = sorted(DATA.glob("*.db"))
NEWEST = DATA / "schema9-0.58.0.db"
Table = tuple[list[tuple[str, str]], list[tuple[Any, ...]]]


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    """An empty data root."""
    return DataRoot(tmp_path / "data", tmp_path / "cache")


def fingerprint(folder: Path) -> dict[str, str]:
    """Everything that is in a folder, to the byte."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir()) if path.is_file()
    }


def tables_of(path: Path) -> dict[str, Table]:
    """Every table of a database: its columns with their types, and its rows; columns of metadata in one order."""
    found: dict[str, Table] = {}
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute("select name from sqlite_master where type = 'table' order by name").fetchall()
        for (name,) in names:
            columns = [(c, kind.lower()) for _, c, kind, *_ in connection.execute(f'pragma table_info("{name}")')]
            order = (
                sorted(range(len(columns)), key=lambda place: columns[place]) if name == "runs" else range(len(columns))
            )
            rows = connection.execute(f'select * from "{name}"').fetchall()
            found[name] = [columns[place] for place in order], [tuple(row[place] for place in order) for row in rows]
    return found
