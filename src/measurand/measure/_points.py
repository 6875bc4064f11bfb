"""The loop over the points of one level: set, settle, do the steps. Knows no row and no file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from time import perf_counter
from typing import Any

from measurand._core.stop import sleep
from measurand.measure._account import stride_for
from measurand.measure._around import Surroundings
from measurand.measure._level import Level
from measurand.measure._place import Place
from measurand.measure._step import Step
from measurand.parameters import Adaptive

Act = Callable[[], None]
Loop = Callable[[Iterable[tuple[int, Any]]], None]


class Break(Exception):
    """Raised by `BreakIf`, caught by the level it stands in."""


class End(Exception):
    """Raised by `EndIf`, caught at the top: the plan is done."""


def fixed_points(level: Level, point: Loop, depth: int, place: Place, passes: list[int]) -> Act:
    """Return what goes through values that are known beforehand; ``passes`` counts how often it did."""
    values = list(enumerate(level.moves))
    backwards = values[::-1]

    def points() -> None:
        order: Iterable[tuple[int, Any]] = backwards if level.snake and passes[0] % 2 else values
        passes[0] += 1
        place.enter(depth, level.moves.parameter)
        with suppress(Break):
            point(order)
        place.leave(depth)

    return points


def adaptive_points(
    sweep: Adaptive, point: Loop, depth: int, place: Place, around: Surroundings, measured: dict[str, Any]
) -> Act:
    """Return what goes through values that are decided from what was measured."""

    def points() -> None:
        place.enter(depth, sweep.parameter)
        with suppress(Break):
            point(decided_values(sweep, around, measured))
        place.leave(depth)

    return points


def decided_values(
    sweep: Adaptive, around: Surroundings, measured: dict[str, Any], known: Sequence[Any] = ()
) -> Iterator[tuple[int, Any]]:
    """Yield number and value of each decision; every value is validated before it is set.

    Args:
        sweep: Who decides.
        around: Counts how many there are.
        measured: Holds, when the next value is asked for, what was measured at the one before.
        known: What was decided before the run was resumed.
    """
    for number, value in enumerate(sweep.begin(known).values(measured)):
        sweep.parameter.validate(value)
        around.progress.total += 1
        yield number, value


def single_point(level: Level, steps: Sequence[Step], around: Surroundings) -> Act:
    """Return what does the steps once: nothing is swept at this level."""
    innermost = not any(isinstance(action, Level) for action in level.actions)

    def point() -> None:
        around.check()
        if around.guard is not None and innermost:
            around.guard()
        with suppress(Break):
            for step in steps:
                step.do_timed(1)
        around.progress.done += innermost

    return point


def loop_of(level: Level, steps: Sequence[Step], depth: int, place: Place, around: Surroundings) -> Loop:
    """Return the loop itself. A point in so many is timed (see `_account`); the others do the same and look at no clock."""
    delay, index, setpoints = level.delay, place.index, place.setpoints
    put, readback, settle = setting_of(level, place, around)
    acts = [step.act for step in steps]
    innermost = not any(isinstance(action, Level) for action in level.actions)
    check, guard, progress = around.check, around.guard if innermost else None, around.progress
    timed_point = _timed(level, steps, depth, place, around)

    def loop(values: Iterable[tuple[int, Any]]) -> None:
        wait, place.owed = max(delay, place.owed), 0.0  # what the outer level owes, the first point here settles
        left, stride = 0, 1
        for i, value in values:
            check()
            if guard is not None:
                guard()
            index[depth] = i
            setpoints[depth] = value
            if left:
                left -= 1
                put(value)
                if readback is not None:
                    setpoints[depth] = readback()
                if wait:
                    settle(wait)
                for act in acts:
                    act()
            else:
                seconds = timed_point(value, wait, stride)
                stride = stride_for(seconds) if innermost else 1
                left = stride - 1
            wait = delay
            if innermost:
                progress.done += 1

    return loop


def _timed(
    level: Level, steps: Sequence[Step], depth: int, place: Place, around: Surroundings
) -> Callable[[Any, float, int], float]:
    """Return what does one point as the loop does, notes where the time went for ``weight`` points, and returns it."""
    put, readback, settle = setting_of(level, place, around)
    account, setpoints, who = around.account, place.setpoints, level.moves.parameter.full_name

    def point(value: Any, wait: float, weight: int) -> float:
        began = perf_counter()
        put(value)
        after_set = perf_counter()
        account.add("set", who, after_set - began, weight)
        if readback is not None:
            setpoints[depth] = readback()
            account.add("read", who, perf_counter() - after_set, weight)
        if wait:
            settled = perf_counter()
            settle(wait)
            account.add("settle", who, perf_counter() - settled, weight)
        for step in steps:
            step.do_timed(weight)
        return perf_counter() - began

    return point


def setting_of(
    level: Level, place: Place, around: Surroundings
) -> tuple[Callable[[Any], None], Callable[[], Any] | None, Callable[[float], None]]:
    """Return how a level sets, reads back (None: it does not), and settles."""
    parameter, clock = level.moves.parameter, around.clock

    def settle(seconds: float) -> None:
        sleep(clock, seconds)

    def owe(seconds: float) -> None:
        place.owed = seconds

    nest_first = bool(level.actions) and isinstance(level.actions[0], Level)
    readback = getattr(parameter, "get", None) if level.readback else None
    return named_set(parameter), readback, owe if nest_first else settle


def named_set(parameter: Any) -> Callable[[Any], None]:
    """Return the set of a parameter of the user's own, which may raise without saying what it was doing."""
    put: Callable[[Any], None] = parameter.set
    if hasattr(parameter, "cache"):  # ours name themselves
        return put

    def named(value: Any) -> None:
        try:
            put(value)
        except BaseException as error:  # whatever it was: say where
            error.add_note(f"while setting {parameter.full_name} to {value!r}")
            raise

    return named
