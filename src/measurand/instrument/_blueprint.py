"""The structure of an instrument as plain data: names, kinds, units, limits, signatures, documentation; no value.

From an instrument it is complete. From a class it holds what the class declares, without any connection. Read by
simulators, documentation, editors and other processes; touches no hardware.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Iterator
from typing import Any

from measurand._core.json import to_plain
from measurand.errors import DefinitionError
from measurand.instrument._channels import ChannelTuple
from measurand.instrument._declared import Declared, DeclaredModule, declared_in
from measurand.instrument._node import InstrumentBase
from measurand.parameters import Function, ParameterBase, blueprint_of

FORMAT = 1
"""Version of the data form."""


def blueprint(node: InstrumentBase | type[InstrumentBase]) -> dict[str, Any]:
    """Return what an instrument is, as JSON-ready data.

    Args:
        node: An instrument, module or channel, or a class of them.

    Returns:
        ``format``, ``kind`` (class), ``name`` (None for a class), ``label``, ``docstring``, ``parameters`` (see
        `measurand.parameters.blueprint_of`), ``functions``, ``methods`` (public ones: signature and docstring) and
        ``submodules``, each by name. Of a class, what depends on the instrument is missing.

    Example:
        >>> class Source(Instrument):
        ...     voltage = parameter(set_cmd=None, unit="V", vals=Numbers(-10, 10))
        >>> blueprint(Source)["parameters"]["voltage"]["unit"]
        'V'
    """
    described = _of_class(node, "") if isinstance(node, type) else _of_node(node)
    plain: dict[str, Any] = to_plain({"format": FORMAT, **described})
    return plain


def _of_node(node: InstrumentBase) -> dict[str, Any]:
    return {
        **_kind(type(node)),
        "name": node.name,
        "label": node.label,
        "parameters": {
            name: blueprint_of(one) if isinstance(one, ParameterBase) else {"name": name}
            for name, one in node.parameters.items()
        },
        "functions": {name: _of_function(function) for name, function in node.functions.items()},
        "submodules": {
            name: _of_node(module) if isinstance(module, InstrumentBase) else _of_channels(module)
            for name, module in node.submodules.items()
            if isinstance(module, (InstrumentBase, ChannelTuple))
        },
    }


def _of_channels(channels: ChannelTuple[Any]) -> dict[str, Any]:
    """Return several channels as a node that has them as submodules; those that are found elsewhere are left out."""
    return {
        **_kind(type(channels)),
        "name": channels.name,
        "label": channels.short_name,
        "parameters": {},
        "functions": {},
        "submodules": {channel.short_name: _of_node(channel) for channel in channels if channels.snapshotable},
    }


def _of_class(kind: type, name: str) -> dict[str, Any]:
    on_paper = _OnPaper(name)
    parameters, submodules = {}, {}
    for declared in declared_in(kind):
        if isinstance(declared, DeclaredModule):
            if isinstance(declared.kind, type):
                submodules[declared.name] = _of_class(declared.kind, declared.name)
        elif isinstance(declared, Declared):
            parameters[declared.name] = _on_paper(declared, on_paper)
    return {
        **_kind(kind),
        "name": None,
        "label": None,
        "parameters": parameters,
        "functions": {},
        "submodules": submodules,
    }


def _on_paper(declared: Declared[Any], node: _OnPaper) -> dict[str, Any]:
    """Return what is known of a declared parameter without an instrument."""
    try:
        return blueprint_of(declared.on_paper(node))
    except DefinitionError:  # it cannot be made without what only the instrument knows
        kind = f"{declared.kind.__module__}.{declared.kind.__qualname__}"
        return {"name": declared.name, "kind": kind, "docstring": declared.docstring}


def _kind(kind: type) -> dict[str, Any]:
    return {
        "kind": f"{kind.__module__}.{kind.__qualname__}",
        "docstring": inspect.getdoc(kind),
        "methods": dict(_methods(kind)),
    }


def _methods(kind: type) -> Iterator[tuple[str, dict[str, str | None]]]:
    """Yield the public methods that a driver adds to what every instrument has."""
    own = [base for base in kind.__mro__ if not base.__module__.startswith("measurand.instrument.")]
    names = sorted({name for base in own for name, value in vars(base).items() if inspect.isfunction(value)})
    for name in names:
        if not name.startswith("_"):
            method = getattr(kind, name)
            yield name, {"signature": str(inspect.signature(method)), "docstring": inspect.getdoc(method)}


def _of_function(function: Function) -> dict[str, Any]:
    return {"args": [validator.to_dict() for validator in function.args], "docstring": function.docstring}


class _OnPaper:
    """Stands for an instrument that is not there: has names, and nothing is ever said to it."""

    lane = None

    def __init__(self, name: str) -> None:
        self.name = name
        self.name_parts = [name] if name else []
        self.parameters: dict[str, Any] = {}
        self.lock = threading.RLock()

    def ask(self, cmd: str) -> str:
        raise NotImplementedError(cmd)  # never called: nothing is read

    def write(self, cmd: str) -> None:
        raise NotImplementedError(cmd)  # never called: nothing is set
