"""What is recorded at a point of a free loop: read, put beside its setpoints, stored. Compiled at the first time."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from measurand._core.names import listing
from measurand.dataset import Column, Dim, TableSpec
from measurand.errors import DefinitionError
from measurand.measure._account import Account
from measurand.measure._actions import Read
from measurand.measure._layout import kind_of_values
from measurand.measure._loops import AGAIN, Axis
from measurand.measure._reading import compile_reading, spread
from measurand.parameters import Field, Measurable, Yield, name_of, yield_of

Key = tuple[tuple[Any, str, bool], ...]


class Item(NamedTuple):
    """One thing that is recorded.

    Attributes:
        thing: A measurable, or a value that was given for a name.
        name: What it is called, if not as it calls itself.
        given: Whether ``value`` is its value; else it is read.
        value: That.
    """

    thing: Any
    name: str = ""
    given: bool = False
    value: Any = None

    @property
    def key(self) -> tuple[Any, str, bool]:
        """What makes it the same as another one."""
        return (self.thing, self.name, self.given)


def items_of(things: Sequence[Any], named: dict[str, Any]) -> list[Item]:
    """Return what shall be recorded.

    Raises:
        DefinitionError: Something is neither measurable nor a pair of a measurable and its value.
    """
    items = []
    for thing in things:
        if isinstance(thing, Measurable):
            items.append(Item(thing))
        elif isinstance(thing, tuple) and len(thing) == 2 and isinstance(thing[0], Measurable):
            items.append(Item(thing[0], "", True, thing[1]))
        else:
            raise DefinitionError(
                f"{thing!r} ({type(thing).__name__}) cannot be recorded; allowed are parameters, pairs of a parameter and "
                f"its value, and values with a name: record(dmm.voltage, (lockin.x, 0.1), power=3.2)."
            )
    for name, value in named.items():
        items.append(Item(value, name) if isinstance(value, Measurable) else Item(None, name, True, value))
    if not items:
        raise DefinitionError("record() needs something to record, e.g. a parameter to read.")
    return items


@dataclass(frozen=True, eq=False)
class Route:
    """How some things are recorded along an axis.

    Attributes:
        plain: Whether everything is read now, and is one value, as all setpoints are.
        read: Reads those that are read.
        given: For each thing, whether its value is given.
        yields: What each yields.
        setpoints: What each swept parameter yields; None: one value each.
        store: Stores a row, given its index and values.
        names: The columns that are no setpoints.
    """

    plain: bool
    read: Callable[[], Sequence[Any]]
    given: tuple[bool, ...]
    yields: tuple[Yield, ...]
    setpoints: tuple[Yield, ...] | None
    store: Callable[[Sequence[int], Sequence[Any]], None]
    names: tuple[str, ...]

    def values(self, items: Sequence[Item]) -> Sequence[Any]:
        """Return a reading for each of ``items``: what was given, and what is read now."""
        if self.plain:
            return self.read()
        fresh = iter(self.read())
        return [item.value if given else next(fresh) for item, given in zip(items, self.given, strict=True)]

    def row(self, setpoints: Sequence[Any], values: Sequence[Any]) -> Sequence[Any]:
        """Return the values of the columns."""
        if self.plain:
            return (*setpoints, *values)
        along = setpoints if self.setpoints is None else spread(setpoints, self.setpoints)
        return [*along, *spread(values, self.yields)]


class Recorder:
    """The tables of one free loop: each set of things that is recorded together along an axis has one.

    Args:
        adder: Returns what adds rows to a table that is described.
        planned: Called with the number of rows that a table will have, if that is known.
        partial: Given a table and what was read, by name, of a group that failed in the middle.
        lanes: Whether instruments of different connections are read at the same time.
    """

    def __init__(
        self,
        adder: Callable[[TableSpec], Callable[[Sequence[int], Sequence[Any]], None]],
        planned: Callable[[int], None],
        partial: Callable[[str, dict[str, Any]], None],
        *,
        lanes: bool,
    ) -> None:
        self._adder = adder
        self._planned = planned
        self._partial = partial
        self._lanes = lanes
        self._taken: set[str] = set()
        self._closes: list[Callable[[], None]] = []
        self._tables = 0

    def route(self, axis: Axis, key: Key, items: Sequence[Item]) -> Route:
        """Return how ``items`` are recorded along ``axis``; ``key`` is what makes them the same as others."""
        found: Route | None = axis.own.get(key)
        if found is None:
            found = axis.own[key] = self._compile(axis, items)
        return found

    def close(self) -> None:
        """End the threads that read."""
        for close in self._closes:
            close()

    def _compile(self, axis: Axis, items: Sequence[Item]) -> Route:
        yields = tuple(map(_yield_of, items))
        path = axis.path()
        measured = {field.name for one in yields for field in one.fields}
        dims: list[Dim] = []
        columns: list[Column] = []
        for one in path:
            along = self._setpoints(one, measured)
            dims.append(Dim(self._dim_name(one, along), one.size, tuple(column.name for column in along)))
            columns += along
        results = [self._result(field) for one in yields for field in one.fields]
        spec = TableSpec(f"data{self._tables or ''}", (*columns, *results), tuple(dims))
        store = self._adder(spec)
        self._tables += 1
        if path and all(one.size for one in path):
            self._planned(math.prod(one.size or 0 for one in path))
        reads = [Read(item.thing) for item in items if not item.given]
        whole = [Yield(one.fields) for one, item in zip(yields, items, strict=True) if not item.given]
        reading, close = compile_reading(
            reads, whole, Account(), lambda read: self._partial(spec.name, read), lanes=self._lanes
        )
        self._closes.append(close)
        moved = tuple(yield_of(one.parameter) for one in path if one.parameter is not None)
        names = tuple(column.name for column in results)
        several = moved if any(one.values is not None for one in moved) else None
        plain = len(reads) == len(items) and several is None and all(one.values is None for one in yields)
        return Route(plain, reading.plain, tuple(item.given for item in items), yields, several, store, names)

    def _setpoints(self, axis: Axis, measured: set[str]) -> list[Column]:
        """Return the columns of what an axis moves; the same ones for every table along it."""
        if axis.parameter is None:
            return []
        found: list[Column] | None = axis.own.get("columns")
        if found is None:
            found = axis.own["columns"] = []
            for field in yield_of(axis.parameter).fields:
                name = self._free(f"{field.name}_set" if field.name in measured else field.name)
                kind: Any = field.kind or (None if axis.values is None else kind_of_values(list(axis.values)))
                found.append(Column(name, kind, field.unit, field.label, (), setpoint=True))
        return found

    def _dim_name(self, axis: Axis, columns: Sequence[Column]) -> str:
        if len(columns) == 1:
            return columns[0].name
        if "dim" not in axis.own:
            axis.own["dim"] = self._free(AGAIN if axis.parameter is None else name_of(axis.parameter))
        return str(axis.own["dim"])

    def _result(self, field: Field) -> Column:
        return Column(self._free(field.name), field.kind, field.unit, field.label, field.shape, field.setpoint)

    def _free(self, name: str) -> str:
        """Return ``name``, or ``name_2``, ``name_3``… if it means something else already."""
        candidate, number = name, 2
        while candidate in self._taken:
            candidate, number = f"{name}_{number}", number + 1
        self._taken.add(candidate)
        return candidate


def _yield_of(item: Item) -> Yield:
    if item.thing is None:
        return Yield((Field(item.name, label=item.name, shape=None),))
    described = yield_of(item.thing)
    if not item.name:
        return described
    if len(described.fields) != 1:
        names = listing(field.name for field in described.fields)
        raise DefinitionError(
            f"{item.name}={name_of(item.thing)} has several columns ({names}), which have their own names."
        )
    return replace(described, fields=(replace(described.fields[0], name=item.name),))
