"""A plan that is stopped after any row, and resumed, stores what an unbroken run stores, and reads nothing twice (L04, L09).

The laboratory is a few parameters; what is measured depends on where all of them stand, so that a setpoint that was not
restored shows. Plans are drawn: nested, concatenated, there and back, repeated, together, adaptive, with conditions.
"""

from __future__ import annotations

import itertools
import math
import os
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import xarray as xr
from hypothesis import given, note, settings
from hypothesis import strategies as st

from measurand.dataset import MemoryStore, Writer
from measurand.measure import BreakIf, Plan, Read, Task, Wait, once, resume, sweep, together
from measurand.parameters import ManualParameter, Parameter, adaptive

EXAMPLES = int(os.environ.get("MEASURAND_RESUME_EXAMPLES", "60"))
NAMES = "abcd"


class Died(Exception):
    """What ends a part of a run behind a row."""


class Lab:
    """Parameters that stand somewhere, and quantities that depend on where they stand.

    Args:
        everywhere: Whether they depend on all of them, or on those only that the levels around them move. In the first
            case no level breaks off at a point without a row: nobody could know where it was left.
    """

    def __init__(self, *, everywhere: bool) -> None:
        self.everywhere = everywhere
        self.moved = {name: ManualParameter(name, initial_value=0.0) for name in NAMES}
        self.reads: Counter[tuple[Any, ...]] = Counter()
        self.calls: Counter[tuple[Any, ...]] = Counter()

    def state(self, names: str) -> tuple[float, ...]:
        seen = NAMES if self.everywhere else names
        return tuple(parameter() for name, parameter in self.moved.items() if name in seen)

    def value(self, number: int, names: str) -> float:
        return math.sin(number + sum((k + 1.3) * value for k, value in enumerate(self.state(names))))

    def task(self, number: int, names: str) -> None:
        self.calls[number, self.state(names)] += 1

    def measured(self, number: int, names: str) -> Parameter[float]:
        """Return a quantity that depends on ``names``."""

        def read() -> float:
            self.reads[number, self.state(names)] += 1
            return self.value(number, names)

        return Parameter(f"m{number}", get_cmd=read)

    def elsewhere(self) -> None:
        """What was moved by then stands where somebody left it overnight."""
        for k, parameter in enumerate(self.moved.values()):
            if parameter():
                parameter(-7.5 - k)

    def home(self) -> None:
        """Everything stands where it stood before."""
        for parameter in self.moved.values():
            parameter(0.0)


class DyingStore(MemoryStore):
    """A store behind whose rows a program dies, at counts that are given one after the other."""

    def __init__(self, counts: list[int]) -> None:
        super().__init__()
        self._counts = iter(counts)

    def create_run(self, *args: Any, **options: Any) -> Writer:
        return self._dying(super().create_run(*args, **options))

    def reopen(self, *args: Any, **options: Any) -> Writer:
        return self._dying(super().reopen(*args, **options))

    def _dying(self, writer: Writer) -> Writer:
        left = next(self._counts, None)
        adder = writer.adder

        def dying(table: Any) -> Any:
            add = adder(table)

            def add_and_die(index: Any, values: Any) -> None:
                nonlocal left
                add(index, values)
                if left is not None:
                    left -= 1
                    if left < 0:
                        raise Died

            return add_and_die

        writer.adder = dying  # type: ignore[method-assign]  # the moment of a death, to the row
        return writer


@st.composite
def levels(draw: st.DrawFn, lab: Lab, free: str, depth: int) -> Plan:
    """Return a level that moves one of ``free``, and what is nested in it."""
    name = draw(st.sampled_from(free))
    rest = free.replace(name, "")
    parameter = lab.moved[name]
    values = draw(st.lists(st.integers(-9, 9).map(lambda n: n / 4), min_size=1, max_size=4, unique=True))
    kind = draw(st.sampled_from(["plain", "plain", "snake", "delay", "together", "adaptive", "readback"]))
    if kind == "together" and rest:
        other = rest[0]
        rest = rest[1:]
        level = sweep(together(parameter[values], lab.moved[other][[-value for value in values]]))
    elif kind == "adaptive":
        level = sweep(adaptive(parameter, deciding(values)))
    else:
        level = sweep(parameter, values, snake=kind == "snake", readback=kind == "readback")
    inside = "".join(name for name in NAMES if name not in rest)
    outside = "".join(name for name in NAMES if name not in free)
    pieces = draw(st.lists(actions(lab, rest, inside, depth), min_size=1, max_size=3))
    if lab.everywhere and any(isinstance(piece, BreakIf) for piece in pieces):
        pieces.insert(0, Read(lab.measured(0, inside)))
    level = level.each(*pieces)
    for add, number in ((level.first, 50), (level.then, 60), (level.finally_, 70)):
        if draw(st.integers(0, 5)) == 0:
            level = add(Task(lab.task, number, outside if number == 50 else inside))
    return level


