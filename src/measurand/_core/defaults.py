"""The one slot through which the face hands its defaults down, so that no floor below has to look up.

The face (`measurand/__init__.py`) calls `supply` at import with a function; the floor that needs the process's data
root, registry or clock calls `supplied` when its caller did not give them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_sources: dict[str, Callable[[], Any]] = {}


def supply(name: str, source: Callable[[], Any]) -> None:
    """Have ``supplied(name)`` return ``source()`` from now on."""
    _sources[name] = source


def supplied(name: str) -> Any:
    """Return the face's default of this name, made at this moment."""
    return _sources[name]()
