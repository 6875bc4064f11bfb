"""Everything that is wrong with a plan, found before the first set. Touches no instrument."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from measurand.dataset import Store
from measurand.errors import MeasurandError, PlanError
from measurand.measure._actions import Read
from measurand.measure._estimate import estimate, size
from measurand.measure._layout import Group, kind_of_values
from measurand.measure._level import Level
from measurand.measure._moved import moved_by
from measurand.parameters import DelegateParameter, name_of, yield_of

_PREFIXES = ("", "f", "p", "n", "u", "µ", "m", "k", "M", "G", "T")


def problems_of(plan: Level) -> list[str]:
    """Return one sentence for each problem; none means that the plan can run as far as one can know."""
    found: list[str] = []
    _look(plan, (), found)
    found += [f"{root.name} was closed: create it again." for root in instruments_of(plan) if root.closed]
    if not any(isinstance(action, Read) for level in plan.levels() for action in level.actions):
        found.append("nothing is measured: give each() at least one parameter to read.")
    return found


def check(plan: Level) -> None:
    """Raise `PlanError` with every problem of the plan, if it has any."""
    found = problems_of(plan)
    if found:
        listed = "\n".join(f"  {number}. {problem}" for number, problem in enumerate(found, 1))
        raise PlanError(f"{plan!r} cannot run; nothing was set. {len(found)} problem(s):\n{listed}")


def _look(level: Level, outer: tuple[Any, ...], found: list[str]) -> None:
    if not level.swept:
        _look_inside(level, outer, found)
        return
    parameter = level.moves.parameter
    name = parameter.full_name
    moved = list(moved_by(parameter))
    for other in outer:
        if any(other is one for one in moved):
            found.append(f"{name_of(other)} is swept at two levels at once: the inner sweep would undo the outer one.")
        elif any(name_of(other) == name_of(one) for one in moved):
            found.append(f"two different things are both called {name_of(other)}: give one of them another name.")
    for value in level.moves:  # limits may have changed since the sweep was made
        try:
            parameter.validate(value)
        except MeasurandError as error:
            found.append(str(error))
            break
    fields = yield_of(parameter).fields
    if level.fixed and len(fields) == 1 and fields[0].kind is None and kind_of_values(list(level.moves)) is None:
        found.append(
            f"{name} is swept through values of different kinds, which one column cannot hold: numbers or words."
        )
    if not level.actions:
        found.append(f"nothing happens at the points of {name}: give each() something to do.")
    found += list(_unit_problems(parameter))
    _look_inside(level, (*outer, *moved), found)


def _look_inside(level: Level, moved: tuple[Any, ...], found: list[str]) -> None:
    for action in level.actions:
        if isinstance(action, Read):
            found += list(_unit_problems(action.measurable))
        if isinstance(action, Read) and not getattr(action.measurable, "gettable", True):
            found.append(f"{name_of(action.measurable)} cannot be measured: it has no get command.")
        elif isinstance(action, Level):
            _look(action, moved, found)


def instruments_of(plan: Level) -> list[Any]:
    """Return the instruments whose quantities are swept or measured, each once."""
    things: list[Any] = [level.moves.parameter for level in plan.swept_levels()]
    things += [action.measurable for level in plan.levels() for action in level.actions if isinstance(action, Read)]
    things = [part for thing in things for part in (*moved_by(thing), *getattr(thing, "inputs", ()))]
    roots = [getattr(thing, "root_instrument", None) for thing in things]
    return list({id(root): root for root in roots if hasattr(root, "closed")}.values())


def unreachable(instruments: Iterable[Any]) -> Iterator[str]:
    """Ask each instrument for its identity; yield one sentence for each that does not answer."""
    from measurand.instrument import Instrument

    for instrument in instruments:
        if instrument.closed:
            continue  # said already
        try:
            identity = instrument.get_idn()
        except Exception as error:  # noqa: BLE001 - whatever a driver or its connection raises is the answer
            yield f"{instrument.name} cannot be reached: {error}"
            continue
        asks = type(instrument).get_idn is not Instrument.get_idn
        if asks and not any(identity.values()):
            yield f"{instrument.name} does not say who it is: look whether it is switched on and connected."


def room_problem(plan: Level, store: Store, groups: Sequence[Group] | None = None, there: int = 0) -> str | None:
    """Return what is wrong with the room for the data of a plan; None if nothing is, or nobody knows.

    Args:
        plan: It.
        store: Where its data shall go.
        groups: Its groups of reads, if they are known already.
        there: How many of its rows are stored already.
    """
    folder = getattr(store, "path", None)
    try:
        free = shutil.disk_usage(folder).free if folder is not None else None
    except OSError:
        return None
    whole = estimate(plan, groups=groups)
    needed = round(whole.bytes * max(0.0, 1 - there / max(whole.rows, 1)))
    if free is None:
        return None
    if needed <= free:
        return None
    return f"about {size(needed)} will be stored, and the disk of {folder} has {size(free)} left."


def check_room(plan: Level, store: Store, groups: Sequence[Group], there: int = 0) -> None:
    """Raise `PlanError` if there is no room for the data of a plan, of which ``there`` rows are stored already."""
    problem = room_problem(plan, store, groups, there)
    if problem is not None:
        raise PlanError(f"{plan!r} cannot run; nothing was set: {problem} Make room, or store elsewhere.")


def _unit_problems(thing: Any) -> Iterator[str]:
    """A view of another parameter that only renames V to mV would set a thousand times too much."""
    if not isinstance(thing, DelegateParameter) or thing.source is None:
        return
    converts = thing.scale is not None or thing.offset is not None or thing.val_mapping is not None
    if not converts and thing.unit != thing.source.unit and _same_but_prefix(thing.unit, thing.source.unit):
        yield (
            f"{thing.full_name} is in {thing.unit}, and hands its values unchanged to {thing.source.full_name}, which is in "
            f"{thing.source.unit}: give it a scale."
        )
    yield from _unit_problems(thing.source)


def _same_but_prefix(one: str, other: str) -> bool:
    """Whether two units differ by an SI prefix only."""
    bare = [
        {unit.removeprefix(prefix) for prefix in _PREFIXES if unit.startswith(prefix)} - {""} for unit in (one, other)
    ]
    return bool(bare[0] & bare[1])
