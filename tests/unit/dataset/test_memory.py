"""Runs in memory: the same promises as on a disk, and no file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from measurand.dataset import Column, DataRoot, MemoryStore, TableSpec
from measurand.errors import DatasetError
from measurand.measure import sweep
from measurand.parameters import ManualParameter, Parameter
from measurand.testing import check_store

SPEC = TableSpec("data", (Column("x"), Column("t", shape=(100,))))


def test_memory_is_a_store():
    """L12."""
    check_store(MemoryStore)


@pytest.mark.parametrize("memory_maps", [True, False], ids=["mapped", "written"])
def test_a_data_root_is_a_store(tmp_path: Path, memory_maps: bool):
    def make() -> DataRoot:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        return DataRoot(folder / "data", cache_dir=folder / "cache", memory_maps=memory_maps)

    check_store(make)


def test_a_store_that_forgets_is_found_out():
    class Forgetful(MemoryStore):
        def load(self, which):
            return super().load(1)

    with pytest.raises(AssertionError, match="A store promises: the last run. Expected 'second', found 'first'"):
        check_store(Forgetful)


def test_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """K25."""
    monkeypatch.chdir(tmp_path)
    with MemoryStore().create_run("trial", [SPEC], snapshot={"dac": 1}) as run:
        for n in range(1000):
            run.add(x=n, t=np.full(100, n))
    assert run.dataset.numpy("t")[:, 5].tolist() == list(range(1000))
    assert run.dataset.lazy("t")[990:995, 0].tolist() == [990, 991, 992, 993, 994]
    assert run.dataset.to_arrow().num_rows == 1000
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(DatasetError, match="Run 1 is in memory only and has no folder"):
        _ = run.dataset.path


def test_the_engine_measures_into_memory():
    """L12: a dataset in memory works as one on a disk does."""
    store, x = MemoryStore(), ManualParameter("x")
    run = sweep(x, 0, 1, num=5).each(Parameter("y", get_cmd=lambda: 2 * x())).run(data=store, snapshot=dict)
    data = store.load("last").to_xarray()
    assert run.state == "completed"
    np.testing.assert_array_equal(data["y"], 2 * np.linspace(0, 1, 5))
    assert data["y"].dims == ("x",)
    assert run.dataset.number == 1
