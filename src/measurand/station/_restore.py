"""Bringing settings back: first a table of what would change, in which order, and what cannot; then, on request, doing it.

Everything that can be known beforehand is known before the first value is set. Ramps are the parameters' own.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from measurand._core.names import listing
from measurand._core.stop import check_stop
from measurand.errors import ConfigurationError, MeasurandError, RestoreRefused, UnknownName
from measurand.parameters import DelegateParameter, JoinedParameter, ParameterBase
from measurand.station._change import Change, same, table
from measurand.station._components import is_closed
from measurand.station._loading import Lookup
from measurand.station._order import in_order
from measurand.station._settings import understood, wanted

_log = logging.getLogger(__name__)


class Preview:
    """What restoring would do. Nothing has been set; ``apply()`` sets it.

    Its ``repr`` is a table. Made by `Station.restore`.

    Args:
        changes: What differs, in the order in which it would be set; what cannot be set says why.
        equal: Number of parameters that are already there.
        find: Returns what is at a path, at the moment of applying: an instrument may have been made anew meanwhile.

    Example:
        >>> from measurand.station import Station
        >>> station = Station(ManualParameter("bias", unit="V", initial_value=1.0), default=False)
        >>> preview = station.restore({"bias": 2.5})
        >>> preview
           parameter  now    then
        1  bias       1.0 V  2.5 V
        >>> done = preview.apply()
        >>> station.bias()
        2.5
    """

    def __init__(self, changes: Sequence[Change], equal: int, find: Callable[[str], Any]) -> None:
        self._find = find
        self.changes = tuple(changes)
        """What differs, in the order in which it will be set; what cannot be set stands at the end."""
        self.equal = equal
        """How many parameters are where they were already."""

    @property
    def to_set(self) -> tuple[Change, ...]:
        """What ``apply()`` sets, in this order."""
        return tuple(change for change in self.changes if change.why is None)

    @property
    def refused(self) -> tuple[Change, ...]:
        """What keeps ``apply()`` from beginning: values that their parameters would refuse."""
        return tuple(change for change in self.changes if change.refused)

    @property
    def left(self) -> tuple[Change, ...]:
        """What differs and cannot be set: readings, instruments that are not loaded."""
        return tuple(change for change in self.changes if change.why is not None and not change.refused)

    def apply(self, *, skip_refused: bool = False) -> tuple[Change, ...]:
        """Set everything that differs, in the order shown, each parameter with its own ramp.

        A stop of the run in which this is called, or Ctrl-C, ends it between two steps.

        Args:
            skip_refused: Leave out what is refused instead of refusing all; default no.

        Returns:
            What was set.

        Raises:
            RestoreRefused: Some values are refused; all of them are listed and nothing was set.
            Exception: Whatever setting a parameter raises, with a note that says how far it came.
        """
        again = [self._again(change) for change in self.to_set]
        refused = [*map(_why, self.refused), *(_why(change) for change in again if change.why is not None)]
        if refused and not skip_refused:
            raise RestoreRefused("Nothing was set, because some values are refused:\n" + "\n".join(refused))
        todo = [change for change in again if change.why is None]
        for done, change in enumerate(todo):
            try:
                check_stop()
                change.parameter.set(change.then)
            except BaseException as error:  # whatever it is, Ctrl-C and a stop too: say how far it came
                error.add_note(_progress(todo, done))
                raise
            _log.info("%s restored to %r", change.path, change.then)
        return tuple(todo)

    def _again(self, change: Change) -> Change:
        """Return the change as it is now: with the present parameter, and why it is refused now."""
        parameter = _parameter(change.path, self._find)
        if isinstance(parameter, str):
            return replace(change, why=f"{change.path}: {parameter}")
        known = change.known if parameter is change.parameter else parameter.cache.valid or parameter.gettable
        return replace(change, parameter=parameter, why=refusal(parameter, change.then, change.path, known))

    def __repr__(self) -> str:
        return table(self.changes, self.equal)


def preview(
    source: str | os.PathLike[str] | Mapping[str, Any], lookup: Lookup, order: Sequence[str], update: bool
) -> Preview:
    """Return what restoring ``source`` would do; see `Station.restore`."""
    values = wanted(source)
    if not values:
        raise ConfigurationError(f"{_shown(source)}: holds no values of parameters.")
    paths = {path: _parameter(path, lookup.get_component) for path in values}
    present = [parameter for parameter in paths.values() if isinstance(parameter, ParameterBase)]
    changes: list[Change] = []
    equal = 0
    for path, parameter in paths.items():
        if isinstance(parameter, ParameterBase):
            change = _compare(path, parameter, values[path], present, update)
            if change.known and same(change.now, change.then):
                equal += 1
                continue
        else:
            change = Change(path, None, None, False, values[path], "", parameter)
        if change.why is None or change.known or change.refused or change.parameter is None:
            changes.append(change)
    settable = [change for change in changes if change.why is None]
    ordered = [*in_order(settable, order), *(change for change in changes if change.why is not None)]
    return Preview(ordered, equal, lookup.get_component)


def refusal(parameter: Any, value: Any, path: str, known: bool) -> str | None:
    """Return why setting ``value`` would certainly fail before anything is sent; None if it would not.

    Args:
        parameter: Of what.
        value: What would be set.
        path: Its name, for the message.
        known: Whether the present value is known, from which a ramp begins.
    """
    try:
        parameter.validate(value)
    except MeasurandError as error:
        text = str(error)
        return text if text.startswith(path) else f"{path}: {text}"
    if getattr(parameter, "step", None) is not None and not known and not parameter.cache.valid:
        return (
            f"{path}: a ramp to {value!r} has no start, the present value is not known. Note it with cache.set(value)."
        )
    return None


def _parameter(path: str, find: Callable[[str], Any]) -> ParameterBase[Any] | str:
    """Return the parameter at a path, or why there is none."""
    try:
        found = find(path)
    except UnknownName as error:
        return str(error).removeprefix(f"{path}: ")
    if not isinstance(found, ParameterBase):
        return "is no parameter"
    root = found.root_instrument
    return f"{root.name} is closed" if is_closed(root) else found


def _compare(
    path: str, parameter: ParameterBase[Any], then: Any, present: Sequence[ParameterBase[Any]], update: bool
) -> Change:
    then = understood(then, parameter)
    why, refused = None, False
    sources = _sources(parameter)
    if sources and all(any(it is source for it in present) for source in sources):
        why = f"follows {listing('.'.join(source.name_parts) for source in sources)}"
    elif not parameter.settable:
        why = "cannot be set"
    known, now, trouble = _now(parameter, update and why is None, why is None)
    if why is None:
        why = refusal(parameter, then, path, known)
        refused = why is not None
    return Change(path, parameter, now, known, then, getattr(parameter, "unit", ""), why, refused, trouble)


def _sources(parameter: ParameterBase[Any]) -> list[ParameterBase[Any]]:
    """Return the parameters of which this one is only another view."""
    if isinstance(parameter, JoinedParameter):
        return list(parameter.parameters)
    source = parameter.source if isinstance(parameter, DelegateParameter) else None
    return [] if source is None else [source]


def _now(parameter: ParameterBase[Any], update: bool, read: bool) -> tuple[bool, Any, str]:
    """Return whether the present value is known, the value, and what went wrong when it was read."""
    if parameter.cache.valid and not update:
        return True, parameter.cache.value, ""
    if read and parameter.gettable:
        try:
            value = parameter.get()
        except Exception as error:  # noqa: BLE001 - one that cannot be read is shown as such; the others count
            return False, None, f"{type(error).__name__}: {error}"
        return value is not None, value, ""
    return parameter.cache.valid, parameter.cache.value, ""


def _progress(todo: Sequence[Change], done: int) -> str:
    set_before = ", ".join(change.path for change in todo[:done]) or "nothing"
    left = ", ".join(change.path for change in todo[done + 1 :]) or "nothing"
    return (
        f"Restoring ended at {todo[done].path}, {done + 1} of {len(todo)}. Set before it: {set_before}. "
        f"Not set after it: {left}."
    )


def _why(change: Change) -> str:
    return str(change.why)


def _shown(source: object) -> str:
    return "The source" if isinstance(source, Mapping) else str(source)
