"""How loops run: here, in the background, one after another, looked on, halted, kept or not; K16 to K25."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from measurand.dataset import DataRoot
from measurand.errors import DefinitionError, MeasurementError, TransportTimeout
from measurand.measure import QUEUE, Loop, Measure, Task, Wait, get_bg, halt_bg
from measurand.parameters import (
    Parameter,
)
from measurand.station import Station

PATIENCE = 20.0  # s, far more than anything here takes
NAN = np.nan


class Door:
    """A quantity whose reading waits until the test lets it go on."""

    def __init__(self) -> None:
        self.arrived = threading.Semaphore(0)
        self.open = threading.Semaphore(0)
        self.parameter = Parameter("held", get_cmd=self._read)

    def _read(self) -> float:
        self.arrived.release()
        assert self.open.acquire(timeout=PATIENCE)
        return 1.0

    def reached(self) -> None:
        assert self.arrived.acquire(timeout=PATIENCE)

    def let(self, points: int) -> None:
        for _ in range(points):
            self.open.release()


@pytest.fixture
def door() -> Iterator[Door]:
    one = Door()
    yield one
    one.let(1000)  # nothing stays behind
    for waiting in QUEUE:
        waiting.wait(PATIENCE)


def shows(array: Any, expected: Any) -> bool:
    """Whether an array has these values, NaN where nothing was measured."""
    np.testing.assert_array_equal(np.asarray(array), np.array(expected, dtype=float))
    return True


def _raise(error: Exception) -> None:
    raise error


def test_in_the_foreground_it_returns_when_it_has_ended(run: Any, lab: Any) -> None:
    """K16, L14."""
    done = run(Loop(lab.gate[0, 1]).each(lab.current))
    assert (done.sync(), done.fraction_complete(), done.status, done.run.state) == (False, 1, "completed", "completed")


def test_in_the_background_it_returns_at_once_with_live_data(run: Any, lab: Any, door: Door) -> None:
    """K16, L14: arrays have their full size and fill up."""
    live = run(Loop(lab.gate[0, 1, 2]).each(door.parameter), background=True)
    door.reached()
    assert live.sync()
    assert shows(live.held, [NAN, NAN, NAN])
    door.let(2)
    door.reached()
    door.reached()
    assert shows(live.held, [1, 1, NAN])
    assert shows(live.gate_set, [0, 1, NAN])
    assert live.fraction_complete() == pytest.approx(2 / 3)
    door.let(1)
    assert live.complete(timeout=PATIENCE) is live
    assert shows(live.held, [1, 1, 1])
    assert not live.sync()


def test_background_loops_wait_for_each_other(run: Any, lab: Any, door: Door) -> None:
    """K17, K18: they are listed, and one can be taken out; what waits has no data yet."""
    loop = Loop(lab.gate[0]).each(door.parameter)
    first, second, third = (run(loop, background=True, name=name) for name in ("first", "second", "third"))
    door.reached()
    assert list(QUEUE) == [first.run, second.run, third.run]
    assert get_bg() is get_bg(return_first=True) is first.run
    assert shows(third.held, [NAN])
    assert third.location is None
    QUEUE.move(third.run)
    QUEUE.cancel(second.run)
    door.let(2)
    assert shows(third.complete(timeout=PATIENCE).held, [1])
    assert (first.status, second.run.state, third.number) == ("completed", "interrupted", 2)
    third.run.wait(PATIENCE)
    assert get_bg() is None


def test_the_foreground_waits_for_the_background(
    run: Any, lab: Any, door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    """K17: two loops never move the same gate at once; a loop inside a parameter's get waits for nobody."""
    inside = Parameter("inside", get_cmd=lambda: Measure(lab.temperature).run_temp().temperature[0])
    before = run(Loop(lab.gate[0]).each(inside, door.parameter), background=True)
    door.reached()
    threading.Timer(0.05, door.let, [1]).start()
    with caplog.at_level(logging.WARNING, "measurand.measure"):
        after = run(Loop(lab.gate[5]).each(lab.current))
    assert before.run.ended
    assert "waits for the end of <Run 1" in caplog.text
    assert shows(after.current, [50])
    assert shows(before.inside, [0.1])


