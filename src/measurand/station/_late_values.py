"""Initial values that a driver would set while it is made: set after the file's limits are in force instead.

A device composed of others' parameters may be told to set initial values when it is made; at that moment what the file
says about its parameters does not hold yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_FLAG = "set_initial_values_on_load"
_METHOD = "set_initial_values"
_PARTS = "submodules"


def without_values(driver: type[Any], arguments: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the arguments so that nothing is set yet, and where it is to be set later.

    Args:
        driver: A class; one that cannot set its values later is left as it is.
        arguments: Of its constructor.

    Returns:
        The arguments, and the names of the submodules whose values are wanted; ``""`` is the instrument itself.
    """
    kept = dict(arguments)
    if not hasattr(driver, _METHOD):
        return kept, []
    later = [""] if kept.pop(_FLAG, False) else []
    if isinstance(kept.get(_PARTS), Mapping):
        parts = {name: dict(part) if isinstance(part, Mapping) else part for name, part in kept[_PARTS].items()}
        later += [name for name, part in parts.items() if isinstance(part, dict) and part.pop(_FLAG, False)]
        kept[_PARTS] = parts
    return kept, later


def set_values(instrument: Any, later: list[str]) -> None:
    """Set the initial values that were left out."""
    for name in later:
        getattr(instrument.submodules[name] if name else instrument, _METHOD)()
