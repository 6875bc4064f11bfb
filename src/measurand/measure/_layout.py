"""From a plan to tables: which columns are stored together, how they are called, along which dims they lie.

The only place where what measurables yield becomes column descriptions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from measurand.dataset import Column, Dim, TableSpec
from measurand.measure._actions import Read
from measurand.measure._level import Level
from measurand.parameters import Field, Yield, name_of, yield_of

QUALITIES = ("ok", "retried", "missing")
"""What a column of quality says of a reading: read at once, read again, not read at all."""


@dataclass(frozen=True)
class Group:
    """Neighbouring reads at one level: one row of one table.

    Attributes:
        path: The levels that sweep something, from the outermost to the one of the group.
        place: Positions among the actions: of each nested level of the path, then of the first read. A level may stand
            at several places of a plan, its reads then are different groups.
        reads: What is read, in order.
        yields: What each of them yields.
        table: Where it is stored: the setpoints of the path, then the columns of the measurables.
    """

    path: tuple[Level, ...]
    place: tuple[int, ...]
    reads: tuple[Read, ...]
    yields: tuple[Yield, ...]
    table: TableSpec


def groups_of(plan: Level) -> list[Group]:
    """Return every group of reads in the plan, outer levels in the order of their actions."""
    found = [(*each, tuple(yield_of(read.measurable) for read in each[2])) for each in _groups((plan,), ())]
    names = _Names(
        [field.name for *_, yields in found for one in yields for field in one.fields],
        [field.name for level in plan.swept_levels() for field in yield_of(level.moves.parameter).fields],
    )
    groups = []
    for number, (path, place, reads, yields) in enumerate(found):
        setpoints = [_setpoints(level, names) for level in path]
        dims = tuple(
            Dim(
                _dim_name(level, columns, names),
                len(level.moves) if level.fixed else None,
                tuple(column.name for column in columns),
            )
            for columns, level in zip(setpoints, path, strict=True)
        )
        columns = [column for group in setpoints for column in group]
        for read, one in zip(reads, yields, strict=True):
            columns += [_column(field, read, names) for field in one.fields]
            if read.judged:
                columns.append(_quality(names.of_reading(f"{name_of(read.measurable)}{read.suffix}_quality")))
        groups.append(Group(path, place, reads, yields, TableSpec(f"data{number or ''}", tuple(columns), dims)))
    return groups


class _Names:
    """Names of columns and dims: one that has to be invented never takes one that belongs to something else."""

    def __init__(self, measured: list[str], swept: list[str]) -> None:
        self._own = {*measured, *swept}
        self._measured = set(measured)
        self._taken: dict[str, object] = {}

    def of_reading(self, name: str) -> str:
        """Return ``name``, or ``name_2``, ``name_3``… if the same quantity is measured at several places."""
        return self._free(name, object())

    def of_setpoints(self, name: str, values: object) -> str:
        """Return ``name``, ``name_set`` if it is also measured; levels share it only if they go through the same values."""
        return self._free(f"{name}_set" if name in self._measured else name, values)

    def _free(self, name: str, meaning: object) -> str:
        candidate, number = name, 2
        while self._taken.get(candidate, meaning) != meaning or (candidate in self._own and candidate != name):
            candidate, number = f"{name}_{number}", number + 1
        self._taken[candidate] = meaning
        return candidate


def _groups(
    path: tuple[Level, ...], place: tuple[int, ...]
) -> Iterator[tuple[tuple[Level, ...], tuple[int, ...], tuple[Read, ...]]]:
    reads: list[Read] = []
    actions = path[-1].actions
    for position, action in enumerate(actions):
        if isinstance(action, Read):
            reads.append(action)
        if reads and _ends(reads[-1], actions[position + 1 :]):
            swept = tuple(level for level in path if level.swept)
            yield swept, (*place, position + 1 - len(reads)), tuple(reads)
            reads = []
        if isinstance(action, Level):
            yield from _groups((*path, action), (*place, position))


def _ends(last: Read, following: Sequence[Any]) -> bool:
    """Return whether a group of reads ends with ``last``."""
    return not (following and isinstance(following[0], Read) and following[0].group == last.group)


def _setpoints(level: Level, names: _Names) -> list[Column]:
    """Return a column for each parameter that the level moves."""
    fields = yield_of(level.moves.parameter).fields
    described = level.moves.to_dict()
    return [
        Column(
            names.of_setpoints(field.name, described), _setpoint_kind(field, level), field.unit, field.label, (), True
        )
        for field in fields
    ]


def _setpoint_kind(field: Field, level: Level) -> Any:
    """Return the kind that holds all values of a sweep; all of them are known."""
    return field.kind or (kind_of_values(list(level.moves)) if level.fixed else "float")


def kind_of_values(values: list[Any]) -> str | None:
    """Return the kind of column that holds all these values; None if there is none, or they are not single values."""
    types = set(map(type, values))  # few, however many values there are
    if types == {bool}:
        return "bool"
    if bool in types:
        return None
    for kind, allowed in (("float", (int, float)), ("complex", (int, float, complex)), ("text", (str,))):
        if all(issubclass(one, allowed) for one in types):
            return kind
    return None


def _dim_name(level: Level, columns: list[Column], names: _Names) -> str:
    if len(columns) == 1:
        return columns[0].name
    return names.of_setpoints(name_of(level.moves.parameter), level.moves.to_dict())


def _column(field: Field, read: Read, names: _Names) -> Column:
    name = names.of_reading(f"{field.name}{read.suffix}")
    return Column(name, field.kind, field.unit, field.label, field.shape, field.setpoint or read.setpoint)


def _quality(name: str) -> Column:
    return Column(name, label="Quality of the reading", categories=QUALITIES)
