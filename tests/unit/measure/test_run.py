"""Runs: order of events, what is stored, how they end."""

from __future__ import annotations

import signal
from typing import Any

import numpy as np
import pytest

from measurand._core.stop import Stopped
from measurand.dataset import DataRoot
from measurand.measure import BreakIf, Plan, Run, Task, Wait, new_run, sweep
from measurand.parameters import MultiParameter, Parameter, ParameterWithSetpoints, combine
from measurand.testing import FakeClock
from measurand.validators import Arrays


def run(plan: Plan, data: DataRoot, **options: Any) -> Run:
    return plan.run(data=data, snapshot=lambda: {"gate": 1}, **options)


def test_one_sweep(data: DataRoot, lab: Any) -> None:
    """K14, L17: setpoints as set, names, labels and units with the data."""
    done = run(sweep(lab.gate, 0, 1, num=3).each(lab.current), data, name="gate sweep", sample="S1")
    assert done.state == done.dataset.status == "completed"
    assert lab.steps == ["gate=0", "current?", "gate=0.5", "current?", "gate=1", "current?"]
    stored = done.dataset.to_xarray()
    assert stored.current.dims == ("gate",)
    assert stored.gate.values.tolist() == [0, 0.5, 1]
    assert stored.current.values.tolist() == [0, 5, 10]
    assert (stored.current.attrs["units"], stored.current.attrs["long_name"]) == ("A", "Current")
    assert stored.gate.attrs["units"] == "V"
    assert (done.dataset.name, done.dataset.snapshot, done.dataset.metadata["sample"]) == (
        "gate sweep",
        {"gate": 1},
        "S1",
    )
    assert done.dataset.plan == done.plan.to_dict()
    assert repr(done) == "<Run 1 'gate sweep': completed, 3 of 3 points>"


def test_a_run_names_those_that_it_uses(data: DataRoot, lab: Any) -> None:
    first = run(sweep(lab.gate[0, 1]).each(lab.current), data)
    second = run(sweep(lab.gate[0, 1]).each(lab.current), data, parents=[first.dataset.id])
    assert tuple(second.dataset.parents) == (first.dataset.id,)


def test_measuring_at_two_levels(data: DataRoot, lab: Any) -> None:
    """K03: arrays of different dimension."""
    inner = sweep(lab.bias, -1, 1, num=5).each(lab.current)
    stored = run(sweep(lab.gate, 0, 3, num=4).each(lab.temperature, inner), data).dataset.to_xarray()
    assert stored.temperature.dims == ("gate",)
    assert stored.current.dims == ("gate", "bias")
    expected = 10 * np.linspace(0, 3, 4)[:, None] + np.linspace(-1, 1, 5)[None, :]
    np.testing.assert_allclose(stored.current.values, expected)


def test_actions_keep_their_order(data: DataRoot, lab: Any) -> None:
    """K04, K07."""
    clock = FakeClock()
    plan = sweep(lab.gate[1, 2], delay=0.5).each(
        Task(lab.steps.append, "before"), lab.current, Wait(3), lambda: lab.steps.append("after")
    ).then(lambda: lab.steps.append("then")).finally_(lambda: lab.steps.append("finally"))  # fmt: skip
    run(plan, data, clock=clock)
    point = ["before", "current?", "after"]
    assert lab.steps == ["gate=1", *point, "gate=2", *point, "then", "finally"]
    assert clock.slept == [0.5, 3, 0.5, 3]


def test_task_reads_parameters_among_its_arguments(data: DataRoot, lab: Any) -> None:
    got: list[Any] = []
    task = Task(lambda *a, **k: got.append((a, k)), lab.temperature, 7, print, t=lab.temperature)
    run(sweep(lab.gate[1:2:1]).each(task, lab.current), data)
    assert got == [((0.1, 7, print), {"t": 0.1})]


def test_break_ends_its_level_only(data: DataRoot, lab: Any) -> None:
    """K05: the setpoint stays, the rest of the point is not measured."""
    inner = sweep(lab.bias, 0, 4, num=5).each(BreakIf(lambda: lab.bias.cache.value == 2), lab.current)
    done = run(sweep(lab.gate, 0, 1, num=2).each(inner), data)
    assert done.state == "completed"
    stored = done.dataset.to_xarray().current
    assert stored.shape == (2, 5)
    assert np.isnan(stored.values[:, 2:]).all()
    assert np.isfinite(stored.values[:, :2]).all()


