"""Bringing a laboratory where it harms nothing: everything is tried, whatever fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from measurand.instrument import Instrument


def to_safe_state(instruments: Iterable[Instrument]) -> None:
    """Move what has a safe value there, then have each driver do what it knows.

    The values come first, because a driver that has its own way to safety may not look at them.

    Raises:
        ExceptionGroup: Of everything that went wrong, after everything was tried.
    """
    failures: list[Exception] = []
    instruments = list(instruments)
    for instrument in instruments:
        if len(instrument.safety):
            _try(partial(instrument.safety.apply, instrument.name), instrument.name, failures)
    for instrument in instruments:
        if type(instrument).safe_state is not Instrument.safe_state:
            _try(instrument.safe_state, instrument.name, failures)
    if failures:
        raise ExceptionGroup("Not everything could be brought into its safe state", failures)


def _try(action: Callable[[], Any], name: str, failures: list[Exception]) -> None:
    try:
        action()
    except Exception as error:  # noqa: BLE001 - the others must be made safe too; raised at the end
        error.add_note(f"{name} was to enter its safe state")
        failures.append(error)
