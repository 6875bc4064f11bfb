"""What a station measures where nothing is said. Knows quantities and functions; what else is a plan's is passed on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from measurand.errors import DefinitionError
from measurand.parameters import Measurable


def checked_actions(actions: Iterable[Any]) -> tuple[Any, ...]:
    """Return the actions; raise `DefinitionError` if one can be none."""
    chosen = tuple(actions)
    for action in chosen:
        if not (isinstance(action, Measurable) or callable(action) or hasattr(action, "to_dict")):
            raise DefinitionError(
                f"Station: {action!r} ({type(action).__name__}) cannot be measured by default; allowed are parameters "
                f"(without parentheses), functions, Task, Wait, BreakIf, plans and loops with actions."
            )
    return chosen


def values_of(actions: Iterable[Any]) -> list[Any]:
    """Return the values of measurables and what functions return, in order."""
    values = []
    for action in actions:
        if isinstance(action, Measurable):
            values.append(action.get())
        elif callable(action):
            values.append(action())
        else:
            raise DefinitionError(
                f"Station.measure: {action!r} gives no single value, allowed are parameters and functions; run it with "
                f"Measure(...).run()."
            )
    return values
