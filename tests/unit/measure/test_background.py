"""Runs in the background: a free prompt, one after another, paused, steered from outside, watched."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from measurand.dataset import CONTROL, LIVE, DataRoot, Record, read_record
from measurand.errors import MeasurementError, PlanError
from measurand.measure import Queue, Run, SuspendWhile, sweep
from measurand.parameters import Parameter
from measurand.testing import FakeClock

PATIENCE = 20.0  # s, far more than anything here takes


class Gate:
    """A quantity whose reading waits until the test lets it go on."""

    def __init__(self) -> None:
        self.reached = threading.Semaphore(0)
        self.go = threading.Semaphore(0)
        self.parameter = Parameter("held", get_cmd=self.read)

    def read(self) -> float:
        self.reached.release()
        assert self.go.acquire(timeout=PATIENCE)
        return 1.0

    def arrive(self) -> None:
        assert self.reached.acquire(timeout=PATIENCE)

    def let(self, points: int) -> None:
        for _ in range(points):
            self.go.release()


@pytest.fixture
def held() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.let(1000)  # nothing stays behind


@pytest.fixture
def queue() -> Queue:
    return Queue("test-queue")


@pytest.fixture
def start(data: DataRoot, queue: Queue) -> Callable[..., Run]:
    def begin(plan: Any, name: str = "", **options: Any) -> Run:
        run: Run = plan.start(name, data=data, snapshot=dict, queue=queue, **options)
        return run

    return begin


def test_a_started_run_has_data_at_once_and_a_result_at_its_end(start: Any, lab: Any, held: Gate) -> None:
    """K16."""
    run = start(sweep(lab.gate[0, 1, 2]).each(held.parameter), "slow")
    held.arrive()
    assert run.dataset.status == "running"
    assert run.state == "running"
    with pytest.raises(TimeoutError, match="has not ended within 0 s; it goes on"):
        run.result(timeout=0)
    held.let(3)
    assert run.result(PATIENCE).numpy("held").tolist() == [1, 1, 1]
    assert run.state == run.dataset.status == "completed"
    assert [event.what for event in run.events] == ["queued", "starting", "running", "completed"]


def test_runs_wait_for_each_other_and_can_be_reordered(start: Any, lab: Any, held: Gate, queue: Queue) -> None:
    """K17, K18."""
    order: list[str] = []
    plans = {
        name: sweep(lab.gate[1]).each(held.parameter).then(lambda name=name: order.append(name)) for name in "abcd"
    }
    a, b, c, d = (start(plan, name) for name, plan in plans.items())
    held.arrive()
    assert list(queue) == [a, b, c, d]
    assert [run.state for run in queue] == ["running", "queued", "queued", "queued"]
    with pytest.raises(MeasurementError, match="has no data yet: it is queued"):
        _ = b.dataset
    queue.move(d)
    queue.cancel(b)
    assert repr(queue).splitlines() == [repr(a), repr(d), repr(c)]
    assert (b.state, b.error) == ("interrupted", None)
    with pytest.raises(MeasurementError, match="does not wait in the queue: it is interrupted"):
        queue.move(b)
    held.let(3)
    c.wait(PATIENCE)
    assert order == ["a", "d", "c"]
    assert repr(queue) == "no run is waiting or running"


def test_a_failure_is_seen_on_the_run_the_data_and_the_result(start: Any, lab: Any) -> None:
    """K20: and the next run in the queue is done all the same."""
    broken = Parameter("broken", get_cmd=lambda: 1 / 0)
    run, after = start(sweep(lab.gate[1]).each(broken)), start(sweep(lab.gate[1]).each(lab.current))
    with pytest.raises(ZeroDivisionError):
        run.result(PATIENCE)
    assert run.state == run.dataset.status == "failed"
    assert "ZeroDivisionError" in run.dataset.metadata["error"]
    assert after.result(PATIENCE).status == "completed"


def test_what_is_wrong_with_a_plan_is_said_at_once(start: Any, lab: Any, queue: Queue) -> None:
    with pytest.raises(PlanError):
        start(sweep(lab.gate[1]))
    assert len(queue) == 0


def test_stopping_keeps_the_data(start: Any, lab: Any, held: Gate) -> None:
    """K19."""
    run = start(sweep(lab.gate, 0, 1, num=100).each(held.parameter).finally_(lambda: lab.steps.append("safe")))
    held.let(2)
    for _ in range(3):
        held.arrive()
    run.stop("enough")
    held.let(1)
    run.wait(PATIENCE)
    assert run.state == run.dataset.status == "interrupted"
    assert run.result().rows() == 3
    assert lab.steps[-1] == "safe"
    assert [(event.what, event.why) for event in run.events[-2:]] == [("stop", "enough"), ("interrupted", "enough")]


def test_pausing_and_going_on(start: Any, lab: Any, held: Gate) -> None:
    run = start(sweep(lab.gate, 0, 1, num=5).each(held.parameter))
    held.arrive()
    run.pause("coffee")
    held.let(1)
    wait_for(lambda: run.state == "paused")
    assert run.dataset.rows() == 1
    assert run.events[-1].why == "coffee"
    held.let(10)
    run.resume()
    assert run.result(PATIENCE).rows() == 5
    assert run.state == "completed"


def test_a_paused_run_can_be_stopped(start: Any, lab: Any, held: Gate) -> None:
    run = start(sweep(lab.gate, 0, 1, num=5).each(held.parameter))
    held.arrive()
    run.pause()
    held.let(1)
    wait_for(lambda: run.state == "paused")
    run.stop()
    assert run.wait(PATIENCE).state == "interrupted"


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until something is so that another thread brings about; it always does, or the test hangs and fails."""
    pause = threading.Event()
    while not condition():
        pause.wait(0.005)


