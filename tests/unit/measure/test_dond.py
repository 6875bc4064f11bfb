"""One-liners: the axes, what they store, what they return."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from measurand.dataset import DataRoot
from measurand.errors import DefinitionError, PlanError
from measurand.measure import ArraySweep, LinSweep, LogSweep, TogetherSweep, do0d, do1d, do2d, dond
from measurand.parameters import Parameter, ParameterWithSetpoints
from measurand.validators import Arrays


@pytest.fixture
def quiet(data: DataRoot) -> dict[str, Any]:
    return {"data": data, "show_progress": False, "snapshot": dict}


def test_once(lab: Any, quiet: dict[str, Any]) -> None:
    dataset, axes, bars = do0d(lab.current, lab.temperature, **quiet)
    assert dataset.numpy("temperature").tolist() == [0.1]
    assert (axes, bars) == (None, None)


def test_along_one_axis(lab: Any, quiet: dict[str, Any]) -> None:
    dataset, _, _ = do1d(lab.gate, 0, 1, 3, 0, lab.current, measurement_name="line", exp="cooldown", **quiet)
    stored = dataset.to_xarray()
    assert stored.current.dims == ("gate",)
    assert stored.current.values.tolist() == [0, 5, 10]
    assert (dataset.name, dataset.experiment) == ("line", "cooldown")


def test_over_two(lab: Any, quiet: dict[str, Any]) -> None:
    """Actions around the inner sweep come where they should."""
    note = lab.steps.append
    dataset, _, _ = do2d(
        lab.gate, 0, 1, 2, 0, lab.bias, 0, 2, 3, 0, lab.temperature,
        before_inner_actions=[lambda: note("before")], after_inner_actions=[lambda: note("after")],
        enter_actions=[lambda: note("enter")], exit_actions=[lambda: note("exit")], **quiet,
    )  # fmt: skip
    assert dataset.to_xarray().temperature.shape == (2, 3)
    inner = ["before", "bias=0", "bias=1", "bias=2", "after"]
    assert lab.steps == ["enter", "gate=0", *inner, "gate=1", *inner, "exit"]


def test_any_number_of_axes(lab: Any, quiet: dict[str, Any]) -> None:
    third = Parameter("third", set_cmd=None)
    dataset, _, _ = dond(
        LinSweep(third, 0, 1, 2),
        LogSweep(lab.gate, -1, 1, 3),
        ArraySweep(lab.bias, np.array([1.0, 5.0])),
        lab.current,
        **quiet,
    )
    stored = dataset.to_xarray().current
    assert stored.dims == ("third", "gate", "bias")
    np.testing.assert_allclose(stored.values[0], [[2, 6], [11, 15], [101, 105]])


def test_axes_that_move_together(lab: Any, quiet: dict[str, Any]) -> None:
    dataset, _, _ = dond(TogetherSweep(LinSweep(lab.gate, 0, 1, 2), LinSweep(lab.bias, 5, 6, 2)), lab.current, **quiet)
    assert dataset.numpy("current").tolist() == [5, 16]
    assert dataset.numpy("bias").tolist() == [5, 6]
    with pytest.raises(DefinitionError, match="different lengths"):
        TogetherSweep(LinSweep(lab.gate, 0, 1, 2), LinSweep(lab.bias, 5, 6, 3))


def test_groups_are_runs_of_their_own(lab: Any, quiet: dict[str, Any], data: DataRoot) -> None:
    (first, second), axes, bars = dond(
        LinSweep(lab.gate, 0, 1, 2),
        [lab.current],
        [lab.temperature],
        measurement_name=["currents", "temperatures"],
        **quiet,
    )
    assert (list(first.columns), list(second.columns)) == (["gate", "current"], ["gate", "temperature"])
    assert (first.name, second.name) == ("currents", "temperatures")
    assert (axes, bars) == ((None, None), (None, None))
    assert {run.status for run in data.runs()} == {"completed"}
    assert len(data.runs()) == 2


def test_a_broken_group_ends_all_runs(lab: Any, quiet: dict[str, Any], data: DataRoot) -> None:
    broken = Parameter("broken", get_cmd=lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        dond(LinSweep(lab.gate, 0, 1, 2), [lab.current], [broken], **quiet)
    assert [run.status for run in data.runs()] == ["failed", "failed"]


def test_a_condition_ends_the_whole_sweep_in_good_order(lab: Any, quiet: dict[str, Any]) -> None:
    dataset, _, _ = dond(
        LinSweep(lab.bias, 0, 1, 2), LinSweep(lab.gate, 0, 4, 5), lab.current,
        break_condition=lambda: lab.gate.cache.value >= 2, exit_actions=[lambda: lab.steps.append("exit")], **quiet,
    )  # fmt: skip
    assert dataset.status == "completed"
    assert dataset.numpy("current").tolist() == [0, 10, 20]
    assert lab.steps[-1] == "exit"


def test_what_happens_after_each_setpoint(lab: Any, quiet: dict[str, Any]) -> None:
    rough = Parameter("rough", set_cmd=lambda v: lab.steps.append(v), get_cmd=lambda: 0.25)
    dataset, _, _ = dond(
        LinSweep(rough, 0, 1, 2, post_actions=[lambda: lab.steps.append("post")], get_after_set=True),
        lab.current,
        **quiet,
    )
    assert lab.steps == [0, "post", "current?", 1, "post", "current?"]
    assert dataset.numpy("rough").tolist() == [0.25, 0.25]


def test_further_setpoints_and_arrays(lab: Any, quiet: dict[str, Any]) -> None:
    axis = Parameter("axis", unit="s", get_cmd=lambda: np.arange(4.0), vals=Arrays(shape=(4,)))
    trace = ParameterWithSetpoints("trace", get_cmd=lambda: np.ones(4), setpoints=(axis,), vals=Arrays(shape=(4,)))
    dataset, _, _ = dond(LinSweep(lab.gate, 0, 1, 2), trace, additional_setpoints=[lab.temperature], **quiet)
    assert dataset.columns["temperature"].setpoint
    assert dataset.numpy("trace").shape == (2, 4)


def test_plots_are_returned(lab: Any, quiet: dict[str, Any]) -> None:
    pytest.importorskip("matplotlib")
    _, axes, bars = do1d(lab.gate, 0, 1, 3, 0, lab.current, do_plot=True, **quiet)
    assert len(axes) == len(bars) == 1


def test_what_is_refused(lab: Any, quiet: dict[str, Any]) -> None:
    with pytest.raises(DefinitionError, match="nothing is measured"):
        dond(LinSweep(lab.gate, 0, 1, 2), **quiet)
    with pytest.raises(DefinitionError, match=r"argument 2: 7 \(int\) can neither be swept nor measured"):
        dond(lab.current, 7, **quiet)
    with pytest.raises(DefinitionError, match="must stand before what is measured"):
        dond(lab.current, LinSweep(lab.gate, 0, 1, 2), **quiet)
    with pytest.raises(DefinitionError, match="whole numbers of points"):
        LogSweep(lab.gate, 0, 1, 0)
    with pytest.raises(PlanError):
        dond(LinSweep(lab.gate, 0, 1, 2), LinSweep(lab.gate, 0, 1, 2), lab.current, **quiet)
