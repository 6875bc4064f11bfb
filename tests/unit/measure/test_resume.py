"""A run that stopped goes on at the first point that is missing: what is set, read and done again, and what is refused."""

from __future__ import annotations

import errno
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.unit.measure.box import Box, grid, stopped

import measurand
from measurand.dataset import DataRoot, MemoryStore
from measurand.errors import PlanError, StorageFailed
from measurand.measure import (
    BreakIf,
    Loop,
    Read,
    Run,
    Task,
    Wait,
    do1d,
    live,
    once,
    resume,
    sweep,
)
from measurand.parameters import ManualParameter, Parameter, adaptive
from measurand.testing import FakeClock


def test_it_goes_on_at_the_first_point_that_is_missing(data: DataRoot, box: Box) -> None:
    """L09: in the same dataset; what is stored is neither set nor read."""
    stopped(grid(box), box, 3, data)
    assert data.load("last").status == "failed"
    run = resume("last", data=data)
    assert box.said == ["gate 1", "bias 1", "?", "gate 2", "bias 0", "?", "bias 1", "?"]
    assert (run.state, repr(run.progress)) == ("completed", "6 of 6 points")
    assert len(data.runs()) == 1
    assert run.dataset.status == "completed"
    assert run.dataset.to_xarray()["box_current"].values.tolist() == [[0, 1], [10, 11], [20, 21]]
    assert run.dataset.metadata["error"] is None


@pytest.mark.parametrize("given", ["number", "id", "last", "folder", "path", "dataset", "record", "handle"])
def test_the_run_is_given_as_people_have_it(data: DataRoot, box: Box, given: str) -> None:
    handle = Run(grid(box))
    stopped(grid(box), box, 3, data, handle=handle)
    dataset = data.load("last")
    what: Any = {
        "number": 1, "id": dataset.id[:8], "last": "last", "folder": dataset.path, "path": str(dataset.path), "dataset": dataset,
        "record": data.runs()[-1], "handle": handle,
    }[given]  # fmt: skip
    where = {"data": data} if given in ("number", "id", "last") else {}
    assert resume(what, **where).state == "completed"
    assert dataset.rows() == 6


def test_the_face_resumes_in_the_data_root_of_the_process(tmp_path: Path, box: Box) -> None:
    root = measurand.open_data(tmp_path / "face")
    stopped(grid(box), box, 2, root)
    assert measurand.resume(1).dataset.rows() == 6


def test_ctrl_c_then_on(data: DataRoot, box: Box) -> None:
    """L14: the row in progress is stored, the run is interrupted, and goes on behind it."""

    def press() -> None:
        if box.said.count("?") == 4:
            signal.raise_signal(signal.SIGINT)

    other = box.add_parameter("other", get_cmd=press, get_parser=lambda _: 0.0)
    plan = sweep(box.gate, 0, 2, num=3).loop(box.bias, 0, 1, num=2).each(box.current, other)
    with pytest.raises(KeyboardInterrupt):
        plan.run(data=data, progress=False)
    assert (data.load(1).status, data.load(1).rows()) == ("interrupted", 4)
    box.said.clear()
    assert resume(1, data=data).dataset.to_xarray()["box_current"].values.tolist() == [[0, 1], [10, 11], [20, 21]]


def test_in_the_background(data: DataRoot, box: Box) -> None:
    stopped(grid(box), box, 4, data)
    handle = resume(1, data=data, start=True)
    assert handle.result(timeout=30).rows() == 6
    assert handle.state == "completed"


def test_stopped_twice(data: DataRoot, box: Box) -> None:
    stopped(grid(box), box, 1, data)
    box.fails_at = 2
    with pytest.raises(RuntimeError, match="the meter hung"):
        resume(1, data=data)
    assert resume(1, data=data).dataset.to_xarray()["box_current"].values.tolist() == [[0, 1], [10, 11], [20, 21]]


