"""The measuring process holds no copy of what it stored, unless it asks for one (L05)."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pytest

from measurand.dataset import Column, DataRoot, MemoryStore, TableSpec, Writer
from measurand.dataset._write import _stores as stores

MB = 1 << 20
NAMES = "abcdefgh"
TRACES, BOUND = 128, 64  # MB that are stored, and that may be held at any moment
TABLES = {
    "arrays": TableSpec("traces", (Column("t", shape=(MB // 8,)),)),
    "arrays of varying lengths": TableSpec("traces", (Column("t", shape=(None,)), Column("note", "text"))),
}


@pytest.fixture
def traced(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What Python and numpy allocate is counted; the measuring thread waits for a disk that is 8 MB behind, not 256 MB."""
    monkeypatch.setattr(stores, "_MOST_BYTES", 8 * MB)
    gc.collect()
    tracemalloc.start(1)
    yield
    tracemalloc.stop()


def held() -> float:
    """MB that Python, numpy and Arrow hold."""
    return (tracemalloc.get_traced_memory()[0] + pa.total_allocated_bytes()) / MB


def fill(run: Writer, case: str) -> float:
    """Store 128 MB; return the most MB that were held after a row."""
    most = 0.0
    for n in range(TRACES):
        more = {"note": str(n)} if "varying" in case else {}
        run.add("traces", {"t": np.full(MB // 8, float(n)), **more})
        most = max(most, held())
    return most


@pytest.mark.parametrize("case", TABLES)
def test_arrays_are_held_until_they_are_written(root: DataRoot, traced: None, case: str):
    run = root.create_run("long", [TABLES[case]], write_period=60)
    before = held()
    most = fill(run, case)
    assert most - before < BOUND
    run.finish()
    lazy = run.dataset.lazy("t")
    del run
    gc.collect()
    assert held() - before < 8
    assert [lazy[n][0] for n in (0, 77, 127)] == [0, 77, 127]
    assert tracemalloc.get_traced_memory()[1] / MB - before < BOUND


def test_rows_of_numbers_are_not_held_at_all(root: DataRoot, traced: None):
    """A hundred thousand rows, 8 MB: what is not sealed yet lies in a file too, of which the system holds what it likes."""
    run = root.create_run("long", [TableSpec("data", tuple(Column(name, "float") for name in NAMES))])
    add = run.adder("data")
    for n in range(1000):
        add((), [float(n)] * 8)
    run.flush()
    before = held()
    for n in range(1000, 100_000):
        add((), [float(n)] * 8)
    run.flush()
    gc.collect()
    assert held() - before < 1
    run.finish()
    assert run.dataset.rows() == 100_000


def test_a_run_in_memory_was_asked_for(traced: None):
    """The same measure finds what is held."""
    run = MemoryStore().create_run("trial", [TABLES["arrays"]])
    before = held()
    assert fill(run, "arrays") - before > TRACES - 1
    run.finish()
