"""A plan as the verbs of 2016 mean it: quantities measured twice are told apart by where they stand, setpoints are kept.

Rewrites trees of data; runs nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile
from typing import Any, TypeVar

from measurand.measure._actions import BreakIf, EndIf, Read
from measurand.measure._level import Level
from measurand.parameters import Yield, yield_of

L = TypeVar("L", bound=Level)
Indices = tuple[int, ...]


class _Setpoints:
    """Measures nothing: a row of its own keeps the setpoints of a point that may break off before anything is measured."""

    name = "setpoints"
    yields = Yield((), lambda _: ())

    def get(self) -> None:
        """There is nothing to read."""


def positioned(plan: L) -> L:
    """Return the plan with names by position, and with rows for setpoints that no reading would keep.

    A quantity measured at several places is called after its place: ``q_0``, ``q_1_1``, ``q_2`` is q as action 0, as
    action 1 of the loop that is action 1, and as action 2; what all of them begin with is left out.
    """
    places: dict[str, list[Indices]] = {}
    for read, indices in reads_of(plan):
        for name in _results(read):
            places.setdefault(name, []).append(indices)
    cut = {name: _shared(found) for name, found in places.items() if len(found) > 1}
    return _rewritten(plan, (), cut)


def reads_of(level: Level, place: Indices = ()) -> Iterator[tuple[Read, Indices]]:
    """Yield every read of a plan with its position among the actions of each level."""
    for position, action in enumerate(level.actions):
        if isinstance(action, Read):
            yield action, (*place, position)
        elif isinstance(action, Level):
            yield from reads_of(action, (*place, position))


def _shared(places: list[Indices]) -> int:
    """Return how many indices all places begin with."""
    return sum(1 for _ in takewhile(lambda indices: len(set(indices)) == 1, zip(*places, strict=False)))


def _results(read: Read) -> list[str]:
    names = Counter(field.name for field in yield_of(read.measurable).fields if not field.setpoint)
    return list(names)


def _rewritten(level: L, place: Indices, cut: dict[str, int]) -> L:
    actions: list[Any] = []
    kept = not level.swept
    for position, action in enumerate(level.actions):
        here = (*place, position)
        if isinstance(action, Read):
            kept = True
            actions.append(_named(action, here, cut))
        elif isinstance(action, Level):
            actions.append(_rewritten(action, here, cut))
        else:
            if isinstance(action, (BreakIf, EndIf)) and not kept:
                kept = True
                actions.append(Read(_Setpoints()))
            actions.append(action)
    return replace(level, actions=tuple(actions))


def _named(read: Read, here: Indices, cut: dict[str, int]) -> Read:
    clashes = [cut[name] for name in _results(read) if name in cut]
    if not clashes:
        return read
    return replace(read, suffix="".join(f"_{index}" for index in here[min(clashes) :]))
