"""What no shape can tell about instruments in a file: drivers, arguments, limits, names. Touches no instrument."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from measurand.errors import DefinitionError
from measurand.station._drivers import UnknownDriver, in_present_words, lookup_argument, unknown_arguments
from measurand.station._entries import InstrumentEntry, ParameterEntry
from measurand.station._merge import Merged
from measurand.station._problems import Mark, Path, Tell
from measurand.station._shapes import named
from measurand.validators import Enum, Numbers, Validator, from_dict


class Judge:
    """Judges the instruments of a file.

    Args:
        merged: The files together.
        tell: Receives problems.
        find: Returns the class that a file calls so; raises `UnknownDriver`.
    """

    def __init__(self, merged: Merged, tell: Tell, find: Callable[[str], type[Any]]) -> None:
        self._merged = merged
        self._tell = tell
        self._find = find

    def instruments(self) -> dict[str, InstrumentEntry]:
        """Return the instruments that can be made."""
        entries: dict[str, Any] = self._merged.data.get("instruments") or {}
        whole = {name: entry for name, entry in entries.items() if "type" in entry}  # of others it was told before
        found = {name: self._instrument(name, entry, set(entries)) for name, entry in whole.items()}
        return {name: entry for name, entry in found.items() if entry is not None}

    def _instrument(self, name: str, entry: Mapping[str, Any], others: set[str]) -> InstrumentEntry | None:
        at: Path = ("instruments", name)
        parameters = self._parameters((*at, "parameters"), entry)
        added = self._parameters((*at, "add_parameters"), entry)
        self._names(name, parameters, added)
        arguments = {str(key): in_present_words(value) for key, value in (entry.get("init") or {}).items()}
        if "address" in entry:
            arguments["address"] = entry["address"]
        if "address" in (entry.get("init") or {}) and "address" in entry:
            self._tell.key((*at, "init", "address"), f"{name}: the address is given twice; keep {named(at)}.address.")
        try:
            driver = self._find(entry["type"])
        except UnknownDriver as error:
            self._tell.value((*at, "type"), f"{name}: {error}")
            return None
        self._arguments(at, driver, arguments)
        sources = [option.options["source"] for option in added if "source" in option.options]
        needs = {text.partition(".")[0] for text in [*sources, *_texts(arguments)]} & (others - {name})
        return InstrumentEntry(
            name=name,
            kind=entry["type"],
            driver=driver,
            arguments=arguments,
            lookup=lookup_argument(driver),
            reconnect=bool(entry.get("enable_forced_reconnect", False)),
            parameters=parameters,
            added=added,
            needs=frozenset(needs),
            metadata=entry.get("metadata") or {},
            mark=self._merged.spot(at).key,
        )

    def _arguments(self, at: Path, driver: type[Any], arguments: Mapping[str, Any]) -> None:
        for argument, advice in unknown_arguments(driver, arguments).items():
            where = (*at, "init", argument)
            self._tell.key(where if argument != "address" else (*at, "address"), f"{at[-1]}: {advice}")
        if "name" in arguments:
            self._tell.key((*at, "init", "name"), f"{at[-1]}: the name is the one above; leave it out here.")

    def _parameters(self, at: Path, entry: Mapping[str, Any]) -> tuple[ParameterEntry, ...]:
        return tuple(self._parameter((*at, path), options or {}) for path, options in (entry.get(at[-1]) or {}).items())

    def _parameter(self, at: Path, options: Mapping[str, Any]) -> ParameterEntry:
        rules = [self._rule(at, options, key) for key in ("limits", "vals") if options.get(key) is not None]
        marks = {key: self._merged.spot((*at, key)).value for key in options}
        return ParameterEntry(
            path=at[-1],
            options=options,
            vals=tuple(rule for rule in rules if rule is not None),
            mark=self._merged.spot(at).key,
            marks=marks,
        )

    def _rule(self, at: Path, options: Mapping[str, Any], key: str) -> Validator[Any] | None:
        try:
            return limits_of(options[key]) if key == "limits" else vals_of(options[key])
        except (DefinitionError, ValueError) as error:
            self._tell.value((*at, key), f"{named((*at, key))}: {error}")
            return None

    def _names(self, name: str, parameters: Iterable[ParameterEntry], added: Iterable[ParameterEntry]) -> None:
        """Tell names that two parameters would have."""
        taken: dict[str, Mark] = {entry.path: entry.mark for entry in parameters}
        for entry in added:
            if entry.path in taken:
                where: Path = ("instruments", name, "add_parameters", entry.path)
                text = (
                    f"{name}.{entry.path} is the name of another one already, {taken[entry.path]}. Choose another name."
                )
                self._tell.key(where, text)
            taken[entry.path] = entry.mark
        for part, entries in (("parameters", parameters), ("add_parameters", added)):
            for entry in entries:
                alias = entry.options.get("alias")
                if alias is not None and alias in taken:
                    at: Path = ("instruments", name, part, entry.path, "alias")
                    self._tell.value(at, f"{name}.{alias} is taken already, {taken[alias]}. Choose another alias.")
                if alias is not None:
                    taken[alias] = entry.marks["alias"]


def limits_of(limits: str | Sequence[Any]) -> Validator[Any]:
    """Return the validator that ``limits`` means: ``-1, 1`` as text, or a list of two.

    Raises:
        DefinitionError: The highest value is not above the lowest.
    """
    ends = [part.strip() or None for part in limits.split(",")] if isinstance(limits, str) else list(limits)
    low, high = (None if end is None else _number(end) for end in ends)
    return Numbers(**{key: end for key, end in (("min_value", low), ("max_value", high)) if end is not None})


def vals_of(vals: Sequence[Any] | Mapping[str, Any]) -> Validator[Any]:
    """Return the validator that ``vals`` means: a list of values, or the data form of a validator.

    Raises:
        DefinitionError: The data describe no validator.
    """
    return from_dict({"version": 1, **vals}) if isinstance(vals, Mapping) else Enum(*vals)


def _number(end: Any) -> float:
    if not isinstance(end, str):
        number: float = end
        return number
    return int(end) if end.lstrip("+-").isdigit() else float(end)


def _texts(value: Any) -> list[str]:
    """Return every text in nested data."""
    if isinstance(value, str):
        return [value]
    parts = list(value.values()) if isinstance(value, Mapping) else value if isinstance(value, list) else []
    return [text for part in parts for text in _texts(part)]
