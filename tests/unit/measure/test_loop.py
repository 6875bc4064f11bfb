"""Loops in the words of 2016: an example for each promise, with the arrays that come out written down.

How loops run, K16 to K25 and L12 to L14, is in `test_loop_run`.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest

from measurand.dataset import DataRoot
from measurand.errors import ColumnNotFound, DefinitionError, MeasurementError, PlanError
from measurand.measure import BreakIf, Loop, Measure, Task, Wait
from measurand.parameters import (
    ManualParameter,
    MultiParameter,
    Parameter,
    ParameterWithSetpoints,
    adaptive,
    combine,
)
from measurand.station import Station
from measurand.testing import FakeClock
from measurand.validators import Arrays, Numbers

PATIENCE = 20.0  # s, far more than anything here takes
NAN = np.nan


def shows(array: Any, expected: Any) -> bool:
    """Whether an array has these values, NaN where nothing was measured."""
    np.testing.assert_array_equal(np.asarray(array), np.array(expected, dtype=float))
    return True


def test_a_loop_stores_setpoints_and_measurements(run: Any, lab: Any) -> None:
    """K01."""
    done = run(Loop(lab.gate[0:3:1], 0).each(lab.current, lab.temperature))
    assert shows(done.gate_set, [0, 1, 2])
    assert shows(done.current, [0, 10, 20])
    assert shows(done.temperature, [0.1, 0.1, 0.1])
    assert list(done.arrays) == ["gate", "current", "temperature"]
    assert (done.current.label, done.current.unit, done.current.set_arrays[0].name) == ("Current", "A", "gate")


def test_nesting_by_loop_and_by_each_are_the_same(run: Any, lab: Any) -> None:
    """K02: the inner setpoints have the outer dimension in front."""
    ways = (
        Loop(lab.gate[0, 1, 2]).loop(lab.bias[5, 6]).each(lab.current),
        Loop(lab.gate[0, 1, 2]).each(Loop(lab.bias[5, 6]).each(lab.current)),
    )
    assert ways[0].plan.to_dict() == ways[1].plan.to_dict()
    for loop in ways:
        done = run(loop)
        assert shows(done.gate_set, [0, 1, 2])
        assert shows(done.bias_set, [[5, 6], [5, 6], [5, 6]])
        assert shows(done.current, [[5, 6], [15, 16], [25, 26]])
        assert [one.name for one in done.current.set_arrays] == ["gate", "bias"]


def test_measuring_beside_an_inner_loop(run: Any, lab: Any) -> None:
    """K03: arrays of different dimension."""
    done = run(Loop(lab.gate[0, 1]).each(lab.temperature, Loop(lab.bias[5, 6]).each(lab.current)))
    assert shows(done.temperature, [0.1, 0.1])
    assert shows(done.current, [[5, 6], [15, 16]])


def test_tasks_waits_and_breaks_keep_their_order(run: Any, lab: Any) -> None:
    """K04: at any level."""
    clock, note = FakeClock(), lab.steps.append
    inner = Loop(lab.bias[5, 6]).each(lab.current, Task(note, "inner"), BreakIf(lambda: lab.bias.cache.value == 5))
    run(Loop(lab.gate[0, 1]).each(Task(note, "outer"), Wait(3), inner, Wait(4)), clock=clock)
    point = ["outer", "bias=5", "current?", "inner"]
    assert lab.steps == ["gate=0", *point, "gate=1", *point]
    assert clock.slept == [3, 4, 3, 4]


@pytest.mark.parametrize("first", [True, False])
def test_a_break_ends_its_level_and_keeps_the_setpoint(run: Any, lab: Any, first: bool) -> None:
    """K05: the rest of the point is not measured; also if the break comes before anything was measured."""
    stop = BreakIf(lambda: lab.bias.cache.value == 6)
    before = [] if first else [lab.temperature]
    done = run(Loop(lab.gate[0, 1]).each(Loop(lab.bias[5, 6, 7]).each(*before, stop, lab.current)))
    assert done.run.state == "completed"
    assert shows(done.gate_set, [0, 1])
    assert shows(done.bias_set, [[5, 6, NAN], [5, 6, NAN]])
    assert shows(done.current, [[5, NAN, NAN], [15, NAN, NAN]])
    if not first:
        assert shows(done.temperature, [[0.1, 0.1, NAN], [0.1, 0.1, NAN]])
    np.testing.assert_array_equal(done.to_xarray().current, done.current)


def test_the_outer_delay_is_waited_with_the_first_inner_setpoint(run: Any, lab: Any) -> None:
    """K06: 0.5 s and 0.1 s give 0.5, 0.1, 0.5, 0.1; not so if something comes before the inner loop."""
    for actions, waits in (((), [0.5, 0.1, 0.5, 0.1]), ((lab.temperature,), [0.5, 0.1, 0.1, 0.5, 0.1, 0.1])):
        clock = FakeClock()
        run(Loop(lab.gate[0, 1], 0.5).each(*actions, Loop(lab.bias[5, 6], 0.1).each(lab.current)), clock=clock)
        assert clock.slept == waits


def test_what_follows_a_loop(run: Any, lab: Any) -> None:
    """K07: at each completion of its own loop, not after a failure; what is to happen always does."""
    note = lab.steps.append
    inner = Loop(lab.bias[5, 6]).then(Task(note, "inner done")).each(Task(note, "point"), lab.temperature)
    outer = Loop(lab.gate[0, 1]).each(inner).then(Task(note, "gone"))
    run(outer.then(Task(note, "all done"), overwrite=True))
    one = ["bias=5", "point", "bias=6", "point", "inner done"]
    assert lab.steps == ["gate=0", *one, "gate=1", *one, "all done"]

    lab.steps.clear()
    broken = Loop(lab.gate[0, 1]).each(lab.temperature, Task(_raise, OSError("no"))).then(Task(note, "then"))
    always = broken.plan.finally_(Task(note, "finally"))
    with pytest.raises(OSError, match="no"):
        run(Loop(lab.bias[5]).each(always))
    assert lab.steps == ["bias=5", "gate=0", "finally"]


def _raise(error: Exception) -> None:
    raise error


def test_definitions_do_not_change_and_run_again(run: Any, lab: Any) -> None:
    """K08: a part kept is a part that can be used again; each run has data of its own."""
    part = Loop(lab.gate[0, 1])
    described = part.snapshot()
    nested, followed, watched = part.loop(lab.bias[5, 6]), part.then(Wait(0)), part.with_bg_task(print)
    assert part.snapshot() == described
    assert "bias" in repr(nested)
    assert followed.each(lab.current).plan.after
    assert not part.each(lab.current).plan.after
    loop = watched.each(lab.current)
    assert watched.then(Wait(0)).each(lab.current).setting.task is loop.then(Wait(0)).setting.task is not None
    plain = part.each(lab.current)
    first, second = run(plain), run(plain)
    assert first.number != second.number
    assert shows(first.current, [0, 10])
    assert shows(second.current, [0, 10])
    with pytest.raises(AttributeError):
        plain.plan = None


def test_arrays_of_quantities_with_several_values(run: Any, lab: Any) -> None:
    """K09: names, shapes and setpoints are known beforehand, and are those that come out."""
    axis = Parameter("axis", unit="Hz", get_cmd=lambda: np.array([1.0, 2.0]), vals=Arrays(shape=(2,)))
    trace = ParameterWithSetpoints(
        "trace", setpoints=(axis,), get_cmd=lambda: np.array([3.0, 4.0]), vals=Arrays(shape=(2,))
    )

    class Both(MultiParameter):
        def get_raw(self) -> tuple[float, float]:
            return 1.0, 2.0

    both = Both("both", names=("x", "y"), shapes=((), ()), units=("V", "A"))
    loop = Loop(lab.gate[0, 1, 2]).each(trace, both)
    declared = loop.containers()
    assert {name: one.shape for name, one in declared.items()} == {
        "gate": (3,), "axis": (3, 2), "trace": (3, 2), "x": (3,), "y": (3,),
    }  # fmt: skip
    assert declared["trace"].set_arrays == ("gate", "axis")
    assert (declared["axis"].is_setpoint, declared["y"].unit) == (True, "A")
    done = run(loop)
    for name, one in declared.items():
        assert done.arrays[name].shape == one.shape
    assert shows(done.trace, [[3, 4]] * 3)
    assert shows(done.axis, [[1, 2]] * 3)
    assert shows(done.y, [2, 2, 2])


def test_wrong_numbers_of_names_are_refused_before_the_first_set(run: Any, lab: Any) -> None:
    """K09."""

    class Pair:
        name, names, units = "pair", ("x", "y"), ("V",)

        def get(self) -> tuple[float, float]:
            return 1.0, 2.0

    loop = Loop(lab.gate[0, 1]).each(Pair())
    for use in (loop.containers, lambda: run(loop)):
        with pytest.raises(DefinitionError, match="pair: 2 names but 1 units"):
            use()
    assert lab.steps == []


def test_a_quantity_measured_at_several_places_is_named_by_place(run: Any, lab: Any) -> None:
    """K10: what the places have in common is left out; setpoints of what is also measured are apart."""
    done = run(Loop(lab.gate[0, 1]).each(lab.current, Loop(lab.bias[5, 6]).each(Wait(0), lab.current), lab.current))
    assert list(done.arrays) == ["gate", "current_0", "bias", "current_1_1", "current_2"]
    assert shows(done.current_0, [0, 16])
    assert shows(done.current_1_1, [[5, 6], [15, 16]])
    assert shows(done.current_2, [6, 16])
    assert done.numpy("current_2").tolist() == [6, 16]  # the stored run has the same names
    inner = Loop(lab.gate[0]).loop(lab.bias[5, 6]).each(lab.current, Wait(0), lab.current)
    assert list(inner.containers()) == ["gate", "bias", "current_0", "current_2"]
    swept = run(Loop(lab.temperature[1, 2]).each(lab.temperature))
    assert shows(swept.temperature_set, [1, 2])
    assert shows(swept.temperature, [1, 2])


def test_lengths_that_nobody_knows(run: Any, lab: Any) -> None:
    """K11: arrays grow; a shorter one is filled up with NaN."""
    lengths = iter([1, 3, 2])

    class Ragged:
        name, names, shapes = "ragged", ("trace",), ((None,),)

        def get(self) -> list[Any]:
            return [np.ones(next(lengths))]

    loop = Loop(lab.gate[0, 1, 2]).each(Ragged())
    assert loop.containers()["trace"].shape == (3, None)
    done = run(loop)
    assert shows(done.trace, [[1, NAN, NAN], [1, 1, 1], [1, 1, NAN]])


def test_an_adaptive_sweep_decides_from_what_was_measured(run: Any, lab: Any) -> None:
    """K12: nested, each pass anew; the array is as long as the longest pass."""

    def double() -> Any:
        measured = yield 1.0
        while measured["current"] < 40:
            measured = yield lab.gate.cache.value * 2

    loop = Loop(lab.bias[0, 20]).each(Loop(adaptive(lab.gate, double)).each(lab.current))
    assert loop.containers()["current"].shape == (2, None)
    done = run(loop)
    assert shows(done.gate_set, [[1, 2, 4], [1, 2, NAN]])
    assert shows(done.current, [[10, 20, 40], [30, 40, NAN]])


def test_all_problems_at_once_before_the_first_set(run: Any, lab: Any, data: DataRoot) -> None:
    """K13."""
    relay = Parameter("relay", get_cmd=False, set_cmd=lambda v: None)
    loop = Loop(lab.gate[0, 5]).each(relay, Loop(lab.gate[0, 1]).each(lab.current))
    lab.gate.vals = Numbers(0, 3)
    with pytest.raises(PlanError, match=r"(?s)3 problem\(s\).*5 V refused.*relay cannot be measured.*two levels"):
        run(loop)
    assert lab.steps == []
    assert data.runs() == []


def test_setpoints_are_stored_as_they_were_set(run: Any, lab: Any) -> None:
    """K14: also where a value comes twice, and where two parameters move together."""
    there_and_back = run(Loop(lab.gate[0, 1, 0]).each(lab.current))
    assert shows(there_and_back.gate_set, [0, 1, 0])
    both = combine(lab.gate, lab.bias, name="both")
    together = run(Loop(both.sweep([0, 1], [5, 6])).each(lab.current))
    assert shows(together.gate_set, [0, 1])
    assert shows(together.bias_set, [5, 6])
    assert shows(together.current, [5, 16])


@pytest.mark.parametrize("threads", [True, False])
def test_neighbours_form_a_group_in_their_order(run: Any, lab: Any, threads: bool) -> None:
    """K15: one row for both, whoever answers first; with threads one worker for each connection."""
    meeting = threading.Barrier(2 if threads else 1, timeout=PATIENCE)
    seen: list[str] = []

    class Meter:
        def __init__(self, name: str) -> None:
            self.name, self.lane = name, name

        def get(self) -> str:
            meeting.wait()
            seen.append(threading.current_thread().name)
            return self.name

    done = run(Loop(lab.gate[0, 1]).each(Meter("left"), Meter("right")), use_threads=threads)
    assert list(done.left) == ["left", "left"]
    assert list(done.right) == ["right", "right"]
    assert len(done.tables) == 1
    assert len(set(seen)) == (2 if threads else 1)


def test_measure_stores_one_record(run: Any, lab: Any) -> None:
    """K24: single values are arrays of length 1, arrays are as they were measured."""
    trace = Parameter("trace", get_cmd=lambda: np.array([1.0, 2.0, 3.0]), vals=Arrays(shape=(3,)))
    done = run(Measure(lab.temperature, trace, Task(lab.steps.append, "done")))
    assert shows(done.temperature, [0.1])
    assert shows(done.trace, [1, 2, 3])
    assert lab.steps == ["done"]
    with pytest.raises(DefinitionError, match="background refused"):
        Measure(lab.temperature).run(background=True)


def test_what_is_no_action_is_refused_with_what_is_allowed(lab: Any) -> None:
    """K26."""
    allowed = r"allowed are parameters, Task, Wait, BreakIf, plans and functions"
    with pytest.raises(DefinitionError, match=rf"object.* cannot be done at a point; {allowed}"):
        Loop(lab.gate[0]).each(lab.current, object())
    with pytest.raises(TypeError, match="at least one action"):
        Loop(lab.gate[0]).each()
    with pytest.raises(TypeError, match="allowed are Task, Wait and functions"):
        Loop(lab.gate[0]).then(lab.current)
    with pytest.raises(TypeError, match=r"give the values, e.g. gate\[0:1:0.1\]"):
        Loop(lab.gate)  # type: ignore[arg-type]  # the mistake
    for delay in (-1, "1", True):
        with pytest.raises(DefinitionError, match="allowed numbers from 0 s"):
            Loop(lab.gate[0], delay)  # type: ignore[arg-type]  # the mistake


def test_a_loop_without_actions_measures_what_the_station_does(run: Any, lab: Any) -> None:
    """K01: the station of the call, of the loop, or of the process."""
    station = Station(default=False)
    with pytest.raises(DefinitionError, match="the station has no default measurement"):
        run(Loop(lab.gate[0, 1], station=station))
    station.set_measurement(lab.temperature, Task(lab.steps.append, "measured"))
    assert shows(run(Loop(lab.gate[0, 1], station=station)).temperature, [0.1, 0.1])
    assert lab.steps == ["gate=0", "measured", "gate=1", "measured"]
    assert shows(run(Loop(lab.gate[0, 1]), station=station).temperature, [0.1, 0.1])
    nested = Loop(lab.gate[0, 1], station=station).each(Loop(lab.bias[5, 6]))
    assert shows(run(nested).temperature, [[0.1, 0.1], [0.1, 0.1]])


def test_the_station_of_the_process(run: Any, lab: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """K01."""
    monkeypatch.setattr(Station, "default", None)
    with pytest.raises(DefinitionError, match="there is no station"):
        run(Loop(lab.gate[0, 1]))
    Station().set_measurement(lab.temperature)
    assert Station.default is not None
    assert shows(run(Loop(lab.gate[0, 1])).temperature, [0.1, 0.1])


def test_arrays_behave_as_arrays(run: Any, lab: Any) -> None:
    done = run(Loop(lab.gate[0, 1, 2]).each(lab.current, lambda: None))
    current = done.current
    assert (current + 1).tolist() == [1, 11, 21]
    assert (2 * current > done.gate_set).tolist() == [False, True, True]
    assert (current[1], current[-1], len(current), list(current), current.max()) == (10, 20, 3, [0, 10, 20], 20)
    assert np.sqrt(current)[1] == pytest.approx(10**0.5)
    assert repr(current) == "<DataArray current (A): array([ 0., 10., 20.])>"
    with pytest.raises(ValueError, match="read-only"):
        current.ndarray[0] = 5
    with pytest.raises(ColumnNotFound, match="Did you mean 'current'"):
        _ = done.arrays["curent"]
    with pytest.raises(AttributeError, match=r"no 'curent'. Did you mean 'current'\? Arrays are gate and current"):
        _ = done.curent
    assert {"current", "gate", "to_xarray"} <= set(dir(done))
    assert repr(done) == "<LoopData of Run 1 'gate': completed, 3 of 3 points; arrays: gate 3, current 3>"


def test_kinds_that_2016_could_not_store(run: Any, lab: Any) -> None:
    """K11: complex numbers, words, whole numbers; what is missing of them is NaN."""
    point = ManualParameter("s21", initial_value=1 + 2j)
    word = ManualParameter("word", initial_value="on")
    done = run(Loop(lab.gate[0, 1]).each(BreakIf(lambda: lab.gate.cache.value == 1), point, word))
    assert done.s21[0] == 1 + 2j
    assert np.isnan(done.s21[1])
    assert done.word[0] == "on"
    assert np.isnan(done.word[1])


def test_what_a_loop_is_can_be_looked_at(lab: Any) -> None:
    """K08."""
    task = Task(print)
    loop = Loop(lab.gate[0, 1], 0.5).each(lab.current, Loop(lab.bias[5]).each(lab.temperature), task)
    assert (loop[0], loop[2], len(loop)) == (lab.current, task, 3)
    assert list(loop[1]) == [lab.temperature]
    assert loop.snapshot()["class"] == "ActiveLoop"
    assert loop.snapshot()["delay"] == 0.5
    assert repr(loop) == "<ActiveLoop of <Plan gate (2) × bias (1): 2 points>>"
    assert repr(Loop(lab.gate[0, 1])) == "<Loop gate (2), no actions yet: .each(...)>"
    with pytest.raises(MeasurementError, match="no actions yet"):
        Loop(lab.gate[0]).get_data_set()
