from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from measurand.compat import dataset as ds
from measurand.compat.description import InterDependencies_, ParamSpecBase
from measurand.dataset import DataRoot
from measurand.errors import RefusedRow

X = ParamSpecBase("x", "numeric", "Gate", "V")
K = ParamSpecBase("k", "numeric")
Y = ParamSpecBase("y", "numeric", "Current", "A")
Z = ParamSpecBase("z", "array")
A = ParamSpecBase("a", "array")
W = ParamSpecBase("w", "complex")
T = ParamSpecBase("t", "text")


def begin(dependencies, **more) -> ds.NewRun:
    if not ds.experiments():
        ds.new_experiment("cooldown", "S12")
    return ds.new_run("sweep", InterDependencies_(dependencies=dependencies), **more)


def test_what_is_added_is_there_at_once_and_after_the_end(database: Path) -> None:
    run = begin({Y: (X,)})
    for i in range(3):
        run.rows.add(("x", "y"), (0.1 * i, i))
    before = run.dataset.get_parameter_data()
    assert run.dataset.running
    run.finish()
    loaded = ds.load_by_id(run.dataset.run_id)
    for data in (before, loaded.get_parameter_data(), loaded.cache.data()):
        assert data["y"]["y"].tolist() == [0, 1, 2]
        np.testing.assert_allclose(data["y"]["x"], [0, 0.1, 0.2])
    assert loaded.completed
    assert loaded.number_of_results == len(loaded) == 3


def test_a_run_is_one_of_measurand_too(database: Path) -> None:
    run = begin({Y: (X,)}, snapshot={"station": {"gate": 0.5}}, metadata={"cooldown": 7})
    run.rows.add(("x", "y"), (0.1, 2e-9))
    run.finish()
    plain = DataRoot(database.with_suffix("")).load("last")
    assert (plain.name, plain.experiment, plain.sample, plain.status) == ("sweep", "cooldown", "S12", "completed")
    assert plain.numpy("y").tolist() == [2e-9]
    assert plain.columns["x"].setpoint
    assert plain.columns["x"].unit == "V"
    assert plain.metadata["cooldown"] == 7
    assert run.dataset.run is not None
    assert run.dataset.run.id == plain.id
    assert run.dataset.snapshot == {"station": {"gate": 0.5}}
    assert json.loads(run.dataset.snapshot_raw or "") == run.dataset.snapshot


def test_results_along_different_setpoints_may_come_in_one_call(database: Path) -> None:
    run = begin({Y: (X,), W: (X, K)})
    run.rows.add(("x", "k", "y", "w"), (1, 2, 3, 4j))
    run.rows.add(("x", "y"), (2, 4))
    run.finish()
    data = run.dataset.get_parameter_data()
    assert data["y"]["y"].tolist() == [3, 4]
    assert data["w"] == {"w": [4j], "x": [1], "k": [2]}
    assert run.dataset.number_of_results == 3


def test_arrays_of_points_are_laid_out_and_single_values_repeated(database: Path) -> None:
    run = begin({Y: (X, K), W: (X,)})
    run.rows.add(("x", "k", "y"), (7, [1, 2, 3], np.array([[0.5, 1.5, 2.5]])))
    run.rows.add(("x", "k", "y"), (np.float32(8), (1, 2), (3, 4)))
    run.rows.add(("x", "w", "k", "y"), (9, 1j, [5, 6], [7, 8]))
    run.rows.add(("x", "w"), ([], []))
    run.finish()
    data = run.dataset.get_parameter_data("y")["y"]
    assert data["y"].tolist() == [0.5, 1.5, 2.5, 3, 4, 7, 8]
    assert data["x"].tolist() == [7, 7, 7, 8, 8, 9, 9]
    assert data["k"].tolist() == [1, 2, 3, 1, 2, 5, 6]


def test_arrays_of_two_sizes_belong_to_their_own_results(database: Path) -> None:
    run = begin({Y: (X,), W: (K,)})
    run.rows.add(("x", "y", "k", "w"), ([1, 2], [3, 4], [5, 6, 7], np.array([1j, 2j, 3j])))
    run.finish()
    data = run.dataset.get_parameter_data()
    assert data["y"]["x"].tolist() == [1, 2]
    assert data["w"]["w"].tolist() == [1j, 2j, 3j]


def test_arrays_as_values_keep_their_shape_and_type(database: Path) -> None:
    run = begin({Z: (X, A)})
    for i in range(2):
        run.rows.add(("x", "a", "z"), (i, np.arange(3, dtype="int16"), np.full(3, i, "float32")))
    run.finish()
    data = run.dataset.get_parameter_data()["z"]
    assert data["z"].dtype == np.float32
    assert data["a"].dtype == np.int16
    assert data["x"].tolist() == [[0, 0, 0], [1, 1, 1]]
    assert run.dataset.number_of_results == 2


