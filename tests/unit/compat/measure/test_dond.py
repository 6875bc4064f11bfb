"""What `dond` does beyond what QCoDeS's does: nothing is set that is not allowed, and a run that ends early keeps its rows."""

from __future__ import annotations

import signal
from typing import Any

import pytest

from measurand.compat.configuration import settings
from measurand.compat.dataset import DataSetDefinition, Experiment, experiments
from measurand.compat.measure import (
    LinSweep,
    Measurement,
    TogetherSweep,
    datasaver_builder,
    do0d,
    do1d,
    do2d,
    dond,
    dond_into,
)
from measurand.errors import DefinitionError, NotSettable
from measurand.parameters import ManualParameter, Parameter
from measurand.validators import Numbers


def last() -> Any:
    return experiments()[-1].last_data_set()


def test_every_setpoint_is_looked_at_before_the_first_is_set(experiment: Experiment, current: Any) -> None:
    """A10: an invalid value raises before any byte is sent."""
    sent: list[float] = []
    outer = Parameter("outer", set_cmd=sent.append)
    limited = Parameter("limited", set_cmd=sent.append, vals=Numbers(0, 1))
    with pytest.raises(ValueError, match="limited") as caught:
        dond(LinSweep(outer, 0, 1, 2), LinSweep(limited, 0, 2, 3), current)
    with pytest.raises(NotSettable, match="current cannot be set, so it cannot be swept"):
        dond(LinSweep(outer, 0, 1, 2), LinSweep(current, 0, 2, 3), outer)
    assert (sent, experiment.last_counter) == ([], 0)
    assert "point 3 of 3 of the sweep of limited; nothing was set" in caught.value.__notes__[-1]


@pytest.mark.usefixtures("experiment")
def test_what_fails_ends_the_run_and_keeps_its_rows(gate: Any, current: Any) -> None:
    done: list[str] = []

    def fail() -> None:
        if gate() > 0.4:
            raise OSError("no answer")

    with pytest.raises(OSError, match="no answer"):
        dond(LinSweep(gate, 0, 1, 3), current, fail, exit_actions=(lambda: done.append("exit"),))
    assert done == ["exit"]
    assert last().completed
    assert last().get_parameter_data()["current"]["gate"].tolist() == [0]


@pytest.mark.usefixtures("experiment")
def test_an_interrupt_ends_all_datasets_in_good_order(gate: Any, current: Any) -> None:
    """I07: both keep the same points."""
    other = Parameter("other", get_cmd=lambda: 1.0)

    def press() -> None:
        if gate() > 0.4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dond(LinSweep(gate, 0, 1, 5), [current, press], [other])
    rows = [one.number_of_results for one in experiments()[-1].data_sets()]
    assert rows == [2, 2]


@pytest.mark.usefixtures("experiment")
def test_ctrl_c_ends_it_after_the_row_in_progress(gate: Any) -> None:
    """I06: no torn row; the value that was being measured is stored."""

    def measure() -> float:
        if gate() > 0.4:
            signal.raise_signal(signal.SIGINT)
        return float(gate())

    with pytest.raises(KeyboardInterrupt):
        dond(LinSweep(gate, 0, 1, 5), Parameter("pressed", get_cmd=measure))
    assert last().get_parameter_data()["pressed"]["pressed"].tolist() == [0, 0.25, 0.5]


@pytest.mark.usefixtures("experiment")
def test_delays_are_waited_for(gate: Any, current: Any) -> None:
    dataset, _, _ = do1d(gate, 0, 1, 3, 1e-4, current)
    assert dataset.number_of_results == 3


@pytest.mark.usefixtures("experiment")
def test_settings_say_what_is_left_open(
    gate: Any, current: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    monkeypatch.setitem(settings()["dataset"], "dond_plot", True)
    _, axes, bars = dond(LinSweep(gate, 0, 1, 3), current)
    assert [axis.get_xlabel() for axis in axes] == ["Gate (V)"]
    assert bars == (None,)
    assert sorted(path.suffix for path in tmp_path.rglob("1_0.*")) == [".pdf", ".png"]
    import matplotlib.pyplot as plt

    plt.close("all")


@pytest.mark.usefixtures("experiment")
def test_several_experiments_and_names(gate: Any, current: Any, experiment: Experiment) -> None:
    other = Parameter("other", get_cmd=lambda: 1.0)
    datasets, _, _ = dond(
        LinSweep(gate, 0, 1, 2), [current], [other], exp=[experiment, experiment], measurement_name="both"
    )
    assert [one.name for one in datasets] == ["both", "both"]
    with pytest.raises(DefinitionError, match="Got 1 experiments but should create 2"):
        dond(LinSweep(gate, 0, 1, 2), [current], [other], exp=[experiment])


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (lambda g, _: (LinSweep(g, 0, 1, 2),), "No parameters to measure supplied"),
        (lambda g, c: (LinSweep(g, 0, 1, 2), c, [c]), "both grouped and non grouped"),
        (lambda g, c: (LinSweep(g, 0, 1, 2), c, 3), "3 .int. can neither be swept nor measured"),
        (lambda g, c: (LinSweep(g, 0, 1, 2), g, c), "can not have cycles: gate on both sides"),
    ],
)
def test_arguments_that_do_not_fit_make_no_dataset(
    experiment: Experiment, gate: Any, current: Any, arguments: Any, problem: str
) -> None:
    with pytest.raises(DefinitionError, match=problem):
        dond(*arguments(gate, current))
    assert experiment.last_counter == 0


@pytest.mark.usefixtures("experiment")
def test_what_depends_on_what_is_judged(gate: Any, current: Any) -> None:
    stranger = ManualParameter("stranger")
    sweep = LinSweep(gate, 0, 1, 2)
    with pytest.raises(
        DefinitionError, match="A has the setpoints stranger, needed is at least one of each sweep: gate"
    ):
        dond(sweep, current, dataset_dependencies={"A": (stranger, current)})
    with pytest.raises(DefinitionError, match="Parameter current is measured but not added"):
        dond(sweep, current, stranger, dataset_dependencies={"A": (gate, stranger)})


@pytest.mark.usefixtures("experiment")
def test_sweeping_into_a_dataset(gate: Any, current: Any) -> None:
    with datasaver_builder([DataSetDefinition("one", (gate,), (current,))]) as (saver,):
        dond_into(saver, LinSweep(gate, 0, 1, 2), current)
        with pytest.raises(DefinitionError, match="does not support TogetherSweeps"):
            dond_into(saver, TogetherSweep(LinSweep(gate, 0, 1, 2)), current)
        with pytest.raises(DefinitionError, match="give parameters, no lists"):
            dond_into(saver, LinSweep(gate, 0, 1, 2), [current])
    assert saver.dataset.number_of_results == 2


@pytest.mark.usefixtures("experiment")
def test_no_axis_and_two(gate: Any, current: Any) -> None:
    slow = ManualParameter("slow")
    dataset, _, _ = do0d(current, measurement_name="once")
    assert (dataset.name, dataset.number_of_results) == ("once", 1)
    dataset, _, _ = do2d(slow, 0, 1, 2, 0, gate, 0, 1, 3, 0, current, flush_columns=True, write_period=1)
    assert dataset.get_parameter_data()["current"]["slow"].tolist() == [[0, 0, 0], [1, 1, 1]]


def test_a_definition_that_contradicts_itself_makes_no_dataset(experiment: Experiment, gate: Any) -> None:
    with pytest.raises(DefinitionError), datasaver_builder([DataSetDefinition("one", (gate,), (gate,))]):
        pass
    assert experiment.last_counter == 0
    assert isinstance(Measurement(), Measurement)
