"""Everything that is wrong with a plan, found before the first set. Touches no instrument."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from measurand.errors import MeasurandError, PlanError
from measurand.measure._actions import Read
from measurand.measure._layout import kind_of_values
from measurand.measure._level import Level
from measurand.parameters import CombinedParameter, DelegateParameter, name_of, yield_of


def problems_of(plan: Level) -> list[str]:
    """Return one sentence for each problem; none means that the plan can run as far as one can know."""
    found: list[str] = []
    _look(plan, (), found)
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
    moved = list(_moved(parameter))
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
    _look_inside(level, (*outer, *moved), found)


def _look_inside(level: Level, moved: tuple[Any, ...], found: list[str]) -> None:
    for action in level.actions:
        if isinstance(action, Read) and not getattr(action.measurable, "gettable", True):
            found.append(f"{name_of(action.measurable)} cannot be measured: it has no get command.")
        elif isinstance(action, Level):
            _look(action, moved, found)


def _moved(thing: Any) -> Iterator[Any]:
    """Yield what is moved in the end when ``thing`` is set: through delegates, and each of several combined ones."""
    if isinstance(thing, CombinedParameter):
        for parameter in thing.parameters:
            yield from _moved(parameter)
    elif isinstance(thing, DelegateParameter) and thing.source is not None:
        yield from _moved(thing.source)
    else:
        yield thing
