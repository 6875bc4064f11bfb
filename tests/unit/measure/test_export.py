"""A plan may say in which formats its run is exported when it has ended."""

from __future__ import annotations

from pathlib import Path

import pytest

from measurand.dataset import DataRoot
from measurand.errors import ConfigurationError
from measurand.measure import sweep
from measurand.parameters import Parameter


def test_a_plan_says_how_its_run_is_exported(tmp_path: Path):
    root = DataRoot(tmp_path / "data", cache_dir=tmp_path / "cache", export=["parquet"])
    gate = Parameter("gate", unit="V", set_cmd=None)
    plan = sweep(gate, 0, 1, num=3).each(Parameter("current", get_cmd=lambda: 1e-9))
    for options, suffixes in (({"export": ["csv"]}, [".csv"]), ({}, [".parquet"]), ({"export": []}, [])):
        run = plan.run(data=root, progress=False, **options).dataset
        assert [path.suffix for path in (run.path / "files").glob("*")] == suffixes


def test_a_format_that_does_not_exist_is_refused_before_anything_is_set(tmp_path: Path):
    root = DataRoot(tmp_path / "data", cache_dir=tmp_path / "cache")
    sent: list[float] = []
    gate = Parameter("gate", unit="V", set_cmd=sent.append)
    with pytest.raises(ConfigurationError, match="No format is called 'hdf5'"):
        sweep(gate, 0, 1, num=3).each(Parameter("current", get_cmd=lambda: 1e-9)).run(data=root, export=["hdf5"])
    assert sent == []
