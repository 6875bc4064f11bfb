"""Sequences of numbers and of things, as QCoDeS's helpers make and judge them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any


def permissive_range(start: float, stop: float, step: float) -> list[float]:
    """Return the numbers from ``start`` to ``stop``, which is not among them, ``step`` apart, whatever its sign.

    Example:
        >>> permissive_range(1, 0, 0.25)
        [1.0, 0.75, 0.5, 0.25]
    """
    signed = abs(step) * (1 if stop > start else -1)
    count = math.ceil((stop - start) / signed)
    return [start + index * signed for index in range(count)]


def is_sequence(obj: Any) -> bool:
    """Return whether this is several things in an order: no text, no set, no dict."""
    import numpy as np

    if isinstance(obj, str | bytes | bytearray):
        return False
    return isinstance(obj, Sequence | Iterator | np.ndarray) or (
        hasattr(obj, "__iter__")
        and hasattr(obj, "__len__")
        and hasattr(obj, "__getitem__")
        and not hasattr(obj, "keys")
    )


def is_sequence_of(
    obj: Any,
    types: type | tuple[type, ...] | None = None,
    depth: int | None = None,
    shape: Sequence[int] | None = None,
) -> bool:
    """Return whether this is a sequence of things of these types, perhaps nested.

    Args:
        obj: What is judged.
        types: What the innermost ones must be; None: anything.
        depth: How deep it is nested; default 1, or as many as ``shape`` has lengths.
        shape: Its lengths; default any.
    """
    if not is_sequence(obj):
        return False
    if shape is None:
        depth = 1 if depth is None else depth
        inner = None
    else:
        if not shape or len(obj) != shape[0] or (depth is not None and depth != len(shape)):
            return False
        depth, inner = len(shape), tuple(shape[1:])
    for item in obj:
        if depth > 1:
            if not is_sequence_of(item, types, depth - 1, inner or None):
                return False
        elif types is not None and not isinstance(item, types):
            return False
    return True


def invert_val_mapping(val_mapping: Any) -> dict[Any, Any]:
    """Return a mapping of codes to values; of several values with one code the last one counts.

    Example:
        >>> invert_val_mapping({"on": 1, "off": 0})
        {1: 'on', 0: 'off'}
    """
    return {code: value for value, code in val_mapping.items()}
