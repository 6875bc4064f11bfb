"""Free loops by registration: what is accepted, what is stored of it, what is refused, how they end."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from measurand.dataset import MemoryStore
from measurand.errors import DefinitionError, RefusedRow
from measurand.measure import Measurement
from measurand.parameters import (
    ArrayParameter,
    ManualParameter,
    MultiParameter,
    Parameter,
    ParameterWithSetpoints,
)
from measurand.validators import Arrays, Ints, Strings

# --- what is stored ---------------------------------------------------------------------------------------------------


def test_a_loop_of_single_values(at: Any) -> None:
    """L17: names, labels, units and dependencies go to the data; DESIGN 6: what is added together is one table."""
    with at.run(at.of(at.gate)) as datasaver:
        for volts in (0.0, 0.5, 1.0):
            datasaver.add_result((at.gate, volts), (at.current, 2 * volts), ("phase", volts / 2))
        assert (datasaver.run_id, datasaver.points_written, datasaver.dataset.status) == (1, 3, "running")
    dataset = datasaver.dataset
    assert (dataset.status, dataset.name, datasaver.run.state) == ("completed", "trial", "completed")
    assert list(dataset.tables) == ["data"]
    grid = dataset.to_xarray()
    assert grid.current.dims == ("gate",)
    assert grid.current.values.tolist() == [0, 1, 2]
    assert grid.phase.values.tolist() == [0, 0.25, 0.5]
    assert (grid.current.attrs["units"], grid.current.attrs["long_name"]) == ("A", "Current")
    described = dataset.metadata["measurement"]["parameters"]
    assert described["current"] == {"label": "Current", "unit": "A", "depends_on": ["gate"]}


def test_nested_loops_make_a_grid_by_their_setpoints(at: Any) -> None:
    with at.run(at.of(at.gate, at.bias)) as datasaver:
        for gate in (0, 1, 2):
            for bias in (-1.0, 1.0):
                datasaver.add_result((at.gate, gate), (at.bias, bias), (at.current, gate * bias), (at.phase, 0))
    current = datasaver.dataset.to_xarray().current
    assert current.dims == ("gate", "bias")
    assert current.values.tolist() == [[0, 0], [-1, 1], [-2, 2]]


def test_the_order_in_which_they_are_given_does_not_matter(at: Any) -> None:
    with at.run(at.of(at.gate)) as datasaver:
        for volts in (0.0, 1.0, 2.0):
            datasaver.add_result((at.phase, 7), (at.current, volts), (at.gate, volts))
            datasaver.add_result((at.current, volts), (at.gate, volts + 0.5), (at.phase, 8))
    assert list(datasaver.dataset.tables) == ["data"]
    columns = {name: datasaver.dataset.numpy(name).tolist() for name in ("gate", "current", "phase")}
    assert columns == {"gate": [0, 0.5, 1, 1.5, 2, 2.5], "current": [0, 0, 1, 1, 2, 2], "phase": [7, 8] * 3}


def test_what_is_added_apart_lies_apart(at: Any) -> None:
    """Nothing is padded: a result that was not added at a point is not there."""
    with at.run(at.of(at.gate)) as datasaver:
        for volts in (0.0, 1.0):
            datasaver.add_result((at.gate, volts), (at.current, volts))
        datasaver.add_result((at.gate, 0.0), (at.phase, 3.0))
    grid = datasaver.dataset.to_xarray()
    assert grid.current.values.tolist() == [0, 1]
    assert datasaver.dataset.numpy("phase").tolist() == [3]


def test_a_measurement_runs_again_and_again(at: Any) -> None:
    measurement = at.of(at.gate, results=(at.current,))
    for number in (1, 2):
        with at.run(measurement) as datasaver:
            datasaver.add_result((at.gate, 0), (at.current, number))
        assert (datasaver.run_id, datasaver.dataset.numpy("current").tolist()) == (number, [number])


def test_hysteresis_without_a_shape_stays_rows(at: Any) -> None:
    with at.run(at.of(at.gate, results=(at.current,))) as datasaver:
        for number, volts in enumerate((0, 1, 0)):
            datasaver.add_result((at.gate, volts), (at.current, number))
    assert datasaver.dataset.to_xarray().current.values.tolist() == [0, 1, 2]


def test_a_shape_tells_points_apart_by_their_order(at: Any) -> None:
    """The way up and down visits the same values; both are there."""
    measurement = at.of(at.gate, at.bias, results=(at.current,))
    measurement.set_shapes({"current": (2, 3)})
    with at.run(measurement) as datasaver:
        for gate in (0, 1):
            for number, bias in enumerate((0, 1, 0)):
                datasaver.add_result((at.gate, gate), (at.bias, bias), (at.current, 10 * gate + number))
                if (gate, number) == (0, 1):
                    half = datasaver.dataset.to_xarray().current.values
                    assert half.shape == (2, 3)
                    assert np.isnan(half).sum() == 4
    grid = datasaver.dataset.to_xarray()
    assert grid.current.values.tolist() == [[0, 1, 2], [10, 11, 12]]
    assert grid.bias.values.tolist() == [0, 1, 0]


def test_an_unknown_first_length_grows(at: Any) -> None:
    """K11."""
    measurement = at.of(at.gate, at.bias, results=(at.current,))
    measurement.set_shapes({"current": (None, 2)})
    with at.run(measurement) as datasaver:
        for number in range(6):
            datasaver.add_result((at.gate, number // 2), (at.bias, number % 2), (at.current, number))
    assert datasaver.dataset.to_xarray().current.values.tolist() == [[0, 1], [2, 3], [4, 5]]


def test_one_length_for_setpoints_that_move_together(at: Any) -> None:
    measurement = at.of(at.gate, at.bias, results=(at.current,))
    measurement.set_shapes({"current": (3,)})
    with at.run(measurement) as datasaver:
        for volts in (0, 1, 2):
            datasaver.add_result((at.gate, volts), (at.bias, -volts), (at.current, volts))
    grid = datasaver.dataset.to_xarray()
    assert grid.current.dims == ("gate_bias",)
    assert grid.bias.values.tolist() == [0, -1, -2]


def test_a_refused_row_leaves_its_place_to_the_next(at: Any) -> None:
    measurement = at.of(at.gate, results=(at.current,))
    measurement.set_shapes({"current": (2,)})
    with at.run(measurement) as datasaver:
        datasaver.add_result((at.gate, 0), (at.current, 1.0))
        with pytest.raises(RefusedRow):
            datasaver.add_result((at.gate, 1), (at.current, "much"))
        datasaver.add_result((at.gate, 1), (at.current, 2.0))
    assert datasaver.dataset.to_xarray().current.values.tolist() == [1, 2]


def test_numbers_of_numpy_texts_and_times(at: Any) -> None:
    """L11: full precision, complex and text survive."""
    mode = Parameter("mode", get_cmd=None, set_cmd=None, vals=Strings())
    when = ManualParameter("when")
    signal_ = ManualParameter("signal")
    count = Parameter("count", set_cmd=None, vals=Ints())
    moment = datetime.datetime(2026, 11, 20, 8, tzinfo=datetime.UTC)
    with at.run(at.of(at.gate, results=(mode, when, signal_, count))) as datasaver:
        for volts in (np.float64(0.1), np.float32(0.5), 2):
            datasaver.add_result(
                (at.gate, volts), (mode, "dc"), (when, moment), (signal_, 1 + 2j), (count, np.int64(7))
            )
    read = datasaver.dataset.numpy
    assert read("gate").tolist() == [0.1, 0.5, 2.0]
    assert read("mode").tolist() == ["dc"] * 3
    assert read("when")[0] == np.datetime64("2026-11-20T08:00")
    assert read("signal").tolist() == [1 + 2j] * 3
    assert (read("count").dtype, read("count").tolist()) == (np.dtype("int64"), [7] * 3)


def test_quick_and_slow_way_store_the_same(at: Any) -> None:
    """The fast path only skips what is known: zero-dimensional arrays and lists of one element are looked at again."""
    with at.run(at.of(at.gate, results=(at.current,))) as datasaver:
        for volts in (0.0, np.float64(1), np.array(2.0), [3.0], (4.0,), np.array([5.0]), np.ones((1, 1)) * 6, True):
            datasaver.add_result((at.gate, 0.0), (at.current, volts))
    assert datasaver.dataset.numpy("current").tolist() == [0, 1, 2, 3, 4, 5, 6, 1]


# --- arrays -----------------------------------------------------------------------------------------------------------


def test_an_array_is_as_many_results(at: Any) -> None:
    """Single values are repeated beside it."""
    with at.run(at.of(at.gate, at.bias)) as datasaver:
        for volts in (0.0, 1.0):
            bias = np.array([1.0, 2.0, 3.0])
            datasaver.add_result((at.gate, volts), (at.bias, bias), (at.current, volts * bias), (at.phase, [7, 8, 9]))
    grid = datasaver.dataset.to_xarray()
    assert grid.current.dims == ("gate", "bias")
    assert grid.current.values.tolist() == [[0, 0, 0], [1, 2, 3]]
    assert datasaver.points_written == 6


def test_a_grid_of_arrays(at: Any) -> None:
    gate, bias = np.meshgrid([0.0, 1.0], [5.0, 6.0, 7.0], indexing="ij")
    with at.run(at.of(at.gate, at.bias, results=(at.current,))) as datasaver:
        datasaver.add_result((at.gate, gate), (at.bias, bias), (at.current, gate + bias))
    np.testing.assert_array_equal(datasaver.dataset.to_xarray().current.values, gate + bias)


def test_single_results_beside_arrays_are_stored_once(at: Any) -> None:
    measurement = Measurement().register_parameter(at.gate).register_parameter(at.bias)
    measurement.register_parameter(at.current, setpoints=(at.gate, at.bias))
    measurement.register_parameter(at.phase, setpoints=(at.gate,))
    with at.run(measurement) as datasaver:
        for volts in (0.0, 1.0):
            datasaver.add_result((at.gate, volts), (at.bias, [1, 2]), (at.current, [3, 4]), (at.phase, volts))
    grid = datasaver.dataset.to_xarray()
    assert grid.phase.dims == ("gate",)
    assert grid.current.values.tolist() == [[3, 4], [3, 4]]


def test_arrays_as_values(at: Any) -> None:
    """``paramtype="array"``: one row each, as large as it comes."""
    measurement = Measurement().register_parameter(at.gate)
    measurement.register_custom_parameter("time", unit="s", paramtype="array")
    measurement.register_custom_parameter("trace", unit="V", setpoints=(at.gate, "time"), paramtype="array")
    time = np.linspace(0, 1, 5)
    with at.run(measurement) as datasaver:
        for volts in (0.0, 1.0, 2.0):
            datasaver.add_result((at.gate, volts), ("time", time), ("trace", volts * time))
    assert datasaver.points_written == 3
    grid = datasaver.dataset.to_xarray()
    assert grid.trace.dims == ("gate", "time")
    np.testing.assert_array_equal(grid.trace.values[2], 2 * time)
    assert grid.time.attrs["units"] == "s"


def test_arrays_of_varying_length_are_said_to_be(at: Any) -> None:
    measurement = Measurement().register_parameter(at.gate)
    measurement.register_custom_parameter("trace", setpoints=(at.gate,), paramtype="array")
    with at.run(measurement) as datasaver:
        datasaver.add_result((at.gate, 0), ("trace", np.arange(3.0)))
        with pytest.raises(RefusedRow, match=r"trace.*shape \(4,\)"):
            datasaver.add_result((at.gate, 1), ("trace", np.arange(4.0)))
    measurement.set_shapes({"trace": (None, None)})
    with at.run(measurement) as datasaver:
        for length in (3, 4):
            datasaver.add_result((at.gate, length), ("trace", np.arange(float(length))))
    assert [len(one) for one in datasaver.dataset.numpy("trace")] == [3, 4]


class Analyser:
    """A spectrum over frequencies that are parameters themselves."""

    def __init__(self) -> None:
        self.points = ManualParameter("points", initial_value=4)
        shape = Arrays(shape=(self.points.get,))
        self.axis = Parameter("frequency", unit="Hz", vals=shape, get_cmd=lambda: np.arange(float(self.points())))
        self.spectrum = ParameterWithSetpoints(
            "spectrum", unit="W", vals=shape, setpoints=(self.axis,), get_cmd=lambda: np.ones(self.points())
        )


def test_axes_of_a_parameter_with_setpoints_come_by_themselves(at: Any) -> None:
    analyser = Analyser()
    with at.run(at.of(at.gate, results=(analyser.spectrum, at.phase))) as datasaver:
        for volts in (0.0, 1.0):
            datasaver.add_result((at.gate, volts), (analyser.spectrum, volts * analyser.spectrum()), (at.phase, volts))
    grid = datasaver.dataset.to_xarray()
    assert grid.spectrum.dims == ("gate", "frequency")
    assert grid.frequency.values.tolist() == [0, 1, 2, 3]
    assert grid.phase.dims == ("gate",)
    described = datasaver.dataset.metadata["measurement"]["parameters"]["spectrum"]
    assert described["depends_on"] == ["gate", "frequency"]


def test_axes_may_be_given_and_shapes_said(at: Any) -> None:
    analyser = Analyser()
    measurement = at.of(at.gate, results=(analyser.spectrum,))
    measurement.set_shapes({"spectrum": (2, 4)})
    with at.run(measurement) as datasaver:
        for volts in (5.0, 5.0):
            datasaver.add_result(
                (at.gate, volts), (analyser.axis, np.arange(4.0) * 10), (analyser.spectrum, analyser.spectrum())
            )
    grid = datasaver.dataset.to_xarray()
    assert grid.spectrum.shape == (2, 4)
    assert grid.frequency.values.tolist() == [0, 10, 20, 30]


def test_several_values_at_once(at: Any) -> None:
    """F15: a MultiParameter without setpoints is two columns; with one, the axis comes along."""

    class Quadratures(MultiParameter):
        def get_raw(self) -> tuple[float, float]:
            return at.gate(), -at.gate()

    class Line(MultiParameter):
        def get_raw(self) -> tuple[Any, float]:
            return np.array([1.0, 2.0]), 9.0

    both = Quadratures("both", names=("x", "y"), shapes=((), ()), units=("V", "V"))
    line = Line(
        "line", names=("trace", "mean"), shapes=((2,), ()),
        setpoints=(((0.5, 1.5),), ()), setpoint_names=(("t",), ()), setpoint_units=(("s",), ()),
    )  # fmt: skip
    with at.run(at.of(at.gate, results=(both, line))) as datasaver:
        for volts in (1.0, 2.0):
            at.gate(volts)
            datasaver.add_result((at.gate, volts), (both, both()), (line, line()))
    grid = datasaver.dataset.to_xarray()
    assert grid.y.values.tolist() == [-1, -2]
    assert grid.trace.dims == ("gate", "t")
    assert grid.t.values.tolist() == [0.5, 1.5]
    assert grid["mean"].dims == ("gate",)


def test_the_older_array_parameter(at: Any) -> None:
    """F16: it works; as numbers it is as many results."""

    class Image(ArrayParameter):
        def get_raw(self) -> Any:
            return np.arange(6.0).reshape(2, 3)

    image = Image("image", shape=(2, 3), setpoints=((0, 1), (5, 6, 7)), setpoint_names=("row", "column"))
    with at.run(at.of(at.gate, results=(image,))) as datasaver:
        datasaver.add_result((at.gate, 1.0), (image, image()))
    assert datasaver.dataset.to_xarray().image.dims == ("gate", "row", "column")
    measurement = Measurement().register_parameter(image, paramtype="numeric")
    with at.run(measurement) as datasaver:
        datasaver.add_result((image, image()))
    assert datasaver.points_written == 6
    grid = datasaver.dataset.to_xarray()
    assert grid.image.dims == ("row", "column")
    assert grid.image.values.tolist() == [[0, 1, 2], [3, 4, 5]]


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("results", "message"),
    [
        (
            lambda at: [("curent", 1)],
            "curent is not registered; registered are gate, current and phase. Did you mean 'cur",
        ),
        (lambda at: [(at.bias, 1)], "bias is not registered"),
        (lambda at: [(at.current, 1)], "current depends on gate, for which no value is given"),
        (lambda at: [(at.gate, 1), (at.current, 1), (at.current, 2)], "current is given twice"),
        (
            lambda at: [(at.gate, [1, 2]), (at.current, [1, 2, 3])],
            r"current has the shape \(3,\) and its setpoint gate",
        ),
        (lambda at: [(at.gate, [1, 2]), (at.current, 1)], r"current has the shape \(\) and its setpoint gate \(2,\)"),
        (lambda at: [(at.gate, 1), (at.current, [1, [2, 3]])], "its parts have different lengths"),
        (lambda at: [(at.gate, 1), (at.current, "much")], "current: 'much' refused"),
        (lambda at: [(at.gate, 1), (at.current, None)], "current: None refused"),
        (lambda at: [(at.gate, 1), (at.current, [1.0, object()])], "allowed are arrays of numbers"),
        (lambda at: [at.current], "cannot be added: give pairs"),
        (lambda at: [(at.gate, 1, 2)], "cannot be added: give pairs"),
        (lambda at: [], "Nothing to add"),
        (lambda at: [([], 1)], r"\[\] is not registered"),
    ],
)
def test_what_does_not_fit_is_refused_at_the_call(at: Any, results: Any, message: str) -> None:
    """L03: nothing of the call is stored, what was stored stays, and the run goes on."""
    with at.run(at.of(at.gate)) as datasaver:
        datasaver.add_result((at.gate, 0.0), (at.current, 1.0))
        with pytest.raises(RefusedRow, match=message):
            datasaver.add_result(*results(at))
        datasaver.add_result((at.gate, 1.0), (at.current, 2.0))
    assert datasaver.dataset.status == "completed"
    assert datasaver.dataset.numpy("current").tolist() == [1, 2]
    assert list(datasaver.dataset.tables) == ["data"]


def test_several_rows_are_stored_together_or_not_at_all(at: Any) -> None:
    mode = Parameter("mode", set_cmd=None, vals=Strings())
    measurement = Measurement().register_parameter(at.gate).register_parameter(mode, setpoints=(at.gate,))
    measurement.register_parameter(at.bias).register_parameter(at.current, setpoints=(at.gate, at.bias))
    with at.run(measurement) as datasaver:
        datasaver.add_result((at.gate, 0), (mode, "dc"), (at.bias, [1, 2]), (at.current, [3.0, 4.0]))
        with pytest.raises(RefusedRow, match="mode: 7 refused"):
            datasaver.add_result((at.gate, 0), (at.bias, [1, 2]), (at.current, [3.0, 4.0]), (mode, 7))
        with pytest.raises(RefusedRow, match="current"):
            datasaver.add_result((at.gate, 0), (mode, "dc"), (at.bias, [1, 2]), (at.current, ["a", "b"]))
    assert datasaver.points_written == 3


def test_shapes_that_do_not_fit(at: Any) -> None:
    measurement = at.of(at.gate)
    with pytest.raises(DefinitionError, match="lengths from 1"):
        measurement.set_shapes({"current": (0,)})
    measurement.set_shapes({"voltage": (1,)})
    with pytest.raises(DefinitionError, match="voltage is not registered"):
        at.run(measurement)
    measurement.set_shapes({"current": (2, 3)})
    with at.run(measurement) as datasaver, pytest.raises(RefusedRow, match="give one length for each"):
        datasaver.add_result((at.gate, 0), (at.current, 1))
    measurement.set_shapes({"current": (2,), "phase": (3,)})
    with at.run(measurement) as datasaver, pytest.raises(RefusedRow, match="different grids; add them apart"):
        datasaver.add_result((at.gate, 0), (at.current, 1), (at.phase, 1))
    measurement.set_shapes(None)
    with at.run(measurement) as datasaver:
        datasaver.add_result((at.gate, 0), (at.current, 1))


def test_registration_is_checked(at: Any) -> None:
    measurement = Measurement(name="trial")
    with pytest.raises(DefinitionError, match="current: gate is not registered"):
        measurement.register_parameter(at.current, setpoints=(at.gate,))
    with pytest.raises(DefinitionError, match="name and a get"):
        measurement.register_parameter(1.5)
    with pytest.raises(DefinitionError, match="allowed are 'numeric', 'text'"):
        measurement.register_parameter(at.gate, paramtype="number")  # type: ignore[arg-type]  # the mistake tested
    measurement.register_parameter(at.gate).register_parameter(at.current, setpoints=("gate",))
    measurement.register_parameter(at.current, setpoints=(at.gate,))  # the same again: a cell that is run twice
    with pytest.raises(DefinitionError, match="gate: something else is registered under this name"):
        measurement.register_custom_parameter("gate")
    with pytest.raises(DefinitionError, match="gate cannot be taken out: current depend"):
        measurement.unregister_parameter(at.gate)
    measurement.unregister_parameter("current")
    measurement.unregister_parameter(at.gate)
    with pytest.raises(DefinitionError, match="gate is not registered"):
        measurement.unregister_parameter(at.gate)
    assert measurement.parameters == {}


def test_inferred_relations_are_kept(at: Any) -> None:
    measurement = at.of(at.gate, results=(at.current,))
    measurement.register_custom_parameter("power", "Power", "W", basis=(at.gate, at.current), setpoints=(at.gate,))
    with at.run(measurement) as datasaver:
        datasaver.add_result((at.gate, 2.0), (at.current, 3.0), ("power", 6.0))
    described = datasaver.dataset.metadata["measurement"]["parameters"]["power"]
    assert described == {
        "label": "Power", "unit": "W", "depends_on": ["gate"], "inferred_from": ["gate", "current"],
    }  # fmt: skip
    assert datasaver.dataset.to_xarray().power.attrs["units"] == "W"


# --- the quick way changes nothing ------------------------------------------------------------------------------------

VALUES = st.one_of(
    st.floats(allow_nan=False),
    st.integers(-(2**40), 2**40),
    st.booleans(),
    st.floats(width=32, allow_nan=False).map(np.float32),
)
RESULTS = st.lists(
    st.tuples(
        st.permutations(["gate", "current", "phase"]), st.integers(2, 3), st.lists(VALUES, min_size=3, max_size=3)
    ),
    max_size=8,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(RESULTS)
def test_what_is_known_already_is_stored_as_what_is_new(at: Any, results: list[Any]) -> None:
    """Sets of parameters seen before go straight to their table; nothing else may be different."""

    def stored(*, forget: bool) -> dict[str, Any]:
        refused = []  # a number in a column that began with True
        with at.of(at.gate).run(data=MemoryStore(), snapshot=dict) as datasaver:
            for number, (names, count, values) in enumerate(results):
                chosen = dict.fromkeys(["gate", *names[:count]])  # sometimes without the phase or the current
                try:
                    datasaver.add_result(*zip(chosen, values, strict=False))
                except RefusedRow:
                    refused.append(number)
                if forget:
                    datasaver._quick.clear()
        return {"refused": refused} | {
            f"{table}.{column}": datasaver.dataset.numpy(column, table).tolist()
            for table, spec in datasaver.dataset.tables.items()
            for column in (one.name for one in spec.columns)
        }

    assert stored(forget=False) == stored(forget=True)
