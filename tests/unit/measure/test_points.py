"""What happens at points: order, delays, snakes, readback, adaptive values, retries, and where the time goes."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator, Mapping
from typing import Any

import numpy as np
import pytest

from measurand.dataset import DataRoot
from measurand.errors import DefinitionError, RefusedValue
from measurand.measure import Plan, Read, Run, Task, once, sweep, together
from measurand.parameters import Parameter, adaptive
from measurand.testing import FakeClock
from measurand.validators import Numbers


def run(plan: Plan, data: DataRoot, **options: Any) -> Run:
    return plan.run(data=data, snapshot=dict, progress=False, **options)


def test_an_inner_sweep_settles_for_the_outer_one(data: DataRoot, lab: Any) -> None:
    """K06: outer 0.5 s, inner 0.1 s, the inner sweep first: 0.5, 0.1, 0.5, 0.1."""
    clock = FakeClock()
    run(sweep(lab.gate[0, 1], delay=0.5).each(sweep(lab.bias[0, 1], delay=0.1).each(lab.current)), data, clock=clock)
    assert clock.slept == [0.5, 0.1, 0.5, 0.1]


def test_something_before_the_inner_sweep_settles_by_itself(data: DataRoot, lab: Any) -> None:
    clock = FakeClock()
    inner = sweep(lab.bias[0, 1], delay=0.1).each(lab.current)
    run(sweep(lab.gate[0, 1], delay=0.5).each(lab.temperature, inner), data, clock=clock)
    assert clock.slept == [0.5, 0.1, 0.1, 0.5, 0.1, 0.1]


def test_a_snake_goes_back_where_it_came_from(data: DataRoot, lab: Any) -> None:
    """The data lie as if every pass had gone forwards."""
    plan = sweep(lab.gate[0, 1, 2]).each(sweep(lab.bias[0, 1, 2], snake=True).each(lab.current))
    done = run(plan, data)
    moved = [step for step in lab.steps if step.startswith("bias")]
    assert moved == [f"bias={value}" for value in (0, 1, 2, 2, 1, 0, 0, 1, 2)]
    expected = 10 * np.arange(3)[:, None] + np.arange(3)[None, :]
    np.testing.assert_array_equal(done.dataset.to_xarray().current.values, expected)
    assert done.dataset.plan["each"][0]["snake"] is True


def test_setpoints_can_be_stored_as_they_are_read_back(data: DataRoot, lab: Any) -> None:
    """K14."""
    true = {"value": 0.0}
    rough = Parameter(
        "rough", unit="V", set_cmd=lambda v: true.update(value=round(v, 1)), get_cmd=lambda: true["value"]
    )
    stored = run(sweep(rough, [0.12, 0.27], readback=True).each(lab.current), data).dataset
    assert stored.numpy("rough").tolist() == [0.1, 0.3]


def test_what_comes_first(data: DataRoot, lab: Any) -> None:
    inner = sweep(lab.bias[0]).each(lab.current).first(Task(lab.steps.append, "inner begins"))
    run(sweep(lab.gate[0, 1]).each(inner).first(lambda: lab.steps.append("begins")), data)
    assert lab.steps == [
        "begins",
        "gate=0",
        "inner begins",
        "bias=0",
        "current?",
        "gate=1",
        "inner begins",
        "bias=0",
        "current?",
    ]


# --- adaptive -----------------------------------------------------------------------------------------------------------


def test_what_was_measured_decides_the_next_point(data: DataRoot, lab: Any) -> None:
    """K12: a bisection for the gate at which the current is 3.7 A."""
    seen: list[Mapping[str, Any]] = []

    def bisect() -> Generator[float, Mapping[str, Any], None]:
        low, high = 0.0, 1.0
        while high - low > 1e-3:
            middle = (low + high) / 2
            measured = yield middle
            seen.append(measured)
            low, high = (middle, high) if measured["current"] < 3.7 else (low, middle)

    done = run(sweep(adaptive(lab.gate, bisect)).each(lab.current, lab.temperature), data)
    assert done.dataset.rows() == done.progress.done == done.progress.total == 10
    assert done.dataset.numpy("gate")[-1] == pytest.approx(0.37, abs=1e-3)
    assert set(seen[0]) == {"current", "temperature"}
    assert done.dataset.plan["sweep"] == {"parameter": "gate", "adaptive": "bisect"}


def test_an_adaptive_sweep_inside_another_begins_anew(data: DataRoot, lab: Any) -> None:
    def three() -> Iterator[float]:
        return iter((1.0, 2.0, 3.0))

    done = run(sweep(lab.gate[0, 1]).each(sweep(adaptive(lab.bias, three)).each(lab.current)), data)
    assert done.dataset.to_xarray().current.values.tolist() == [[1, 2, 3], [11, 12, 13]]


def test_it_may_learn_from_a_sweep_inside_it(data: DataRoot, lab: Any) -> None:
    lengths: list[float] = []

    def two() -> Generator[float, Mapping[str, Any], None]:
        first = yield 1.0
        second = yield 2.0
        lengths.extend([first["current"], second["current"]])

    run(sweep(adaptive(lab.gate, two)).each(sweep(lab.bias[0, 5]).each(lab.current)), data)
    assert lengths == [15, 25]


def test_a_decision_that_is_not_allowed_is_never_set(data: DataRoot, lab: Any) -> None:
    guarded = Parameter("guarded", unit="V", set_cmd=lab.steps.append, vals=Numbers(0, 1))

    def leap() -> Generator[float, Mapping[str, Any], None]:
        yield 0.5
        yield 12.0

    with pytest.raises(RefusedValue, match="guarded: 12.0 V refused, allowed 0 to 1 V"):
        run(sweep(adaptive(guarded, leap)).each(lab.current), data)
    assert [step for step in lab.steps if step != "current?"] == [0.5]
    assert data.load("last").rows() == 1


class Halving:
    """A learner with ask and tell, as an optimiser has them."""

    def __init__(self) -> None:
        self.told: list[tuple[float, float]] = []

    def ask(self, n: int) -> list[float]:
        return [1 / 2 ** len(self.told)] * n

    def tell(self, x: float, y: float) -> None:
        self.told.append((x, y))


def test_learners_with_ask_and_tell(data: DataRoot, lab: Any) -> None:
    learners: list[Halving] = []

    def make() -> Halving:
        learners.append(Halving())
        return learners[-1]

    plan = sweep(adaptive(lab.gate, make, result="current", until=lambda one: len(one.told) == 4)).each(lab.current)
    done = run(plan, data)
    assert done.dataset.numpy("gate").tolist() == [1, 0.5, 0.25, 0.125]
    assert learners[-1].told == [(1, 10), (0.5, 5), (0.25, 2.5), (0.125, 1.25)]
    with pytest.raises(DefinitionError, match="learns from 'curent', which was not measured"):
        run(sweep(adaptive(lab.gate, make, result="curent")).each(lab.current), data)


def test_the_library_adaptive(data: DataRoot, lab: Any) -> None:
    """Its learners answer ``ask`` with a pair."""
    library = pytest.importorskip("adaptive")
    peak = Parameter("peak", get_cmd=lambda: math.exp(-((lab.gate.cache.value - 0.3) ** 2) / 0.002))
    plan = sweep(
        adaptive(
            lab.gate,
            lambda: library.Learner1D(None, (0, 1)),
            result="peak",
            until=lambda learner: learner.npoints >= 25,
        )
    ).each(peak)
    gates = run(plan, data).dataset.numpy("gate")
    assert len(gates) == 25
    assert np.count_nonzero(np.abs(gates - 0.3) < 0.1) > 10  # where it happens


def test_adaptive_needs_a_maker(lab: Any) -> None:
    with pytest.raises(DefinitionError, match="every pass begins with a new one"):
        adaptive(lab.gate, Halving(), result="current")  # type: ignore[arg-type]
    with pytest.raises(DefinitionError, match="say with result="):
        adaptive(lab.gate, Halving, until=lambda _: True)
    with pytest.raises(DefinitionError, match="cannot be set"):
        adaptive(lab.current, Halving, result="current")


# --- readings that fail -------------------------------------------------------------------------------------------------


class Shaky:
    """Answers, or times out, as its list says."""

    def __init__(self, *answers: float | None) -> None:
        self.answers = list(answers)
        self.parameter = Parameter("shaky", unit="V", get_cmd=self.read)

    def read(self) -> float:
        answer = self.answers.pop(0)
        if answer is None:
            raise TimeoutError("no answer")
        return answer


def test_a_reading_is_tried_again_and_says_so(data: DataRoot, lab: Any) -> None:
    shaky = Shaky(1.0, None, 2.0, None, None, 3.0)
    stored = run(sweep(lab.gate[0, 1, 2]).each(Read(shaky.parameter, retries=2), lab.current), data).dataset
    assert stored.numpy("shaky").tolist() == [1, 2, 3]
    assert list(stored.to_xarray().shaky_quality.values) == ["ok", "retried", "retried"]
    assert stored.numpy("current").tolist() == [0, 10, 20]


def test_a_reading_that_fails_for_good_ends_the_run_or_is_left_out(data: DataRoot, lab: Any) -> None:
    with pytest.raises(TimeoutError):
        run(sweep(lab.gate[0, 1]).each(Read(Shaky(1.0, None, None).parameter, retries=1)), data)
    assert data.load("last").status == "failed"
    shaky = Shaky(1.0, None, None, 3.0)
    stored = run(sweep(lab.gate[0, 1, 2]).each(Read(shaky.parameter, 1, "skip")), data).dataset
    np.testing.assert_array_equal(stored.numpy("shaky"), [1, np.nan, 3])
    assert list(stored.to_xarray().shaky_quality.values) == ["ok", "missing", "ok"]


def test_a_mistake_is_not_tried_again(data: DataRoot, lab: Any) -> None:
    tries: list[int] = []

    def mistaken() -> float:
        tries.append(1)
        return undefined_name  # type: ignore[name-defined]  # noqa: F821 - the mistake

    with pytest.raises(NameError):
        run(sweep(lab.gate[0]).each(Read(Parameter("p", get_cmd=mistaken), retries=5, on_error="skip")), data)
    assert len(tries) == 1


@pytest.mark.parametrize("arguments", [{"retries": -1}, {"retries": 1.5}, {"on_error": "ignore"}])
def test_policies_that_do_not_exist(lab: Any, arguments: dict[str, Any]) -> None:
    with pytest.raises(DefinitionError, match="allowed"):
        Read(lab.current, **arguments)


# --- where the time goes ------------------------------------------------------------------------------------------------


def test_the_account_is_complete(data: DataRoot, lab: Any) -> None:
    done = run(sweep(lab.gate, 0, 1, num=500).each(lab.current, Task(lab.steps.clear)), data)
    seconds = done.account.seconds
    assert {("set", "gate"), ("read", "current"), ("store", "")} <= set(seconds)
    assert any(phase == "act" for phase, _ in seconds)
    assert all(value >= 0 for value in seconds.values())
    assert done.account.elapsed > 0
    noted = [event for event in done.dataset.events if event["event"] == "account"]
    assert noted[0]["seconds"]["set"].keys() == {"gate"}
    report = done.report().splitlines()
    assert report[0].endswith("s in all")
    assert any("read    current" in line for line in report)


def test_timed_points_and_others_do_the_same(data: DataRoot, lab: Any) -> None:
    """Of a fast sweep a few points are timed; nothing shows it in the data, or in the order of steps."""
    run(sweep(lab.gate, 0, 299, num=300).each(lab.current), data)
    assert lab.steps == [step for i in range(300) for step in (f"gate={i}", "current?")]
    assert data.load("last").numpy("current").tolist() == [10.0 * i for i in range(300)]


# --- plans put together -------------------------------------------------------------------------------------------------


def test_nothing_swept_is_one_row(data: DataRoot, lab: Any) -> None:
    """K24."""
    done = run(once(lab.current, lab.temperature), data)
    assert done.dataset.rows() == 1
    assert done.dataset.numpy("temperature").tolist() == [0.1]
    assert done.dataset.name == "measurement"
    assert "sweep" not in done.dataset.plan


def test_one_plan_after_another_is_one_run(data: DataRoot, lab: Any) -> None:
    first, second = sweep(lab.gate[0, 1]).each(lab.current), sweep(lab.bias[5, 6, 7]).each(lab.current)
    done = run(first + second + once(lab.temperature), data)
    assert done.progress.done == 6
    stored = done.dataset.to_xarray()
    assert stored.current.dims == ("gate",)
    assert stored.current_2.dims == ("bias",)
    assert stored.temperature.values.tolist() == [0.1]


def test_repeated_plans_have_an_axis_of_repetitions(data: DataRoot, lab: Any) -> None:
    done = run(sweep(lab.gate[0, 1]).each(lab.current).repeat(3), data)
    stored = done.dataset.to_xarray().current
    assert stored.dims == ("repetition", "gate")
    assert stored.values.tolist() == [[0, 10]] * 3


def test_together_moves_several_along_one_axis(data: DataRoot, lab: Any) -> None:
    done = run(sweep(together(lab.gate[0, 1, 2], lab.bias[5, 6, 7], name="line")).each(lab.current), data)
    stored = done.dataset.to_xarray()
    assert stored.current.dims == ("line",)
    assert stored.bias.values.tolist() == [5, 6, 7]
    assert stored.current.values.tolist() == [5, 16, 27]
    with pytest.raises(DefinitionError, match="different lengths"):
        together(lab.gate[0, 1], lab.bias[0, 1, 2])


def test_a_block_inside_a_sweep(data: DataRoot, lab: Any) -> None:
    done = run(sweep(lab.gate[0, 1]).each(once(lab.current), sweep(lab.bias[0, 1]).each(lab.temperature)), data)
    assert done.dataset.to_xarray().current.values.tolist() == [0, 11]  # the inner sweep left the bias at 1
