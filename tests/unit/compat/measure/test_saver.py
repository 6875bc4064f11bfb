"""Adding results: what is accepted is stored at once, what is refused stores nothing, and how a run ends."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measurand.compat.dataset import Experiment, initialised_database_at, load_by_id, load_or_create_experiment
from measurand.compat.measure import Measurement
from measurand.errors import RefusedRow
from measurand.parameters import ManualParameter, MultiParameter


@pytest.fixture
def measurement(experiment: Experiment, gate: Any, current: Any) -> Measurement:
    return Measurement(exp=experiment, name="sweep").register_parameter(current, setpoints=(gate,))


def data(saver: Any, name: str = "current") -> dict[str, list[Any]]:
    return {column: values.tolist() for column, values in saver.dataset.get_parameter_data()[name].items()}


def test_rows_are_there_while_the_run_goes_on(measurement: Measurement, gate: Any, current: Any) -> None:
    with measurement.run() as datasaver:
        for volts in (0.0, 0.5, np.float64(1.0)):
            gate(volts)
            datasaver.add_result((gate, volts), (current, current()))
        assert load_by_id(datasaver.run_id).get_parameter_data()["current"]["gate"].tolist() == [0.0, 0.5, 1.0]
        assert (datasaver.points_written, datasaver.dataset.completed) == (3, False)
        datasaver.flush_data_to_database(block=True)
    assert datasaver.dataset.completed
    assert data(datasaver) == {"current": [0.0, 1e-9, 2e-9], "gate": [0.0, 0.5, 1.0]}


@pytest.mark.parametrize(
    ("results", "problem"),
    [
        ([("current", 1.0)], "some required parameters are missing.*missing: gate"),
        ([("gate", 1.0), ("current", "abc")], 'current is of type "numeric", but got a result of type <U3'),
        ([("gate", 1.0), ("current", True)], 'is of type "numeric", but got a result of type bool'),
        ([("gate", 1.0), ("current", None)], "result of type object"),
        ([("gate", 1.0), ("current", [[1, 2], [3]])], "its parts have different lengths"),
        ([("gate", 1.0), ("gate", 2.0), ("current", 1.0)], "Got multiple values for"),
        ([("gate", 1.0), ("currant", 1.0)], "no such parameter registered.*registered are current and gate"),
        ([("gate", [1.0, 2.0]), ("current", 1.0)], "Incompatible shapes"),
        ([("gate", 1.0, 2.0)], "give pairs"),
        (["gate"], "give pairs"),
    ],
)
def test_what_is_refused_stores_nothing(measurement: Measurement, results: Any, problem: str) -> None:
    with measurement.run() as datasaver:
        datasaver.add_result(("gate", 0.0), ("current", 0.0))
        for _ in range(2):
            with pytest.raises(RefusedRow, match=problem):
                datasaver.add_result(*results)
        datasaver.add_result(("gate", 1.0), ("current", 2.0))
    assert data(datasaver) == {"current": [0.0, 2.0], "gate": [0.0, 1.0]}


def test_the_advice_names_the_type_to_register(measurement: Measurement) -> None:
    with measurement.run() as datasaver, pytest.raises(ValueError, match="paramtype='text'"):
        datasaver.add_result(("gate", 0.0), ("current", "on"))


def test_axes_come_by_themselves_and_may_be_given_too(experiment: Experiment, gate: Any) -> None:
    class Lines(MultiParameter):
        def get_raw(self) -> tuple[Any, ...]:
            return 1.0, np.array([3.0, 4.0])

    lines = Lines("lines", names=("one", "two"), shapes=((), (2,)), setpoints=((), ((5, 6),)))
    measurement = Measurement(exp=experiment).register_parameter(lines, setpoints=(gate,))
    with measurement.run() as datasaver:
        datasaver.add_result((gate, 0.0), (lines, lines()))
        datasaver.add_result((gate, 0.0), ("two_setpoint_0", [5, 6]), (lines, lines()))
        with pytest.raises(ValueError, match="multiple values for .'two_setpoint_0'"):
            datasaver.add_result((gate, 0.0), ("two_setpoint_0", [5, 7]), (lines, lines()))
        with pytest.raises(ValueError, match=r"two: Expected data with shape \(2,\), but got \(3,\)"):
            datasaver.add_result((gate, 0.0), (lines, (1.0, [1, 2, 3])))
        with pytest.raises(ValueError, match="lines: 3 values for 2 names, one and two"):
            datasaver.add_result((gate, 0.0), (lines, (1.0, 2.0, 3.0)))
    assert data(datasaver, "two")["two_setpoint_0"] == [5, 6, 5, 6]


def test_elements_without_setpoints_count_from_zero(experiment: Experiment) -> None:
    """F15: QCoDeS cannot store them at all."""

    class Corners(MultiParameter):
        def get_raw(self) -> tuple[Any, ...]:
            return 1.0, np.array([3.0, 4.0])

    corners = Corners("corners", names=("left", "right"), shapes=((), (2,)))
    with Measurement(exp=experiment).register_parameter(corners).run() as datasaver:
        datasaver.add_result((corners, corners()))
    assert data(datasaver, "left") == {"left": [1.0]}
    assert data(datasaver, "right") == {"right": [3.0, 4.0], "right_setpoint_0": [0.0, 1.0]}


def test_actions_are_done_however_it_ends(measurement: Measurement) -> None:
    done: list[str] = []
    measurement.add_before_run(done.append, ("before",)).add_after_run(done.append, ("after",))
    with pytest.raises(KeyError, match="boom"), measurement.run() as datasaver:
        datasaver.add_result(("gate", 0.0), ("current", 0.0))
        raise KeyError("boom")
    assert done == ["before", "after"]
    found = load_by_id(datasaver.run_id)
    assert found.completed
    assert found.number_of_results == 1
    assert "KeyError: 'boom'" in found.metadata["measurement_exception"]


def test_an_interrupted_run_keeps_its_rows(measurement: Measurement) -> None:
    """I07: it is interrupted, and its data is at hand."""
    with pytest.raises(KeyboardInterrupt), measurement.run() as datasaver:
        datasaver.add_result(("gate", 0.0), ("current", 0.0))
        raise KeyboardInterrupt
    assert datasaver.dataset.number_of_results == 1
    assert datasaver._place._begun.writer.dataset.status == "interrupted"


def test_a_run_that_has_ended_takes_no_more(measurement: Measurement) -> None:
    with measurement.run() as datasaver:
        datasaver.add_result(("gate", 0.0), ("current", 0.0))
    with pytest.raises(RefusedRow, match="has ended"):
        datasaver.add_result(("gate", 1.0), ("current", 0.0))


def test_subscribers_hear_every_row(measurement: Measurement) -> None:
    heard: list[Any] = []
    measurement.add_subscriber(lambda rows, count, state: state.append((list(rows), count)), heard)
    with measurement.run() as datasaver:
        for number in range(3):
            datasaver.add_result(("gate", number), ("current", 2 * number))
    rows = [row for part, _ in heard for row in part]
    assert [set(row) for row in rows] == [{0}, {1, 2}, {2, 4}]
    assert heard[-1][1] == 3


def test_rows_may_come_from_other_threads(measurement: Measurement) -> None:
    with measurement.run() as datasaver:

        def work(begin: int) -> None:
            for number in range(begin, begin + 50):
                datasaver.add_result(("gate", number), ("current", number))

        threads = [threading.Thread(target=work, args=(50 * n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(data(datasaver)["gate"]) == list(range(200))


NUMBERS = st.one_of(
    st.floats(allow_nan=False), st.integers(-(2**53), 2**53), st.floats(width=32, allow_nan=False).map(np.float32)
)


@settings(max_examples=25, deadline=None)
@given(rows=st.lists(st.tuples(NUMBERS, NUMBERS), max_size=8), texts=st.lists(st.text(max_size=5), max_size=4))
def test_the_quick_way_changes_nothing(tmp_path_factory: pytest.TempPathFactory, rows: Any, texts: Any) -> None:
    """Rows of known types go straight to their table; what is read is what the judged way stores."""
    with initialised_database_at(tmp_path_factory.mktemp("quick") / "lab.db"):
        experiment = load_or_create_experiment("quick", "none")
        quickly, judged = (_added(experiment, rows, texts, quick=quick) for quick in (True, False))
    assert quickly == judged
    assert quickly[0].get("y", []) == [float(y) for _, y in rows]
    assert quickly[1].get("t", []) == texts


def _added(experiment: Experiment, rows: Any, texts: Any, *, quick: bool) -> list[dict[str, list[Any]]]:
    measurement = Measurement(exp=experiment).register_custom_parameter("x")
    measurement.register_custom_parameter("y", setpoints=("x",))
    measurement.register_custom_parameter("t", setpoints=("x",), paramtype="text")
    results = [(("x", x), ("y", y)) for x, y in rows] + [(("t", text), ("x", 0)) for text in texts]
    with measurement.run() as datasaver:
        for result in results:
            datasaver.add_result(*result)
            if not quick:
                datasaver._quick.clear()
    return [data(datasaver, name) for name in ("y", "t")]


def test_a_parameter_stands_for_its_name(measurement: Measurement, current: Any) -> None:
    same_name = ManualParameter("gate")
    with measurement.run() as datasaver:
        datasaver.add_result((same_name, 1.0), (current, 1.0))
    assert data(datasaver)["gate"] == [1.0]
