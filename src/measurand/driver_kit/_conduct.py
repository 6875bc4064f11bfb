"""What a driver does at its device: gets what it sets, refuses what is not allowed, describes itself, lets go."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from measurand.driver_kit._bench import Bench, parameters_of, received_by
from measurand.errors import InstrumentClosed, InstrumentError, ParameterError
from measurand.instrument import VisaInstrument, blueprint
from measurand.parameters import Parameter, ParameterBase, ParameterWithSetpoints

IDENTITY = {"vendor", "model", "serial", "firmware"}


def identity_is_known(bench: Bench) -> Iterator[str]:
    """``IDN`` has vendor, model, serial and firmware, and at least the first two are known."""
    with bench.connected() as (instrument, _):
        identity = instrument.IDN()
        if set(identity) != IDENTITY:
            yield f"IDN has {sorted(identity)}, it must have {sorted(IDENTITY)}"
        for key in ("vendor", "model"):
            if not identity.get(key):
                yield f"IDN does not know the {key}"


def golden_rule_holds(bench: Bench) -> Iterator[str]:
    """A parameter that can be set accepts what it gives: ``p(p())``, and still gives the same."""
    with bench.connected() as (instrument, simulation):
        for path, parameter in parameters_of(instrument):
            if not (parameter.gettable and parameter.settable):
                continue
            before = len(received_by(simulation))
            try:
                value = parameter()
                if value is None and len(received_by(simulation)) == before:
                    continue  # only remembered, and nobody has set it yet
                parameter(value)
                again = parameter()
            except Exception as error:  # noqa: BLE001 - whatever it is, it is the driver's and goes into the report
                yield f"{path}: p(p()) raised {type(error).__name__}: {error}"
                continue
            if not _same(value, again):
                yield f"{path}: gave {value!r}, was set to it, and then gave {again!r}"


def everything_can_be_read(bench: Bench) -> Iterator[str]:
    """Every parameter that can be read gives a value when the device is in the state after power-on.

    The acquisition of an array may refuse with an `InstrumentError` of the driver, if it needs something switched on.
    """
    with bench.connected() as (instrument, simulation):
        for path, parameter in parameters_of(instrument):
            if parameter.gettable:
                try:
                    parameter()
                except Exception as error:  # noqa: BLE001 - whatever it is, it is the driver's and goes into the report
                    said = f"{path}: reading raised {type(error).__name__}: {error}"
                    yield from () if is_unprepared(parameter, error) else (said,)
        yield from not_understood(simulation)


def is_unprepared(parameter: ParameterBase[Any], error: Exception) -> bool:
    """Return whether an acquisition says that it needs something first, e.g. the output on: what it would do by itself else."""
    return isinstance(parameter, ParameterWithSetpoints) and type(error) is InstrumentError


def limits_stop_bad_values(bench: Bench) -> Iterator[str]:
    """What is settable has a validator, and what it refuses sends nothing."""
    with bench.connected() as (instrument, simulation):
        instrument.IDN()  # an answer says that everything before it has arrived
        before = list(received_by(simulation))
        for path, parameter in parameters_of(instrument):
            if not parameter.settable or not isinstance(parameter, Parameter):
                continue
            if not parameter.validators:
                yield f"{path}: can be set and has no validator"
                continue
            try:
                parameter.set(object())
                yield f"{path}: accepts anything, even object()"
            except ParameterError:
                pass
        between = received_by(simulation)[len(before) :]
        instrument.IDN()
        identity = received_by(simulation)[len(before) + len(between) :]
        sent = [message for message in (*between, *identity) if message not in before]
        if sent:
            yield f"refused values sent {sent}"


def describes_itself(bench: Bench) -> Iterator[str]:
    """Snapshot and blueprint are JSON; a snapshot that is not told to read touches no device."""
    with bench.connected() as (instrument, simulation):
        before = len(received_by(simulation))
        json.dumps(instrument.snapshot(update=False), allow_nan=False)
        if len(received_by(simulation)) != before:
            yield f"snapshot() sent {received_by(simulation)[before:]}"
        json.dumps(blueprint(instrument), allow_nan=False)
        json.dumps(blueprint(bench.driver), allow_nan=False)
        json.dumps(instrument.snapshot(update=True), allow_nan=False)


def closing_lets_go(bench: Bench) -> Iterator[str]:
    """After closing, the name and the connection are free: it can be made again, and the old one says it is closed."""
    with bench.connected() as (first, simulation):
        first.close()
        if first.name in type(first).registry:
            yield "closing leaves the name taken"
            return
        second: Any = bench.driver(first.name, **simulation.arguments)
        try:
            if isinstance(first, VisaInstrument):
                try:
                    first.ask("*IDN?")
                    yield "after close() it can still be asked"
                except InstrumentClosed:
                    pass
            if second.IDN() != second.IDN.cache():
                yield "made anew, it does not know itself"
        finally:
            second.close()


def not_understood(simulation: Any) -> Iterator[str]:
    """Yield what a simulated device has received and could not make sense of."""
    device = getattr(simulation, "device", None)
    for message in getattr(device, "unknown", ()):
        yield f"the device does not understand {message!r}"
    status = getattr(device, "status", None)
    while status is not None and status.errors:
        yield f"the device reports {status.next_error()}"


def _same(first: Any, second: Any) -> bool:
    same = first == second
    if hasattr(same, "all"):
        return bool(same.all())
    return bool(same) or all(isinstance(one, float) and math.isnan(one) for one in (first, second))
