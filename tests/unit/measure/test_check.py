"""What can be known of a plan before it runs: its problems, how long it takes, how much it stores, its steps in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest

from measurand.dataset import DataRoot, MemoryStore
from measurand.errors import PlanError, TransportTimeout
from measurand.instrument import Instrument
from measurand.measure import BreakIf, EndIf, Task, Wait, once, sweep
from measurand.parameters import (
    DelegateParameter,
    ManualParameter,
    Parameter,
    ParameterWithSetpoints,
    adaptive,
    combine,
)
from measurand.testing import FakeClock
from measurand.validators import Arrays, Numbers


class Usage(NamedTuple):
    """What the system says of a disk."""

    total: int
    used: int
    free: int


class Meter(Instrument):
    """A meter that may be off."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._answer: list[Exception | dict[str, str | None]] = [{"vendor": "Acme"}]
        self.reading = self.add_parameter("reading", get_cmd=lambda: 1.0)

    def get_idn(self) -> dict[str, str | None]:
        answer = self._answer[-1]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def answers(self, what: Exception | dict[str, str | None]) -> None:
        self._answer.append(what)


@pytest.fixture
def meter() -> Iterator[Meter]:
    one = Meter("meter")
    yield one
    one.close()


def test_all_problems_are_listed(lab: Any, data: DataRoot) -> None:
    """K13: nothing is set, nothing is stored; a plan without problems has an empty list."""
    relay = Parameter("relay", get_cmd=False, set_cmd=lambda v: None)
    plan = sweep(lab.gate[0, 5]).each(relay, sweep(lab.gate[0, 1]).each(lab.current))
    assert [problem.split(":")[0] for problem in plan.check(data=data)] == [
        "relay cannot be measured",
        "gate is swept at two levels at once",
    ]
    lab.gate.vals = Numbers(0, 3)
    assert "gate: 5 V refused" in plan.check(data=data)[0]
    assert sweep(lab.gate[0, 1]).each(lab.current).check(data=data) == []
    assert (lab.steps, len(data.runs())) == ([], 0)


def test_units_that_differ_by_a_prefix_only(lab: Any, data: DataRoot) -> None:
    """K13: 5 mV would set 5 V; a scale, or another quantity, is what it says."""
    wrong = DelegateParameter("gate_mv", lab.gate, unit="mV")
    sentence = "gate_mv is in mV, and hands its values unchanged to gate, which is in V: give it a scale."
    swept = sweep(wrong[0, 5]).each(lab.current)
    measured = sweep(lab.bias[0, 5]).each(DelegateParameter("view", wrong))
    assert swept.check(data=data) == measured.check(data=data) == [sentence]
    with pytest.raises(PlanError, match="give it a scale"):
        swept.run(data=data)
    for right in (
        DelegateParameter("scaled", lab.gate, unit="mV", scale=0.001),
        DelegateParameter("field", lab.gate, unit="T"),
        DelegateParameter("same", lab.gate),
    ):
        assert sweep(right[0, 1]).each(lab.current).check(data=data) == []
    assert lab.steps == []


def test_an_instrument_that_was_closed(meter: Meter, lab: Any, data: DataRoot) -> None:
    """K13: seen without touching it."""
    plan = sweep(lab.gate[0, 1]).each(meter.reading)
    assert plan.check(data=data) == []
    meter.close()
    assert plan.check(data=data, reach=True) == ["meter was closed: create it again."]


def test_instruments_are_asked_who_they_are_on_request(meter: Meter, lab: Any, data: DataRoot) -> None:
    """K13."""
    plan = sweep(lab.gate[0, 1]).each((2 * meter.reading).named("double"))
    assert plan.check(data=data, reach=True) == []
    meter.answers(TransportTimeout("no answer within 5 s"))
    assert plan.check(data=data, reach=True) == ["meter cannot be reached: no answer within 5 s"]
    assert plan.check(data=data) == []
    meter.answers({"vendor": None})
    assert plan.check(data=data, reach=True) == [
        "meter does not say who it is: look whether it is switched on and connected."
    ]


