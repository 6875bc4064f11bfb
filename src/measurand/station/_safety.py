"""Bringing a laboratory where it harms nothing: everything is tried, whatever fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from measurand.instrument import Instrument, InstrumentBase
from measurand.station._settings import settings_of


def to_safe_state(nodes: Iterable[InstrumentBase]) -> None:
    """Move what has a safe value there, with its own ramp, then have each instrument do what its driver knows.

    Raises:
        ExceptionGroup: Of everything that went wrong, after everything was tried.
    """
    nodes = list(nodes)
    failures: list[Exception] = []
    for node in nodes:
        for path, parameter in settings_of(node):
            if "safe_value" in parameter.metadata:
                value = parameter.metadata["safe_value"]
                _try(partial(parameter.set, value), f"{node.name}.{path} was to be moved to {value!r}", failures)
    for node in nodes:
        if isinstance(node, Instrument):
            _try(node.safe_state, f"{node.name} was to enter its safe state", failures)
    if failures:
        raise ExceptionGroup("Not everything could be brought into its safe state", failures)


def _try(action: Callable[[], Any], what: str, failures: list[Exception]) -> None:
    try:
        action()
    except Exception as error:  # noqa: BLE001 - the others must be made safe too; raised at the end
        error.add_note(what)
        failures.append(error)
