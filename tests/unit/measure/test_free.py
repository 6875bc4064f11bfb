"""Free loops as plain Python: what lies along what, what is done again, what a step does, how they end."""

from __future__ import annotations

import itertools
import signal
import threading
from collections.abc import Generator, Iterator, Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from measurand.dataset import DataRoot, MemoryStore
from measurand.errors import DefinitionError, MeasurementError, RefusedRow, RefusedValue
from measurand.measure import OpenRun, Plan, Wait, live, new_run, steer, sweep, together
from measurand.parameters import ManualParameter, MultiParameter, Parameter, ParameterWithSetpoints, adaptive
from measurand.testing import FakeClock
from measurand.validators import Arrays, Numbers


def begin(data: DataRoot, **options: Any) -> OpenRun:
    return new_run("trial", data=data, **{"snapshot": dict, **options})


def test_one_sweep(data: DataRoot, lab: Any) -> None:
    """K14, L17: setpoints as set, labels and units with the data, one step after the other."""
    with begin(data, sample="S1", metadata={"operator": "Ann"}) as run:
        for volts in run.sweep(lab.gate, 0, 1, num=3):
            assert run.record(lab.current) == 10 * volts
    assert lab.steps == ["gate=0", "current?", "gate=0.5", "current?", "gate=1", "current?"]
    assert (run.dataset.status, run.dataset.name, run.dataset.sample) == ("completed", "trial", "S1")
    grid = run.dataset.to_xarray()
    assert grid.current.dims == ("gate",)
    assert grid.gate.values.tolist() == [0, 0.5, 1]
    assert grid.current.values.tolist() == [0, 5, 10]
    assert (grid.current.attrs["long_name"], grid.gate.attrs["units"]) == ("Current", "V")
    assert repr(run) == "<OpenRun <Run 1 'trial': completed, 3 of 3 points>>"


def test_loops_nest_and_every_level_may_record(data: DataRoot, lab: Any) -> None:
    """K02, K03."""
    with begin(data) as run:
        for gate in run.sweep(lab.gate, 0, 3, num=4):
            run.record(lab.temperature)
            for bias in run.sweep(lab.bias, -1, 1, num=5):
                assert run.record(lab.current, power=gate * bias) == (10 * gate + bias, gate * bias)
    grid = run.dataset.to_xarray()
    assert grid.temperature.dims == ("gate",)
    assert grid.current.dims == grid.power.dims == ("gate", "bias")
    expected = 10 * np.linspace(0, 3, 4)[:, None] + np.linspace(-1, 1, 5)[None, :]
    np.testing.assert_allclose(grid.current.values, expected)
    assert grid.bias.dims == ("bias",)


def test_hysteresis_keeps_both_directions(data: DataRoot, lab: Any) -> None:
    """A value that is visited twice is two points, in one sweep and in two."""
    with begin(data) as run:
        for _ in run.sweep(lab.gate[0, 1, 2, 1, 0]):
            run.record(lab.current)
    assert run.dataset.to_xarray().current.values.tolist() == [0, 10, 20, 10, 0]
    with begin(data) as run:
        for _ in run.sweep(lab.bias, [5, 6]):
            for _ in run.sweep(lab.gate, 0, 2, num=3):
                run.record(lab.current)
            for _ in run.sweep(lab.gate, 2, 0, num=3):
                run.record(lab.current)
    grid = run.dataset.to_xarray()
    assert grid.current.values.tolist() == [[5, 15, 25], [6, 16, 26]]
    assert grid.current_2.dims == ("bias", "gate_2")
    assert grid.gate_2.values.tolist() == [2, 1, 0]
    assert grid.current_2.values.tolist() == [[25, 15, 5], [26, 16, 6]]


