"""The state of a node as data and as readable lines. Touches hardware only when told; knows no class of node."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from typing import Any, Protocol, TextIO

from measurand.logger import InstrumentLogger


class _Tree(Protocol):
    """What a snapshot needs of a node."""

    short_name: str
    label: str
    log: InstrumentLogger
    parameters: dict[str, Any]

    @property
    def name(self) -> str: ...
    @property
    def submodules(self) -> Mapping[str, Any]: ...
    @property
    def functions(self) -> Mapping[str, Any]: ...


def members_of(node: _Tree, update: bool | None, skip: Collection[str]) -> dict[str, Any]:
    """Return names, class, and the snapshots of parameters and submodules.

    Args:
        node: Whose.
        update: Whether parameters are read; see `InstrumentBase.snapshot`.
        skip: Names of parameters that are never read.
    """
    return {
        "__class__": f"{type(node).__module__}.{type(node).__qualname__}",
        "name": node.short_name,
        "full_name": node.name,
        "label": node.label,
        "parameters": {
            name: _parameter_state(node, parameter, False if name in skip else update)
            for name, parameter in node.parameters.items()
            if not getattr(parameter, "snapshot_exclude", False)
        },
        "functions": {name: function.snapshot() for name, function in node.functions.items()},
        "submodules": {name: module.snapshot(update) for name, module in node.submodules.items()},
    }


def _parameter_state(node: _Tree, parameter: Any, update: bool | None) -> Any:
    """Return a parameter's snapshot; one that cannot be read shows what is known, since the others still count."""
    try:
        return parameter.snapshot(update)
    except Exception as error:  # one parameter that fails must not cost the others
        if update is False:
            raise
        node.log.warning("Snapshot: %s was not read: %s", parameter.name, error)
        return parameter.snapshot(False)


def print_state(state: Mapping[str, Any], max_chars: int, file: TextIO | None) -> None:
    """Write one line per parameter of a node's snapshot to ``file``, default the standard output."""
    out = sys.stdout if file is None else file
    for line in _lines(state, state["name"]):
        out.write((line if len(line) <= max_chars else f"{line[: max_chars - 1]}…") + "\n")


def _lines(state: Mapping[str, Any], path: str) -> list[str]:
    parameters: Mapping[str, Any] = state["parameters"]
    width = max(map(len, parameters), default=0)
    lines = [f"{path}:"]
    for name, known in sorted(parameters.items()):
        unit = f" {known['unit']}" if known.get("unit") else ""
        shown = f"{known['value']}{unit}" if "value" in known and known.get("ts") is not None else "not known"
        lines.append(f"  {name:<{width}} : {shown}")
    for name, module in state["submodules"].items():
        if "parameters" in module:
            lines += _lines(module, f"{path}.{name}")
        for channel in module.get("channels", {}).values():
            lines += _lines(channel, f"{path}.{name}.{channel['name']}")
    return lines