def test_hysteresis_keeps_both_directions(data: DataRoot, lab: Any) -> None:
    """A value that is visited twice is two points."""
    stored = run(sweep(lab.gate[0, 1, 2, 1, 0]).each(lab.current), data).dataset.to_xarray()
    assert stored.gate.values.tolist() == [0, 1, 2, 1, 0]
    assert stored.current.values.tolist() == [0, 10, 20, 10, 0]


def test_the_same_quantity_twice(data: DataRoot, lab: Any) -> None:
    """K10: distinguishable; a swept quantity that is also measured keeps its setpoints apart."""
    counter = iter(range(100))
    count = Parameter("count", get_cmd=lambda: next(counter))
    stored = run(sweep(lab.gate[5, 6]).each(count, Wait(0), count, lab.gate), data).dataset.to_xarray()
    assert stored["count"].values.tolist() == [0, 2]
    assert stored.count_2.values.tolist() == [1, 3]
    assert stored.gate_set.values.tolist() == [5, 6]


def test_what_can_be_measured_without_being_a_parameter(data: DataRoot, lab: Any) -> None:
    class Camera:
        name = "camera"
        unit = "counts"

        def get(self) -> np.ndarray[Any, Any]:
            return np.full((2, 3), lab.gate.cache.value)

    done = run(sweep(lab.gate[1, 2]).each(Camera()), data)
    assert done.dataset.numpy("camera").shape == (2, 2, 3)
    assert done.dataset.numpy("camera")[1].tolist() == [[2, 2, 2]] * 2


def test_failure_keeps_data_and_says_where(data: DataRoot, lab: Any) -> None:
    """K20, L09: status failed, rows readable, exit actions done, the message names the point."""

    def fail() -> float:
        if lab.gate.cache.value == 2:
            raise TimeoutError("no answer")
        return 1.0

    broken = Parameter("broken", get_cmd=fail)
    plan = sweep(lab.gate[0, 1, 2, 3]).each(broken).then(lab.steps.clear).finally_(lambda: lab.steps.append("safe"))
    with pytest.raises(TimeoutError) as caught:
        run(plan, data)
    notes = "\n".join(caught.value.__notes__)
    assert "while reading broken" in notes
    assert "at gate = 2 V" in notes
    assert lab.steps[-2:] == ["gate=2", "safe"]
    dataset = data.load("last")
    assert f"measurand.load({str(dataset.path)!r})" in notes
    assert dataset.status == "failed"
    assert dataset.numpy("broken").tolist() == [1, 1]
    assert "no answer" in dataset.metadata["error"]


def test_every_exit_action_runs(data: DataRoot, lab: Any) -> None:
    """Teardown always runs completely; errors are gathered."""

    def fail(text: str) -> None:
        lab.steps.append(text)
        raise ValueError(text)

    exits = [Task(fail, "one"), Task(fail, "two"), Task(lab.steps.append, "three")]
    with pytest.raises(ExceptionGroup) as caught:
        run(sweep(lab.gate[0]).each(lab.current).finally_(*exits), data)
    assert [str(error) for error in caught.value.exceptions] == ["one", "two"]
    assert lab.steps[-3:] == ["one", "two", "three"]
    assert data.load("last").status == "failed"


def test_stop_from_an_action(data: DataRoot, lab: Any) -> None:
    """I07: ends after the present step, dataset kept, exit actions may still wait and ramp."""
    lab.gate.step = 0.5
    clock = FakeClock()

    class Reading:
        name = "reading"

        def get(self) -> float:
            if lab.gate.cache.value >= 2:
                raise Stopped("enough")
            return 1.0

    done = run(
        sweep(lab.gate, 0, 9, num=10).each(Reading()).finally_(Wait(1), Task(lab.gate.set, 0)), data, clock=clock
    )
    assert done.state == done.dataset.status == "interrupted"
    assert done.dataset.numpy("gate").tolist() == [0, 1]
    assert lab.gate.cache() == 0
    assert clock.slept == [1]


def test_ctrl_c_stores_the_row_and_ends(data: DataRoot, lab: Any) -> None:
    """I06, I07: a real signal in the middle of a reading."""

    def read() -> float:
        if lab.gate.cache.value == 1:
            signal.raise_signal(signal.SIGINT)
        return 7.0

    before = signal.getsignal(signal.SIGINT)
    plan = sweep(lab.gate[0, 1, 2]).each(Parameter("x", get_cmd=read)).finally_(lambda: lab.steps.append("safe"))
    with pytest.raises(KeyboardInterrupt, match="interrupted, 2 of 3 points"):
        run(plan, data)
    assert signal.getsignal(signal.SIGINT) is before
    assert lab.steps == ["gate=0", "gate=1", "safe"]
    assert data.load("last").status == "interrupted"
    assert data.load("last").numpy("x").tolist() == [7, 7]