def test_an_inner_sweep_may_depend_on_the_outer_one(data: DataRoot, lab: Any) -> None:
    with begin(data) as run:
        for gate in run.sweep(lab.gate, [1, 2, 3]):
            for _ in run.sweep(lab.bias, 0, gate, num=3):
                run.record(lab.current)
    grid = run.dataset.to_xarray()
    assert list(run.dataset.tables) == ["data"]
    assert grid.bias.dims == ("gate", "bias")
    assert grid.bias.values.tolist() == [[0, 0.5, 1], [0, 1, 2], [0, 1.5, 3]]


def test_the_same_sweep_again_counts(data: DataRoot, lab: Any) -> None:
    """A loop that Measurand does not see repeats a sweep: nothing takes the place of anything."""
    with begin(data) as run:
        for offset in (0, 100, 200):
            lab.bias(offset)
            for _ in run.sweep(lab.gate, 0, 1, num=2):
                run.record(lab.current)
    grid = run.dataset.to_xarray()
    assert grid.current.values.tolist() == [0, 10]
    assert grid.current_2.dims[0] == "again"
    assert grid.current_2.values.tolist() == [[100, 110], [200, 210]]


def test_the_same_quantity_again_at_one_point_counts(data: DataRoot, lab: Any) -> None:
    """K10: distinguishable, however often; another name is better."""
    number = itertools.count()
    count = Parameter("count", get_cmd=lambda: next(number))
    with begin(data) as run:
        for _ in run.sweep(lab.gate, [5, 6]):
            for _ in range(3):
                run.record(count)
            run.record(before=count)
    grid = run.dataset.to_xarray()
    assert grid["count"].values.tolist() == [0, 4]
    assert grid.count_2.dims == ("gate", "again")
    assert grid.count_2.values.tolist() == [[1, 2], [5, 6]]
    assert grid.before.values.tolist() == [3, 7]


def test_a_swept_quantity_may_be_recorded(data: DataRoot, lab: Any) -> None:
    knob = ManualParameter("knob", unit="V")
    with begin(data) as run:
        for _ in run.sweep(knob, [1, 2]):
            run.record(knob)
    assert run.dataset.to_xarray().knob.values.tolist() == [1, 2]
    assert run.dataset.to_xarray().knob_set.values.tolist() == [1, 2]


def test_without_a_sweep_rows_are_rows(data: DataRoot, lab: Any) -> None:
    """K24."""
    with begin(data) as run:
        for _ in range(3):
            run.record(lab.temperature)
        run.record((lab.current, 7.0), note="end")
    assert run.dataset.numpy("temperature").tolist() == [0.1] * 3
    assert run.dataset.numpy("note").tolist() == ["end"]
    assert lab.steps == []


def test_repetitions_are_an_axis(data: DataRoot, lab: Any) -> None:
    """K11: without an end the axis grows until `break`."""
    with begin(data) as run:
        for _ in run.sweep(lab.gate, [0, 1]):
            for number in run.repeat(3):
                run.record(n=number)
            for turn in run.repeat(name="turn"):
                run.record(m=turn)
                if turn == 1:
                    break
    grid = run.dataset.to_xarray()
    assert grid.n.dims == ("gate", "repetition")
    assert grid.m.values.tolist() == [[0, 1], [0, 1]]
    assert grid.turn.values.tolist() == [0, 1]


def test_break_ends_its_level_only(data: DataRoot, lab: Any) -> None:
    """K05: what was not reached is not measured."""
    with begin(data) as run:
        for _ in run.sweep(lab.gate, 0, 1, num=2):
            for bias in run.sweep(lab.bias, 0, 4, num=5):
                if bias == 2:
                    break
                run.record(lab.current)
    current = run.dataset.to_xarray().current
    assert current.shape == (2, 5)
    assert np.isnan(current.values[:, 2:]).all()
    assert current.values[:, :2].tolist() == [[0, 1], [10, 11]]


def test_a_sweep_that_is_kept_and_left_has_ended(data: DataRoot, lab: Any) -> None:
    with begin(data) as run:
        for _ in run.sweep(lab.gate, [0, 1]):
            kept = run.sweep(lab.bias, [5, 6])
            next(kept)
        run.record(lab.temperature)
        with pytest.raises(MeasurementError, match="sweep of bias has ended"):
            next(kept)
    assert lab.steps == ["gate=0", "bias=5", "gate=1", "bias=5"]
    assert run.dataset.tables["data"].dims == ()


