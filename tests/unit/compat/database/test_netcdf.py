"""netCDF files that QCoDeS exported come over with their attributes."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from tests.unit.compat.database.conftest import DATA

from measurand.compat.database import export_runs, import_netcdf, open_database
from measurand.dataset import DataRoot, verify
from measurand.errors import DamagedData, DatasetError

FILE = DATA / "nc" / "response-0.58.0.nc"
pytest.importorskip("netCDF4")


def test_values_and_words_come_over(root: DataRoot) -> None:
    done = import_netcdf(FILE, root)
    run = done.dataset
    assert (done.outcome, done.name) == ("imported", "response")
    assert run is not None
    assert verify(run.path).good
    assert (run.experiment, run.sample, run.status) == ("resonator", "S13", "completed")
    assert run.metadata["note"] == "café"
    assert run.numpy("s21").tolist() == [0, 1 + 1j, 2 + 2j, 0, 2 + 1j, 4 + 2j]
    assert run.numpy("power", "s21").tolist() == [1, 1, 1, 2, 2, 2]
    assert run.numpy("f").tolist() == [1, 1.5, 2] * 2
    assert run.numpy("t").tolist() == ["n1.0", "n2.0"]
    np.testing.assert_array_equal(run.numpy("n"), [1, np.nan])
    assert (run.columns["power"].label, run.columns["power"].unit, run.columns["power"].setpoint) == (
        "Power",
        "dBm",
        True,
    )
    assert run.snapshot is not None
    assert run.metadata["qcodes"]["guid"].endswith("01a217cf5532")
    assert run.metadata["qcodes"]["captured_run_id"] == 1
    assert import_netcdf(FILE, root).outcome == "known"


def test_it_can_go_on_into_a_database(root: DataRoot, tmp_path: Path) -> None:
    run = import_netcdf(FILE, root).dataset
    assert run is not None
    export_runs([run], tmp_path / "on.db")
    with open_database(tmp_path / "on.db") as database:
        [found] = database.runs()
        assert (found.guid, found.metadata["note"]) == (run.metadata["qcodes"]["guid"], "café")
        assert found.run_timestamp == run.metadata["qcodes"]["run_timestamp"]
        assert database.parameter_data(1)["s21"]["s21"].ravel().tolist() == run.numpy("s21").tolist()


def test_other_files_are_refused(root: DataRoot, tmp_path: Path) -> None:
    import xarray as xr

    xr.Dataset({"a": ("x", [1.0])}).to_netcdf(tmp_path / "other.nc", engine="netcdf4")
    with pytest.raises(DatasetError, match="was not exported by QCoDeS: it has no guid"):
        import_netcdf(tmp_path / "other.nc", root)
    shutil.copyfile(FILE, tmp_path / "cut.nc")
    with (tmp_path / "cut.nc").open("r+b") as file:
        file.truncate(2000)
    with pytest.raises(DamagedData, match="cannot be read as netCDF"):
        import_netcdf(tmp_path / "cut.nc", root)
    with pytest.raises(DatasetError, match="there is no such file"):
        import_netcdf(tmp_path / "none.nc", root)
