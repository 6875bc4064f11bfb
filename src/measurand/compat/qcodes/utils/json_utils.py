"""``qcodes.utils.json_utils``."""

from __future__ import annotations

import json
import numbers
from collections.abc import Mapping
from typing import Any

__all__ = ["NumpyJSONEncoder"]


class NumpyJSONEncoder(json.JSONEncoder):
    """Write what snapshots hold: numpy numbers and arrays, complex numbers, and anything else as its text."""

    def default(self, o: Any) -> Any:
        """Return what JSON can hold for ``o``.

        Numbers and arrays of numpy become those of Python; complex numbers a dict with ``__dtype__``, ``re`` and
        ``im``; numbers with uncertainties one with ``nominal_value`` and ``std_dev``; an object with a method
        ``_JSONEncoder`` what that returns; one that can be made from its arguments (``__getnewargs__``) a dict with
        ``__class__`` and ``__args__``; anything else its text.
        """
        import numpy as np

        if isinstance(o, np.generic) and not isinstance(o, np.complexfloating):
            return _plain(o.item())
        if isinstance(o, np.ndarray):
            return o.tolist()
        if isinstance(o, numbers.Complex) and not isinstance(o, numbers.Real):
            return {"__dtype__": "complex", "re": float(o.real), "im": float(o.imag)}
        described: Any = _described(o)
        return described


def _described(o: Any) -> Any:
    """Return what an object says of itself, else its text."""
    if hasattr(o, "nominal_value") and hasattr(o, "std_dev"):
        return {"__dtype__": "UFloat", "nominal_value": float(o.nominal_value), "std_dev": float(o.std_dev)}
    if hasattr(o, "_JSONEncoder"):
        return o._JSONEncoder()
    # Such as a FieldVector; of Python's own, bytes are made from bytes, without end.
    if hasattr(o, "__getnewargs__") and not isinstance(o, type) and type(o).__module__ != "builtins":
        return {"__class__": type(o).__name__, "__args__": list(o.__getnewargs__())}
    return dict(o) if isinstance(o, Mapping) else str(o)


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | bool | int | float) else str(value)
