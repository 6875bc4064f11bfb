"""What a laboratory consists of, by name: instruments, parameters, anything with a snapshot. Knows no file.

An instrument that was closed and made anew under its name is followed: what is handed out is the new one.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from measurand._core.json import to_plain
from measurand._core.names import listing, nearest
from measurand.errors import DuplicateName, UnknownName
from measurand.instrument import InstrumentBase
from measurand.parameters import ParameterBase

_log = logging.getLogger(__name__)


class Components(Mapping[str, Any]):
    """Components by name, in the order in which they were added."""

    def __init__(self) -> None:
        self._known: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        known = self._known[name]
        present = successor(known)
        if present is not known:
            self._known[name] = present
        return present

    def __iter__(self) -> Iterator[str]:
        return iter(dict(self._known))  # what is being looked through may be closed and removed meanwhile

    def __len__(self) -> int:
        return len(self._known)

    def add(self, component: Any, name: str | None) -> str:
        """Enter a component under ``name``, or under its own; return the name.

        Raises:
            DuplicateName: Another component has this name.
        """
        chosen = name or getattr(component, "full_name", None) or getattr(component, "name", None)
        if not isinstance(chosen, str):
            raise UnknownName(f"{component!r} has no name; give one: add_component(component, name='…').")
        if chosen in self._known and self[chosen] is not component and not is_closed(self[chosen]):
            raise DuplicateName(
                f"The station has another component {chosen!r}: {self[chosen]!r}. Remove it first with "
                f"remove_component({chosen!r}), or give this one another name: add_component(…, name='…')."
            )
        self._known[chosen] = component
        return chosen

    def remove(self, name: str) -> Any:
        """Take a component out and return it.

        Raises:
            UnknownName: There is none of this name.
        """
        if name not in self._known:
            raise UnknownName(f"The station has no component {name!r}; {self.advice(name)}")
        component = self[name]
        del self._known[name]
        return component

    def advice(self, name: str) -> str:
        """Return what ``name`` was probably meant to be, or what there is."""
        meant = nearest(name, self._known)
        return f"did you mean {meant!r}?" if meant else f"it has {listing(self._known)}."

    def at(self, path: str) -> Any:
        """Return what is at a path: ``"dac.ch1.voltage"``, or the full name ``"dac_ch1_voltage"``.

        Raises:
            UnknownName: Nothing is there; the message says how far the path leads.
        """
        first, *rest = path.split(".")
        if first in self._known:
            return follow(self[first], rest, path, first)
        for name in sorted(self._known, key=len, reverse=True):
            if first.startswith(f"{name}_") and isinstance(self[name], InstrumentBase):
                with suppress(UnknownName):  # dac_2_voltage may belong to dac, or to dac_2
                    return follow(self[name].get_component(first), rest, path, first)
        raise UnknownName(f"{path}: the station has no component {first!r}; {self.advice(first)}")

    def snapshot(self, update: bool | None) -> dict[str, Any]:
        """Return the state of every component, sorted by kind; one that fails tells its error instead."""
        state: dict[str, dict[str, Any]] = {"instruments": {}, "parameters": {}, "components": {}}
        for name in self:
            component = self[name]
            kind = "instruments" if isinstance(component, InstrumentBase) else "components"
            if isinstance(component, ParameterBase):
                if component.snapshot_exclude:
                    continue
                kind = "parameters"
            state[kind][name] = _state_of(component, update)
        return state


def successor(component: Any) -> Any:
    """Return the instrument that has taken the place of a closed one under the same name, or else the component."""
    if is_closed(component):
        registry: Any = getattr(component, "registry", ())
        if component.name in registry:
            return registry.find(component.name)
    return component


def is_closed(component: Any) -> bool:
    """Return whether a component is an instrument that was closed."""
    return isinstance(component, InstrumentBase) and bool(getattr(component, "closed", False))


def follow(start: Any, parts: list[str], path: str, reached: str) -> Any:
    """Return what ``parts`` lead to from ``start``.

    Args:
        start: A component.
        parts: Names of submodules and of what is in them.
        path: The whole path, for the message.
        reached: How ``start`` is called, for the message.

    Raises:
        UnknownName: Something on the way is not there.
    """
    found = start
    for part in parts:
        try:
            if part.startswith("_"):
                raise AttributeError(f"{part} is private")
            found = getattr(found, part)
        except AttributeError as error:
            raise UnknownName(f"{path}: {reached} leads no further: {error}") from None
        reached = f"{reached}.{part}"
    return found


def _state_of(component: Any, update: bool | None) -> Any:
    """Return the snapshot of one component; whatever fails is told in its place, since the others still count."""
    closed = is_closed(component)
    try:
        snapshot = getattr(component, "snapshot", None)
        state = repr(component) if snapshot is None else to_plain(snapshot(update=False if closed else update))
    except Exception as error:  # noqa: BLE001 - drivers are other people's code, and the others must be recorded
        _log.warning("Snapshot: %r was left out: %s", component, error)
        state = {"error": f"{type(error).__name__}: {error}", "__class__": _class_name(component)}
    return {**state, "closed": True} if closed and isinstance(state, dict) else state


def _class_name(component: Any) -> str:
    return f"{type(component).__module__}.{type(component).__qualname__}"