def test_several_at_once_and_objects_of_ones_own(data: DataRoot, lab: Any) -> None:
    class Stage:
        name = "stage"
        unit = "mm"

        def set(self, value: float) -> None:
            lab.steps.append(f"stage={value}")

    with begin(data) as run:
        for position in run.sweep(Stage(), [1, 2]):
            for _ in run.sweep(together(lab.gate[0, 1], lab.bias[2, 3])):
                run.record(lab.current, position=position)
    grid = run.dataset.to_xarray()
    assert lab.steps[0] == "stage=1"
    assert grid.current.dims == ("stage", "gate_bias")
    assert grid.current.values.tolist() == [[2, 13], [2, 13]]
    assert grid.bias.values.tolist() == [2, 3]


def test_values_that_are_decided_on_the_way(data: DataRoot, lab: Any) -> None:
    """K12: by plain Python, and by an adaptive sweep."""
    seen: list[float] = []

    def halve() -> Iterator[float]:
        low, high = 0.0, 1.0
        while high - low > 0.1:
            middle = (low + high) / 2
            yield middle
            low, high = (middle, high) if seen[-1] < 3.7 else (low, middle)

    with begin(data) as run:
        for _ in run.sweep(lab.gate, halve()):
            seen.append(run.record(lab.current))  # noqa: PERF401 - a loop as users write it
    assert run.dataset.numpy("gate").tolist() == [0.5, 0.25, 0.375, 0.3125]

    def learn() -> Generator[float, Mapping[str, Any], None]:
        value = 1.0
        while value < 100:
            value = (yield value)["current"] + 1

    with begin(data) as run:
        for _ in run.sweep(adaptive(lab.gate, learn)):
            run.record(lab.current)
    assert run.dataset.numpy("gate").tolist() == [1, 11]


def test_arrays_and_several_values(data: DataRoot, lab: Any) -> None:
    class Both(MultiParameter):
        def get_raw(self) -> tuple[float, float]:
            return lab.gate.cache.value, 7.0

    axis = Parameter("time", unit="s", vals=Arrays(shape=(3,)), get_cmd=lambda: np.arange(3.0))
    trace = ParameterWithSetpoints(
        "trace", vals=Arrays(shape=(3,)), setpoints=(axis,), get_cmd=lambda: np.ones(3) * lab.gate.cache.value
    )
    with begin(data) as run:
        for gate in run.sweep(lab.gate, [1, 2]):
            reading, pair, _ = run.record(trace, lab.temperature, (lab.current, 5))
            assert reading.tolist() == [gate] * 3
            assert pair == 0.1
    grid = run.dataset.to_xarray()
    assert grid.trace.dims == ("gate", "time")
    assert grid.time.values.tolist() == [0, 1, 2]
    both = Both("both", names=("x", "y"), shapes=((), ()))
    with begin(data) as run:
        for gate in run.sweep(lab.gate, [1, 2]):
            assert run.record(both) == (gate, 7)
        with pytest.raises(DefinitionError, match=r"z=both has several columns \(x and y\)"):
            run.record(z=both)
    assert run.dataset.to_xarray().x.values.tolist() == [1, 2]


def test_it_settles_and_reads_back(data: DataRoot, lab: Any) -> None:
    clock = FakeClock()
    rough = Parameter("rough", set_cmd=lambda v: lab.steps.append(v), get_cmd=lambda: round(lab.steps[-1], 1))
    with begin(data, clock=clock) as run:
        for value in run.sweep(rough, [0.12, 0.27], delay=0.5, readback=True):
            assert value in (0.1, 0.3)
            run.record(lab.temperature)
        run.sleep(3)
    assert clock.slept == [0.5, 0.5, 3]
    assert run.dataset.numpy("rough").tolist() == [0.1, 0.3]


