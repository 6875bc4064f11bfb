"""What a point of a run costs, whatever way it is asked for: beside a bare loop, in one process.

``python -m benchmarks.measuring`` prints microseconds per point beyond what the getters take, for one-liners over one and
two axes, plans, adaptive sweeps, with an observer, in the background; how the cost grows to a million points; and how much
faster four slow instruments are read in lanes. Beside QCoDeS: ``python -m benchmarks "sweep point"``.
"""

from __future__ import annotations

import statistics
import time
import tracemalloc
from collections.abc import Callable, Hashable, Iterator
from functools import partial
from typing import Any

from benchmarks.timing import conditions, once, scratch
from measurand.dataset import DataRoot
from measurand.instrument import Instrument
from measurand.measure import LinSweep, Plan, dond, sweep
from measurand.parameters import ManualParameter, Parameter, adaptive

POINTS = 10_000
ROUNDS = 5


def main() -> None:
    """Print one line per figure."""
    folder = scratch()
    data = DataRoot(folder / "data", cache_dir=folder / "cache")
    x, y = ManualParameter("x"), ManualParameter("y")
    a, b = (Parameter(name, get_cmd=lambda: 1.0) for name in ("a", "b"))
    print(f"{conditions()}, medians of {ROUNDS}")

    def bare() -> None:
        for i in range(POINTS):
            x.set(float(i))
            a.get()
            b.get()

    floor = show("a bare loop that sets and reads", bare)
    quiet: dict[str, Any] = {"data": data, "snapshot": dict}

    def plan(**options: Any) -> Callable[[], None]:
        return lambda: run(sweep(x, 0, 1, num=POINTS).each(a, b), **options, **quiet)

    def decide() -> Iterator[float]:
        return iter(float(i) for i in range(POINTS))

    show("plan", plan(), floor)
    show("plan with an observer", plan(observers=[lambda run: run.progress.done]), floor)
    show("dond, one axis", lambda: dond(LinSweep(x, 0, 1, POINTS), a, b, show_progress=False, **quiet), floor)
    show(
        "dond, two axes",
        lambda: dond(LinSweep(y, 0, 1, 100), LinSweep(x, 0, 1, POINTS // 100), a, b, show_progress=False, **quiet),
        floor,
    )
    show("adaptive", lambda: run(sweep(adaptive(x, decide)).each(a, b), **quiet), floor)
    show("in the background", lambda: sweep(x, 0, 1, num=POINTS).each(a, b).start(**quiet).result(), floor)
    million(data)
    lanes(quiet)


def run(plan: Plan, **options: Any) -> None:
    plan.run(progress=False, **options)


def show(what: str, do: Callable[[], object], floor: float = 0.0) -> float:
    """Print and return microseconds per point; with ``floor``, what is beyond it, too."""
    do()
    taken = statistics.median(once(do) for _ in range(ROUNDS)) / POINTS * 1e6
    beyond = f"   {taken - floor:6.2f} µs beyond the bare loop, {taken / floor:.1f}×" if floor else ""
    print(f"{what:34}{taken:8.2f} µs per point{beyond}", flush=True)
    return taken


def million(data: DataRoot) -> None:
    """Cost of the first and the last tenth of a million points, and memory that grew meanwhile."""
    stamps: list[float] = []
    x = ManualParameter("x")
    count = iter(range(1, 1_000_001))

    def read() -> float:
        if next(count) % 100_000 == 0:
            stamps.append(time.perf_counter())
        return 1.0

    tracemalloc.start(1)
    began = time.perf_counter()
    before = tracemalloc.get_traced_memory()[0]
    sweep(x, 0, 1, num=1_000_000).each(Parameter("a", get_cmd=read)).run(data=data, snapshot=dict, progress=False)
    grown = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    tenths = [b - a for a, b in zip([began, *stamps], stamps, strict=False)]
    print(
        f"{'a million points':34}{tenths[-1] / tenths[1]:8.2f}× the last tenth against the second, "
        f"{grown / 1e6:.0f} MB at most, of which the setpoints are about 100 (with memory being traced)"
    )


def lanes(quiet: dict[str, Any]) -> None:
    """Four instruments of 20 ms each, one after the other and at the same time."""

    class Slow(Instrument):
        @property
        def lane(self) -> Hashable:
            return self  # a connection of its own

        def read(self) -> float:
            time.sleep(0.02)
            return 1.0

    slow = [Slow(f"slow{i}") for i in range(4)]
    read = [one.add_parameter("v", get_cmd=one.read) for one in slow]
    plan = sweep(ManualParameter("x"), 0, 1, num=25).each(*read)
    taken = [statistics.median(once(partial(run, plan, lanes=on, **quiet)) for _ in range(3)) for on in (False, True)]
    print(f"{'four instruments of 20 ms':34}{taken[0] / taken[1]:8.2f}× faster in lanes")
    Instrument.registry.close_all()


if __name__ == "__main__":
    main()
