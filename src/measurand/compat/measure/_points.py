"""Going through every point of nested sweeps. What can be looked up beforehand is; knows no dataset."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from measurand._core.clock import SYSTEM_CLOCK, Clock
from measurand._core.stop import sleep
from measurand.compat.measure._sweeps import AbstractSweep, TogetherSweep
from measurand.errors import NotSettable
from measurand.parameters import as_settable, name_of

Pairs = list[tuple[Any, Any]]
"""The parameters that are moved, and where they are."""


@dataclass(frozen=True)
class _Mover:
    """One parameter that moves: which of the pairs it is, and what is done with it at each value."""

    slot: int
    param: Any
    set: Callable[[Any], Any]
    get: Callable[[], Any] | None
    delay: float
    actions: tuple[Callable[[], Any], ...]
    after_pass: tuple[Callable[[], Any], ...]


Level = tuple[tuple[_Mover, ...], list[tuple[Any, ...]]]


class Points:
    """Every point of nested sweeps, the last one innermost. What is not allowed is found before anything is set.

    Args:
        sweeps: Outermost first; none: there is one point.
        clock: Waits.

    Raises:
        NotSettable: A parameter cannot be set.
        RefusedValue, RefusedType: A value is not allowed.
    """

    def __init__(self, sweeps: Sequence[AbstractSweep | TogetherSweep], clock: Clock = SYSTEM_CLOCK) -> None:
        self._pairs: Pairs = []
        self._levels = [_level(one, self._pairs) for one in sweeps]
        self._clock = clock
        for movers, points in self._levels:
            _check(movers, points)

    def walk(self, measure: Callable[[Pairs], Any]) -> None:
        """Set every point and call ``measure`` there, with the parameters that moved and where they are.

        The list that it is called with is the same at each point.
        """
        _walk(self._levels, 0, self._pairs, measure, self._clock)


def parts_of(one: AbstractSweep | TogetherSweep) -> tuple[AbstractSweep, ...]:
    """Return the sweeps of single parameters that make up one axis."""
    return one.sweeps if isinstance(one, TogetherSweep) else (one,)


def _walk(levels: Sequence[Level], depth: int, pairs: Pairs, measure: Callable[[Pairs], Any], clock: Clock) -> None:
    if depth == len(levels):
        measure(pairs)
        return
    movers, points = levels[depth]
    innermost = depth + 1 == len(levels)
    if (
        innermost
        and len(movers) == 1
        and not movers[0].delay
        and not movers[0].actions
        and movers[0].get is None
        and not movers[0].after_pass
    ):
        slot, param, put = movers[0].slot, movers[0].param, movers[0].set
        for (value,) in points:
            put(value)
            pairs[slot] = (param, value)
            measure(pairs)
        return
    for values in points:
        for mover, value in zip(movers, values, strict=True):
            mover.set(value)
            if mover.delay:
                sleep(clock, mover.delay)
            for action in mover.actions:
                action()
            pairs[mover.slot] = (mover.param, value if mover.get is None else mover.get())
        if innermost:
            measure(pairs)
        else:
            _walk(levels, depth + 1, pairs, measure, clock)
        for mover in movers:
            for action in mover.after_pass:
                action()


def _level(one: AbstractSweep | TogetherSweep, pairs: Pairs) -> Level:
    movers = []
    for part in parts_of(one):
        param = as_settable(part.param)
        get = part.param.get if part.get_after_set else None
        movers.append(
            _Mover(len(pairs), part.param, param.set, get, part.delay, tuple(part.post_actions), tuple(part.after_pass))
        )
        pairs.append((part.param, None))
    columns = [_plain(part.get_setpoints()) for part in parts_of(one)]
    return tuple(movers), list(zip(*columns, strict=True))


def _plain(values: Any) -> list[Any]:
    return list(values.tolist()) if hasattr(values, "tolist") else list(values)


def _check(movers: Sequence[_Mover], points: Sequence[Sequence[Any]]) -> None:
    for place, mover in enumerate(movers):
        if not getattr(mover.param, "settable", True):
            raise NotSettable(f"{name_of(mover.param)} cannot be set, so it cannot be swept; nothing was set.")
        validate = getattr(mover.param, "validate", None)
        if validate is None:
            continue
        for number, values in enumerate(points):
            try:
                validate(values[place])
            except (ValueError, TypeError) as error:
                error.add_note(
                    f"point {number + 1} of {len(points)} of the sweep of {name_of(mover.param)}; nothing was set"
                )
                raise
