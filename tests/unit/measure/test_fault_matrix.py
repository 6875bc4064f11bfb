"""Each step of a run × each fault: the right status, all exit actions done, the data readable, the step named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from measurand.dataset import DataRoot
from measurand.errors import StorageFailed
from measurand.measure import BreakIf, EndIf, Plan, Run, Task, Wait, sweep
from measurand.parameters import Parameter
from measurand.testing import FakeClock

POINT = 2  # at which the fault happens; the rows of points 0 and 1 are there


class Faulty:
    """A laboratory in which one step fails at one point."""

    def __init__(self, step: str, fault: Callable[[], BaseException]) -> None:
        self.step, self.fault = step, fault
        self.at = -1
        self.exits: list[str] = []
        self.clock = Clock(self)
        self.gate = Parameter("gate", unit="V", set_cmd=self.set)
        self.current = Parameter("current", get_cmd=lambda: self.may_fail("read", 1.0 * self.at))

    def may_fail(self, step: str, value: Any = None) -> Any:
        if step == self.step and self.at == POINT:
            raise self.fault()
        return value

    def set(self, value: float) -> None:
        self.at = round(value)
        self.may_fail("set")

    def plan(self) -> Plan:
        return (
            sweep(self.gate, 0, 4, num=5, delay=1)
            .each(
                Task(self.task), self.current, BreakIf(lambda: self.may_fail("break", False)), Wait(2),
                EndIf(lambda: self.may_fail("end", False)),
            )
            .first(self.first)
            .finally_(lambda: self.exits.append("one"), self.exit, lambda: self.exits.append("three"))
        )  # fmt: skip

    def task(self) -> None:
        self.may_fail("task")

    def first(self) -> None:
        if self.step == "first":
            raise self.fault()

    def exit(self) -> None:
        self.exits.append("two")
        if self.step == "exit":
            raise self.fault()


class Clock(FakeClock):
    """A clock whose waits can fail."""

    def __init__(self, lab: Faulty) -> None:
        super().__init__()
        self._lab = lab

    def sleep(self, seconds: float, wake: Any = None) -> None:
        if self._lab.at == POINT:
            self._lab.may_fail("settle" if seconds == 1 else "wait")
        super().sleep(seconds, wake)


FAULTS: dict[str, Callable[[], BaseException]] = {
    "exception": lambda: RuntimeError("broken"),
    "time-out": lambda: TimeoutError("no answer"),
    "disk full": lambda: StorageFailed("no room"),
    "Ctrl-C": KeyboardInterrupt,
}
STEPS = {
    "first": (0, ""),
    "set": (2, "gate"),
    "settle": (2, ""),
    "task": (2, "Task(Faulty.task)"),
    "read": (2, "current"),
    "break": (3, ""),
    "wait": (3, ""),
    "end": (3, ""),
    "exit": (5, ""),
}
"""Rows that are there, and what must be named beside the point."""


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("step", STEPS)
def test_every_step_with_every_fault(data: DataRoot, step: str, fault: str) -> None:
    """I05–I07, K20, K23, L09: whatever goes wrong wherever."""
    lab = Faulty(step, FAULTS[fault])
    rows, named = STEPS[step]
    with pytest.raises(type(FAULTS[fault]())) as caught:
        lab.plan().run(data=data, snapshot=dict, clock=lab.clock, progress=False)
    dataset = data.load("last")
    stopped = fault == "Ctrl-C"
    assert dataset.status == ("interrupted" if stopped else "failed")
    assert dataset.rows() == rows
    assert dataset.numpy("current").tolist() == [float(i) for i in range(rows)] if rows else True
    if step != "exit" or not stopped:
        # an interrupt that no handler gathered is a second Ctrl-C: exit actions are skipped, see the contract
        assert lab.exits == ([] if stopped else ["one", "two", "three"])
    error = caught.value.__cause__ if stopped else caught.value
    notes = "\n".join([str(error), *getattr(error, "__notes__", ())])
    if not stopped:
        assert named in notes
    if not stopped and step not in ("first", "exit"):
        assert f"at gate = {POINT}" in notes
        assert f"measurand.load({str(dataset.path)!r})" in notes


@pytest.mark.parametrize("fault", ["exception", "disk full"])
def test_a_row_that_cannot_be_stored(data: DataRoot, lab: Any, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    """The error says that it was the storing, the rows before it are there, exit actions are done."""
    exits: list[str] = []
    create = data.create_run

    def faulty(*args: Any, **kwargs: Any) -> Any:
        writer = create(*args, **kwargs)
        adder = writer.adder

        def failing(table: str) -> Any:
            add = adder(table)

            def once(index: Any, values: Any) -> None:
                if index == (POINT,):
                    error = FAULTS[fault]()
                    raise error
                add(index, values)

            return once

        monkeypatch.setattr(writer, "adder", failing)
        return writer

    monkeypatch.setattr(data, "create_run", faulty)
    with pytest.raises(type(FAULTS[fault]())) as caught:
        sweep(lab.gate, 0, 4, num=5).each(lab.current).finally_(lambda: exits.append("done")).run(
            data=data, snapshot=dict, progress=False
        )
    assert "while storing the row" in caught.value.__notes__
    assert data.load("last").status == "failed"
    assert data.load("last").numpy("current").tolist() == [0, 10]
    assert exits == ["done"]


def test_observers_that_raise_change_nothing(data: DataRoot, lab: Any) -> None:
    def fail(run: Run) -> None:
        raise RuntimeError("no window")

    done = (
        sweep(lab.gate, 0, 1, num=3)
        .each(lab.current)
        .run(data=data, snapshot=dict, progress=False, observers=[fail] * 3)
    )
    assert done.state == done.dataset.status == "completed"
    np.testing.assert_array_equal(done.dataset.numpy("current"), [0, 5, 10])


def test_safe_states_are_reached_whatever_fails(data: DataRoot, lab: Any) -> None:
    """Also if the run failed, another instrument's safe state failed, and an exit action too."""

    class Source:
        def __init__(self, name: str, *, broken: bool = False) -> None:
            self.name, self.broken, self.safe = name, broken, False

        def safe_state(self) -> None:
            self.safe = True
            if self.broken:
                raise OSError(f"{self.name} does not answer")

    sources = [Source("a", broken=True), Source("b")]
    broken = Parameter("broken", get_cmd=lambda: 1 / 0)
    plan = sweep(lab.gate, 0, 1, num=3).each(broken).finally_(lambda: 1 / 0)
    with pytest.raises(BaseExceptionGroup) as caught:
        plan.run(data=data, snapshot=dict, progress=False, safe=sources)
    assert [source.safe for source in sources] == [True, True]
    assert "a does not answer" in repr(caught.value.exceptions)
    assert data.load("last").status == "failed"
