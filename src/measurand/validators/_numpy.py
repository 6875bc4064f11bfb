"""Recognise numpy's values without importing numpy: they exist only where somebody has imported it."""

from __future__ import annotations

import sys
from typing import Any


def is_array(value: object) -> bool:
    """Return whether ``value`` is a numpy array, with any number of dimensions."""
    return _is_a(value, "ndarray")


def is_scalar(value: object, kind: str = "generic") -> bool:
    """Return whether ``value`` is a numpy scalar of ``kind``, the name of a class of numpy; zero-d arrays are none."""
    return _is_a(value, kind)


def plain_scalar(value: object) -> Any:
    """Return a numpy scalar as the Python number, text or truth value that it equals; anything else as it is."""
    return value.item() if is_scalar(value) else value  # type: ignore[attr-defined]  # numpy's scalars have it


def _is_a(value: object, name: str) -> bool:
    numpy = sys.modules.get("numpy")
    return numpy is not None and issubclass(type(value), getattr(numpy, name))
