"""From ``"dac.ch1.voltage"`` to the thing itself, in whatever knows instruments by name; and the classes of a text.

Knows no kind of station: a mapping, anything with ``components``, or anything with attributes will do.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any

from measurand._core.names import listing, nearest
from measurand.errors import DefinitionError, UnknownName
from measurand.instrument._channels import ChannelTuple
from measurand.parameters import ParameterBase


def follow(station: Any, path: str, where: str) -> Callable[[], Any]:
    """Return the function that returns what ``path`` leads to, as it is when it is called.

    Args:
        station: Knows instruments by name: a mapping, something with ``components`` or with attributes, or a registry.
        path: Names joined by dots: an instrument, what it holds, and so on.
        where: Who asks, for messages.

    Raises:
        DefinitionError: The path is no text.
        UnknownName: By the function: a part of the path is not there; the message names the nearest.
    """
    if not isinstance(path, str) or not path:
        raise DefinitionError(f"{where}: {path!r} refused, allowed is a path such as 'dac.ch1.voltage'.")
    first, *parts = path.split(".")
    get, names = _directory(station)

    def find() -> Any:
        here = get(first)
        if here is None:
            known = names()
            meant = nearest(first, known)
            advice = f"did you mean {meant!r}?" if meant else f"known: {listing(known)}."
            raise UnknownName(f"{where}: there is no instrument {first!r} for {path!r}; {advice}")
        try:
            for part in parts:
                here = here[part] if isinstance(here, ChannelTuple) and part in here else getattr(here, part)
        except AttributeError as error:
            raise UnknownName(f"{where}: {path!r} leads nowhere: {error}") from None
        return here

    return find


def follow_to_parameter(station: Any, path: str, where: str) -> Callable[[], ParameterBase[Any]]:
    """Return the function that returns the parameter that ``path`` leads to, as `follow`.

    Raises:
        DefinitionError: The path is no text; or, by the function: it leads to something else.
    """
    follow_path = follow(station, path, where)

    def find() -> ParameterBase[Any]:
        found = follow_path()
        if not isinstance(found, ParameterBase):
            raise DefinitionError(f"{where}: {path!r} is no parameter but {found!r}. Go on with one of its parameters.")
        return found

    return find


def load_class(name: str | type[Any], where: str) -> type[Any]:
    """Return the class of a dotted name, e.g. ``"measurand.instrument.DelegateInstrument"``; a class as it is.

    Raises:
        DefinitionError: There is no such class.
    """
    if isinstance(name, type):
        return name
    module, _, last = str(name).rpartition(".")
    try:
        found = getattr(importlib.import_module(module), last)
    except (ImportError, AttributeError, ValueError) as error:
        raise DefinitionError(f"{where}: the class {name!r} cannot be loaded: {error}.") from None
    if not isinstance(found, type):
        raise DefinitionError(f"{where}: {name!r} is no class but {found!r}.")
    return found


def _directory(station: Any) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return how ``station`` is asked for an instrument (None: there is none), and for all names."""
    components = getattr(station, "components", station)
    if isinstance(components, Mapping):
        return components.get, lambda: list(components)
    if hasattr(components, "all"):  # a registry
        return components.get, lambda: [instrument.name for instrument in components.all()]
    return lambda name: getattr(components, name, None), lambda: [word for word in vars(components) if word[0] != "_"]
