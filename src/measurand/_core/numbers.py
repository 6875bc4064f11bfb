"""What counts as a number, without importing numpy."""

from __future__ import annotations

import numbers
from typing import Any, TypeGuard


def is_real(value: object) -> TypeGuard[float]:
    """Return whether ``value`` is a Python or numpy integer or float; no fraction, no decimal, no array."""
    return isinstance(value, (int, float)) or (isinstance(value, numbers.Real) and hasattr(value, "dtype"))


def plain(value: Any) -> Any:
    """Return a numpy scalar as the Python number it is, anything else unchanged.

    numpy's integers wrap at their width, and its short floats round what they are compared with: neither may happen to a
    value on its way to an instrument.
    """
    return value.item() if hasattr(value, "dtype") and getattr(value, "ndim", None) == 0 else value
