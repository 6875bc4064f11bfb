"""What a driver does when the conversation breaks: the documented error, no half command, and the next answer right.

Each trouble is a fault of `measurand.simulation.kit` and the errors that may come of it. They are tried on one parameter
that is read by one text query.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from measurand.driver_kit._bench import Bench, parameters_of, received_by
from measurand.driver_kit._conduct import not_understood
from measurand.errors import MeasurandError, TransportBroken, TransportError, TransportTimeout, UndecodableAnswer
from measurand.parameters import ParameterBase, ParameterWithSetpoints
from measurand.simulation.kit import (
    NOT_A_NUMBER,
    Fault,
    Garbage,
    Late,
    disconnect,
    lost_answer,
    lost_message,
    torn,
)

_SHORT = 0.15  # s, the time-out under which silence is tried


@dataclass(frozen=True)
class Trouble:
    """One fault and what it must lead to.

    Attributes:
        what: In words.
        fault: What happens at the device.
        errors: What reading the parameter may raise; empty: it must give the right value.
        connection_survives: Whether the next exchange goes over the same connection.
        waits: Whether the error comes only after the time-out.
    """

    what: str
    fault: Fault
    errors: tuple[type[MeasurandError], ...]
    connection_survives: bool = True
    waits: bool = False


TROUBLES = (
    Trouble("the command never arrives", lost_message, (TransportTimeout,), waits=True),
    Trouble("the answer never arrives", lost_answer, (TransportTimeout,), waits=True),
    Trouble("the answer comes after the time-out", Late(2 * _SHORT), (TransportTimeout,), waits=True),
    Trouble("the answer comes late", Late(_SHORT / 10), ()),
    Trouble("the answer is garbage", Garbage(), (UndecodableAnswer, TransportError)),
    Trouble("the answer is NAN", NOT_A_NUMBER, (UndecodableAnswer,)),
    Trouble("the device hangs up", disconnect, (TransportBroken,), connection_survives=False),
    Trouble("the answer is torn", torn, (TransportBroken,), connection_survives=False, waits=True),
)
"""Every fault with the errors that are documented for it. A NaN may also be a value."""


def recovers_from_trouble(bench: Bench) -> Iterator[str]:
    """Every fault of `TROUBLES` leads to its error, leaves no half command, and the next answer is right."""
    with bench.connected() as (instrument, simulation):
        path = _probe(instrument, simulation) if getattr(simulation, "faults", None) is not None else ""
    for trouble in TROUBLES if path else ():
        with bench.connected() as (instrument, simulation):
            parameter = dict(parameters_of(instrument))[path]
            problems = _try(trouble, parameter, instrument, simulation)
            yield from (f"{path}, {trouble.what}: {problem}" for problem in problems)


def _try(trouble: Trouble, parameter: ParameterBase[Any], instrument: Any, simulation: Any) -> Iterator[str]:
    before = parameter()
    patient = instrument.timeout()
    if trouble.waits:
        instrument.timeout(_SHORT)
    simulation.faults.inject(trouble.fault)
    try:
        value = parameter()
        silent_nan = trouble.fault is NOT_A_NUMBER and isinstance(value, float) and math.isnan(value)
        if trouble.errors and not silent_nan and isinstance(before, (float, int)):
            yield f"gave {value!r}"
        elif not trouble.errors and type(value) is not type(before):
            yield f"gave {value!r} instead of a {type(before).__name__}"
    except Exception as error:  # noqa: BLE001 - judged here
        if not isinstance(error, trouble.errors):
            yield f"raised {type(error).__name__}: {error}"
        elif not str(error).startswith(instrument.name):
            yield f"the message does not say where: {error}"
    if not trouble.connection_survives:
        yield from _refuses_from_now_on(parameter)
        return
    instrument.timeout(patient)
    after = parameter()
    if type(after) is not type(before):
        yield f"the next reading gave {after!r}, before the fault it gave {before!r}"
    yield from not_understood(simulation)


def _refuses_from_now_on(parameter: ParameterBase[Any]) -> Iterator[str]:
    with suppress(TransportBroken):
        yield f"after the connection was lost it gave {parameter()!r}"


def _probe(instrument: Any, simulation: Any) -> str:
    """Return the path of a parameter that is read by one query with one answer, a number if there is one; "" if none is."""
    found: list[tuple[bool, str]] = []
    for path, parameter in parameters_of(instrument):
        if path in ("IDN", "timeout") or not parameter.gettable or isinstance(parameter, ParameterWithSetpoints):
            continue
        before = len(received_by(simulation))
        value = parameter()
        if len(received_by(simulation)) == before + 1 and isinstance(value, (int, float, str)):
            found.append((isinstance(value, float), path))
    return max(found, key=lambda one: one[0], default=(False, ""))[1]
