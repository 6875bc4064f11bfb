"""How one group of measurables is read: one after the other, or in lanes, into the values of one row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any

from measurand._core.lanes import Lanes
from measurand.errors import DefinitionError, NotGettable
from measurand.measure._account import Account
from measurand.measure._actions import Read
from measurand.measure._exits import gathered
from measurand.measure._step import Reading
from measurand.parameters import Field, Yield, name_of

Get = Callable[[], Any]
Keep = Callable[[dict[str, Any]], None]


def compile_reading(
    reads: Sequence[Read], yields: Sequence[Yield], account: Account, keep: Keep, *, lanes: bool = True
) -> tuple[Reading, Callable[[], None]]:
    """Return how a group is read, and the function that ends its threads.

    Quantities of one connection are read one after the other; if there are several connections, at the same time.

    Args:
        reads: In the order of the row.
        yields: What each of them yields.
        account: Notes where the time goes.
        keep: Given what was read, by name, if the group fails; a row of it alone would be a wrong one.
        lanes: Whether different connections are read at the same time.
    """
    gets = [_whole(read, one) for read, one in zip(reads, yields, strict=True)]
    several = [one.values is not None or read.judged for read, one in zip(reads, yields, strict=True)]
    connections = [getattr(read.measurable, "lane", None) for read in reads]
    weights = [1]  # of the point that is being timed
    timed = [_timed(name_of(read.measurable), get, account, weights) for read, get in zip(reads, gets, strict=True)]
    partial = _partial(reads, yields, keep)
    if not lanes or len(set(connections) - {None}) <= 1:
        plain, slow = _in_series(gets, several, partial), _in_series(timed, several, partial)
        return Reading(plain, _weighted(slow, weights)), _nothing
    names = ", ".join(name_of(read.measurable) for read in reads)
    read, close = _in_lanes(connections, timed, several, names, partial)
    return Reading(read, lambda _: read()), close  # every point is timed: beside a thread's work it costs nothing


def spread(values: Sequence[Any], yields: Sequence[Yield]) -> list[Any]:
    """Return the values of the columns, from one reading or setpoint for each of ``yields``."""
    flat: list[Any] = []
    for value, one in zip(values, yields, strict=True):
        if one.values is None:
            flat.append(value)
        else:
            flat.extend(one.values(value))
    return flat


def _whole(read: Read, one: Yield) -> Get:
    """Return what reads a measurable, coordinates included, so that all of it happens in its lane."""
    get, values = read.measurable.get, one.values
    whole = get if values is None else lambda: values(get())
    return _judged(read, one, whole) if read.judged else whole


def _judged(read: Read, one: Yield, get: Get) -> Get:
    """Return ``get`` with its retries; it returns a list of values with the quality at its end."""
    missing = [_nothing_measured(field) for field in one.fields]

    def judged() -> list[Any]:
        for attempt in range(read.retries + 1):
            try:
                value = get()
            except (NotGettable, DefinitionError, NameError, AttributeError):  # another try would not help
                raise
            except Exception:  # what an instrument raises, a time-out above all
                if attempt == read.retries and read.on_error == "raise":
                    raise
                continue
            values = list(value) if one.values is not None else [value]
            return [*values, "retried" if attempt else "ok"]
        return [*missing, "missing"]

    return judged


def _nothing_measured(field: Field) -> Any:
    """Return what stands in a column where nothing was measured."""
    empty: Any = {"text": "", "int": 0, "bool": False}.get(field.kind or "", float("nan"))
    if not field.shape:
        return empty
    import numpy as np

    return np.full([length or 0 for length in field.shape], empty)


def _timed(name: str, get: Get, account: Account, weights: list[int]) -> Get:
    def timed() -> Any:
        began = perf_counter()
        value = get()
        account.add("read", name, perf_counter() - began, weights[0])
        return value

    return timed


def _weighted(read: Callable[[], Sequence[Any]], weights: list[int]) -> Callable[[int], Sequence[Any]]:
    def weighted(weight: int) -> Sequence[Any]:
        weights[0] = weight
        return read()

    return weighted


def _partial(reads: Sequence[Read], yields: Sequence[Yield], keep: Keep) -> Callable[[dict[int, Any]], None]:
    """Return what keeps the readings of a group that failed, given by their position."""

    def partial(read: dict[int, Any]) -> None:
        named: dict[str, Any] = {}
        for position, value in read.items():
            fields, suffix = yields[position].fields, reads[position].suffix
            single = yields[position].values is None and not reads[position].judged
            named |= {
                f"{field.name}{suffix}": one for field, one in zip(fields, [value] if single else value, strict=False)
            }
        if named:
            keep(named)

    return partial


def _in_lanes(
    lanes: list[Any], gets: list[Get], several: list[bool], names: str, partial: Callable[[dict[int, Any]], None]
) -> tuple[Callable[[], Sequence[Any]], Callable[[], None]]:
    locks: list[Any] = [lane.lock for lane in lanes if lane is not None and hasattr(lane, "lock")]
    workers = Lanes(list(zip(lanes, gets, strict=True)), "measurand-lane")
    in_series = _in_series(gets, several, partial)

    def read() -> Sequence[Any]:
        if any(lock._is_owned() for lock in locks):  # who holds an instrument's lock reads it in his own thread
            return in_series()
        values, done, failures = workers.read()
        if failures:
            partial({position: values[position] for position in sorted(done)})
            raise gathered([error for _, error in failures], f"several of {names} failed")
        return _flat(values, several) if any(several) else values

    return read, workers.close


def _in_series(
    gets: list[Get], several: list[bool], partial: Callable[[dict[int, Any]], None]
) -> Callable[[], Sequence[Any]]:
    if len(gets) == 1 and not several[0]:
        (only,) = gets
        return lambda: (only(),)
    flat = any(several)

    def read() -> Sequence[Any]:
        values: list[Any] = []
        try:
            for get in gets:
                values.append(get())  # noqa: PERF401 - those before a failure are kept
        except BaseException:  # whatever it was; not swallowed
            partial(dict(enumerate(values)))
            raise
        return _flat(values, several) if flat else values

    return read


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
