"""Indexes of runs: all pass one suite, and agree on whatever is asked."""

from __future__ import annotations

import contextlib
import datetime
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measurand.dataset import ColumnSummary, RunRecord
from measurand.dataset.catalogue import (
    All,
    Compare,
    Condition,
    Field,
    Has,
    Index,
    MemoryIndex,
    Not,
    Order,
    Period,
    Quantity,
    Query,
    Some,
    SQLiteIndex,
    Words,
    key_of,
)
from measurand.dataset.catalogue import _sqlite_index as sqlite_index
from measurand.testing import check_index

START = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)


def test_memory_passes_the_suite():
    check_index(MemoryIndex)


def test_sqlite_passes_the_suite(tmp_path: Path):
    numbers = iter(range(100))
    check_index(lambda: SQLiteIndex(tmp_path / f"{next(numbers)}.sqlite"))


def test_sqlite_without_full_text_search_passes_the_suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sqlite_index, "_WORDS", "CREATE VIRTUAL TABLE words USING no_such_module (content)")
    numbers = iter(range(100))
    check_index(lambda: SQLiteIndex(tmp_path / f"{next(numbers)}.sqlite"))
    with contextlib.closing(sqlite3.connect(tmp_path / "1.sqlite")) as database:
        (made,) = database.execute("SELECT sql FROM sqlite_master WHERE name = 'words'").fetchone()
    assert "fts" not in made


class Deaf(MemoryIndex):
    """An index that finds nothing by words."""

    def find(self, query: Query) -> list[int]:
        return [] if isinstance(query.where, Words) else list(super().find(query))


def test_the_suite_finds_an_index_that_breaks_a_promise():
    with pytest.raises(
        AssertionError, match=r"An index promises: what .text ~ .*sweep gat.* finds. Expected \[0, 1, 2\], found"
    ):
        check_index(Deaf)


# --- both answer the same -------------------------------------------------------------------------------------------------

texts = st.sampled_from(["a", "A", "ab", "b c", "", "100%", "ä", "x_y", "B.c"])
numbers = st.sampled_from([-1.0, 0.0, 1e-9, 1.5, 1e6])
moments = st.integers(0, 5).map(lambda hours: START + datetime.timedelta(hours=hours))
summaries = st.builds(
    ColumnSummary, st.sampled_from(["A", "nA", "V", ""]), *[st.none() | numbers] * 3, st.integers(0, 3)
)
metadata = st.recursive(
    texts | numbers | st.booleans() | st.none(),
    lambda inner: st.dictionaries(st.sampled_from("ab"), inner) | st.lists(inner),
)


@st.composite
def runs(draw: st.DrawFn) -> list[RunRecord]:
    found = []
    for number in range(draw(st.integers(0, 4))):
        columns = draw(st.dictionaries(st.sampled_from(["a", "b.c"]), summaries))
        started = draw(moments)
        ended = draw(st.none() | moments.map(lambda moment, started=started: max(moment, started)))
        found.append(
            RunRecord(
                number, f"{number}" * 32, draw(texts), Path(f"2026/2026-11-20/{number:06d}-x-{number:08d}"), "failed", started,
                ended, draw(st.integers(0, 3)), draw(texts), draw(texts), tuple(columns), "", "",
                tuple(draw(st.lists(texts.filter(bool), unique=True, max_size=2))), draw(st.booleans()),
                tuple(draw(st.lists(texts, max_size=2))), (), draw(st.none() | st.integers(0, 9)),
                draw(st.dictionaries(st.sampled_from("ab"), metadata)), columns,
            )
        )  # fmt: skip
    return found


