"""The store agrees with a model in memory, whatever is appended, refused, flushed, killed and reopened (STYLE: 8, 11)."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from measurand.dataset import Column, DataRoot, Dataset, Dim, TableSpec, Writer
from measurand.errors import RefusedRow

floats = st.floats(width=64)
whole = st.integers(-(2**63), 2**63 - 1)
scalar_rows = st.tuples(floats, whole, st.complex_numbers(), st.booleans())
array_rows = st.tuples(floats, st.text(st.characters(codec="utf-8"), max_size=8), st.lists(floats, max_size=5))
bad = st.sampled_from([None, "1", [1.0], object()])

SCALARS = TableSpec(
    "scalars", (Column("f", "float"), Column("n", "int"), Column("z", "complex"), Column("b", "bool")), (Dim("k"),)
)
ARRAYS = TableSpec("arrays", (Column("f", "float"), Column("t", "text"), Column("r", "float", shape=(None,))))


class Store(RuleBasedStateMachine):
    """One run; the model is a list of rows per table."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.ended = False

    @initialize(memory_maps=st.booleans())
    def create(self, memory_maps: bool) -> None:
        self.root = DataRoot(self.folder / "data", cache_dir=self.folder / "cache", memory_maps=memory_maps)
        self.run: Writer = self.root.create_run("model", [SCALARS, ARRAYS], write_period=0.0)
        self.open = self.run.dataset
        self.model: dict[str, list[tuple[Any, ...]]] = {"scalars": [], "arrays": []}
        self.safe = 0  # rows with arrays that must survive a kill

    @precondition(lambda self: not self.ended)
    @rule(row=scalar_rows, times=st.sampled_from([1, 2, 255, 256, 700, 3000]))
    def add_numbers(self, row: tuple[Any, ...], times: int) -> None:
        add = self.run.adder("scalars")
        for _ in range(times):
            add((len(self.model["scalars"]),), row)
            self.model["scalars"].append(row)

    @precondition(lambda self: not self.ended)
    @rule(rows=st.lists(array_rows, max_size=4))
    def add_arrays(self, rows: list[tuple[Any, ...]]) -> None:
        for row in rows:
            self.run.add("arrays", dict(zip("ftr", row, strict=True)))
            self.model["arrays"].append(row)

    @precondition(lambda self: not self.ended)
    @rule(wrong=bad, which=st.integers(0, 1))
    def add_what_is_refused(self, wrong: object, which: int) -> None:
        values: dict[str, Any] = {"f": 1.0, "n": 1, "z": 1j, "b": True}
        values["fn"[which]] = wrong
        for table, row in (("scalars", values), ("arrays", {"f": wrong, "t": "", "r": []})):
            try:
                self.run.add(table, row, (0,) if table == "scalars" else ())
            except RefusedRow:
                continue
            raise AssertionError(f"{row} was accepted by {table}")

    @precondition(lambda self: not self.ended)
    @rule()
    def flush(self) -> None:
        self.run.flush()
        self.safe = len(self.model["arrays"])

    @precondition(lambda self: not self.ended)
    @rule(status=st.sampled_from(["completed", "interrupted", "failed"]))
    def finish(self, status: Any) -> None:
        self.run.finish(status)
        self.ended = True
        self.safe = len(self.model["arrays"])
        assert self.run.dataset.status == status

    @rule()
    def look_at_what_a_kill_would_leave(self) -> None:
        copy = self.folder / "killed"
        shutil.rmtree(copy, ignore_errors=True)
        # A tail is listed before the Arrow file is copied, as a reader does, so that sealing meanwhile loses nothing.
        copy.mkdir()
        for path in sorted(self.run.path.iterdir(), key=lambda path: path.suffix != ".rec"):
            try:
                shutil.copy(path, copy)
            except FileNotFoundError:
                continue
        for path in self.run.path.glob("*.arrow"):
            shutil.copy(path, copy)
        killed = Dataset(copy)
        assert killed.status == (self.open.status if self.ended else "lost")
        self.compare(killed, exact=self.ended)

    @invariant()
    def a_dataset_that_was_open_all_the_time_agrees(self) -> None:
        self.compare(self.open, exact=self.ended)

    @invariant()
    def a_listing_agrees(self) -> None:
        (record,) = self.root.runs()
        least = len(self.model["scalars"]) + self.safe
        assert least <= record.rows <= sum(map(len, self.model.values()))

    def compare(self, dataset: Dataset, exact: bool) -> None:
        """Rows of numbers are all there, rows with arrays are a prefix that holds everything flushed."""
        rows = self.model["scalars"]
        assert dataset.rows("scalars") == len(rows)
        for number, name in enumerate("fnzb"):
            expected = np.array(
                [row[number] for row in rows], dict(zip("fnzb", ["f8", "i8", "c16", "?"], strict=True))[name]
            )
            assert np.array_equal(dataset.numpy(name, "scalars"), expected, equal_nan=True)
        count = dataset.rows("arrays")
        assert self.safe <= count <= len(self.model["arrays"])
        assert not exact or count == len(self.model["arrays"])
        for number, name in enumerate("ftr"):
            for got, row in zip(dataset.numpy(name, "arrays")[:count], self.model["arrays"], strict=False):
                assert np.array_equal(got, row[number], equal_nan=name != "t")

    def teardown(self) -> None:
        if hasattr(self, "run"):
            self.run.finish()
        shutil.rmtree(self.folder, ignore_errors=True)


TestStore = Store.TestCase
TestStore.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)