def test_a_full_disk_then_room(data: DataRoot, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run failed with every accepted row stored; after room was made it goes on."""
    plan = sweep(box.gate, 0, 299, num=300).each(box.current)
    if not hasattr(os, "posix_fallocate"):
        pytest.skip("the disk is filled by the call that allocates, which is POSIX")
    allocate, times = os.posix_fallocate, iter(range(99))

    def full(*arguments: Any) -> None:
        if next(times):
            raise OSError(errno.ENOSPC, "No space left on device")
        allocate(*arguments)

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(ExceptionGroup) as caught:
        plan.run(data=data, progress=False)
    assert isinstance(caught.value.exceptions[0], StorageFailed)
    monkeypatch.undo()
    assert data.load(1).rows() == 256
    assert resume(1, data=data).dataset.numpy("box_current").tolist() == [10.0 * n for n in range(300)]


def test_outer_levels_are_set_again_and_settle(data: DataRoot, box: Box) -> None:
    """K06: the first new point settles as long as the slowest level around it asks for."""
    plan = grid(box, delay=20.0)
    stopped(plan, box, 3, data, clock=FakeClock())
    clock = FakeClock()
    resume(1, data=data, clock=clock)
    assert clock.slept == [20.0, 20.0]
    assert box.said[:3] == ["gate 1", "bias 1", "?"]


def test_outer_levels_are_reached_by_their_ramp(data: DataRoot, box: Box) -> None:
    """A ramp never jumps, also not to where a run was stopped."""
    stopped(grid(box), box, 5, data)
    box.gate(0.5)
    box.gate.step = 0.5
    box.said.clear()
    resume(1, data=data)
    assert box.said == ["gate 1", "gate 1.5", "gate 2", "bias 1", "?"]


def test_a_point_that_lacks_one_of_its_rows_is_read_for_that_only(data: DataRoot, box: Box) -> None:
    plan = sweep(box.gate, 0, 2, num=3).each(
        box.current, Task(box.said.append, "task"), Read(box.current, suffix="_after")
    )
    stopped(plan, box, 3, data)
    run = resume(1, plan, data=data)
    assert box.said == ["gate 1", "task", "?", "gate 2", "?", "task", "?"]
    assert [run.dataset.rows(name) for name in run.dataset.tables] == [3, 3]


def test_what_stands_behind_the_last_row_is_done_again(data: DataRoot, box: Box) -> None:
    """Nobody knows whether it was done; a condition that was not looked at would otherwise never be."""
    trips = [True]

    def task() -> None:
        box.said.append("task")
        if box.gate.cache.value == 1 and trips:
            trips.clear()
            raise ZeroDivisionError

    plan = sweep(box.gate, 0, 3, num=4).each(box.current, task, BreakIf(lambda: box.gate.cache.value >= 1))
    with pytest.raises(ZeroDivisionError):
        plan.run(data=data, progress=False)
    box.said.clear()
    run = resume(1, plan, data=data)
    assert box.said == ["gate 1", "task"]
    assert run.dataset.rows() == 2


def test_a_level_that_broke_off_stays_broken_off(data: DataRoot, box: Box) -> None:
    def too_far() -> bool:
        return bool(box.bias.cache.value >= box.gate.cache.value)

    plan = sweep(box.gate, 0, 3, num=4).each(sweep(box.bias, 0, 5, num=6).each(box.current, BreakIf(too_far)))
    unbroken = MemoryStore()
    plan.run(data=unbroken, progress=False)
    for after in range(1, 10):
        store = MemoryStore()
        box.said.clear()
        stopped(plan, box, after, store)
        run = resume("last", plan, data=store, progress=False)
        assert run.dataset.rows(since=0)["_index"].tolist() == unbroken.load(1).rows(since=0)["_index"].tolist()
        assert box.said.count("?") == 10 - after


def test_enter_and_exit_actions(data: DataRoot, box: Box) -> None:
    note = box.said.append
    plan = grid(box).first(Task(note, "on")).then(Task(note, "home")).finally_(Task(note, "off"))
    stopped(plan, box, 5, data)
    resume(1, plan, data=data)
    assert box.said == ["on", "gate 2", "bias 1", "?", "home", "off"]


def test_only_the_end_was_missing(data: DataRoot, box: Box) -> None:
    """Killed behind the last row: nothing is set, what follows is done."""
    plan = grid(box).finally_(Task(box.said.append, "off"))
    run = plan.run(data=data, progress=False)
    path = run.dataset.path / "run.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(line for line in lines if b'"event": "end"' not in line and b'"event":"end"' not in line))
    assert data.load(1).status == "lost"
    box.said.clear()
    assert resume(1, plan, data=data).state == "completed"
    assert box.said == ["off"]
    assert data.load(1).rows() == 6


def test_a_sweep_that_was_over_is_brought_back_to_its_end(data: DataRoot, box: Box) -> None:
    """What is measured behind it was meant to be measured there."""
    plan = sweep(box.gate, 0, 1, num=2).each(box.current) + sweep(box.bias, 0, 2, num=3).each(box.current)
    stopped(plan, box, 3, data)
    box.gate(7)
    box.said.clear()
    run = resume(1, data=data)
    assert box.said == ["gate 1", "bias 1", "?", "bias 2", "?"]
    assert run.dataset.numpy("box_current_2").tolist() == [10.0, 11.0, 12.0]


def test_there_and_back(data: DataRoot, box: Box) -> None:
    """K: the second pass goes backwards, also if it was stopped in the middle."""
    plan = sweep(box.gate, 0, 1, num=2).each(sweep(box.bias, 0, 2, num=3, snake=True).each(box.current))
    stopped(plan, box, 4, data)
    run = resume(1, data=data)
    assert box.said == ["gate 1", "bias 1", "?", "bias 0", "?"]
    assert run.dataset.to_xarray()["box_current"].values.tolist() == [[0, 1, 2], [10, 11, 12]]


def test_a_reading_that_was_skipped_is_a_reading(data: DataRoot, box: Box) -> None:
    """L10: not measured is an outcome, with its quality; it is not tried again."""
    other = box.add_parameter("other", get_cmd=lambda: 1 / (0 if box.said.count("?") == 2 else 1))
    plan = sweep(box.gate, 0, 3, num=4).each(Read(box.current, on_error="skip"), other)
    box.fails_at = 1
    with pytest.raises(ZeroDivisionError):
        plan.run(data=data, progress=False)
    box.said.append("?")
    run = resume(1, data=data)
    assert run.dataset.numpy("box_current_quality").tolist() == ["ok", "missing", "ok", "ok"]


def halving(measure: list[Any]) -> Iterator[Any]:
    step = 8.0
    while step >= 1:
        found = yield step
        measure.append(found)
        step = step / 2 if found["box_current"] < 1000 else 0


def test_decisions_are_recalled_from_what_is_stored(data: DataRoot, box: Box) -> None:
    """K12: a generator is sent what was measured, before anything is set."""
    sent: list[Any] = []
    plan = sweep(adaptive(box.gate, lambda: halving(sent))).each(box.current)
    stopped(plan, box, 2, data)
    sent.clear()
    run = resume(1, plan, data=data)
    assert box.said == ["gate 2", "?", "gate 1", "?"]
    assert [one["box_current"] for one in sent] == [80.0, 40.0, 20.0, 10.0]
    assert run.dataset.numpy("box_gate").tolist() == [8.0, 4.0, 2.0, 1.0]
    assert repr(run.progress) == "4 of 4 points"


def test_decisions_that_do_not_repeat_are_refused(data: DataRoot, box: Box) -> None:
    values = iter(range(99))

    def chance() -> Iterator[Any]:
        for _ in range(4):
            yield next(values)

    plan = sweep(adaptive(box.gate, chance)).each(box.current)
    stopped(plan, box, 2, data)
    with pytest.raises(PlanError, match=r"at point 0 it decided 3, stored is \(0\.0,\)\. Nothing was set\. .* a seed"):
        resume(1, plan, data=data)
    assert box.said == []
    assert data.load(1).rows() == 2


class Learner:
    """Asks for random points; knows what it was told."""

    def __init__(self, told: list[Any], chance: Iterator[int]) -> None:
        self.told, self._chance = told, chance

    def ask(self, n: int) -> list[float]:
        return [float(next(self._chance)) for _ in range(n)]

    def tell(self, x: Any, y: Any) -> None:
        self.told.append((x, y))


def test_a_learner_is_told_what_is_stored(data: DataRoot, box: Box) -> None:
    told: list[Any] = []
    chance = iter(range(99))
    points = adaptive(box.gate, lambda: Learner(told, chance), result="box_current", most=5)
    plan = sweep(points).each(box.current)
    stopped(plan, box, 3, data)
    told.clear()
    run = resume(1, plan, data=data)
    assert told[:3] == [(0.0, 0.0), (1.0, 10.0), (2.0, 20.0)]
    assert len(run.dataset.numpy("box_gate")) == 5
    assert box.said.count("?") == 2


def test_what_other_faces_recorded_as_plans(data: DataRoot, box: Box) -> None:
    box.fails_at = 2
    with pytest.raises(RuntimeError):
        do1d(box.gate, 0, 3, 4, 0, box.current, data=data)
    assert resume(1, data=data).dataset.numpy("box_current").tolist() == [0, 10, 20, 30]
    box.said.clear()
    box.fails_at = 2
    with pytest.raises(RuntimeError):
        Loop(box.gate.sweep(0, 3, num=4)).each(box.current).run(data=data, quiet=True)
    assert resume(2, data=data).dataset.numpy("box_current").tolist() == [0, 10, 20, 30]


def test_time_and_progress_count_what_was_there(data: DataRoot, box: Box) -> None:
    clock = FakeClock()
    plan = grid(box, delay=30.0)
    stopped(plan, box, 3, data, clock=clock)
    first = next(event for event in data.load(1).events if event["event"] == "account")
    run = resume(1, data=data, clock=FakeClock())
    accounts = [event for event in run.dataset.events if event["event"] == "account"]
    assert accounts[1]["elapsed"] > first["elapsed"]
    assert accounts[1]["seconds"]["read"]["box_current"] > first["seconds"]["read"]["box_current"]
    said = live(run.dataset)
    assert said is not None
    assert (said["done"], said["total"], run.progress.before) == (6, 6, 3)


def test_a_copy_made_in_the_middle_goes_on_by_itself(data: DataRoot, box: Box, tmp_path: Path) -> None:
    """The folder tells everything; the data root in which it lies is found."""
    stopped(grid(box), box, 3, data)
    other = shutil.copytree(data.path, tmp_path / "elsewhere")
    folder = other / data.load(1).path.relative_to(data.path)
    assert resume(folder).dataset.rows() == 6
    assert data.load(1).rows() == 3


def test_a_plan_that_is_repeated_is_made_again(data: DataRoot, box: Box) -> None:
    """The number of the repetition is no quantity that has to be found."""
    plan = sweep(box.gate, 0, 1, num=2).each(box.current).repeat(3)
    stopped(plan, box, 3, data)
    run = resume(1, data=data)
    assert box.said == ["gate 1", "?", "gate 0", "?", "gate 1", "?"]
    assert run.dataset.numpy("repetition").tolist() == [0, 0, 1, 1, 2, 2]


def test_once(data: DataRoot, box: Box) -> None:
    plan = once(box.current, Wait(0), box.current)
    stopped(plan, box, 1, data)
    run = resume(1, data=data)
    assert box.said == ["?"]
    assert [run.dataset.rows(name) for name in run.dataset.tables] == [1, 1]


def test_nothing_was_stored_yet(data: DataRoot, box: Box) -> None:
    stopped(grid(box), box, 0, data)
    assert resume(1, data=data).dataset.rows() == 6
    assert box.said[:2] == ["gate 0", "bias 0"]


def test_a_quantity_without_a_number_of_its_own(data: DataRoot) -> None:
    """Texts and arrays come back to who decides as they were."""
    count = iter(range(99))
    knob = ManualParameter("knob")
    trace = Parameter("trace", get_cmd=lambda: [next(count), 1.0] if next(fails) else 1 / 0)
    seen: list[Any] = []
    fails = iter([1, 1, 0, 1, 1])

    def decide() -> Iterator[Any]:
        for value in (1.0, 2.0, 3.0):
            measured = yield value
            seen.append(list(measured["trace"]))

    store = MemoryStore()
    plan = sweep(adaptive(knob, decide)).each(Read(trace))
    with pytest.raises(ZeroDivisionError):
        plan.run(data=store, progress=False)
    seen.clear()
    resume(1, plan, data=store, progress=False)
    assert seen == [[0, 1.0], [1, 1.0], [2, 1.0]]