fields_of_text = st.sampled_from(["name", "sample", "experiment", "tag", "note", "parameter"]).map(Field)
paths = st.sampled_from(["a", "b", "a.a", "a.b", "b.a.a"]).map(lambda path: Field("metadata", path))
statistics = st.builds(Field, st.sampled_from(["min", "max", "mean", "count"]), st.sampled_from(["a", "b.c"]))
signs = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
periods = st.builds(lambda a, b: Period(*sorted([a.timestamp(), b.timestamp()])), moments, moments)
comparisons = st.one_of(
    st.builds(Compare, fields_of_text, st.sampled_from(["==", "!=", "contains", "like"]), texts),
    st.builds(Compare, paths, st.sampled_from(["==", "!=", "contains", "like"]), texts),
    st.builds(Compare, paths, signs, numbers.map(Quantity)),
    st.builds(Compare, paths, st.sampled_from(["==", "!="]), st.booleans()),
    st.builds(Compare, statistics, signs, st.builds(Quantity, numbers, st.sampled_from(["", "nA", "A", "mV"]))),
    st.builds(
        Compare, st.sampled_from(["rows", "size", "duration", "number"]).map(Field), signs, numbers.map(Quantity)
    ),
    st.builds(Compare, st.sampled_from(["started", "ended"]).map(Field), signs, periods),
    st.builds(Compare, st.sampled_from(["starred", "tagged"]).map(Field), st.just("=="), st.booleans()),
    st.builds(Has, paths | st.sampled_from(["a", "b.c"]).map(lambda name: Field("parameter", name))),
    texts.map(Words),
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    comparisons,
    lambda inner: (
        inner.map(Not)
        | st.lists(inner, max_size=3).map(tuple).map(All)
        | st.lists(inner, max_size=3).map(tuple).map(Some)
    ),
    max_leaves=4,
)
orders = st.lists(
    st.builds(
        Order, st.sampled_from(["name", "rows", "ended", "starred"]).map(Field) | statistics | paths, st.booleans()
    ),
    max_size=2,
).map(tuple)


@given(runs(), st.lists(st.builds(Query, conditions, orders, st.none() | st.integers(1, 3)), min_size=5, max_size=10))
@settings(max_examples=60)
def test_sqlite_answers_what_the_language_means(
    tmp_path_factory: pytest.TempPathFactory, known: list[RunRecord], asked: list[Query]
):
    """Whatever is asked of whatever runs: a quick index may not answer anything but the plain one."""
    kept, plain = SQLiteIndex(tmp_path_factory.mktemp("index") / "index.sqlite"), MemoryIndex()
    for index in (kept, plain):
        index.put(known, (), {})
    for query in asked:
        assert list(kept.find(query)) == list(plain.find(query)), query


# --- several at once ------------------------------------------------------------------------------------------------------


def record(number: int) -> RunRecord:
    folder = Path(f"2026/2026-11-20/{number:06d}-x-{number:08d}")
    return RunRecord(
        number, f"{number:032x}", "x", folder, "completed", START + datetime.timedelta(seconds=number), None, 1
    )


def test_several_threads_fill_and_ask_at_once(tmp_path: Path):
    path = tmp_path / "index.sqlite"
    seen: list[int] = []

    def fill(first: int) -> None:
        index = SQLiteIndex(path)
        for number in range(first, first + 200, 20):
            index.put([record(number + i) for i in range(20)], (), {f"mark {number}": number})

    def ask() -> None:
        index = SQLiteIndex(path)
        while len(index.marks()) < 25:
            seen.append(len(index.find(Query())))

    threads = [threading.Thread(target=fill, args=(first,)) for first in (0, 100, 1000)] + [
        threading.Thread(target=ask)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == sorted(seen)
    assert all(count % 20 == 0 for count in seen), "what is put in together is seen together"
    assert len(SQLiteIndex(path).find(Query())) == 500


def test_keys_sort_runs_by_start_and_last(tmp_path: Path):
    first = record(1)
    assert key_of(first) < key_of(record(2)) < 2**63
    assert key_of(replace(first, name="other", told=9)) == key_of(first)
    assert key_of(replace(first, started=datetime.datetime(1960, 1, 1, tzinfo=datetime.UTC))) >= 0


def test_runs_that_share_a_key_are_both_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sqlite_index, "key_of", lambda record: 7)
    index: Index = SQLiteIndex(tmp_path / "index.sqlite")
    index.put([record(1), record(2)], (), {})
    assert {run.number for run in index.get(index.find(Query())) if run} == {1, 2}
    index.put((), [record(1).path.as_posix()], {})
    assert {run.number for run in index.get(index.find(Query())) if run} == {2}
