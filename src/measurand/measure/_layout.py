"""From a plan to tables: which columns are stored together, how they are called, along which dims they lie.

The only place where what measurables yield becomes column descriptions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from measurand.dataset import Column, Dim, TableSpec
from measurand.measure._actions import Read
from measurand.measure._level import Level
from measurand.parameters import Field, Measurable, Yield, name_of, yield_of


@dataclass(frozen=True)
class Group:
    """Neighbouring reads at one level: one row of one table.

    Attributes:
        path: The levels from the outermost to the one of the group.
        place: Positions among the actions: of each nested level of the path, then of the first read. A level may stand
            at several places of a plan, its reads then are different groups.
        measurables: What is read, in order.
        yields: What each of them yields.
        table: Where it is stored: the setpoints of the path, then the columns of the measurables.
    """

    path: tuple[Level, ...]
    place: tuple[int, ...]
    measurables: tuple[Measurable, ...]
    yields: tuple[Yield, ...]
    table: TableSpec


def groups_of(plan: Level) -> list[Group]:
    """Return every group of reads in the plan, outer levels in the order of their actions."""
    found = list(_groups((plan,), ()))
    measured = {name_of(m) for _, _, measurables in found for m in measurables}
    used: set[str] = set()
    groups = []
    for number, (path, place, measurables) in enumerate(found):
        yields = tuple(map(yield_of, measurables))
        setpoints = [_setpoints(level, measured) for level in path]
        columns = [column for group in setpoints for column in group]
        columns += _measured(yields, used)
        dims = tuple(
            Dim(_dim_name(level, group), len(level.sweep), tuple(column.name for column in group))
            for group, level in zip(setpoints, path, strict=True)
        )
        groups.append(Group(path, place, measurables, yields, TableSpec(f"data{number or ''}", tuple(columns), dims)))
    return groups


def _groups(
    path: tuple[Level, ...], place: tuple[int, ...]
) -> Iterator[tuple[tuple[Level, ...], tuple[int, ...], tuple[Measurable, ...]]]:
    reads: list[Measurable] = []
    actions = path[-1].actions
    for position, action in enumerate(actions):
        if isinstance(action, Read):
            reads.append(action.measurable)
        if reads and (position + 1 == len(actions) or not isinstance(actions[position + 1], Read)):
            yield path, (*place, position + 1 - len(reads)), tuple(reads)
            reads = []
        if isinstance(action, Level):
            yield from _groups((*path, action), (*place, position))


def _setpoints(level: Level, measured: set[str]) -> list[Column]:
    """Return a column for each parameter that the level moves; ``…_set`` if it is also measured."""
    columns = []
    for field in yield_of(level.sweep.parameter).fields:
        name = f"{field.name}_set" if field.name in measured else field.name
        columns.append(Column(name, _setpoint_kind(field, level), field.unit, field.label, (), setpoint=True))
    return columns


def _setpoint_kind(field: Field, level: Level) -> Any:
    plain = all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in level.sweep)
    return "float" if field.kind is None and plain else field.kind


def _dim_name(level: Level, columns: list[Column]) -> str:
    return columns[0].name if len(columns) == 1 else name_of(level.sweep.parameter)


def _measured(yields: tuple[Yield, ...], used: set[str]) -> Iterator[Column]:
    """Yield the columns of a group; a coordinate that several arrays share stands once for each reading of it."""
    for one in yields:
        for field in one.fields:
            yield Column(_unused(field.name, used), field.kind, field.unit, field.label, field.shape, field.setpoint)


def _unused(name: str, used: set[str]) -> str:
    """Return ``name``, or ``name_2``, ``name_3``… if the same quantity is measured at several places."""
    candidate, number = name, 2
    while candidate in used:
        candidate, number = f"{name}_{number}", number + 1
    used.add(candidate)
    return candidate
