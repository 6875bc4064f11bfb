"""Files of datasets go both ways: the real QCoDeS opens ours, and we open its."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
import xarray as xr

from measurand.compat import dataset as ds
from measurand.compat.configuration import settings
from measurand.compat.description import InterDependencies_, ParamSpecBase

SCRIPT = Path(__file__).with_name("exchange_files.py")
X, K, Y = (ParamSpecBase(name, "numeric") for name in "xky")
W = ParamSpecBase("w", "complex")


@pytest.mark.parametrize("hole", [False, True], ids=["grid", "multi-index"])
def test_netcdf_files_and_databases_go_both_ways(real_qcodes: Path, tmp_path: Path, hole: bool) -> None:
    before = settings()["core"]["db_location"]
    ds.initialise_or_create_database_at(tmp_path / "lab.db")
    try:
        ds.new_experiment("cooldown", "S12")
        ds.write_through()
        run = ds.new_run("sweep", InterDependencies_(dependencies={Y: (X, K), W: (X, K)}), snapshot={"a": 1})
        for x in (1, 2):
            for k in (3, 4) if x == 1 or not hole else (3,):
                run.rows.add(("x", "k", "y", "w"), (x, k, 10 * x + k, x + 1j * k))
        run.finish()
        ours = run.dataset
        ours.export("netcdf", path=tmp_path / "ours")
        netcdf = ours.export_info.export_paths["nc"]
        home = {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "PYTHONWARNINGS": "ignore"}
        (tmp_path / "theirs").mkdir()
        done = subprocess.run(
            [real_qcodes, SCRIPT, netcdf, tmp_path / "lab.db", tmp_path / "theirs"],
            check=True, env={**os.environ, **home}, capture_output=True, encoding="utf-8",
        )  # fmt: skip
        said = json.loads(done.stdout.splitlines()[-1])
        values = ours.get_parameter_data()
        assert said["netcdf"][:2] == [ours.guid, "sweep"]
        assert said["database"] == [ours.guid, values["y"]["y"].tolist(), {"a": 1}]
        assert sorted(said["complex"]) == sorted(str(one) for one in values["w"]["w"].tolist())
        assert said["experiments"] == [["cooldown", "S12", 1]]
        theirs = ds.load_from_netcdf(said["theirs"])
        assert theirs.description == ours.description
        for name, whole in theirs.to_xarray_dataset_dict().items():
            xr.testing.assert_equal(whole, ours.to_xarray_dataset_dict()[name])
    finally:
        settings()["core"]["db_location"] = before