# --- from outside -------------------------------------------------------------------------------------------------------


def test_a_run_says_how_it_is_doing_and_obeys(start: Any, lab: Any, held: Gate) -> None:
    run = start(sweep(lab.gate, 0, 1, num=5).each(held.parameter))
    held.arrive()
    folder = run.dataset.path
    wait_for(lambda: (read_record(folder / LIVE) or (0, {}))[1].get("state") == "running")
    Record(folder / CONTROL).write({"order": "pause", "reason": "fridge is warm"})
    wait_for(lambda: run.token.paused)
    held.let(10)
    wait_for(lambda: (read_record(folder / LIVE) or (0, {}))[1].get("state") == "paused")
    _, live = read_record(folder / LIVE) or (0, {})
    assert (live["done"], live["total"], live["why"]) == (1, 5, "fridge is warm")
    Record(folder / CONTROL).write({"order": "resume"})
    run.wait(PATIENCE)
    assert (read_record(folder / LIVE) or (0, {}))[1]["state"] == "completed"


def test_another_process_stops_a_run(start: Any, lab: Any, held: Gate, data: DataRoot) -> None:
    run = start(sweep(lab.gate, 0, 1, num=5).each(held.parameter))
    held.arrive()
    done = subprocess.run(
        [sys.executable, "-m", "measurand", "stop", str(run.dataset.number), "--data", str(data.path), "--reason", "fire"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert f"run {run.dataset.number}: stop" in done.stdout
    wait_for(lambda: run.token.requested)
    held.let(10)
    assert run.wait(PATIENCE).state == "interrupted"
    assert run.token.reason == "fire"


def test_somebody_watches(start: Any, lab: Any, held: Gate, data: DataRoot, capsys: Any) -> None:
    """What is printed changes with the run, and ends with it; the run notices nothing."""
    from measurand._watch_command import line_of, watch

    run = start(sweep(lab.gate, 0, 1, num=5).each(held.parameter), "gate sweep")
    held.arrive()
    wait_for(lambda: read_record(run.dataset.path / LIVE) is not None)
    run.pause("coffee")
    held.let(1)
    wait_for(lambda: (read_record(run.dataset.path / LIVE) or (0, {}))[1].get("state") == "paused")
    (record,) = data.runs(status="running")
    assert line_of(data, record).split("  ")[-2:] == ["coffee", "gate sweep"]
    assert "1 of 5 points" in line_of(data, record)

    class Clock(FakeClock):
        def sleep(self, seconds: float, wake: threading.Event | None = None) -> None:
            held.let(10)
            run.resume()
            run.wait(PATIENCE)

    watch(data, Clock())
    lines = capsys.readouterr().out.splitlines()
    assert "paused" in lines[0]
    assert lines[-1] == "no run is running"
    assert run.state == "completed"


def test_a_run_that_has_ended_takes_no_orders(start: Any, lab: Any, data: DataRoot, capsys: Any) -> None:
    from measurand.cli import main

    run = start(sweep(lab.gate[1]).each(lab.current)).wait(PATIENCE)
    assert main(["pause", str(run.dataset.number), "--data", str(data.path)]) == 1
    assert "is not running: completed" in capsys.readouterr().err


def test_a_record_proves_itself(tmp_path: Path) -> None:
    path = tmp_path / "live.rec"
    assert read_record(path) is None
    record = Record(path)
    record.write({"state": "running"})
    record.write({"state": "paused"})
    assert read_record(path) == (2, {"state": "paused"})
    assert path.stat().st_size == 512
    assert Record(path).write({"why": "é" * 1000}) is None
    number, content = read_record(path) or (0, {})
    assert number == 3
    assert set(content["why"]) == {"é"}
    path.write_bytes(path.read_bytes()[:40] + b"x" + path.read_bytes()[41:])
    assert read_record(path) is None
    path.write_bytes(b"short")
    assert read_record(path) is None


# --- waiting for the laboratory -----------------------------------------------------------------------------------------


def test_a_run_waits_until_the_laboratory_is_as_it_should_be(data: DataRoot, lab: Any) -> None:
    """Pause while the temperature is too high, go on when it has been low for a minute."""
    temperatures = iter([0.01, 0.01, 0.09, 0.08, 0.01, 0.07, *[0.01] * 20])
    fridge = Parameter("fridge", get_cmd=lambda: next(temperatures))
    clock = FakeClock()
    plan = sweep(lab.gate, 0, 4, num=5).each(lab.current)
    run = plan.run(
        data=data, snapshot=dict, clock=clock, suspend=SuspendWhile(fridge > 0.05, hold=60, poll=20), progress=False
    )
    assert run.state == "completed"
    assert len(lab.steps) == 10
    assert clock.slept == [20] * 6
    states = [event.what for event in run.events]
    assert states == ["starting", "running", "paused", "running", "completed"]
    happened = [event["event"] for event in run.dataset.events]
    assert happened.count("suspended") == happened.count("goes on") == 1


# --- observers ----------------------------------------------------------------------------------------------------------


def test_observers_look_and_never_disturb(data: DataRoot, lab: Any) -> None:
    """K23, M02: one that raises is dropped with a note, one that looks sees the data grow and the end."""
    seen: list[str] = []

    def look(run: Run) -> None:
        seen.append(run.state)

    def fail(run: Run) -> None:
        raise RuntimeError("no window")

    pause = threading.Event()
    slow = Parameter("slow", get_cmd=lambda: float(pause.wait(0.02)))
    plan = sweep(lab.gate, 0, 1, num=10).each(slow)
    run = plan.run(data=data, snapshot=dict, observers=[look, fail], observe_every=0.005, progress=False)
    assert run.state == "completed"
    assert seen[-1] == "completed"
    assert "running" in seen
    notes = [event.get("text", "") for event in run.dataset.events if event["event"] == "note"]
    assert len(notes) == 1
    assert "fail was dropped after 3 failures: RuntimeError('no window')" in notes[0]
