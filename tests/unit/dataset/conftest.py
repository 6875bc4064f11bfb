"""A data root of its own for every test, with its index beside it, and a clock that stands still unless told."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.unit.dataset.damaged import written

from measurand.dataset import DataRoot


@dataclass
class StandingClock:
    """Time that moves only when a test moves it."""

    now: float = 1_800_000_000.0

    def time(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float, wake: threading.Event | None = None) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture(params=[True, False], ids=["mapped", "written"])
def either_root(request: pytest.FixtureRequest, tmp_path: Path) -> DataRoot:
    """A root whose tails are mapped, and one whose tails are written."""
    return DataRoot(tmp_path / "data", cache_dir=tmp_path / "cache", memory_maps=request.param)


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    return DataRoot(tmp_path / "data", cache_dir=tmp_path / "cache")


@pytest.fixture
def child_environment() -> dict[str, str]:
    """What a child process needs to import what this one imports."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


@pytest.fixture
def finished(root: DataRoot, monkeypatch: pytest.MonkeyPatch) -> Path:
    run = written(root, monkeypatch)
    run.finish()
    return run.path


@pytest.fixture
def lost(root: DataRoot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    run = written(root, monkeypatch)
    copy = Path(shutil.copytree(run.path, tmp_path / "lost"))
    run.finish()
    return copy
