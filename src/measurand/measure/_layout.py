"""From a plan to tables: which columns are stored together, how they are called, along which dims they lie.

The only place where parameters become column descriptions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from measurand.dataset import Column, Dim, Kind, TableSpec
from measurand.measure._actions import Measurable, Read, name_of
from measurand.measure._level import Level
from measurand.validators import Arrays, Bool, Ints, Numbers, Strings

_KINDS: list[tuple[type, Kind]] = [(Numbers, "float"), (Ints, "int"), (Strings, "text"), (Bool, "bool")]


@dataclass(frozen=True)
class Group:
    """Neighbouring reads at one level: one row of one table.

    Attributes:
        path: The levels from the outermost to the one of the group.
        first: Position of its first read among the actions of its level.
        measurables: What is read, in order.
        table: Where it is stored: the setpoints of the path, then the measurables.
    """

    path: tuple[Level, ...]
    first: int
    measurables: tuple[Measurable, ...]
    table: TableSpec


def groups_of(plan: Level) -> list[Group]:
    """Return every group of reads in the plan, outer levels in the order of their actions."""
    found = list(_groups((plan,)))
    measured = {name_of(m) for _, _, measurables in found for m in measurables}
    used: set[str] = set()
    groups = []
    for number, (path, first, measurables) in enumerate(found):
        setpoints = [_setpoint(level, measured) for level in path]
        columns = [_column(m, _unused(name_of(m), used)) for m in measurables]
        dims = tuple(Dim(c.name, len(level.sweep), (c.name,)) for c, level in zip(setpoints, path, strict=True))
        spec = TableSpec(f"data{number or ''}", (*setpoints, *columns), dims)
        groups.append(Group(path, first, measurables, spec))
    return groups


def _groups(path: tuple[Level, ...]) -> Iterator[tuple[tuple[Level, ...], int, tuple[Measurable, ...]]]:
    reads: list[Measurable] = []
    actions = path[-1].actions
    for position, action in enumerate(actions):
        if isinstance(action, Read):
            reads.append(action.measurable)
        if reads and (position + 1 == len(actions) or not isinstance(actions[position + 1], Read)):
            yield path, position + 1 - len(reads), tuple(reads)
            reads = []
        if isinstance(action, Level):
            yield from _groups((*path, action))


def _setpoint(level: Level, measured: set[str]) -> Column:
    parameter = level.sweep.parameter
    name = parameter.full_name
    column = _column(parameter, f"{name}_set" if name in measured else name, setpoint=True)
    if column.kind is None and all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in level.sweep):
        return Column(column.name, "float", column.unit, column.label, setpoint=True)
    return column


def _column(thing: Any, name: str, *, setpoint: bool = False) -> Column:
    vals = getattr(thing, "vals", None)
    label = getattr(thing, "label", None) or name
    unit = getattr(thing, "unit", None) or ""
    kind: Kind | None = next((kind for rule, kind in _KINDS if isinstance(vals, rule)), None)
    shape: tuple[int | None, ...] | None = () if setpoint or kind is not None else None
    if isinstance(vals, Arrays):
        shape = vals.shape
    return Column(name, kind, unit, label, shape, setpoint)


def _unused(name: str, used: set[str]) -> str:
    """Return ``name``, or ``name_2``, ``name_3``… if the same quantity is measured at several places."""
    candidate, number = name, 2
    while candidate in used:
        candidate, number = f"{name}_{number}", number + 1
    used.add(candidate)
    return candidate
