"""A device made of a driver's blueprint: it understands every command that the driver has as text.

It checks that a driver hangs together (commands, parsers, mappings, limits that contradict each other), not that the
commands are those of the manual: it believes the driver. For that, write the device from the manual.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping
from typing import Any

from measurand.simulation.kit._text_device import TextDevice


def device_from(blueprint: Mapping[str, Any], *, identity: str | None = None, terminator: str = "\n") -> TextDevice:
    """Return a device that remembers every setting of a blueprint and gives it back.

    Args:
        blueprint: Of an instrument or of a class with declared parameters; see `measurand.instrument.blueprint`.
        identity: Answer to ``*IDN?``; None: vendor and model are the name of the class.
        terminator: Ends messages and answers.

    Returns:
        A device whose ``state`` holds what was set, as text, by path of the parameter (``"ch1.voltage"``); a parameter
        that is only read starts at the smallest allowed code.
    """
    device = TextDevice(terminator=terminator)
    who = identity or f"SIMULATED,{str(blueprint['kind']).rpartition('.')[2]},0,0"
    device.on(r"\*IDN\?", lambda: who)
    for path, parameter in _parameters(blueprint, ""):
        _understand(device, path, parameter)
    return device


def _parameters(node: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, parameter in node["parameters"].items():
        yield f"{prefix}{name}", parameter
    for name, module in node["submodules"].items():
        yield from _parameters(module, f"{prefix}{name}.")


def _understand(device: TextDevice, path: str, parameter: Mapping[str, Any]) -> None:
    get, put = parameter.get("get_cmd"), parameter.get("set_cmd")
    if get is None and put is None:
        return
    device.state[path] = _first_code(parameter)
    if put is not None:
        device.on(_expression(put), lambda text: device.state.__setitem__(path, text.strip()))
    if get is not None:
        device.on(re.escape(get), lambda: device.state[path])


def _expression(template: str) -> str:
    """Return the regular expression of what `str.format` makes of a template; its group is the value."""
    parts = []
    for text, field, _, _ in string.Formatter().parse(template):
        parts.append(re.escape(text))
        if field is not None:
            parts.append("(.*)")
    return "".join(parts) if "(.*)" in parts else "".join(parts) + "()"


def _first_code(parameter: Mapping[str, Any]) -> str:
    """Return a raw value that the parameter can read: the first code of its mapping, or the smallest allowed value."""
    codes = parameter.get("codes")
    if codes:
        return str(codes[0])
    for rule in parameter.get("validators", ()):
        if rule.get("values"):
            return str(rule["values"][0])
        if rule.get("min_value") is not None:
            low = rule["min_value"]
            return str(low if isinstance(low, (int, float)) and abs(low) < 1e300 else 0)
    return "0"