def test_connections_are_read_at_the_same_time(data: DataRoot, lab: Any) -> None:
    """K15."""
    meeting = threading.Barrier(2, timeout=10)

    class Meter:
        def __init__(self, name: str, lane: str) -> None:
            self.name = name
            self.lane = lane

        def get(self) -> str:
            meeting.wait()
            return self.name

    a, b = Meter("a", "bus 1"), Meter("b", "bus 2")
    with begin(data) as run:
        for _ in run.sweep(lab.gate, [0, 1]):
            assert run.record(b, a) == ("b", "a")
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("measurand-lane")]


def test_what_is_wrong_is_said_before_anything_moves(data: DataRoot, lab: Any) -> None:
    guarded = Parameter("guarded", unit="V", set_cmd=lab.steps.append, vals=Numbers(0, 1))
    with begin(data) as run:
        with pytest.raises(RefusedValue, match="guarded: 2"):
            run.sweep(guarded, 0, 2, num=3)
        with pytest.raises(DefinitionError, match="num"):
            run.sweep(guarded, 0, 1)
        with pytest.raises(DefinitionError, match="whole numbers from 1"):
            run.repeat(0)
        with pytest.raises(DefinitionError, match="1.5 .*cannot be recorded"):
            run.record(1.5)
        with pytest.raises(DefinitionError, match="needs something to record"):
            run.record()
        with pytest.raises(DefinitionError, match="is no function"):
            run.finally_(None)  # type: ignore[arg-type]  # the mistake tested
        with pytest.raises(RefusedValue, match="guarded: 3"):
            list(run.sweep(guarded, iter([1, 3])))
    assert lab.steps == [1]


def test_a_value_of_another_kind_is_refused(data: DataRoot, lab: Any) -> None:
    """L03."""
    with begin(data) as run:
        for _ in run.sweep(lab.gate, [0]):
            run.record(x=1.0)
        for _ in run.sweep(lab.gate, [1]):
            with pytest.raises(RefusedRow, match="x"):
                run.record(x=[[1], [2, 3]])
            run.record(x=2.0)
    assert run.dataset.numpy("x").tolist() == [1]


def test_failure_keeps_data_and_says_where(data: DataRoot, lab: Any) -> None:
    """K20, L09: status failed, exit actions done, the message names the point."""
    with pytest.raises(TimeoutError) as caught, begin(data, finally_=[lambda: lab.steps.append("safe")]) as run:
        run.finally_(lambda: lab.steps.append("off"))
        for gate in run.sweep(lab.gate, [0, 1, 2]):
            for bias in run.sweep(lab.bias, [3, 4]):
                run.record(lab.current)
                if (gate, bias) == (1, 3):
                    raise TimeoutError("no answer")
    assert "the last point was gate = 1 V, bias = 3 V" in caught.value.__notes__
    assert lab.steps[-2:] == ["safe", "off"]
    assert data.load("last").status == "failed"
    assert data.load("last").rows() == 3


@pytest.mark.parametrize("twice", [False, True])
def test_ctrl_c(data: DataRoot, lab: Any, twice: bool) -> None:
    """I05, I06, I07: the first lets the row be stored, the second ends at once; exit actions are done after either."""

    def read() -> float:
        if lab.gate.cache.value == 1:
            for _ in range(1 + twice):
                signal.raise_signal(signal.SIGINT)
        return 7.0

    before = signal.getsignal(signal.SIGINT)
    x = Parameter("x", get_cmd=read)
    with pytest.raises(KeyboardInterrupt), begin(data, finally_=[lambda: lab.steps.append("safe")]) as run:
        for _ in run.sweep(lab.gate, [0, 1, 2]):
            run.record(x)
    assert signal.getsignal(signal.SIGINT) is before
    assert lab.steps == ["gate=0", "gate=1", "safe"]
    assert run.dataset.status == run.handle.state == "interrupted"
    assert run.dataset.numpy("x").tolist() == ([7] if twice else [7, 7])


