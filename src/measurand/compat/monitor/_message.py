"""What a monitor tells its pages: parameters with their last values, by instrument, as JSON. Touches no hardware."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

from measurand.parameters import Parameter

_UNBOUND = "Unbound Parameter"
_LONGEST = 500  # characters of a value that are shown


def message(parameters: Sequence[Parameter[Any]], by_root: bool) -> str:
    """Return the last known values of parameters.

    Args:
        parameters: They.
        by_root: Whether they stand under their root instrument, or under the module or channel they belong to.

    Returns:
        JSON: ``ts``, and ``parameters``, a list of ``instrument`` and ``parameters``, a list of ``value`` (text),
        ``ts`` (seconds since 1970), ``name`` and ``unit``.
    """
    now = time.time()
    groups: dict[str, list[dict[str, Any]]] = {}
    for parameter in parameters:
        groups.setdefault(_place(parameter, by_root), []).append(_state(parameter, now))
    listed = [{"instrument": place, "parameters": states} for place, states in groups.items()]
    return json.dumps({"ts": now, "parameters": listed})


def _place(parameter: Parameter[Any], by_root: bool) -> str:
    instrument = parameter.root_instrument if by_root else parameter.instrument
    return _UNBOUND if instrument is None else str(instrument)


def _state(parameter: Parameter[Any], now: float) -> dict[str, Any]:
    try:
        value, moment = str(parameter.cache.get(get_if_invalid=False)), parameter.cache.timestamp
    except Exception as error:  # noqa: BLE001 - one that cannot be shown does not keep the others from it
        value, moment = f"cannot be shown: {error}", None
    seconds = now if moment is None else moment.timestamp()
    return {
        "value": value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…",
        "ts": seconds,
        "name": parameter.label or parameter.name,
        "unit": parameter.unit,
    }