def test_halting_keeps_the_data(run: Any, lab: Any, door: Door) -> None:
    """K19: exit actions are done; what does not end in time is said, and ends when its step does."""
    loop = Loop(lab.gate[0, 1, 2]).each(door.parameter)
    live = run(loop, background=True)
    behind = run(loop, background=True)
    door.reached()
    door.let(1)
    door.reached()
    with pytest.raises(MeasurementError, match=r"was asked to stop, and has not ended within 0 s.*its rows are stored"):
        halt_bg(timeout=0, waiting=True)
    assert behind.run.state == "interrupted"
    door.let(1)
    assert live.run.wait(PATIENCE).state == live.status == "interrupted"
    assert shows(live.held, [1, 1, NAN])
    assert halt_bg() is None


def test_a_failure_in_the_background_is_visible(run: Any, lab: Any) -> None:
    """K20: on the run, in the data, and at the result."""
    broken = Parameter("broken", get_cmd=lambda: _raise(TransportTimeout("dmm: no answer")))
    live = run(Loop(lab.gate[0, 1]).each(lab.temperature, Wait(0), broken), background=True)
    with pytest.raises(TransportTimeout, match="no answer"):
        live.complete(timeout=PATIENCE)
    assert live.run.state == live.status == "failed"
    assert "TransportTimeout: dmm: no answer" in live.metadata["error"]
    assert shows(live.temperature, [0.1, NAN])


