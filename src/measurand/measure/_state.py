"""What is known of the laboratory when a run begins. Touches no instrument."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from measurand._core.defaults import supplied
from measurand.parameters import Parameter

_log = logging.getLogger(__name__)


def state_of(things: Iterable[Any]) -> dict[str, Any]:
    """Return the state of all instruments, and of those parameters among ``things`` that belong to none.

    A snapshot that fails does not cost the run: it then says why there is none.
    """
    listed = list(things)
    listed += [part for thing in listed for part in getattr(thing, "inputs", ())]
    free = {p.full_name: p for p in listed if isinstance(p, Parameter) and p.instrument is None}
    try:
        return {"instruments": supplied("instruments"), "parameters": {name: p.snapshot() for name, p in free.items()}}
    except Exception as error:  # noqa: BLE001 - a driver's own snapshot may do anything
        _log.exception("The run has no snapshot of the laboratory")
        return {"error": f"{type(error).__name__}: {error}"}
