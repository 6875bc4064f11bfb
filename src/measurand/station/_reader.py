"""From files to a `Configuration`: read all, judge all, and either everything is right or every problem is told at once."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path as FilePath
from typing import Any

from measurand.errors import DefinitionError, StationFileError
from measurand.station._document import Document, read_file
from measurand.station._drivers import UnknownDriver, driver_named, in_present_words, lookup_argument, unknown_arguments
from measurand.station._entries import Configuration, InstrumentEntry, ParameterEntry
from measurand.station._language import OPTIONS, STATION
from measurand.station._merge import Merged
from measurand.station._problems import Mark, Path, Problem, Tell, in_order
from measurand.station._shapes import OWN, named
from measurand.validators import Enum, Numbers, Validator, from_dict

_OLD_OPTIONS = {name: key.now for name, key in OPTIONS.items() if key.now is not None}


def read_station(*paths: FilePath | str) -> Configuration:
    """Return what the files say together.

    Raises:
        StationFileError: Something is wrong; everything that is is listed, with file, line and column.
    """
    return read_documents([read_file(FilePath(path), str(path)) for path in paths])


def read_documents(documents: Sequence[Document]) -> Configuration:
    """Return what the documents say together; see `read_station`.

    Old spellings are warned about, as `DeprecationWarning`.
    """
    configuration, problems = judge(documents)
    if problems:
        raise StationFileError(*map(str, problems))
    for note in configuration.notes:
        warnings.warn_explicit(
            str(note),
            DeprecationWarning,
            note.mark.file,
            note.mark.line,
            module="__main__",  # shown without being asked
        )
    return configuration


def judge(documents: Sequence[Document]) -> tuple[Configuration, list[Problem]]:
    """Return what the documents say, as far as it is right, and everything that is wrong."""
    problems: list[Problem] = []
    notes: list[Problem] = []
    for document in documents:
        tell = Tell(document.spot)
        STATION.check(document.data, (), tell)
        problems += [*document.problems, *tell.problems]
        notes += tell.notes
    if problems:
        return Configuration(notes=tuple(notes)), in_order(problems)
    for document in documents:
        _modernise(document)
    merged = Merged(documents)
    tell = Tell(merged.spot)
    instruments = _Judge(merged, tell).instruments()
    order = tuple(merged.data.get("restore_order") or ())
    found = Configuration(merged.data, instruments, order, tuple(notes))
    return found, in_order([*merged.problems, *tell.problems])


def check_station(*paths: FilePath | str) -> tuple[list[str], list[str]]:
    """Return everything that is wrong in station files that are used together, and what should be written differently.

    Args:
        *paths: The files, in the order in which a station reads them.

    Returns:
        Problems and notes as text that begins with file, line and column; two empty lists if all is well.

    Example:
        >>> from pathlib import Path
        >>> _ = Path("lab.yaml").write_text("instruments: {dac: {type: MeasurandVS4, adress: here}}")
        >>> check_station("lab.yaml")[0]
        ["lab.yaml:1:41: instruments.dac: unknown key 'adress'; did you mean 'address'?"]
    """
    found, problems = judge([read_file(FilePath(path), str(path)) for path in paths])
    return [str(problem) for problem in problems], [str(note) for note in found.notes]


def _modernise(document: Document) -> None:
    """Replace old spellings by present ones, with their places; drop what is the user's own."""
    data, spots = document.data, document.spots
    for key in [key for key in data if key.startswith(OWN)]:
        del data[key]
    for name, entry in (data.get("instruments") or {}).items():
        at: Path = ("instruments", name)
        for key in [key for key in entry if key.startswith(OWN)]:
            del entry[key]
        if "driver" in entry:
            module = entry.pop("driver")
            kind = entry.get("type")
            entry["type"] = module if kind is None else f"{module}.{kind}"
            spots[*at, "type"] = spots[*at, "driver"]
        if "auto_reconnect" in entry:
            _rename(entry, at, "auto_reconnect", "enable_forced_reconnect", document)
        for part in ("parameters", "add_parameters"):
            for path, options in (entry.get(part) or {}).items():
                here: Path = (*at, part, path)
                for key in [key for key in options or () if key.startswith(OWN)]:
                    del options[key]
                for old in [key for key in options or () if key in _OLD_OPTIONS]:
                    _rename(options, here, old, _OLD_OPTIONS[old], document)


def _rename(entry: dict[str, Any], at: Path, old: str, new: str, document: Document) -> None:
    entry[new] = entry.pop(old)
    document.spots[*at, new] = document.spots[*at, old]


class _Judge:
    """Judges what no shape can: classes, arguments, limits, names that are taken.

    Args:
        merged: The files together.
        tell: Receives problems.
    """

    def __init__(self, merged: Merged, tell: Tell) -> None:
        self._merged = merged
        self._tell = tell

    def instruments(self) -> dict[str, InstrumentEntry]:
        """Return the instruments that can be made."""
        entries: dict[str, Any] = self._merged.data.get("instruments") or {}
        found = {name: self._instrument(name, entry, set(entries)) for name, entry in entries.items()}
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
            driver = driver_named(entry["type"])
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
