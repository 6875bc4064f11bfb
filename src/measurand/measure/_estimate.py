"""How long a plan will take and how much it will store, from what is known beforehand. Touches no instrument."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from measurand._core.names import listing
from measurand._core.numbers import is_real
from measurand.dataset import Column
from measurand.measure._actions import Read, Task, Wait
from measurand.measure._layout import Group, groups_of
from measurand.measure._level import Level
from measurand.measure._moved import moved_by
from measurand.parameters import Adaptive, name_of

_KIND_BYTES = {"bool": 1, "complex": 16, "text": 16, "enum": 4}  # of a text: a guess
_NUMBER_BYTES = 8
_ROW_BYTES = 8  # when it was stored
_INDEX_BYTES = 4  # for each dim


@dataclass(frozen=True)
class Estimate:
    """What a plan will take, if nothing breaks off.

    Attributes:
        points: Innermost points.
        rows: Rows to be stored, in all tables.
        settle: Time in s for delays and waits.
        ramp: Time in s for setpoints that are reached in steps, or are waited for after each set.
        read: Time in s for readings, as long as the caller said one takes.
        bytes: Data to be stored.
        uncounted: What nobody knows beforehand, and is not in these numbers.

    Example:
        >>> gate, current = ManualParameter("gate"), ManualParameter("current")
        >>> sweep(gate, 0, 1, num=11, delay=0.5).each(current).estimate(reading=0.1).seconds
        6.6
    """

    points: int
    rows: int
    settle: float
    ramp: float
    read: float
    bytes: int
    uncounted: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        """Time in s, all that is known of it."""
        return round(self.settle + self.ramp + self.read, 9)

    def __str__(self) -> str:
        parts = {"settling": self.settle, "ramps": self.ramp, "reading": self.read}
        named = ", ".join(f"{what} {duration(seconds)}" for what, seconds in parts.items() if seconds)
        time = f"{duration(self.seconds)} ({named})" if named else "no waiting"
        left = f"; not counted: {listing(self.uncounted)}" if self.uncounted else ""
        return f"{self.points} points in {self.rows} rows, {time}, {size(self.bytes)}{left}"


def estimate(plan: Level, reading: float = 0.0, groups: Sequence[Group] | None = None) -> Estimate:
    """Return what a plan will take; see `Plan.estimate`. ``groups``: those of the plan, if they are known already."""
    groups = groups_of(plan) if groups is None else groups
    rows = {id(group): math.prod(len(level.moves) for level in group.path) for group in groups}
    seconds = _pass(plan, 0.0, reading, nested=False)
    stored = sum(rows[id(group)] * _row(group) for group in groups)
    return Estimate(
        plan.points, sum(rows.values()), seconds.settle, seconds.ramp, seconds.read, stored,
        tuple(dict.fromkeys(_uncounted(plan, groups, reading))),
    )  # fmt: skip


class _Seconds(NamedTuple):
    settle: float = 0.0
    ramp: float = 0.0
    read: float = 0.0

    def plus(self, other: _Seconds, times: int = 1) -> _Seconds:
        """Return the sum with ``times`` another."""
        return _Seconds(*(a + b * times for a, b in zip(self, other, strict=True)))


def _pass(level: Level, owed: float, reading: float, *, nested: bool) -> _Seconds:
    """Return the seconds of one pass through a level.

    Args:
        level: It.
        owed: What the outer level has not waited yet: the first point here does.
        reading: Time in s of one group of reads.
        nested: Whether it is done again and again, and so goes back from its last value to its first.
    """
    total = _waits((*level.before, *level.after, *level.always))
    if not level.swept:
        return total.plus(_point(level, owed, reading))
    count, nest_first = len(level.moves), bool(level.actions) and isinstance(level.actions[0], Level)
    waits = [max(level.delay, owed), *([level.delay] if count > 1 else [])][:count]
    at_point = 0.0
    for wait, times in zip(waits, (1, count - 1), strict=False):
        point = _point(level, wait if nest_first else 0.0, reading)
        point = point.plus(_Seconds(0.0 if nest_first else wait))
        total, at_point = total.plus(point, times), sum(point)
    return total.plus(_Seconds(ramp=_ramps(level, at_point, nested=nested)))


def _point(level: Level, owed: float, reading: float) -> _Seconds:
    """Return the seconds of the actions at one point."""
    total = _waits(level.actions)
    for position, action in enumerate(level.actions):
        if isinstance(action, Level):
            total = total.plus(_pass(action, owed, reading, nested=True))
            owed = 0.0
        elif isinstance(action, Read) and not _continues(level.actions, position):
            total = total.plus(_Seconds(read=reading))
    return total


def _continues(actions: Sequence[Any], position: int) -> bool:
    """Whether a read belongs to the group of the one before it."""
    before = actions[position - 1] if position else None
    return isinstance(before, Read) and before.group == actions[position].group


def _waits(actions: Sequence[Any]) -> _Seconds:
    return _Seconds(sum(action.seconds for action in actions if isinstance(action, Wait)))


def _ramps(level: Level, at_point: float, *, nested: bool) -> float:
    """Return the seconds that moving takes in one pass, from what the parameter says of itself.

    Args:
        level: What moves.
        at_point: Time in s from one set to the next move; as long as that, sets are apart anyway.
        nested: Whether it goes back from its last value to its first.
    """
    parameter: Any = level.moves.parameter
    step, between = getattr(parameter, "step", None), getattr(parameter, "inter_delay", 0) or 0
    after = getattr(parameter, "post_delay", 0) or 0
    values = list(level.moves)
    if (not between and not after) or not all(map(is_real, values)):
        return 0.0
    way = [*values, values[0]] if nested and not level.snake else values
    moves = [math.ceil(abs(b - a) / step - 1e-9) if step else 1 for a, b in pairwise(way)]
    apart = max(between - after - at_point, 0.0)
    return sum(apart + max(count - 1, 0) * max(between, after) + after for count in moves if count)


def _row(group: Group) -> int:
    """Return the size of one row."""
    return _ROW_BYTES + _INDEX_BYTES * len(group.table.dims) + sum(map(_cell, group.table.columns))


def _cell(column: Column) -> int:
    return _KIND_BYTES.get(column.kind or "", _NUMBER_BYTES) * math.prod(length or 1 for length in column.shape or ())


def _uncounted(plan: Level, groups: Sequence[Group], reading: float) -> Iterator[str]:
    for level in plan.swept_levels():
        parameter: Any = level.moves.parameter
        if isinstance(level.moves, Adaptive):
            few = f"more than {len(level.moves)}" if len(level.moves) else "any"
            yield f"{few} values of {parameter.full_name}"
        for behind in moved_by(parameter):
            waits = getattr(behind, "inter_delay", 0) or getattr(behind, "post_delay", 0)
            if waits and behind is not parameter:
                yield f"ramps of {behind.full_name}"
    if any(isinstance(a, Task) for level in plan.levels() for a in (*level.before, *level.actions, *level.after)):
        yield "tasks"
    for group in groups:
        for read, one in zip(group.reads, group.yields, strict=True):
            if any(field.shape is not None and None in field.shape for field in one.fields):
                yield f"the length of {name_of(read.measurable)}"
    if not reading:
        yield "readings"


def duration(seconds: float) -> str:
    """Return a time in the unit that a person would use, e.g. ``2.5 h``."""
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.3g} {unit}"
    return f"{seconds:.3g} s"


def size(count: int) -> str:
    """Return a number of bytes in the unit that a person would use, e.g. ``1.2 MB``."""
    for unit, length in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= length:
            return f"{count / length:.3g} {unit}"
    return f"{count} B"
