"""Everything that is wrong with a plan, found before the first set. Touches no instrument."""

from __future__ import annotations

from measurand.errors import MeasurandError, PlanError
from measurand.measure._actions import Read
from measurand.measure._level import Level
from measurand.parameters import name_of


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


def _look(level: Level, outer: tuple[str, ...], found: list[str]) -> None:
    name = level.sweep.parameter.full_name
    if name in outer:
        found.append(f"{name} is swept at two levels at once: the inner sweep would undo the outer one.")
    for value in level.sweep:  # limits may have changed since the sweep was made
        try:
            level.sweep.parameter.validate(value)
        except MeasurandError as error:
            found.append(str(error))
            break
    for action in level.actions:
        if isinstance(action, Read) and not getattr(action.measurable, "gettable", True):
            found.append(f"{name_of(action.measurable)} cannot be measured: it has no get command.")
        elif isinstance(action, Level):
            _look(action, (*outer, name), found)
