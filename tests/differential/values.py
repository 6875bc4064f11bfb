"""Values as plain JSON and back, type for type: 1 stays an int, 1.0 a float, NaN and numpy scalars survive.

What JSON has is written as it is; everything else is a dict with one key that names its type. Knows no parameter.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

PLAIN = (type(None), bool, int, str)


def encode(value: Any) -> Any:
    """Return ``value`` as JSON-ready data; an object of another type is reduced to the name of its class."""
    if type(value) in PLAIN or (type(value) is float and math.isfinite(value)):
        return value
    if type(value) is float:
        return {"float": repr(value)}
    if type(value) is complex:
        return {"complex": [value.real, value.imag]}
    if type(value) is bytes:
        return {"bytes": value.hex()}
    if isinstance(value, np.generic):
        return {"numpy": [value.dtype.name, encode(value.item())]}
    if isinstance(value, np.ndarray):
        return {"array": [value.dtype.name, encode(value.tolist())]}
    if isinstance(value, tuple):
        return {"tuple": [encode(v) for v in value]}
    if isinstance(value, list):
        return [encode(v) for v in value]
    if isinstance(value, dict):
        return {"dict": [[encode(k), encode(v)] for k, v in value.items()]}
    return {"object": type(value).__name__}


DECODERS: dict[str, Any] = {
    "float": float,
    "complex": lambda parts: complex(*parts),
    "bytes": bytes.fromhex,
    "numpy": lambda parts: np.dtype(parts[0]).type(decode(parts[1])),
    "array": lambda parts: np.array(decode(parts[1]), dtype=parts[0]),
    "tuple": lambda parts: tuple(decode(v) for v in parts),
    "dict": lambda pairs: {decode(k): decode(v) for k, v in pairs},
}


def decode(data: Any) -> Any:
    """Return the value that ``data`` describes; the inverse of `encode`."""
    if isinstance(data, list):
        return [decode(v) for v in data]
    if not isinstance(data, dict):
        return data
    ((kind, content),) = data.items()
    return DECODERS[kind](content)
