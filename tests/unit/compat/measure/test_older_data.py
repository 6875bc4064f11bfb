"""Files of the first QCoDeS become datasets."""

from __future__ import annotations

from pathlib import Path

import pytest

from measurand.compat.dataset import Experiment, load_by_id
from measurand.compat.measure import import_dat_file
from measurand.errors import DatasetError

LINES = ["# gate_set\tdmm volt", '# "Gate"\t"Voltage"', "# 3", "0\t1.5", "1\t2.5", "2\t3.5"]


def test_a_file_becomes_a_dataset(experiment: Experiment, tmp_path: Path) -> None:
    file = tmp_path / "sweep.dat"
    file.write_text("\n".join(LINES))
    (run_id,) = import_dat_file(file, exp=experiment)
    found = load_by_id(run_id)
    assert found.name == "sweep"
    data = found.get_parameter_data()["dmm_volt"]
    assert data["gate_set"].tolist() == [0, 1, 2]
    assert data["dmm_volt"].tolist() == [1.5, 2.5, 3.5]
    assert found.paramspecs["dmm_volt"].label == "Voltage"
    assert found.description.shapes == {"dmm_volt": (3,)}


def test_all_files_of_a_folder(experiment: Experiment, tmp_path: Path) -> None:
    folder = tmp_path / "old"
    folder.mkdir()
    (folder / "full.dat").write_text("\n".join(LINES))
    (folder / "half.dat").write_text("\n".join([*LINES[:4], ""]))
    runs = import_dat_file(folder, exp=experiment)
    assert [load_by_id(run).number_of_results for run in runs] == [3, 1]
    assert load_by_id(runs[1]).description.shapes is None


def test_what_is_not_there_is_said(experiment: Experiment, tmp_path: Path) -> None:
    del experiment
    with pytest.raises(DatasetError, match="there is no .dat file"):
        import_dat_file(tmp_path / "nowhere.dat")
    with pytest.raises(DatasetError, match="there is no .dat file"):
        import_dat_file(tmp_path / "nowhere")
