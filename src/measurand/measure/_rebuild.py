"""A stored plan as a plan again, and how a given plan differs from a stored one. Knows no run and no row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from measurand._core.defaults import supplied
from measurand.dataset import Column, TableSpec
from measurand.errors import PlanError, UnknownName
from measurand.measure._actions import Read, Wait
from measurand.measure._level import Once
from measurand.measure._plan import Counter, Plan
from measurand.parameters import Sweep

Find = Callable[[str], Any]

_NEEDS = {
    "task": "a function that is called, {}",
    "break_if": "a condition that ends a level, {}",
    "end_if": "a condition that ends the run, {}",
    "adaptive": "what decides where to measure, {}",
}


def rebuilt(described: Mapping[str, Any], find: Find) -> Plan:
    """Return the plan that `Plan.to_dict` described.

    Args:
        described: The description.
        find: Returns what has a full name; raises `UnknownName`.

    Raises:
        PlanError: It needs things that no description holds, or that are not there; all are listed.
    """
    wanted = _Wanted(find)
    plan = wanted.level(described)
    if wanted.missing:
        listed = "\n".join(f"  {number}. {what}" for number, what in enumerate(dict.fromkeys(wanted.missing), 1))
        raise PlanError(
            f"The stored plan cannot be made again by itself. Give it: resume(run, plan=...), as it was. It needs\n{listed}"
        )
    assert plan is not None  # noqa: S101 - for the type checker: something is missing where there is none
    return plan


class _Wanted:
    """Makes levels of descriptions, and collects what is missing."""

    def __init__(self, find: Find) -> None:
        self.missing: list[str] = []
        self._find = find

    def level(self, described: Mapping[str, Any]) -> Plan | None:
        sweep = self._sweep(described["sweep"]) if "sweep" in described else Once()
        each, before, after, always = (
            tuple(self._action(one) for one in described.get(key, ())) for key in ("each", "before", "then", "finally")
        )
        if self.missing:
            return None
        flags = {key: described.get(key, False) for key in ("snake", "readback")}
        return Plan(sweep, described.get("delay", 0), before, each, after, always, **flags)

    def _sweep(self, described: Mapping[str, Any]) -> Any:
        if "adaptive" in described:
            self.missing.append(_NEEDS["adaptive"].format(described["adaptive"]))
            return None
        found = Counter(described["parameter"]) if described.get("counts") else self._thing(described["parameter"])
        return None if found is None else Sweep.from_dict(described, lambda _: found)

    def _action(self, described: Mapping[str, Any]) -> Any:
        if "read" in described:
            found = self._thing(described["read"])
            return None if found is None else Read(found, **{k: v for k, v in described.items() if k != "read"})
        if "wait" in described:
            return Wait(described["wait"])
        for key in ("task", "break_if", "end_if"):
            if key in described:
                self.missing.append(_NEEDS[key].format(described[key]))
                return None
        return self.level(described)

    def _thing(self, name: str) -> Any:
        try:
            return self._find(name)
        except UnknownName:
            self.missing.append(f"{name}, which no instrument and no station here has")
            return None


def finder(station: Any = None) -> Find:
    """Return what finds a parameter of this process by exactly its full name.

    Args:
        station: Where it looks first; None: the station of this process, if it has one.
    """
    from measurand.instrument import Instrument

    station = supplied("station") if station is None else station
    known: dict[str, Any] = {}
    for root in Instrument.instances():
        known |= {part.full_name: part for part in _parts(root)}

    def find(name: str) -> Any:
        found = known.get(name)
        if station is not None:
            try:
                there = station.get_component(name)
            except UnknownName:
                there = None
            # A station also understands the end of a name. Here that would set something else.
            found = there if getattr(there, "full_name", None) == name else found
        if found is None:
            raise UnknownName(f"Nothing is called {name} here.")
        return found

    return find


def _parts(node: Any) -> Iterator[Any]:
    yield from node.parameters.values()
    for below in node.submodules.values():
        for one in (below,) if hasattr(below, "parameters") else below:
            yield from _parts(one)


def plan_differences(stored: Any, given: Any, path: str = "plan") -> list[str]:
    """Return one line for each place at which two descriptions of plans differ."""
    if isinstance(stored, Mapping) and isinstance(given, Mapping):
        keys = dict.fromkeys([*stored, *given])
        return [
            line
            for key in keys
            for line in plan_differences(stored.get(key), given.get(key), f"{path}.{key}")
            if stored.get(key) != given.get(key)
        ]
    if _is_list(stored) and _is_list(given) and len(stored) == len(given):
        pairs = enumerate(zip(stored, given, strict=True))
        return [line for n, (a, b) in pairs for line in plan_differences(a, b, f"{path}[{n}]")]
    return [] if stored == given else [f"{path}: stored {_shown(stored)}, given {_shown(given)}"]


def table_differences(stored: Mapping[str, TableSpec], given: Sequence[TableSpec]) -> list[str]:
    """Return one line for each thing in which what would be stored differs from what is stored."""
    found = []
    for table in given:
        there = stored.get(table.name)
        if there is None:
            found.append(f"table {table.name}: not stored in this run")
            continue
        if [dim.to_dict() for dim in there.dims] != [dim.to_dict() for dim in table.dims]:
            found.append(f"table {table.name}: stored along {_dims(there)}, given along {_dims(table)}")
        names, wanted = ([column.name for column in one.columns] for one in (there, table))
        if names != wanted:
            found.append(f"table {table.name}: stored are {', '.join(names)}, given {', '.join(wanted)}")
            continue
        for a, b in zip(there.columns, table.columns, strict=True):
            found += _column_differences(a, b)
    return found


def _column_differences(stored: Column, given: Column) -> Iterator[str]:
    for key in ("unit", "kind", "shape", "categories"):
        a, b = getattr(stored, key), getattr(given, key)
        unknown = key != "unit" and (a is None or b is None)
        if a != b and not unknown:
            yield f"{key} of {stored.name}: stored {_shown(a)}, given {_shown(b)}"


def _dims(table: TableSpec) -> str:
    return " × ".join(f"{dim.name} ({dim.size or '?'})" for dim in table.dims) or "nothing"


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _shown(value: Any) -> str:
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= 100 else f"{text[:97]}..."
