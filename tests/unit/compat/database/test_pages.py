"""Numbers taken from pages are those that SQLite gives, whatever is in the table; or none are given."""

from __future__ import annotations

import math
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measurand.compat.database._pages import numbers_of

CELLS = st.one_of(
    st.none(),
    st.integers(-(2**53), 2**53),
    st.integers(-200, 200),
    st.floats(allow_nan=False),
    st.just("nan"),
)


def read(path: Path, columns: int) -> tuple[list[int], list[list[object]]] | None:
    with closing(sqlite3.connect(path)) as connection:
        root = connection.execute("select rootpage from sqlite_master where name = 't'").fetchone()[0]
    found = numbers_of(path, root, range(1, columns + 1))
    if found is None:
        return None
    cells: list[list[object]] = [
        [value if there else None for value, there in zip(one.values.tolist(), one.present.tolist(), strict=True)]
        for one in found[1]
    ]
    return found[0].tolist(), cells


def make(path: Path, rows: list[tuple[object, ...]], columns: int, page_size: int = 512, first: int = 1) -> None:
    names = ", ".join(f"c{i} numeric" for i in range(columns))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"pragma page_size = {page_size}")
        connection.execute("pragma synchronous = off")
        connection.execute("begin")
        connection.execute(f"create table t (id integer primary key, {names})")
        connection.executemany(
            f"insert into t values ({', '.join('?' * (columns + 1))})",
            [(first + number, *row) for number, row in enumerate(rows)],
        )
        connection.execute("commit")


@settings(max_examples=60)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=200), st.sampled_from([1, 120, 2**31, 2**40]))
def test_every_number_comes_as_it_is(rows: list[tuple[object, ...]], first: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.db"
        make(path, rows, 3, first=first)
        found = read(path, 3)
        assert found is not None
        assert found[0] == list(range(first, first + len(rows)))
        with closing(sqlite3.connect(path)) as connection:
            stored = connection.execute("select c0, c1, c2 from t order by id").fetchall()  # -0.0 is 0 now
        for column, cells in enumerate(found[1]):
            for row, cell in zip(stored, cells, strict=True):
                np.testing.assert_equal(cell, math.nan if row[column] == "nan" else row[column])


def test_a_tree_of_several_levels_is_read_in_order(tmp_path: Path) -> None:
    rows: list[tuple[object, ...]] = [(i, i * 0.5) for i in range(30_000)]
    make(tmp_path / "t.db", rows, 2)
    with closing(sqlite3.connect(tmp_path / "t.db", isolation_level=None)) as connection:
        connection.execute("delete from t where id % 7 = 0")
        connection.execute("insert into t values (7, 1, 2)")
        expected = connection.execute("select id, c0, c1 from t order by id").fetchall()
    found = read(tmp_path / "t.db", 2)
    assert found is not None
    np.testing.assert_array_equal(np.array([found[0], *found[1]]).T, np.array(expected))


@pytest.mark.parametrize(
    "cell",
    ["hello", "inf", b"\x01\x02", 2**53 + 1, -(2**63) + 1, "x" * 2000, b"y" * 5000],
    ids=lambda cell: repr(cell)[:12],
)
def test_anything_else_is_left_to_sqlite(tmp_path: Path, cell: object) -> None:
    make(tmp_path / "t.db", [(1.0,), (cell,), (2.0,)], 1)
    assert read(tmp_path / "t.db", 1) is None


def test_columns_that_were_added_later_are_missing_in_older_rows(tmp_path: Path) -> None:
    make(tmp_path / "t.db", [(1.0,), (2.0,)], 1)
    with closing(sqlite3.connect(tmp_path / "t.db", isolation_level=None)) as connection:
        connection.execute("alter table t add column c1 numeric")
        connection.execute("insert into t values (3, 5, 6)")
    assert read(tmp_path / "t.db", 2) == ([1, 2, 3], [[1.0, 2.0, 5.0], [None, None, 6.0]])


def test_an_empty_table_has_nothing(tmp_path: Path) -> None:
    make(tmp_path / "t.db", [], 2)
    assert read(tmp_path / "t.db", 2) == ([], [[], []])
