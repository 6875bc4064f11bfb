"""What is refused when a run shall go on: before anything is set, with what differs, and what to do."""

from __future__ import annotations

import shutil
from types import SimpleNamespace

import pytest
from tests.unit.measure.box import Box, grid, stopped

import measurand
from measurand.dataset import DataRoot, MemoryStore
from measurand.errors import MeasurementError, PlanError, RunBusy, RunNotFound
from measurand.measure import (
    BreakIf,
    Task,
    Wait,
    new_run,
    resume,
    sweep,
)
from measurand.parameters import ManualParameter


def test_a_plan_that_calls_something_has_to_be_given(data: DataRoot, box: Box) -> None:
    loose = ManualParameter("loose")
    plan = sweep(box.gate, 0, 1, num=2).each(
        sweep(loose, [1, 2]).each(box.current, Task(print, 1), BreakIf(lambda: False), Wait(0))
    )
    stopped(plan, box, 3, data)
    with pytest.raises(PlanError, match=r"(?s)Give it: resume\(run, plan=\.\.\.\)") as caught:
        resume(1, data=data)
    assert str(caught.value).splitlines()[1:] == [
        "  1. loose, which no instrument and no station here has",
        "  2. a function that is called, print",
        "  3. a condition that ends a level, test_a_plan_that_calls_something_has_to_be_given.<locals>.<lambda>",
    ]
    assert resume(1, plan, data=data).dataset.rows() == 4


def test_names_are_taken_exactly(data: DataRoot, box: Box) -> None:
    """A parameter of no instrument called gate is not the gate of the box."""
    gate = ManualParameter("gate")
    stopped(sweep(gate, 0, 1, num=2).each(box.current), box, 1, data)
    with pytest.raises(PlanError, match="gate, which no instrument and no station here has"):
        resume(1, data=data, station=measurand.Station(box, default=False))
    assert box.said == []


def test_another_plan_is_refused_with_what_differs(data: DataRoot, box: Box) -> None:
    stopped(grid(box), box, 3, data)
    with pytest.raises(PlanError) as caught:
        resume(
            1,
            sweep(box.gate, 0, 2, num=5).loop(box.bias, 0, 1, num=2).each(box.gate.cache.get and box.current),
            data=data,
        )
    assert str(caught.value).splitlines() == [
        "<Plan box_gate (5) × box_bias (2): 10 points> is not the plan of run 1; nothing was set. Different are",
        "  plan.sweep.segments[0].num: stored 3, given 5",
    ]
    box.current.unit = "nA"
    with pytest.raises(PlanError, match="unit of box_current: stored 'A', given 'nA'"):
        resume(1, data=data)
    assert box.said == []


def test_limits_of_today_hold(data: DataRoot, box: Box) -> None:
    from measurand.validators import Numbers

    stopped(grid(box), box, 3, data)
    box.gate.vals = Numbers(0, 1)
    with pytest.raises(measurand.MeasurandError, match=r"box\.gate: 2 V refused, allowed 0 to 1 V"):
        resume(1, data=data)
    assert box.said == []
    assert data.load(1).status == "failed"


def test_there_must_be_room_for_what_is_missing(data: DataRoot, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = sweep(box.gate, 0, 1, num=1000).each(box.current)
    stopped(plan, box, 900, data)
    for left, room in ((1000, False), (10_000, True)):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, left=left: SimpleNamespace(free=left))
        if room:
            assert resume(1, data=data).dataset.rows() == 1000
        else:
            with pytest.raises(PlanError, match=r"nothing was set: about 2\.8 kB will be stored, .* has 1 kB left"):
                resume(1, data=data)
    assert [event["event"] for event in data.load(1).events].count("resumed") == 1


def test_runs_that_cannot_go_on(data: DataRoot, box: Box) -> None:
    grid(box).run(data=data, progress=False)
    with pytest.raises(MeasurementError, match="Run 1 is completed: nothing is left to do"):
        resume(1, data=data)
    with pytest.raises(ZeroDivisionError), new_run("mine", data=data, progress=False) as run:
        run.record(box.current)
        raise ZeroDivisionError
    with pytest.raises(MeasurementError, match=r"Run 2 followed no plan: .* Begin a new run with parents=\["):
        resume(2, data=data)
    writer = data.create_run("busy", [])
    with pytest.raises(RunBusy, match="Run 3 is running"):
        resume(3, data=data)
    writer.finish()
    with pytest.raises(RunNotFound):
        resume(9, data=data)
    with pytest.raises(MeasurementError, match=r"resume: name='new' refused: the run has its name already"):
        resume(2, data=data, name="new")


def test_a_run_in_memory_needs_its_store(box: Box) -> None:
    store = MemoryStore()
    stopped(grid(box), box, 3, store)
    with pytest.raises(MeasurementError, match="is in memory: say which, resume"):
        resume(store.load(1))
    assert resume(store.load(1), data=store).dataset.rows() == 6