def test_ctrl_c_before_a_setpoint(data: DataRoot, lab: Any) -> None:
    with pytest.raises(KeyboardInterrupt), begin(data) as run:
        for _ in run.sweep(lab.gate, [0, 1, 2]):
            signal.raise_signal(signal.SIGINT)
    assert lab.steps == ["gate=0"]


def test_stop_and_pause(data: DataRoot, lab: Any) -> None:
    """DESIGN 9: looked at between two values; the program goes on after the block."""
    with begin(data) as run:
        for gate in run.sweep(lab.gate, 0, 9, num=10):
            run.record(lab.current)
            if gate == 2:
                run.handle.pause("helium")
                threading.Timer(0.01, run.handle.resume).start()
            if gate == 4:
                run.handle.stop("enough")
    assert run.dataset.rows() == 5
    assert [event.what for event in run.handle.events if event.what != "stop"] == [
        "running", "paused", "running", "interrupted",
    ]  # fmt: skip


def test_seen_and_steered_from_outside(data: DataRoot, lab: Any) -> None:
    with begin(data) as run:
        for number in run.repeat(delay=0.001):
            run.record(number=number)
            if (live(run.dataset) or {}).get("done", 0):
                steer(run.dataset, "stop", "from outside")
                break
        for _ in run.repeat(delay=0.001):
            pass
        raise AssertionError("not stopped")
    assert live(run.dataset)["state"] == "interrupted"  # type: ignore[index]  # there is one
    assert run.dataset.status == "interrupted"


def test_runs_inside_runs(data: DataRoot, lab: Any) -> None:
    with begin(data) as outer:
        for _ in outer.sweep(lab.gate, [0, 1]):
            with begin(data) as inner:
                for _ in inner.sweep(lab.bias, [1, 2]):
                    inner.record(lab.current)
            outer.record(lab.temperature)
            outer.note("one done")
    assert [data.load(number).status for number in (1, 2, 3)] == ["completed"] * 3
    assert data.load(1).to_xarray().temperature.dims == ("gate",)
    assert data.load(3).numpy("current").tolist() == [11, 12]
    assert data.load(1).notes == ("one done", "one done")


def test_an_observer_that_raises_disturbs_nothing(data: DataRoot, lab: Any) -> None:
    """K23."""
    with begin(data, observers=[lambda run: 1 / 0], observe_every=0.001) as run:
        for _ in run.sweep(lab.gate, 0, 1, num=100):
            run.record(lab.current)
    assert (run.dataset.status, run.dataset.rows()) == ("completed", 100)


# --- the same as a plan -----------------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=3), min_size=1, max_size=3), st.booleans())
def test_a_loop_stores_what_the_plan_would(data: DataRoot, axes: list[list[int]], outer: bool) -> None:
    """Whatever the values: at every level the same columns, dims, setpoints and results."""
    knobs = [ManualParameter(f"knob{level}", unit="V") for level in range(len(axes))]
    total = Parameter("total", get_cmd=lambda: sum(knob.get() * 4**level for level, knob in enumerate(knobs)))
    first = Parameter("first", get_cmd=knobs[0].get)

    def go(run: OpenRun, level: int) -> None:
        for _ in run.sweep(knobs[level], axes[level]):
            if outer and level == 0:
                run.record(first)
            if level + 1 < len(axes):
                go(run, level + 1)
            else:
                run.record(total)

    def plan(level: int) -> Plan:
        own = (
            [first, Wait(0)] if outer and level == 0 else []
        )  # a wait parts neighbours, as two calls of record are apart
        return sweep(knobs[level], axes[level]).each(*own, plan(level + 1) if level + 1 < len(axes) else total)

    with new_run("trial", data=MemoryStore(), snapshot=dict) as run:
        go(run, 0)
    planned = plan(0).run(data=MemoryStore(), snapshot=dict, progress=False).dataset
    left, right = run.dataset.to_xarray(), planned.to_xarray()
    assert left.drop_attrs().equals(right.drop_attrs())
    assert run.dataset.tables == planned.tables