def test_second_ctrl_c_is_at_once(data: DataRoot, lab: Any) -> None:
    def read() -> float:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        raise AssertionError("not reached")

    plan = sweep(lab.gate[0, 1]).each(Parameter("x", get_cmd=read)).finally_(lambda: lab.steps.append("never"))
    with pytest.raises(KeyboardInterrupt):
        run(plan, data)
    assert lab.steps == ["gate=0"]
    assert data.load("last").status == "interrupted"


def test_ctrl_c_ends_a_long_wait(data: DataRoot, lab: Any) -> None:
    wait = Wait(3600)
    plan = sweep(lab.gate[0, 1]).each(lab.current, lambda: signal.raise_signal(signal.SIGINT), wait)
    with pytest.raises(KeyboardInterrupt):
        run(plan, data)
    assert data.load("last").numpy("current").tolist() == [0]


def test_connections_are_read_at_the_same_time(data: DataRoot, lab: Any) -> None:
    """K15: two connections meet at a barrier; order kept as declared."""
    import threading

    meeting = threading.Barrier(2, timeout=10)

    class Meter:
        def __init__(self, name: str, lane: str) -> None:
            self.name = name
            self.lane = lane

        def get(self) -> str:
            meeting.wait()
            return f"{self.name}{lab.gate.cache.value}"

    done = run(sweep(lab.gate[0, 1]).each(Meter("b", "bus 1"), lab.current, Meter("a", "bus 2")), data)
    assert done.dataset.numpy("b").tolist() == ["b0", "b1"]
    assert done.dataset.numpy("a").tolist() == ["a0", "a1"]
    assert done.dataset.numpy("current").tolist() == [0, 10]
    assert not [t for t in threading.enumerate() if t.name.startswith("measurand-lane")]


@pytest.mark.parametrize("lanes", [True, False])
def test_what_was_read_of_a_group_that_failed_is_kept(data: DataRoot, lab: Any, *, lanes: bool) -> None:
    """K15: partial results kept, in the record of the run; a row of them would have a value that nobody measured."""

    class Meter:
        def __init__(self, name: str, value: Any) -> None:
            self.name = self.lane = name
            self._value = value

        def get(self) -> Any:
            if lab.gate.cache.value == 1 and self._value is None:
                raise OSError("cable")
            return self._value or 0.0

    plan = sweep(lab.gate[0, 1, 2]).each(Meter("good", 3.5), Meter("bad", None))
    with pytest.raises(OSError, match="cable"):
        run(plan, data, lanes=lanes)
    dataset = data.load("last")
    assert dataset.numpy("good").tolist() == [3.5]
    (kept,) = [event for event in dataset.events if event["event"] == "partial"]
    assert (kept["table"], kept["index"], kept["read"]) == ("data", [1], {"good": 3.5})
    assert kept["setpoints"] == {"gate": 1}


def test_what_was_read_in_a_free_loop_that_failed_is_kept(data: DataRoot, lab: Any) -> None:
    """K15."""
    values = iter([1.0, 2.0])
    with pytest.raises(StopIteration), new_run("free", data=data, progress=False) as loop:
        for _ in loop.sweep(lab.gate, [0, 1, 2]):
            loop.record(lab.current, Parameter("x", get_cmd=lambda: next(values)))
    (kept,) = [event for event in data.load("last").events if event["event"] == "partial"]
    assert (kept["index"], kept["setpoints"], kept["read"]) == ([2], {"gate": 2}, {"current": 20})


def test_value_of_the_wrong_shape_fails_at_that_point(data: DataRoot, lab: Any) -> None:
    """LEGACY R5: never a run that succeeds with wrong data."""
    values = iter([1.0, 2.0, [1, 2], 4.0])
    with pytest.raises(ValueError, match="x"):
        run(sweep(lab.gate[0, 1, 2, 3]).each(Parameter("x", get_cmd=lambda: next(values))), data)
    dataset = data.load("last")
    assert (dataset.status, dataset.numpy("x").tolist()) == ("failed", [1, 2])


