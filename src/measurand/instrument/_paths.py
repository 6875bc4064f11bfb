"""From ``"dac.ch1.voltage"`` to the thing itself, in whatever knows instruments by name; and the classes of a text.

Knows no kind of station: a mapping, anything with ``components``, or anything with attributes will do.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from measurand._core.names import listing, nearest
from measurand.errors import DefinitionError, UnknownName
from measurand.parameters import ParameterBase


def resolve(station: Any, path: str, where: str) -> Any:
    """Return what ``path`` leads to, as it is now.

    Args:
        station: Knows instruments by name: a mapping, something with ``components`` or with attributes, or a registry.
        path: Names joined by dots: an instrument, what it holds, and so on.
        where: Who asks, for messages.

    Raises:
        UnknownName: A part of the path is not there; the message names the nearest.
    """
    if not isinstance(path, str) or not path:
        raise DefinitionError(f"{where}: {path!r} refused, allowed is a path such as 'dac.ch1.voltage'.")
    first, *parts = path.split(".")
    here = _component(station, first, path, where)
    for part in parts:
        try:
            here = getattr(here, part)
        except AttributeError as error:
            raise UnknownName(f"{where}: {path!r} leads nowhere: {error}") from None
    return here


def resolve_parameter(station: Any, path: str, where: str) -> ParameterBase[Any]:
    """Return the parameter that ``path`` leads to, as `resolve`.

    Raises:
        DefinitionError: It is something else.
    """
    found = resolve(station, path, where)
    if not isinstance(found, ParameterBase):
        raise DefinitionError(f"{where}: {path!r} is no parameter but {found!r}. Go on with one of its parameters.")
    return found


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


def _component(station: Any, name: str, path: str, where: str) -> Any:
    known = getattr(station, "components", station)
    if isinstance(known, Mapping):
        if name in known:
            return known[name]
        names = list(known)
    elif hasattr(known, "all") and name in known:  # a registry
        return known.get(name)
    elif hasattr(known, "all"):
        names = [instrument.name for instrument in known.all()]
    else:
        found = getattr(known, name, None)
        if found is not None:
            return found
        names = [word for word in vars(known) if word[0] != "_"]
    meant = nearest(name, names)
    advice = f"did you mean {meant!r}?" if meant else f"known: {listing(names)}."
    raise UnknownName(f"{where}: there is no instrument {name!r} for {path!r}; {advice}")