def test_progress_is_shown_or_not(
    run: Any, lab: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """K21: nowhere in a pipe, everywhere on request, never when quiet."""
    monkeypatch.setitem(sys.modules, "ipykernel", ModuleType("ipykernel"))  # imported, but there is no notebook
    loop = Loop(lab.gate[0:30:1], 0.01).each(lab.current)
    run(loop, quiet=False)
    run(loop, quiet=True, progress_interval=1)
    assert capsys.readouterr().err == ""
    run(Loop(lab.gate[0:30:1], 0.01, progress_interval=1).each(lab.current), quiet=False)
    assert "run 3" in capsys.readouterr().err


def test_what_is_known_before_the_first_point(lab: Any, door: Door, data: DataRoot) -> None:
    """K22: the loop and the station; at the end its time."""
    station = Station(lab.temperature, default=False)
    loop = Loop(lab.gate[0], station=station).each(door.parameter)
    live = loop.run(background=True, data=data)
    door.reached()
    known = live.metadata
    assert known["loop"] == loop.to_dict()
    assert known["station"]["parameters"]["temperature"]["value"] == 0.1
    assert known["ended"] is None
    door.let(1)
    assert live.complete(timeout=PATIENCE).metadata["ended"]


def test_what_looks_on_cannot_disturb(run: Any, lab: Any, caplog: pytest.LogCaptureFixture) -> None:
    """K23: a task that fails is dropped after a while, with a note; the final one is called, after it, once."""
    calls: list[str] = []

    def task() -> None:
        calls.append("task")
        raise OSError("window closed")

    loop = Loop(lab.gate[0:20:1], 0.01).each(lab.current).with_bg_task(task, lambda: calls.append("final"), 0.001)
    done = run(loop)
    assert done.status == "completed"
    assert calls == ["task", "task", "task", "final"]
    assert "was dropped after 3 failures" in done.notes[0]
    assert "window closed" in caplog.text
    assert run(loop).status == "completed"  # the loop itself has not changed
    assert calls == ["task", "task", "task", "final"] * 2


def test_a_task_of_the_inner_loop_is_refused(lab: Any) -> None:
    """K23: one task for one run."""
    inner = Loop(lab.bias[0]).each(lab.current).with_bg_task(print)
    with pytest.raises(DefinitionError, match="give that to the outermost loop"):
        Loop(lab.gate[0]).each(inner)
    with pytest.raises(MeasurementError, match="has a background task already"):
        inner.with_bg_task(print)
    with pytest.raises(DefinitionError, match="without parentheses"):
        Loop(lab.gate[0]).with_bg_task(print())  # type: ignore[func-returns-value, arg-type]  # the mistake


def test_a_loop_inside_a_get_leaves_nothing_behind(run: Any, lab: Any, data: DataRoot) -> None:
    """K25."""
    inner = Loop(lab.bias[5, 6]).each(lab.current)
    peak = Parameter("peak", get_cmd=lambda: max(inner.run_temp().current))
    done = run(Loop(lab.gate[0, 1, 2]).each(peak))
    assert shows(done.peak, [6, 16, 26])
    assert [one.number for one in data.runs()] == [1]


@pytest.mark.parametrize("background", [True, False])
def test_data_that_are_not_kept_on_disk(lab: Any, background: bool, caplog: pytest.LogCaptureFixture) -> None:
    """L12: in memory, in every way of running."""
    done = Loop(lab.gate[0, 1]).each(lab.current).run(background, quiet=True, snapshot=dict, location=False)
    assert done.location is False
    done.complete(timeout=PATIENCE)
    assert shows(done.current, [0, 10])
    assert done.to_xarray().current.values.tolist() == [0, 10]
    assert done.location is False
    assert caplog.text == ""


def test_a_failure_in_memory_does_not_name_a_place(lab: Any) -> None:
    """L12."""
    with pytest.raises(OSError, match="no") as caught:
        Loop(lab.gate[0]).each(lab.current, Task(_raise, OSError("no"))).run_temp()
    assert "its data is in memory" in caught.value.__notes__[-1]


def test_a_location_is_a_folder_with_a_folder_for_each_run(lab: Any, tmp_path: Path, data: DataRoot) -> None:
    """L13: an unused name each time; nothing is overwritten."""
    loop = Loop(lab.gate[0, 1]).each(lab.current)
    places = [loop.run(quiet=True, location=tmp_path / "here", name="a").location for _ in range(2)]
    assert len(set(places)) == 2
    assert all(Path(str(place)).is_relative_to(tmp_path / "here") for place in places)
    for options, message in (
        ({"location": "{date}/x"}, "there are no templates"),
        ({"location": 3}, "allowed are a folder, False and None"),
        ({"location": "x", "data": data}, "give one of them"),
        ({"overwrite": True}, "No run is ever overwritten"),
    ):
        with pytest.raises(DefinitionError, match=message):
            loop.run(**options)  # type: ignore[arg-type]  # the mistake


def test_arguments_are_checked(lab: Any) -> None:
    """K26: an unknown one is refused with the nearest."""
    loop = Loop(lab.gate[0]).each(lab.current)
    for options, message in (
        ({"bakground": True}, "Loop.run: unknown argument bakground=True. Did you mean background?"),
        ({"formatter": "hdf5"}, "Say export="),
        ({"io": "disk"}, "Say location="),
        ({"progress_interval": -1}, "allowed are numbers from 0 s and None"),
    ):
        with pytest.raises(DefinitionError) as caught:
            loop.run(**options)  # type: ignore[arg-type]  # the mistake
        assert message in str(caught.value)
    assert lab.steps == []


def test_arguments_of_2016_that_ask_for_nothing_are_accepted(run: Any, lab: Any) -> None:
    """L14."""
    done = run(Loop(lab.gate[0]).each(lab.current), data_manager=False, write_period=5, overwrite=False, formatter=None)
    assert done.status == "completed"


def test_data_can_be_had_before_the_run(run: Any, lab: Any, data: DataRoot) -> None:
    """L14: prepared, running, ended; what was said about them cannot be said again."""
    loop = Loop(lab.gate[0, 1]).each(lab.current)
    prepared = loop.get_data_set(data=data)
    assert shows(prepared.current, [NAN, NAN])
    assert (prepared.fraction_complete(), prepared.location, prepared.sync()) == (0, None, False)
    with pytest.raises(MeasurementError, match="was not run yet"):
        _ = prepared.run
    with pytest.raises(MeasurementError, match="prepared by get_data_set"):
        loop.run(location="elsewhere")
    assert loop.run(quiet=True, snapshot=dict) is prepared
    assert shows(prepared.current, [0, 10])
    assert run(loop) is not prepared


def test_prepared_data_grow_while_the_loop_runs(lab: Any, data: DataRoot) -> None:
    """L14: what looks on sees what is there by then."""
    seen: list[Any] = []
    looking = Task(lambda: seen.append(prepared.current.tolist()))
    loop = Loop(lab.gate[0, 1]).each(lab.current, looking)
    prepared = loop.get_data_set(data=data)
    loop.run(quiet=True, snapshot=dict)
    np.testing.assert_array_equal(seen, [[0, NAN], [0, 10]])
