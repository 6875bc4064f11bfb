"""An instrument as a file describes it: made, adjusted, and either complete or not there at all. Knows no station."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Protocol

from measurand._core.names import nearest
from measurand.errors import DefinitionError, MeasurandError, StationFileError, UnknownName
from measurand.instrument import AliasParameter, Instrument, InstrumentBase, Safe
from measurand.parameters import ParameterBase
from measurand.station._components import follow
from measurand.station._entries import InstrumentEntry, ParameterEntry
from measurand.station._late_values import set_values, without_values
from measurand.station._problems import Mark, Problem, in_order
from measurand.station._rescale import rescale

_ATTRIBUTES = ("label", "unit", "step", "inter_delay", "post_delay")


class Lookup(Protocol):
    """Where an instrument finds other components."""

    def get_component(self, full_name: str) -> Any:
        """Return what is at a path such as ``"dac.ch1.voltage"``."""
        ...


def load(entry: InstrumentEntry, lookup: Lookup, overrides: Mapping[str, Any]) -> InstrumentBase:
    """Return the instrument that a file describes.

    Args:
        entry: What the file says.
        lookup: Handed to a driver that wants a station, and asked for the sources of added parameters.
        overrides: Arguments of the constructor in place of those of the file.

    Raises:
        StationFileError: The file says something that this instrument does not have, or does not accept.
        Exception: Whatever the driver raises, with a note that names the instrument and its place in the file.
    """
    arguments = {**entry.arguments, **overrides}
    if entry.lookup is not None:
        arguments.setdefault(entry.lookup, lookup)
    arguments, later = without_values(entry.driver, arguments)
    if entry.reconnect and entry.name in Instrument.registry:
        Instrument.registry.find(entry.name).close()
    try:
        instrument: InstrumentBase = entry.driver(name=entry.name, **arguments)
    except BaseException as error:  # whatever it is, Ctrl-C too: say for which instrument
        error.add_note(f"while loading the instrument {entry.name!r} ({entry.kind}), {entry.mark}")
        raise
    try:
        _adjust(instrument, entry, lookup)
        set_values(instrument, later)
    except BaseException as error:  # an instrument without its limits must not stay, whatever the reason
        if not isinstance(error, StationFileError):  # which has told the places
            error.add_note(f"while adjusting the instrument {entry.name!r} ({entry.kind}), {entry.mark}; it is closed")
        _close(instrument, error)
        raise
    return instrument


def _close(instrument: InstrumentBase, error: BaseException) -> None:
    try:
        if isinstance(instrument, Instrument):
            instrument.close()
    except Exception as second:  # noqa: BLE001 - why it could not be adjusted matters more
        error.add_note(f"Closing {instrument!r} failed too: {second!r}")


def _adjust(instrument: InstrumentBase, entry: InstrumentEntry, lookup: Lookup) -> None:
    """Apply what the file says; nothing is set before all of it has been accepted."""
    problems: list[Problem] = []
    for added in entry.added:
        _attempt(problems, added.mark, partial(_add, instrument, added, lookup))
    found: list[tuple[ParameterBase[Any], ParameterEntry]] = []
    for adjusted in (*entry.parameters, *entry.added):
        parameter = _find(instrument, adjusted, problems)
        if parameter is not None:
            found.append((parameter, adjusted))
            _apply(instrument, parameter, adjusted, problems)
    if entry.metadata:
        instrument.metadata.update(entry.metadata)
    for parameter, adjusted in found:
        options, marks = adjusted.options, adjusted.marks
        if options.get("initial_value") is not None:
            _attempt(problems, marks["initial_value"], partial(_check, parameter, options["initial_value"]))
        if "safe_value" in options:
            _attempt(problems, marks["safe_value"], partial(_make_safe, instrument, parameter, options["safe_value"]))
    if problems:
        raise StationFileError(*dict.fromkeys(map(str, in_order(problems))))
    for parameter, adjusted in found:
        if adjusted.options.get("initial_value") is not None:
            _set(parameter, adjusted)


def _attempt(problems: list[Problem], mark: Mark, action: Callable[[], Any]) -> None:
    """Do something; what Measurand refuses becomes a problem of the file."""
    try:
        action()
    except (MeasurandError, AttributeError, ValueError, TypeError) as error:
        problems.append(Problem(mark, str(error)))


def _find(instrument: InstrumentBase, entry: ParameterEntry, problems: list[Problem]) -> ParameterBase[Any] | None:
    path = f"{instrument.name}.{entry.path}"
    try:
        found = follow(instrument, entry.path.split("."), path, instrument.name)
    except UnknownName as error:
        if entry.mark not in [problem.mark for problem in problems]:  # adding it has failed already
            problems.append(Problem(entry.mark, str(error)))
        return None
    if not isinstance(found, ParameterBase):
        problems.append(Problem(entry.mark, f"{path} is {found!r}, no parameter."))
        return None
    return found


def _add(instrument: InstrumentBase, entry: ParameterEntry, lookup: Lookup) -> None:
    """Add a parameter: another name of an existing one, or a remembered value."""
    *parts, name = entry.path.split(".")
    node = follow(instrument, parts, f"{instrument.name}.{entry.path}", instrument.name)
    source = entry.options.get("source")
    if source is None:
        node.add_parameter(name, get_cmd=None, set_cmd=None)
        return
    find = partial(_source, instrument, source, lookup)  # anew at each use: an instrument may be made again
    node.add_parameter(name, parameter_class=AliasParameter, find=find)


def _source(instrument: InstrumentBase, path: str, lookup: Lookup) -> ParameterBase[Any]:
    """Return the parameter at a path: from the instrument itself down, or from the station down."""
    first, *rest = path.split(".")
    if first in instrument.parameters or first in instrument.submodules:
        found = follow(instrument, [first, *rest], path, instrument.name)
    elif first == instrument.name:
        found = follow(instrument, rest, path, first)
    else:
        found = lookup.get_component(path)
    if not isinstance(found, ParameterBase):
        raise DefinitionError(f"{path} is {found!r}, no parameter, and cannot be a source.")
    return found


def _apply(
    instrument: InstrumentBase, parameter: ParameterBase[Any], entry: ParameterEntry, problems: list[Problem]
) -> None:
    """Apply the options of one parameter, in an order in which each finds what it needs."""
    options, marks = entry.options, entry.marks
    factors = {key: options[key] for key in ("scale", "offset") if key in options}
    if factors:
        first = marks[next(iter(factors))]
        _attempt(problems, first, partial(rescale, parameter, **factors))
    for vals in entry.vals:
        mark = marks.get("limits") or marks.get("vals") or entry.mark
        _attempt(problems, mark, partial(_restrict, parameter, vals))
    for key in _ATTRIBUTES:
        if key in options:
            _attempt(problems, marks[key], partial(_assign, parameter, key, options[key]))
    if "alias" in options:
        _attempt(problems, marks["alias"], partial(_alias, instrument, parameter, options["alias"]))
    extra = {"monitor": options["monitor"]} if "monitor" in options else {}
    if extra or options.get("metadata"):
        parameter.metadata = {**parameter.metadata, **(options.get("metadata") or {}), **extra}


def _restrict(parameter: Any, vals: Any) -> None:
    if not hasattr(parameter, "add_validator"):
        raise DefinitionError(f"{_path(parameter)}: a {type(parameter).__name__} takes no limits.")
    parameter.add_validator(vals)


def _assign(parameter: Any, key: str, value: Any) -> None:
    if not hasattr(type(parameter), key):
        raise DefinitionError(f"{_path(parameter)}: a {type(parameter).__name__} has no {key}.")
    setattr(parameter, key, value)


def _alias(instrument: InstrumentBase, parameter: ParameterBase[Any], alias: str) -> None:
    if hasattr(instrument, alias):
        raise DefinitionError(f"{instrument.name}.{alias} exists already; choose another alias.")
    vars(instrument)[alias] = parameter  # past the guard against misspelling: here it is meant


def _check(parameter: Any, value: Any) -> None:
    if not parameter.settable:
        raise DefinitionError(f"{_path(parameter)} cannot be set, so it takes no initial value.")
    parameter.validate(value)


def _make_safe(instrument: InstrumentBase, parameter: Any, safe: Any) -> None:
    if not isinstance(instrument, Instrument):
        raise DefinitionError(f"{instrument.name}: a {type(instrument).__name__} has no safe state.")
    instrument.safety.add(parameter, Safe(**safe) if isinstance(safe, Mapping) else safe)


def _set(parameter: ParameterBase[Any], entry: ParameterEntry) -> None:
    value = entry.options["initial_value"]
    try:
        parameter.set(value)
    except BaseException as error:  # whatever it is, Ctrl-C too: say what was being done
        error.add_note(
            f"while setting the initial value {value!r} of {_path(parameter)}, {entry.marks['initial_value']}"
        )
        raise


def _path(parameter: ParameterBase[Any]) -> str:
    return ".".join(parameter.name_parts)


def in_order_of_need(entries: Mapping[str, InstrumentEntry], chosen: Iterable[str]) -> list[str]:
    """Return the names so that an instrument comes after those it refers to, otherwise in the order of the file.

    What refers to each other in a circle stays in the order of the file.
    """
    order: list[str] = []
    wanted = list(chosen)

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in order or name in above:
            return
        for other in entries:
            if other in entries[name].needs and other in wanted:
                visit(other, (*above, name))
        order.append(name)

    for name in wanted:
        visit(name, ())
    return order


def unknown_instrument(name: str, known: Iterable[str]) -> UnknownName:
    """Return the error for an instrument that no file describes."""
    names = list(known)
    meant = nearest(name, names)
    there = f"did you mean {meant!r}?" if meant else f"they describe {', '.join(names)}." if names else "none was read."
    return UnknownName(f"The station's files describe no instrument {name!r}; {there}")
