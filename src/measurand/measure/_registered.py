"""What a free loop said it will add: quantities, what they depend on, what they were computed from. Pure data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from measurand._core.names import listing, nearest
from measurand.errors import DefinitionError
from measurand.parameters import Field, Measurable, name_of, yield_of
from measurand.validators import Arrays

ParamType = Literal["numeric", "text", "complex", "array"]

_KINDS: dict[str, Literal["float", "text", "complex"]] = {"numeric": "float", "text": "text", "complex": "complex"}


@dataclass(frozen=True)
class Quantity:
    """One column that can be added.

    Attributes:
        field: What it is called, its unit, label and kind.
        array: Whether an array given for it is one value, rather than as many values as it has elements.
        setpoints: The quantities it depends on, outermost first; the axes of its own arrays last.
        basis: The quantities it was computed from.
    """

    field: Field
    array: bool = False
    setpoints: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the description as plain data, kept with the run."""
        described: dict[str, Any] = {"label": self.field.label, "unit": self.field.unit}
        if self.setpoints:
            described["depends_on"] = list(self.setpoints)
        if self.basis:
            described["inferred_from"] = list(self.basis)
        return described


@dataclass(frozen=True)
class Entry:
    """One thing that was registered.

    Attributes:
        thing: The parameter; None: only a name.
        quantities: Its columns, its own axes first.
        values: From what is given for it to a value for each of its quantities; None: it is the value of the only one.
    """

    thing: Any
    quantities: tuple[Quantity, ...]
    values: Callable[[Any], Sequence[Any]] | None = None

    @property
    def results(self) -> tuple[str, ...]:
        """Names of its columns, without its own axes."""
        return tuple(one.field.name for one in self.quantities if not one.field.setpoint)


class Registry:
    """Everything that was registered, by name."""

    def __init__(self, entries: Mapping[str, Entry] | None = None) -> None:
        self._entries = dict(entries or {})

    def copy(self) -> Registry:
        """Return one with the same entries, which later registrations do not change."""
        return Registry(self._entries)

    def things(self) -> Iterator[Any]:
        """Yield the parameters."""
        return (entry.thing for entry in self._entries.values() if entry.thing is not None)

    def quantities(self) -> dict[str, Quantity]:
        """Return every column that can be added, in the order of registration."""
        found: dict[str, Quantity] = {}
        for entry in self._entries.values():
            for one in entry.quantities:
                if (
                    one.field.name not in found or not one.field.setpoint
                ):  # what is registered itself says more than an axis
                    found[one.field.name] = one
        return found

    def find(self, key: Any) -> Entry | None:
        """Return what was registered as ``key``, a parameter or a name; None if nothing was."""
        name = _name(key)
        found = self._entries.get(name)
        if found is None and name in (columns := self.quantities()):
            return Entry(None, (columns[name],))  # one column of a parameter that has several
        return found

    def add(self, name: str, entry: Entry) -> None:
        """Register something, in place of the same thing if that was registered before.

        Raises:
            DefinitionError: Something else is called like one of its columns.
        """
        others = Registry({known: one for known, one in self._entries.items() if known != name})
        old = self._entries.get(name)
        taken = others.quantities()
        clash = [
            one.field.name
            for one in entry.quantities
            if one.field.name in taken and not (one.field.setpoint or taken[one.field.name].field.setpoint)
        ]
        if clash or (old is not None and old.thing is not entry.thing):
            raise DefinitionError(f"{listing(clash or [name])}: something else is registered under this name already.")
        self._entries[name] = entry

    def remove(self, key: Any) -> None:
        """Take something out.

        Raises:
            DefinitionError: It was not registered, or something else depends on it.
        """
        name = _name(key)
        if name not in self._entries:
            raise DefinitionError(self.unknown(name))
        left = Registry({known: one for known, one in self._entries.items() if known != name})
        there = left.quantities()
        needed = [
            result for result, one in there.items() if any(need not in there for need in (*one.setpoints, *one.basis))
        ]
        if needed:
            raise DefinitionError(f"{name} cannot be taken out: {listing(needed)} depend on it. Take them out first.")
        del self._entries[name]

    def references(self, where: str, things: Iterable[Any]) -> tuple[str, ...]:
        """Return the columns of registered ``things``.

        Raises:
            DefinitionError: One of them was not registered.
        """
        if isinstance(things, (str, Measurable)):
            things = (things,)
        names: list[str] = []
        for thing in things:
            entry = self.find(thing)
            if entry is None:
                raise DefinitionError(f"{where}: {self.unknown(_name(thing))}")
            names += entry.results or [one.field.name for one in entry.quantities]
        return tuple(dict.fromkeys(names))

    def unknown(self, name: str) -> str:
        """Return the sentence that says that nothing was registered as ``name``, and what was."""
        known = self.quantities()
        meant = nearest(name, known)
        advice = f" Did you mean {meant!r}?" if meant else " Register it first."
        return f"{name} is not registered; registered are {listing(known)}.{advice}"

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data, kept with the run."""
        return {name: one.to_dict() for name, one in self.quantities().items()}


def entry_of(thing: Any, setpoints: tuple[str, ...], basis: tuple[str, ...], paramtype: str | None) -> Entry:
    """Return what a parameter is registered as.

    Raises:
        DefinitionError: It is nothing that has a name and a value, or there is no such ``paramtype``.
    """
    if not isinstance(thing, Measurable):
        raise DefinitionError(
            f"{thing!r} ({type(thing).__name__}) cannot be registered, allowed are parameters and other objects with a "
            f"name and a get. A name alone is registered by register_custom_parameter."
        )
    described = yield_of(thing)
    is_array = isinstance(getattr(thing, "vals", None), Arrays)
    quantities = []
    for field in described.fields:
        array = is_array or bool(field.shape) if paramtype is None else _checked(paramtype) == "array"
        if field.setpoint:
            quantities.append(Quantity(field, array))
            continue
        along = tuple(dict.fromkeys((*(name for name in setpoints if name not in field.dims), *field.dims)))
        quantities.append(Quantity(_as(field, paramtype), array, along, basis))
    return Entry(thing, tuple(quantities), described.values)


def custom_entry(
    name: str, label: str, unit: str, setpoints: tuple[str, ...], basis: tuple[str, ...], paramtype: str
) -> Entry:
    """Return what a name alone is registered as; raise as `entry_of`."""
    if not isinstance(name, str) or not name:
        raise DefinitionError(f"{name!r} cannot be registered as a name: it must be a text that is not empty.")
    field = _as(Field(name, unit, label or name), _checked(paramtype))
    return Entry(None, (Quantity(field, paramtype == "array", setpoints, basis),))


def _as(field: Field, paramtype: str | None) -> Field:
    if paramtype is None or (paramtype == "numeric" and field.kind in ("int", "bool")):
        return field
    return replace(field, kind=_KINDS.get(paramtype))


def _checked(paramtype: str) -> str:
    if paramtype not in get_args(ParamType):
        raise DefinitionError(
            f"paramtype={paramtype!r} refused, allowed are {listing(map(repr, get_args(ParamType)))}."
        )
    return paramtype


def _name(key: Any) -> str:
    return key if isinstance(key, str) else name_of(key) if hasattr(key, "name") else repr(key)
