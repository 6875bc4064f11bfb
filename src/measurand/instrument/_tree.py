"""Finding things in a tree of nodes by name, and doing the same to all of them. Knows nodes only by what they hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from measurand._core.names import listing, nearest
from measurand.errors import ParameterError, UnknownName
from measurand.instrument._guard import unknown
from measurand.logger import InstrumentLogger


class Placed(Protocol):
    """Whatever has a place in a tree."""

    name_parts: list[str]


class Tree(Placed, Protocol):
    """What is looked at of a node."""

    log: InstrumentLogger
    metadata: dict[str, Any]
    parameters: dict[str, Any]
    functions: dict[str, Any]

    @property
    def name(self) -> str:
        """Full name, e.g. ``"dac_ch3"``."""
        ...

    @property
    def submodules(self) -> Mapping[str, Any]:
        """Modules, channels, and lists of channels by name."""
        ...

    @property
    def parent(self) -> Any:
        """The node above; None for a root."""
        ...


def path_of(node: Placed) -> str:
    """Return the name as a user would type it, e.g. ``"dac.ch3"``."""
    return ".".join(node.name_parts)


def members_of(node: Tree) -> list[dict[str, Any]]:
    """Return the parameters, submodules and functions, as far as they exist already."""
    return [vars(node)[kind] for kind in ("parameters", "submodules", "functions") if kind in vars(node)]


def names_in(node: Tree) -> list[str]:
    """Return the names of everything that a node holds."""
    return [name for members in members_of(node) for name in members]


def find(node: Tree, name: str) -> Any:
    """Return the parameter, submodule or function ``name`` of this node.

    Raises:
        UnknownName: There is none; the message names the nearest.
    """
    for members in members_of(node):
        if name in members:
            return members[name]
    raise UnknownName(unknown(path_of(node), names_in(node), name))


def components(node: Tree) -> Iterator[Any]:
    """Yield everything below ``node`` once: parameters, functions, submodules, lists of channels and their channels."""
    seen: set[int] = set()
    waiting: list[Any] = [node]
    while waiting:
        place = waiting.pop()
        if id(place) in seen:
            continue
        seen.add(id(place))
        if place is not node:
            yield place
        if hasattr(place, "functions"):
            yield from place.parameters.values()
            yield from place.functions.values()
            waiting += reversed(place.submodules.values())
        else:  # a list of channels
            waiting += reversed(place)


def get_component(self: Tree, full_name: str) -> Any:
    """Return what has this full name, wherever it is below this node.

    Args:
        self: Where to look.
        full_name: E.g. ``"dac_ch3_voltage"``, ``"dac.ch3.voltage"``, or ``"ch3_voltage"`` from the node on.

    Raises:
        UnknownName: There is none; the message names the nearest.
    """
    wanted = full_name.replace(".", "_")
    known = {getattr(it, "full_name", None): it for it in components(self)}
    for name in (wanted, f"{self.name}_{wanted}"):
        if name in known:
            return known[name]
    names = [name for name in known if name is not None]
    meant = nearest(wanted, names) or nearest(f"{self.name}_{wanted}", names)
    advice = f"did you mean {meant!r}?" if meant else f"it has {listing(names)}."
    raise UnknownName(f"{path_of(self)} has no component {full_name!r}; {advice}")


def ancestors(self: Tree) -> tuple[Any, ...]:
    """The node itself, the one above, and so on up to the root."""
    found: list[Any] = [self]
    while found[-1].parent is not None:
        found.append(found[-1].parent)
    return tuple(found)


def instrument_modules(self: Tree) -> dict[str, Any]:
    """The submodules that are modules or channels themselves, not lists of them."""
    return {name: module for name, module in self.submodules.items() if hasattr(module, "functions")}


def get_value(self: Tree, param_name: str) -> Any:
    """Read the parameter ``param_name``: ``dac.get("voltage")`` is ``dac.voltage()``."""
    return _parameter(self, param_name).get()


def set_value(self: Tree, param_name: str, value: Any) -> None:
    """Set the parameter ``param_name``: ``dac.set("voltage", 1)`` is ``dac.voltage(1)``."""
    _parameter(self, param_name).set(value)


def call_function(self: Tree, func_name: str, *args: Any) -> Any:
    """Call the function ``func_name``: ``dac.call("reset")`` is ``dac.reset()``."""
    if func_name not in self.functions:
        raise UnknownName(unknown(path_of(self), self.functions, func_name))
    return self.functions[func_name](*args)


def remove_parameter(self: Tree, name: str) -> None:
    """Remove a parameter completely, so that another one can take its name; ``del dac.parameters[name]`` is the same.

    Raises:
        UnknownName: There is none; the message names the nearest.
    """
    _parameter(self, name)
    del self.parameters[name]


def invalidate_cache(self: Tree) -> None:
    """Distrust every known value of this node and below, e.g. because somebody turned a knob of the device."""
    for it in [*self.parameters.values(), *components(self)]:
        cache = None if hasattr(it, "functions") else getattr(it, "cache", None)
        if cache is not None:
            cache.invalidate()


def validate_status(self: Tree, verbose: bool = False) -> None:
    """Read each parameter that can be read and set, and check that what the device says would be accepted.

    Args:
        self: Which node.
        verbose: Log each value.

    Raises:
        ExceptionGroup: Of every value that is not allowed, after all are read.
    """
    refusals: list[ParameterError] = []
    for parameter in components(self):
        if not (getattr(parameter, "gettable", False) and getattr(parameter, "settable", False)):
            continue
        value = parameter.get()
        if verbose:
            self.log.info("%s is %r %s", parameter.full_name, value, getattr(parameter, "unit", ""))
        if value is None:  # nothing was ever set
            continue
        try:
            parameter.validate(value)
        except ParameterError as error:
            refusals.append(error)
    if refusals:
        raise ExceptionGroup(f"{path_of(self)} is in a state that would not be accepted", refusals)


def load_metadata(self: Tree, metadata: Mapping[str, Any]) -> None:
    """Add to the metadata that snapshots keep."""
    self.metadata.update(metadata)


def _parameter(node: Tree, name: str) -> Any:
    if name not in node.parameters:
        raise UnknownName(unknown(path_of(node), node.parameters, name))
    return node.parameters[name]