def test_arrays_of_several_lengths_are_arrays_of_arrays(database: Path) -> None:
    run = begin({Z: (X, A)})
    for n in (2, 3, 4, 3):
        run.rows.add(("x", "a", "z"), (n, np.arange(n), np.arange(n) * 0.5))
    run.finish()
    data = run.dataset.get_parameter_data()["z"]
    assert [one.tolist() for one in data["x"]] == [[2, 2], [3, 3, 3], [4, 4, 4, 4], [3, 3, 3]]
    assert [one.size for one in data["z"]] == [2, 3, 4, 3]
    assert run.dataset.run is not None
    assert len(run.dataset.run.tables) == 2  # the first length, and any


def test_texts_one_by_one_and_in_arrays(database: Path) -> None:
    run = begin({T: (X,), Z: (X,)})
    run.rows.add(("x", "t"), (1, "one"))
    run.rows.add(("x", "t"), ([2, 3], np.array(["two", "three"])))
    run.rows.add(("x", "z"), (4, np.array(["ä", "b"])))
    run.finish()
    data = run.dataset.get_parameter_data()
    assert data["t"]["t"].tolist() == ["one", "two", "three"]
    assert data["z"]["z"].tolist() == [["ä", "b"]]


def test_a_result_without_a_setpoint_that_was_not_given_has_nan_there(database: Path) -> None:
    run = begin({Y: (X,)})
    run.rows.add(("y",), (1,))
    run.finish()
    assert np.isnan(run.dataset.get_parameter_data()["y"]["x"]).all()


def test_a_grid_that_is_known_shapes_the_data_once_it_is_full(database: Path) -> None:
    run = begin({Y: (X, K)}, shapes={"y": (2, 3)})
    for i in range(2):
        for j in range(3):
            if (i, j) == (1, 2):
                assert run.dataset.get_parameter_data()["y"]["y"].shape == (5,)
                assert np.isnan(run.dataset.cache.data()["y"]["y"][1, 2])
            run.rows.add(("x", "k", "y"), (i, j, 10 * i + j))
    run.finish()
    assert run.dataset.get_parameter_data()["y"]["y"].tolist() == [[0, 1, 2], [10, 11, 12]]
    assert run.dataset.get_parameter_data(start=2, end=3)["y"]["k"].tolist() == [1, 2]


def test_what_cannot_be_stored_is_refused_with_its_reason(database: Path) -> None:
    run = begin({Y: (X,)})
    with pytest.raises(RefusedRow, match="nope unknown, columns are y and x"):
        run.rows.add(("x", "nope"), (1, 2))
    with pytest.raises(RefusedRow, match="1 values given"):
        run.rows.add(("x", "y"), (1,))
    with pytest.raises(RefusedRow):
        run.rows.add(("x", "y"), (1, "text"))
    with pytest.raises(RefusedRow, match="an array of object cannot be stored"):
        run.rows.add(("x", "y"), ([1], [object()]))
    run.rows.add(("x", "y"), (1, 2))
    run.finish()
    assert run.dataset.get_parameter_data()["y"]["y"].tolist() == [2]


def test_a_failed_run_is_complete_for_qcodes_and_failed_for_measurand(database: Path) -> None:
    run = begin({Y: (X,)})
    run.finish("failed", "the pump stopped")
    assert run.dataset.completed
    assert run.dataset.run is not None
    assert run.dataset.run.status == "failed"
    assert run.dataset.run.metadata["error"] == "the pump stopped"


def test_links_are_kept_and_are_parents_of_measurand_too(database: Path) -> None:
    first = begin({Y: (X,)})
    first.finish()
    link = ds.Link("0" * 8 + "-0000-0000-0000-000000000000", first.dataset.guid, "analysis", "why")
    second = begin({Y: (X,)}, parents=[link])
    second.finish()
    found = ds.load_by_id(2).parent_dataset_links
    assert found == [ds.Link(second.dataset.guid, first.dataset.guid, "analysis", "why")]
    assert first.dataset.run is not None
    assert second.dataset.run is not None
    assert second.dataset.run.metadata["parents"] == [first.dataset.run.id]


def test_results_that_cannot_be_in_one_xarray_dataset_are_told(database: Path) -> None:
    run = begin({Y: (X,), W: (X, K)})
    for i in range(3):
        run.rows.add(("x", "y", "k", "w"), (i, i, i * i, 1j))
    run.finish()
    with pytest.raises(ds.Apart, match=r"The results w and y cannot be in one .*; take to_xarray_dataset_dict\(\)"):
        run.dataset.to_xarray_dataset()
    assert set(run.dataset.to_xarray_dataset_dict()) == {"w", "y"}


def test_a_setpoint_without_any_result_is_no_result(database: Path) -> None:
    run = begin({Y: (X,)})
    run.rows.add(("x",), (1,))
    run.rows.add(("x", "y"), (2, 3))
    run.finish()
    assert run.dataset.get_parameter_data("x")["x"]["x"].tolist() == [2]
    assert run.dataset.number_of_results == 1
