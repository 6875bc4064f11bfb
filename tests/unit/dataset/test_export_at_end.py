"""Exports that are made when a run has ended: they come by themselves, and never harm it."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import pytest

from measurand.dataset import Column, DataRoot, Dataset, Dim, TableSpec, read_export
from measurand.errors import ConfigurationError

DATA = TableSpec("data", (Column("current", unit="A"),))


def measure(root: DataRoot, **options) -> Dataset:
    with root.create_run("at the end", [DATA], **options) as run:
        run.add("data", {"current": 1e-9})
    return run.dataset


def exported(run: Dataset) -> list[str]:
    return sorted(path.suffix for path in (run.path / "files").glob("*"))


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    return DataRoot(tmp_path / "data", cache_dir=tmp_path / "cache", export=["csv", "gnuplot"])


def test_every_run_of_a_root_is_exported(root: DataRoot):
    run = measure(root)
    assert exported(run) == [".csv", ".dat"]
    found = read_export(run.path / "files" / f"{run.path.name}.dat")
    assert found.attrs["status"] == "completed"
    assert found["current"].to_numpy().tolist() == [1e-9]


def test_a_run_may_say_it_for_itself(root: DataRoot):
    assert exported(measure(root, export=["parquet"])) == [".parquet"]
    assert exported(measure(root, export=[])) == []
    root.export = []
    assert exported(measure(root)) == []


def test_a_run_that_failed_is_exported_too(root: DataRoot):
    with pytest.raises(RuntimeError, match="no helium"), root.create_run("cold", [DATA]) as run:
        run.add("data", {"current": 1e-9})
        raise RuntimeError("no helium")
    assert exported(run.dataset) == [".csv", ".dat"]
    assert run.dataset.status == "failed"


def test_a_grid_larger_than_the_memory_is_not_made_by_itself(root: DataRoot):
    """The one point of it goes where no grid is needed."""
    huge = TableSpec("data", (Column("current", unit="A"),), (Dim("x", 10**6), Dim("y", 10**6)))
    run = root.create_run("huge", [huge], export=["netcdf", "zarr", "gnuplot", "csv", "parquet"])
    run.add("data", {"current": 1e-9}, (5, 7))
    run.finish()
    assert exported(run.dataset) == [".csv", ".parquet"]
    failed = [event for event in run.dataset.events if event["event"] == "export failed"]
    assert [event["format"] for event in failed] == ["netcdf", "zarr", "gnuplot"]
    assert "About 16000.0 GB of memory are needed" in failed[0]["error"]


def test_what_fails_is_noted_and_does_no_harm(root: DataRoot, caplog: pytest.LogCaptureFixture):
    """One format keeps neither the run nor the other formats from being complete."""
    run = root.create_run("blocked", [TableSpec("data", (Column("mode", "text"),))], export=["netcdf", "csv"])
    run.add("data", {"mode": "a\0b"})
    with caplog.at_level(logging.WARNING):
        run.finish()
    assert run.dataset.status == "completed"
    assert exported(run.dataset) == [".csv"]
    (event,) = (event for event in run.dataset.events if event["event"] == "export failed")
    assert event["format"] == "netcdf"
    assert event["error"].startswith("ExportFailed: mode has a text with the character NUL")
    assert any("was not exported as netcdf" in record.message for record in caplog.records)


def test_a_mistake_is_noticed_before_anything_is_measured(
    root: DataRoot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with pytest.raises(ConfigurationError, match="No format is called 'hdf5'"):
        DataRoot(tmp_path / "other", export=["hdf5"])
    with pytest.raises(ConfigurationError, match="No format is called 'hdf5'"):
        root.create_run("x", [DATA], export=["hdf5"])
    monkeypatch.setitem(sys.modules, "zarr", None)  # as if it were not installed
    with pytest.raises(ImportError, match=r"pip install measurand\[zarr\]"):
        root.create_run("x", [DATA], export=["zarr"])
    assert list(root.runs()) == []
