"""A dry run: the steps of a plan in words, in the order in which they would be done. Touches no instrument."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from measurand.measure._actions import BreakIf, EndIf, Read, Task, Wait
from measurand.measure._level import Level
from measurand.parameters import Adaptive, name_of, yield_of

_INDENT = "  "


def steps_of(plan: Level) -> Iterator[str]:
    """Yield one line for each step; those of nested levels are indented. Nothing breaks off in a dry run."""
    return _Walk().level(plan, ())


def limited(lines: Iterable[str], limit: int | None) -> Iterator[str]:
    """Yield the first ``limit`` lines, and one that says if there are more."""
    for number, line in enumerate(lines):
        if number == limit:
            yield "…"
            return
        yield line


class _Walk:
    """Goes through a plan as the engine does, and remembers what the engine would."""

    def __init__(self) -> None:
        self._passes: Counter[tuple[int, ...]] = Counter()
        self._owed = 0.0

    def level(self, level: Level, place: tuple[int, ...]) -> Iterator[str]:
        """Yield the steps of one pass through a level."""
        yield from map(_said, level.before)
        if level.swept:
            yield from self._points(level, place)
        else:
            yield from self._actions(level, place, "")
        yield from map(_said, (*level.after, *level.always))

    def _points(self, level: Level, place: tuple[int, ...]) -> Iterator[str]:
        moves = level.moves
        if isinstance(moves, Adaptive):
            yield from self._point(level, place, f"set {moves.parameter.full_name} to what is decided")
            about = f", about {len(moves)} in all" if len(moves) else ""
            yield f"and so on for every value of {moves.parameter.full_name} that is decided{about}"
            return
        values = list(moves)
        if level.snake and self._passes[place] % 2:
            values.reverse()
        self._passes[place] += 1
        for value in values:
            yield from self._point(level, place, _moved(moves.parameter, value))

    def _point(self, level: Level, place: tuple[int, ...], moved: str) -> Iterator[str]:
        wait, self._owed = max(level.delay, self._owed), 0.0
        yield moved
        if level.readback:
            yield f"read {level.moves.parameter.full_name} back"
        if level.actions and isinstance(level.actions[0], Level):
            self._owed = wait
        elif wait:
            yield _said(Wait(wait))
        yield from self._actions(level, place, _INDENT)

    def _actions(self, level: Level, place: tuple[int, ...], indent: str) -> Iterator[str]:
        reads: list[Read] = []
        for position, action in enumerate(level.actions):
            if reads and not (isinstance(action, Read) and action.group == reads[0].group):
                yield _read(reads)
                reads = []
            if isinstance(action, Read):
                reads.append(action)
            elif isinstance(action, Level):
                yield from (indent + line for line in self.level(action, (*place, position)))
            else:
                yield _said(action, level)
        if reads:
            yield _read(reads)


def _moved(parameter: Any, value: Any) -> str:
    one = yield_of(parameter)
    values = [value] if one.values is None else one.values(value)
    verb = "ramp" if getattr(parameter, "step", None) is not None else "set"
    targets = (
        f"{field.name} to {each!r}{f' {field.unit}' if field.unit else ''}"
        for field, each in zip(one.fields, values, strict=True)
    )
    return f"{verb} {', '.join(targets)}"


def _read(reads: list[Read]) -> str:
    return f"read {', '.join(name_of(read.measurable) for read in reads)}"


def _said(action: Task | Wait | BreakIf | EndIf, level: Level | None = None) -> str:
    described = action.to_dict()
    if isinstance(action, Wait):
        return f"wait {action.seconds:g} s"
    if isinstance(action, Task):
        arguments = [*described["arguments"], *(f"{name}={text}" for name, text in described["keywords"].items())]
        return f"call {described['task']}({', '.join(arguments)})"
    if isinstance(action, EndIf):
        return f"end the run here if {described['end_if']}"
    what = level.moves.parameter.full_name if level is not None and level.swept else "this"
    return f"end {what} here if {described['break_if']}"
