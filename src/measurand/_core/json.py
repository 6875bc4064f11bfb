"""Anything a laboratory may hold, as standard JSON text. numpy is recognised, never imported."""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

_HALF = re.compile("[\ud800-\udfff]")


def dumps(value: object) -> str:
    """Return ``value`` as one line of standard JSON.

    numpy scalars and arrays become numbers and lists, complex numbers ``{"__dtype__": "complex", "re": …, "im": …}``,
    times ISO 8601, NaN and infinities their names as text, sets and other iterables lists, anything else its ``repr``.
    Half a character, as in names of files that are no UTF-8, becomes U+FFFD.

    Raises:
        ValueError: Something in it contains itself.
    """
    try:
        text = json.dumps(value, default=_plain, allow_nan=False, ensure_ascii=False)
    except (ValueError, TypeError):  # NaN somewhere, or a key that is no text
        text = json.dumps(_finite(value), allow_nan=False, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return _HALF.sub("\ufffd", text)
    return text


def _finite(value: object) -> Any:
    try:
        return to_plain(value)
    except RecursionError:
        raise ValueError("something in it contains itself, so that it has no end") from None


_AS_IT_IS = frozenset({str, int, bool, type(None)})


def to_plain(value: object) -> Any:
    """Return ``value`` as nested dicts, lists, text, finite numbers, bools and None."""
    kind = type(value)
    if kind in _AS_IT_IS or isinstance(value, str):
        return value
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if kind is float:
        return value
    if isinstance(value, (dict, Mapping)):  # a dict is found at once; asking whether something is a Mapping is slow
        return {
            key if type(key) is str else str(key): item if type(item) in _AS_IT_IS else to_plain(item)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [item if type(item) in _AS_IT_IS else to_plain(item) for item in value]
    return to_plain(_plain(value))


def _plain(value: Any) -> Any:
    """One step towards JSON for what the standard encoder does not know."""
    if isinstance(value, complex):
        return {"__dtype__": "complex", "re": value.real, "im": value.imag}
    if isinstance(value, (int, float)):  # bool, enum members and numpy floats that derive from the builtins
        return float(value) if isinstance(value, float) else int(value)
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).hex()
    if isinstance(value, type):
        return repr(value)
    if callable(getattr(value, "tolist", None)):  # numpy scalars and arrays
        return value.tolist()
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=repr)
    if isinstance(value, Mapping):
        return dict(value)
    try:
        return repr(value)
    except Exception:  # noqa: BLE001 - what a driver's class does wrong must not cost the run its record
        return object.__repr__(value)
