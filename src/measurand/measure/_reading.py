"""How one group of measurables is read: one after the other, or in lanes, into the values of one row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from measurand._core.lanes import Lanes
from measurand.parameters import Measurable, Yield, name_of

Values = Callable[[], Sequence[Any]]


def compile_reading(measurables: Sequence[Measurable], yields: Sequence[Yield]) -> tuple[Values, Callable[[], None]]:
    """Return the function that reads a group, and the one that ends its threads.

    Quantities of one connection are read one after the other; if there are several connections, at the same time.

    Args:
        measurables: In the order of the row.
        yields: What each of them yields.
    """
    gets = [_whole(m, y) for m, y in zip(measurables, yields, strict=True)]
    lanes = [getattr(m, "lane", None) for m in measurables]
    several = [y.values is not None for y in yields]
    if len(set(lanes) - {None}) <= 1:
        return _in_series(gets, several), _nothing
    workers = Lanes(list(zip(lanes, gets, strict=True)), "measurand-lane")
    names = [name_of(m) for m in measurables]

    locks: list[Any] = [lane.lock for lane in lanes if lane is not None and hasattr(lane, "lock")]
    in_series = _in_series(gets, several)

    def read() -> Sequence[Any]:
        if any(lock._is_owned() for lock in locks):  # who holds an instrument's lock reads it in his own thread
            return in_series()
        values, failures = workers.read()
        if failures:
            raise gathered([error for _, error in failures], f"several of {', '.join(names)} failed")
        return _flat(values, several) if any(several) else values

    return read, workers.close


def spread(values: Sequence[Any], yields: Sequence[Yield]) -> list[Any]:
    """Return the values of the columns, from one reading or setpoint for each of ``yields``."""
    flat: list[Any] = []
    for value, one in zip(values, yields, strict=True):
        if one.values is None:
            flat.append(value)
        else:
            flat.extend(one.values(value))
    return flat


def gathered(errors: list[BaseException], what: str) -> BaseException:
    """Return the only error, or all of them as a group."""
    return errors[0] if len(errors) == 1 else BaseExceptionGroup(what, errors)


def _whole(measurable: Measurable, one: Yield) -> Callable[[], Any]:
    """Return what reads a measurable, coordinates included, so that all of it happens in its lane."""
    get, values = measurable.get, one.values
    return get if values is None else lambda: values(get())


def _in_series(gets: list[Callable[[], Any]], several: list[bool]) -> Values:
    if any(several):
        return lambda: _flat([get() for get in gets], several)
    if len(gets) == 1:
        (only,) = gets
        return lambda: (only(),)
    return lambda: [get() for get in gets]


def _flat(values: Sequence[Any], several: list[bool]) -> list[Any]:
    flat: list[Any] = []
    for value, many in zip(values, several, strict=True):
        if many:
            flat.extend(value)
        else:
            flat.append(value)
    return flat


def _nothing() -> None:
    """There are no threads to end."""
