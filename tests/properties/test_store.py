"""Stores agree with a model in memory, whatever is declared, added, refused, flushed, killed, copied, reopened (STYLE: 8, 11).

The same run is written into a folder with mapped tails, a folder with written tails, and memory. After every step each of
them, and each dataset that was opened earlier, holds what the model holds. ``MEASURAND_STORE_EXAMPLES=2000`` searches longer.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.properties.store_model import Form, Home, Model, agree, agree_on_grid, declarations

from measurand.dataset import DataRoot, Dataset, MemoryStore, TableSpec, Writer, repair, verify
from measurand.errors import RefusedRow

EXAMPLES = int(os.environ.get("MEASURAND_STORE_EXAMPLES", "12"))
MOST_OPEN = 3
seeds = st.integers(0, 2**32)


class Stores(RuleBasedStateMachine):
    """One run in every kind of store; the model says what they hold."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.copies = 0
        self.status = "running"
        self.runs: list[Writer] = []

    @initialize(
        declared=declarations(),
        compression=st.sampled_from([None, "zstd", "lz4"]),
        write_period=st.sampled_from([0.0, 60.0]),
    )
    def create(self, declared: list[tuple[TableSpec, list[Form]]], compression: Any, write_period: float) -> None:
        self.model = Model(declared)
        self.roots = [self.root(name, memory_maps=name == "mapped") for name in ("mapped", "written")]
        options: dict[str, Any] = {"compression": compression, "write_period": write_period}
        self.runs = [root.create_run("model", self.model.specs, snapshot={"a": 1}, **options) for root in self.roots]
        self.memory = MemoryStore()
        self.runs.append(self.memory.create_run("model", self.model.specs, snapshot={"a": 1}))
        self.open: list[list[Dataset]] = [[run.dataset] for run in self.runs]

    def root(self, name: str, *, memory_maps: bool) -> DataRoot:
        return DataRoot(self.folder / name, cache_dir=self.folder / f"{name}-cache", memory_maps=memory_maps)

    @precondition(lambda self: self.status == "running")
    @rule(seed=seeds, how=st.sampled_from(["adder", "add"]), times=st.sampled_from([1, 2, 7, 300, 900]))
    def add_to_a_table(self, seed: int, how: str, times: int) -> None:
        chance = random.Random(seed)
        number = chance.randrange(len(self.model.specs))
        spec, home = self.model.specs[number], self.model.homes[number]
        adders = [run.adder(spec.name) for run in self.runs]
        for _ in range(times if home.at_once else min(times, 7)):
            index, values = self.point(home, chance), row(home, chance)
            for run, add in zip(self.runs, adders, strict=True):
                if how == "adder":
                    add(index, list(values.values()))
                else:
                    run.add(spec.name, values, index)
            home.rows.append((index, values))

    @precondition(lambda self: self.status == "running")
    @rule(seed=seeds, times=st.integers(1, 4))
    def store_some_columns(self, seed: int, times: int) -> None:
        """Columns are stored together as they come, also of several tables along the same dims."""
        chance = random.Random(seed)
        like = chance.choice(self.model.homes)
        names = [name for home in self.model.alike(like.dims) for name in home.forms if chance.random() < 0.5]
        home = self.model.home(names or list(like.forms), like.dims)
        for _ in range(times):
            index, values = self.point(home, chance), row(home, chance)
            for run in self.runs:
                if home.dims or chance.random() < 0.5:
                    run.store(index, values)
                else:
                    run.add(**values)
            home.rows.append((index, values))

    @precondition(lambda self: self.status == "running")
    @rule(seed=seeds)
    def add_what_is_refused(self, seed: int) -> None:
        """A wrong name, number, kind, shape, index, or columns along other dims: nothing is stored, nowhere."""
        chance = random.Random(seed)
        number = chance.randrange(len(self.model.specs))
        spec, home = self.model.specs[number], self.model.homes[number]
        index, values = self.point(home, chance), row(home, chance)
        name = chance.choice(list(values))
        wrong = {**values, name: home.forms[name].wrong(chance)}
        less = {key: value for key, value in values.items() if key != name}
        bad_index = chance.choice([(*index, 0), (*index[:-1], -1), ("x",), (0.5,), (2**40,)])
        attempts: list[Callable[[Writer], object]] = [
            lambda run: run.add(spec.name, wrong, index),
            lambda run: run.adder(spec.name)(index, list(wrong.values())),
            lambda run: run.add(spec.name, less, index),
            lambda run: run.add(spec.name, {**less, "nobody": 1.0}, index),
            lambda run: run.add(spec.name, values, bad_index),
            lambda run: run.adder(spec.name)(index, list(less.values())),
            lambda run: run.adder(spec.name)(index, [*values.values(), 1.0]),
            lambda run: run.store(index, {**values, "nobody": 1.0}),
            lambda run: run.store(index, wrong),
            lambda run: run.store(bad_index, values),
            lambda run: run.store(index, {}),
            lambda run: run.add("nothing", values, index),
        ]
        elsewhere = self.model.not_along(home.dims)
        attempts += [lambda run: run.store(index, {**values, chance.choice(elsewhere): 1.0})] * min(3, len(elsewhere))
        attempt = chance.choice(attempts)
        for run in self.runs:
            with pytest.raises(RefusedRow):
                attempt(run)

    @precondition(lambda self: self.status == "running")
    @rule()
    def flush(self) -> None:
        for run in self.runs:
            run.flush()
        self.model.flushed()

    @precondition(lambda self: self.status == "running")
    @rule(status=st.sampled_from(["completed", "interrupted", "failed"]), seed=seeds)
    def finish(self, status: Any, seed: int) -> None:
        for run in self.runs:
            run.finish(status)
        self.status = status
        self.model.flushed()
        chance = random.Random(seed)
        home = chance.choice(self.model.homes)
        for run in self.runs:
            with pytest.raises(RefusedRow, match=f"has ended \\({status}\\)"):
                run.store(self.point(home, chance), row(home, chance))

    @precondition(lambda self: self.status in ("interrupted", "failed"))
    @rule()
    def resume(self) -> None:
        """Rows that follow after an end are rows of the same run, for every reader."""
        self.go_on()

    @precondition(lambda self: self.status == "running")
    @rule()
    def die_and_resume(self) -> None:
        """The writers of both folders leave what a death leaves; others go on behind it."""
        for which in (0, 1):
            left = self.copy(which)
            self.runs[which].finish("failed")
            shutil.rmtree(self.runs[which].path)
            shutil.copytree(left, self.runs[which].path)
            assert self.runs[which].dataset.status == "lost"
        self.runs[2].finish("failed")
        self.model.flushed()
        self.go_on()

    def go_on(self) -> None:
        for number, store in enumerate([*self.roots, self.memory]):
            self.runs[number] = store.reopen(self.runs[number].id, snapshot={"a": 2})
            assert self.runs[number].rows == sum(len(home.rows) for home in self.model.homes)
        self.status = "running"

    @rule()
    def reopen(self) -> None:
        for number, root in enumerate(self.roots):
            again = self.root(root.path.name, memory_maps=bool(number)).load("last")
            self.open[number] = [*self.open[number][1 - MOST_OPEN :], again]

    @rule(which=st.sampled_from([0, 1]))
    def kill(self, which: int) -> None:
        """The folder as it lies is what a dead process leaves; it opens without repair, and repair loses nothing."""
        killed = self.copy(which)
        dataset = Dataset(killed)
        assert dataset.status == ("lost" if self.status == "running" else self.status)
        assert dataset.snapshot == {"a": 1}
        agree(self.model, dataset)
        counts = {name: dataset.rows(name) for name in dataset.tables}
        assert verify(killed).good
        assert not repair(killed).missing
        mended = Dataset(killed)
        agree(self.model, mended)
        assert {name: mended.rows(name) for name in mended.tables} == counts

    @rule(which=st.sampled_from([0, 1]), seed=seeds)
    def lose_power(self, which: int, seed: int) -> None:
        """The file that was written last ends anywhere: what can be read is a prefix, and what is repaired is good.

        It may be a file that was brought through a power loss before rows came behind it; these move up then.
        """
        chance = random.Random(seed)
        killed = self.copy(which)
        files = [path for path in killed.iterdir() if path.suffix in (".arrow", ".arrows", ".rec")]
        if not files:
            return
        last = max(files, key=lambda path: (path.stat().st_mtime_ns, path.name))
        os.truncate(last, chance.randrange(last.stat().st_size + 1))
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*rows of table .* can be read", category=UserWarning)
            agree(self.model, Dataset(killed), least="prefix")
            if not repair(killed).missing:
                agree(self.model, Dataset(killed), least="prefix")
            assert verify(killed).good

    @rule(which=st.sampled_from([0, 1]))
    def take_along(self, which: int) -> None:
        """A run that is copied into another root, while it goes on or later, is found there."""
        other = self.root(f"other{self.copies}", memory_maps=True)
        self.copy(which, other.path / "2026" / "2026-11-20" / self.runs[which].path.name)
        run_id = self.runs[which].id
        (record,) = other.runs()
        assert record.id == run_id
        agree(self.model, other.load(run_id[:12]))

    @invariant()
    def everybody_agrees(self) -> None:
        for number, run in enumerate(self.runs):
            least = "safe" if number < 2 and self.status == "running" else "all"
            for dataset in (*self.open[number], run.dataset):
                assert dataset.status == self.status
                agree(self.model, dataset, least)

    @rule(which=st.sampled_from([0, 1]))
    def list_runs(self, which: int) -> None:
        (record,) = self.roots[which].runs()
        every = sum(len(home.rows) for home in self.model.homes)
        assert sum(home.safe for home in self.model.homes) <= record.rows <= every

    def copy(self, which: int, to: Path | None = None) -> Path:
        """Copy a run's folder at one moment: nothing is written meanwhile, as nothing is after the death of a process."""
        self.copies += 1
        target = to or self.folder / f"copy-{self.copies}"
        with self.runs[which]._tables._lock:
            shutil.copytree(self.runs[which].path, target)
        return target

    def point(self, home: Home, chance: random.Random) -> tuple[int, ...]:
        return tuple(chance.randrange(dim.size or 6) for dim in home.dims)

    def teardown(self) -> None:
        for run in self.runs:
            run.finish()
            agree(self.model, run.dataset, "all")
        grids = [run.dataset.to_xarray() for run in self.runs]
        for grid in grids[1:]:
            agree_on_grid(grid, grids[0])
        shutil.rmtree(self.folder, ignore_errors=True)


def row(home: Home, chance: random.Random) -> dict[str, Any]:
    return {name: form.value(chance) for name, form in home.forms.items()}


TestStores = pytest.mark.long(Stores.TestCase)
TestStores.settings = settings(max_examples=EXAMPLES, stateful_step_count=20, deadline=None)
