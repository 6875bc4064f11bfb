"""What counts as a number, without importing numpy."""

from __future__ import annotations

import numbers
from typing import TypeGuard


def is_real(value: object) -> TypeGuard[float]:
    """Return whether ``value`` is a Python or numpy integer or float; no fraction, no decimal, no array."""
    return isinstance(value, (int, float)) or (isinstance(value, numbers.Real) and hasattr(value, "dtype"))