@st.composite
def actions(draw: st.DrawFn, lab: Lab, free: str, inside: str, depth: int) -> Any:
    kinds = ["read", "read", "task", "wait", "break"] + ["level", "level"] * bool(depth and free)
    kind = draw(st.sampled_from(kinds))
    number = draw(st.integers(0, 2))
    if kind == "read":
        return Read(lab.measured(number, inside), retries=draw(st.integers(0, 1)))
    if kind == "task":
        return Task(lab.task, number, inside)
    if kind == "wait":
        return Wait(0)
    if kind == "break":
        limit = draw(st.floats(-0.2, 1.0))
        return BreakIf(lambda: lab.value(5, inside) > limit, f"value > {limit}")
    return draw(levels(lab, free, depth - 1))


def deciding(values: list[float]) -> Callable[[], Iterator[Any]]:
    """Return a generator function whose values depend on what was measured."""

    def decide() -> Iterator[Any]:
        total = 0.0
        for value in values:
            measured = yield value + round(total, 6)
            total += sum(one for one in measured.values() if isinstance(one, float)) / 10
            if total > 0.15:
                return

    return decide


@st.composite
def plans(draw: st.DrawFn, lab: Lab) -> Plan:
    plan = draw(levels(lab, NAMES, 2))
    shape = draw(st.sampled_from(["alone", "alone", "then another", "repeated", "with a read"]))
    if shape == "then another":
        plan = plan + draw(levels(lab, NAMES, 1))
    elif shape == "repeated":
        plan = plan.repeat(draw(st.integers(1, 3)))
    elif shape == "with a read":
        plan = once(lab.measured(0, ""), plan, lab.measured(1, ""))
    return plan


def tables_of(store: MemoryStore) -> dict[str, dict[str, list[Any]]]:
    dataset = store.load("last")
    return {
        name: {column: values.tolist() for column, values in dataset.rows(name, since=0).items() if column != "_time"}
        for name in dataset.tables
    }


def grid_of(store: MemoryStore) -> xr.Dataset:
    grid = store.load("last").to_xarray()
    grid.attrs.clear()
    return grid


def leaves_a_trace(level: Any) -> bool:
    """Whether rows tell where a level was left, and how often it was gone through: not if it has none."""
    return any(isinstance(action, (Plan, Read)) for action in level.actions)


@pytest.mark.parametrize("everywhere", [True, False], ids=["all that moves counts", "what is around counts"])
@given(data=st.data())
@settings(max_examples=EXAMPLES, deadline=None)
def test_any_plan_stopped_after_any_rows_ends_as_if_unbroken(everywhere: bool, data: st.DataObject):
    lab = Lab(everywhere=everywhere)
    plan = data.draw(plans(lab), label="plan")
    traceless = [level for level in plan.levels() if not leaves_a_trace(level)]
    if plan.check(data=MemoryStore()) or any(everywhere or level.snake for level in traceless):
        return
    note(f"plan: {plan.to_dict()}")
    unbroken = MemoryStore()
    plan.run(data=unbroken, progress=False)
    reads, calls, expected = Counter(lab.reads), Counter(lab.calls), tables_of(unbroken)
    total = sum(len(table["_index"]) if "_index" in table else 1 for table in expected.values())
    stops = data.draw(st.lists(st.integers(0, max(total - 1, 0)), min_size=1, max_size=3), label="stops")
    lab.reads.clear()
    lab.calls.clear()
    lab.home()
    store = DyingStore(stops)
    handle: Any = None
    for attempt in itertools.count():
        try:
            handle = (
                resume("last", plan, data=store, progress=False) if attempt else plan.run(data=store, progress=False)
            )
            break
        except Died:
            lab.elsewhere()
    note(f"expected {expected}, found {tables_of(store)}")
    assert tables_of(store) == expected
    xr.testing.assert_identical(grid_of(store), grid_of(unbroken))
    assert handle.state == "completed"
    assert lab.reads == reads
    note(f"not called: {calls - lab.calls}")
    assert not calls - lab.calls