def test_data_that_do_not_fit_on_the_disk(lab: Any, data: DataRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    """K13: known before the first set; memory is not asked."""
    trace = Parameter("trace", get_cmd=lambda: np.zeros(1_000_000), vals=Arrays(shape=(1_000_000,)))
    plan = sweep(lab.gate, 0, 1, num=1001).each(trace)
    assert plan.check(data=data) == []
    monkeypatch.setattr("shutil.disk_usage", lambda path: Usage(10**12, 10**12, 2 * 10**9))
    sentence = f"about 8.01 GB will be stored, and the disk of {data.path} has 2 GB left."
    assert plan.check(data=data) == [sentence]
    with pytest.raises(PlanError) as caught:
        plan.run(data=data)
    assert f"nothing was set: {sentence} Make room, or store elsewhere." in str(caught.value)
    assert lab.steps == []
    assert plan.check(data=MemoryStore()) == []
    monkeypatch.setattr("shutil.disk_usage", _no_such_disk)
    assert plan.check(data=data) == []


def _no_such_disk(path: object) -> Usage:
    raise OSError("not ready")


@pytest.mark.parametrize("snake", [False, True])
def test_the_time_is_what_the_run_takes(lab: Any, data: DataRoot, snake: bool) -> None:
    """K13: delays, waits and ramps, to the last of them; against a run whose clock counts what it waits."""
    clock = FakeClock()
    inner = sweep(lab.bias, 0, 1, num=3, delay=0.1, snake=snake).each(lab.current, Wait(2))
    first = sweep(lab.gate, 0, 2, num=3, delay=0.5).each(inner, Wait(0.25), lab.temperature).first(Wait(10))
    later = sweep(lab.gate, 0, 2, num=3, delay=0.5).each(lab.temperature, inner).finally_(Wait(20))
    for plan in (first, later, once(first, lab.temperature), first.repeat(2, delay=1)):
        clock.slept.clear()
        plan.run(data=data, snapshot=dict, clock=clock, progress=False)
        assert plan.estimate().settle == pytest.approx(sum(clock.slept))


def test_ramps_take_their_steps(lab: Any) -> None:
    """K13: sets are at least so far apart; an inner sweep goes back to its beginning, a snake does not."""
    slow = ManualParameter("slow", initial_value=0.0)
    slow.step, slow.inter_delay = 0.5, 0.1  # a move by 1 is two sets
    once_through = sweep(slow, 0, 2, num=3).each(lab.current)
    assert once_through.estimate().ramp == pytest.approx(2 * 0.2)
    assert once_through.estimate(reading=0.04).ramp == pytest.approx(2 * 0.16)
    assert once_through.estimate(reading=1).ramp == pytest.approx(2 * 0.1)
    back = sweep(lab.gate[0, 1]).loop(slow, 0, 2, num=3).each(lab.current).estimate()
    assert back.ramp == pytest.approx(2 * (2 * 0.2 + 0.4))
    snake = sweep(lab.gate[0, 1]).loop(slow, 0, 2, num=3, snake=True).each(lab.current).estimate()
    assert snake.ramp == pytest.approx(2 * 2 * 0.2)
    slow.step, slow.inter_delay, slow.post_delay = None, 0, 0.3
    assert sweep(slow, 0, 2, num=3).each(lab.current).estimate(reading=1).ramp == pytest.approx(2 * 0.3)


def test_the_size_is_what_the_run_takes(lab: Any, data: DataRoot) -> None:
    """K13: within a fifth, of a run that is large enough for headers not to count."""
    axis = Parameter("axis", get_cmd=lambda: np.zeros(50), vals=Arrays(shape=(50,)))
    trace = ParameterWithSetpoints("trace", setpoints=(axis,), get_cmd=lambda: np.zeros(50), vals=Arrays(shape=(50,)))
    for plan in (
        sweep(lab.gate, 0, 1, num=50).loop(lab.bias, 0, 1, num=60).each(lab.current, lab.temperature),
        sweep(lab.gate, 0, 1, num=300).each(trace),
    ):
        run = plan.run(data=data, snapshot=dict, progress=False)
        stored = sum(file.stat().st_size for file in run.dataset.path.glob("data*"))
        assert plan.estimate().bytes == pytest.approx(stored, rel=0.2)
        assert plan.estimate().rows == run.dataset.rows()


def test_an_estimate_says_what_it_does_not_know(lab: Any) -> None:
    """K13."""

    class Ragged:
        name, names, shapes = "ragged", ("trace",), ((None,),)

        def get(self) -> list[Any]:
            return [np.ones(3)]

    def search() -> Any:
        yield 0.0

    plan = sweep(adaptive(lab.gate, search, expected=20)).each(lab.current, Task(print))
    assert plan.estimate().uncounted == ("more than 20 values of gate", "tasks", "readings")
    assert sweep(lab.gate[0, 1]).each(Ragged()).estimate(reading=0.02).uncounted == ("the length of ragged",)
    assert sweep(lab.gate[0, 1]).each(lab.current).estimate(reading=0.02).uncounted == ()
    lab.gate.inter_delay = 0.1
    view = DelegateParameter("view", lab.gate)
    assert sweep(view[0, 1]).each(lab.current).estimate(reading=0.02).uncounted == ("ramps of gate",)


def test_an_estimate_reads_well(lab: Any) -> None:
    """K13."""
    plan = sweep(lab.gate, 0, 1, num=1001, delay=0.5).loop(lab.bias, 0, 1, num=101, delay=0.1).each(lab.current)
    assert str(plan.estimate()) == (
        "101101 points in 101101 rows, 2.92 h (settling 2.92 h), 4.04 MB; not counted: readings"
    )
    assert str(plan.estimate(reading=1)).startswith(
        "101101 points in 101101 rows, 31 h (settling 2.92 h, reading 28.1 h)"
    )
    assert str(once(lab.current).estimate()) == "1 points in 1 rows, no waiting, 16 B; not counted: readings"


def test_the_steps_in_words(lab: Any) -> None:
    """K13: as they would be done, delays where they would be waited; nothing is touched."""
    lab.bias.step = 0.5
    inner = sweep(lab.bias[1, 2], delay=0.1, snake=True).each(
        lab.current, lab.temperature, BreakIf(lab.current > 1), EndIf(lab.current > 2), Wait(3)
    )
    plan = (
        sweep(lab.gate[0, 1], delay=0.5, readback=True)
        .each(inner, Task(lab.bias.set, 0, note=1))
        .first(Wait(1))
        .then(Task(lab.gate.set, 0))
        .finally_(print)
    )
    point = [
        "  read current, temperature",
        "  end bias here if current > 1",
        "  end the run here if current > 2",
        "  wait 3 s",
    ]
    assert list(plan.steps()) == [
        "wait 1 s",
        "set gate to 0 V", "read gate back",
        "  ramp bias to 1 V", "  wait 0.5 s", *point, "  ramp bias to 2 V", "  wait 0.1 s", *point,
        "call bias.set(0, note=1)",
        "set gate to 1 V", "read gate back",
        "  ramp bias to 2 V", "  wait 0.5 s", *point, "  ramp bias to 1 V", "  wait 0.1 s", *point,
        "call bias.set(0, note=1)",
        "call gate.set(0)", "call print()",
    ]  # fmt: skip
    assert list(plan.steps(limit=2)) == ["wait 1 s", "set gate to 0 V", "…"]
    assert list(plan.steps(limit=1000)) == list(plan.steps())
    assert lab.steps == []


def test_the_steps_of_what_moves_together_or_is_decided(lab: Any) -> None:
    """K13."""
    both = combine(lab.gate, lab.bias, name="both")

    def search() -> Any:
        yield 0.0

    assert list(sweep(both.sweep([0, 1], [5, 6])).each(lab.current).steps(limit=1)) == [
        "set gate to 0 V, bias to 5 V",
        "…",
    ]
    assert list(sweep(adaptive(lab.gate, search, expected=9)).each(lab.current).steps()) == [
        "set gate to what is decided",
        "read current",
        "and so on for every value of gate that is decided, about 9 in all",
    ]


def test_the_steps_are_those_that_are_done(lab: Any, data: DataRoot) -> None:
    """K13: the dry run and the run itself agree, step by step."""
    plan = sweep(lab.gate[0, 1]).each(lab.current, sweep(lab.bias[5, 6], snake=True).each(lab.current))
    plan.run(data=data, snapshot=dict, progress=False)
    said = [line.strip().removesuffix(" V") for line in plan.steps()]
    done = [f"set {step.replace('=', ' to ')}" if "=" in step else "read current" for step in lab.steps]
    assert said == done