def test_progress_bar(data: DataRoot, lab: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """K21: rate and remaining time, on stderr; silent when nobody looks."""
    run(sweep(lab.gate[0, 1]).each(lab.current), data)
    assert capsys.readouterr() == ("", "")
    run(sweep(lab.gate[0, 1]).each(lab.current, Wait(0.5)), data, progress=True)
    shown = capsys.readouterr().err
    assert "run 2" in shown
    assert "2/2" in shown


def test_readings_with_several_columns_and_axes(data: DataRoot, lab: Any) -> None:
    """K09: MultiParameter, arrays with setpoints and parameters moved together get the right columns."""
    frequency = Parameter("freq", unit="Hz", vals=Arrays(shape=(4,)), get_cmd=lambda: np.arange(4.0))
    trace = ParameterWithSetpoints(
        "trace",
        unit="dB",
        vals=Arrays(shape=(4,)),
        setpoints=(frequency,),
        get_cmd=lambda: np.full(4, lab.gate.cache()),
    )

    class Pair(MultiParameter):
        def get_raw(self) -> tuple[float, float]:
            return lab.gate.cache(), lab.bias.cache()

    pair = Pair("pair", names=("one", "two"), shapes=((), ()), units=("V", "A"))
    both = combine(lab.gate, lab.bias, name="both")
    stored = run(sweep(both.sweep([1, 2, 3], [10, 20, 30])).each(pair, trace, lab.current), data).dataset.to_xarray()
    assert dict(stored.sizes) == {"both": 3, "freq": 4}
    assert stored.gate.values.tolist() == stored.one.values.tolist() == [1, 2, 3]
    assert stored.bias.values.tolist() == stored.two.values.tolist() == [10, 20, 30]
    assert stored.trace.dims == ("both", "freq")
    assert stored.trace.values[:, 0].tolist() == [1, 2, 3]
    assert stored.freq.values.tolist() == [0, 1, 2, 3]
    assert (stored.freq.attrs["units"], stored.two.attrs["units"]) == ("Hz", "A")
    assert stored.current.values.tolist() == [20, 40, 60]


def test_an_object_of_the_users_own_can_be_swept(data: DataRoot, lab: Any) -> None:
    class Stage:
        name = "stage"
        unit = "m"
        at = 0.0

        def set(self, value: float) -> None:
            self.at = value

    stage = Stage()
    position = Parameter("position", get_cmd=lambda: stage.at)
    stored = run(sweep(stage, 0, 1, num=3).each(position), data).dataset.to_xarray()
    assert stored.position.values.tolist() == stored.stage.values.tolist() == [0, 0.5, 1]
    assert stored.stage.attrs["units"] == "m"


def test_a_snapshot_that_fails_does_not_cost_the_run(data: DataRoot, lab: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: object, update: bool | None = False) -> dict[str, Any]:
        raise RuntimeError("driver bug")

    monkeypatch.setattr(type(lab.gate), "snapshot", fail)
    done = sweep(lab.gate[0, 1]).each(lab.current).run(data=data)
    assert done.dataset.snapshot == {"error": "RuntimeError: driver bug"}


def test_the_stored_error_says_where(data: DataRoot, lab: Any) -> None:
    """Who loads the run next week reads what the experimenter saw."""
    with pytest.raises(OSError, match="cable"):
        run(sweep(lab.gate[3, 4]).each(Parameter("x", get_cmd=lambda: (_ for _ in ()).throw(OSError("cable")))), data)
    error = data.load("last").metadata["error"]
    assert error.splitlines() == ["OSError: cable", "while reading x", "at gate = 3 V"]


def test_one_part_at_two_places_of_a_plan(data: DataRoot, lab: Any) -> None:
    """K08, K10: the same nested plan twice gives two groups of columns, each with its own values."""
    inner = sweep(lab.bias[1, 2]).each(lab.current)
    plan = sweep(lab.gate[0, 1]).each(inner, Task(lab.temperature.set, 9.0), inner)
    stored = run(plan, data).dataset.to_xarray()
    assert lab.steps.count("current?") == 8
    for name in ("current", "current_2"):
        np.testing.assert_array_equal(stored[name].values, [[1, 2], [11, 12]])


def test_two_sweeps_of_one_parameter_beside_each_other(data: DataRoot, lab: Any) -> None:
    """Up and down have an axis each: a value is found at the setpoint where it was measured."""
    up, down = sweep(lab.bias, 0, 1, num=3).each(lab.current), sweep(lab.bias, 1, 0, num=3).each(lab.current)
    stored = run(sweep(lab.gate[0, 1]).each(up, down), data).dataset.to_xarray()
    assert (stored.current.dims, stored.current_2.dims) == (("gate", "bias"), ("gate", "bias_2"))
    assert stored.bias_2.values.tolist() == [1, 0.5, 0]
    for values, axis in ((stored.current, stored.bias), (stored.current_2, stored.bias_2)):
        np.testing.assert_array_equal(values.values, 10 * stored.gate.values[:, None] + axis.values[None, :])


def test_an_invented_name_does_not_take_a_real_one(data: DataRoot, lab: Any) -> None:
    """K10: two thermometers T and T_2, and T measured twice."""
    t, t_2 = Parameter("T", get_cmd=lambda: 4.2), Parameter("T_2", get_cmd=lambda: 77.0)
    done = run(sweep(lab.gate[0, 1]).each(t, sweep(lab.bias[0, 1]).each(t, t_2)), data)
    assert set(done.dataset.numpy("T_2")) == {77.0}
    assert set(done.dataset.numpy("T_3")) == {4.2}


def test_loop_after_each_goes_to_the_innermost_level(data: DataRoot, lab: Any) -> None:
    plan = sweep(lab.gate[0, 1]).each(lab.temperature).loop(lab.bias, 0, 1, num=3).each(lab.current)
    assert run(plan, data).dataset.to_xarray().current.shape == (2, 3)


@pytest.mark.parametrize(
    ("values", "expected"),
    [([0, 1j], [0, 1j]), ([True, False], [True, False]), (["a", "b"], ["a", "b"]), ([1, 2.5], [1, 2.5])],
)
def test_setpoints_of_every_kind(data: DataRoot, lab: Any, values: list[Any], expected: list[Any]) -> None:
    p = Parameter("p", set_cmd=lambda value: None)
    assert run(sweep(p, values).each(lab.current), data).dataset.numpy("p").tolist() == expected


def test_ctrl_c_in_a_run_inside_a_run_ends_both(data: DataRoot, lab: Any) -> None:
    """I07: the inner one stops after its step, the outer one too, and its exit actions are done."""
    inner = sweep(lab.bias, 0, 9, num=10).each(lab.current, lambda: signal.raise_signal(signal.SIGINT))
    outer = sweep(lab.gate[0, 1]).each(lab.current, lambda: run(inner, data)).finally_(lambda: lab.steps.append("safe"))
    with pytest.raises(KeyboardInterrupt):
        run(outer, data)
    assert [record.status for record in data.runs()] == ["interrupted", "interrupted"]
    assert lab.steps[-1] == "safe"
    assert len(data.load(2).numpy("current")) == 1


def test_a_keyboard_interrupt_raised_by_an_action_is_not_swallowed(data: DataRoot, lab: Any) -> None:
    def press() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(sweep(lab.gate[0, 1]).each(lab.current, press), data)
    assert data.load("last").status == "interrupted"


def test_ctrl_c_while_the_run_ends_does_not_leave_it_open(
    data: DataRoot, lab: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second Ctrl-C falls into the writer's last step: the status is still recorded."""
    from measurand.dataset import Writer

    finish, pressed = Writer.finish, []

    def interrupted_once(self: Writer, *args: Any) -> None:
        if not pressed:
            pressed.append(True)
            raise KeyboardInterrupt
        finish(self, *args)

    monkeypatch.setattr(Writer, "finish", interrupted_once)
    with pytest.raises(KeyboardInterrupt):
        run(sweep(lab.gate[0, 1]).each(lab.current, lambda: signal.raise_signal(signal.SIGINT)), data)
    assert data.load("last").status == "interrupted"


@pytest.mark.parametrize("stderr", [None, object()])
def test_without_a_terminal_there_is_no_bar_and_no_harm(
    data: DataRoot, lab: Any, monkeypatch: pytest.MonkeyPatch, stderr: object
) -> None:
    """pythonw has no stderr; a window may have one of its own."""
    monkeypatch.setattr("sys.stderr", stderr)
    assert run(sweep(lab.gate[0, 1]).each(lab.current), data).state == "completed"


def test_a_held_lock_does_not_block_the_lanes(data: DataRoot, lab: Any) -> None:
    """Who holds an instrument's lock around a run reads in his own thread."""
    import threading

    class Line:
        def __init__(self) -> None:
            self.lock = threading.RLock()

    class Meter:
        def __init__(self, name: str) -> None:
            self.name, self.lane = name, Line()

        def get(self) -> float:
            with self.lane.lock:
                return 1.0

    a, b = Meter("a"), Meter("b")
    with b.lane.lock:
        assert run(sweep(lab.gate[0, 1]).each(a, b), data).state == "completed"
