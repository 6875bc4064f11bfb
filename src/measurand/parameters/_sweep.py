"""The values that one parameter shall take, one after the other: frozen, validated, described compactly.

`Parameter.sweep` and ``parameter[...]`` make them. Knows nothing about measuring.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from measurand._core.numbers import is_real, plain
from measurand.errors import DefinitionError
from measurand.parameters._fields import is_node, name_of

_TOLERANCE = 1e-10  # of a step: rounding that counts as exact


class Settable(Protocol):
    """What a sweep needs of the thing it moves."""

    @property
    def full_name(self) -> str:
        """Name of the thing, unique in the laboratory."""
        ...

    @property
    def settable(self) -> bool:
        """Whether it can be set."""
        ...

    def validate(self, value: Any, /) -> None:
        """Raise if ``value`` is not allowed."""
        ...

    def set(self, value: Any, /) -> None:
        """Set it to ``value``."""
        ...


class _Own:
    """An object of the user's with a name and a ``set``, as a sweep sees it."""

    def __init__(self, thing: Any) -> None:
        self._thing = thing
        self.full_name = self.name = name_of(thing)
        self.settable = bool(getattr(thing, "settable", True))
        self.label = getattr(thing, "label", None) or self.full_name
        self.unit = getattr(thing, "unit", None) or ""
        self.vals = getattr(thing, "vals", None)
        self.validate = getattr(thing, "validate", _accept)
        self.set = thing.set


def _accept(value: Any) -> None:
    """Say nothing against ``value``: who has no rules accepts everything."""


def as_settable(thing: Any) -> Settable:
    """Return what can be swept: a parameter as it is, an object with a name and a ``set`` with what is missing added.

    Raises:
        DefinitionError: It has no name, or no ``set``.
    """
    if all(hasattr(thing, needed) for needed in ("full_name", "settable", "validate", "set")):
        return thing  # type: ignore[no-any-return]  # it has everything
    if not hasattr(thing, "name") or not callable(getattr(thing, "set", None)) or is_node(thing):
        raise DefinitionError(
            f"{thing!r} ({type(thing).__name__}) cannot be swept, allowed are parameters, values such as gate[0:1:0.1], "
            f"and objects with a name and a set."
        )
    return _Own(thing)


@dataclass(frozen=True, slots=True)
class Segment:
    """Consecutive values of a sweep.

    Attributes:
        values: What will be set, in order.
        linear: Whether they are equally spaced, so that ends and number describe them.
    """

    values: tuple[Any, ...]
    linear: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the shortest description as plain data."""
        if self.linear and len(self.values) > 2 and self.values == linear_values(*self._ends(), len(self.values)):
            return {"start": self.values[0], "stop": self.values[-1], "num": len(self.values)}
        return {"values": list(self.values)}

    def _ends(self) -> tuple[Any, Any]:
        return self.values[0], self.values[-1]

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Segment:
        """Return the segment that `to_dict` described."""
        if "num" in data:
            return cls(linear_values(data["start"], data["stop"], data["num"]), linear=True)
        values = [tuple(value) if isinstance(value, list) else value for value in data["values"]]
        return cls(tuple(values))


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """One axis: a parameter and the values it shall take.

    Every value is validated when the sweep is made; nothing is sent.

    Raises:
        DefinitionError: The parameter cannot be set, or there are no values.
        RefusedValue, RefusedType: A value is not allowed.
    """

    parameter: Settable
    segments: tuple[Segment, ...]

    def __post_init__(self) -> None:
        name = self.parameter.full_name
        if not self.parameter.settable:
            raise DefinitionError(f"{name}: cannot be swept, it cannot be set.")
        if not len(self):
            raise DefinitionError(f"{name}: a sweep needs at least one value.")
        for value in self:
            self.parameter.validate(value)

    def __len__(self) -> int:
        return sum(len(segment.values) for segment in self.segments)

    def __iter__(self) -> Iterator[Any]:
        for segment in self.segments:
            yield from segment.values

    def __reversed__(self) -> Iterator[Any]:
        return iter(self.reverse())

    def __getitem__(self, index: int) -> Any:
        return list(self)[index]

    def __contains__(self, value: object) -> bool:
        return any(value in segment.values for segment in self.segments)

    def __add__(self, other: Sweep) -> Sweep:
        if not isinstance(other, Sweep):
            return NotImplemented
        if other.parameter is not self.parameter:
            raise DefinitionError(
                f"Sweeps of {self.parameter.full_name} and {other.parameter.full_name} cannot be joined: "
                f"a sweep moves one parameter."
            )
        return Sweep(self.parameter, self.segments + other.segments)

    def reverse(self) -> Sweep:
        """Return the sweep with its values in opposite order."""
        return Sweep(self.parameter, tuple(Segment(s.values[::-1], s.linear) for s in reversed(self.segments)))

    def append(self, *values: Any) -> Sweep:
        """Return the sweep with further values at its end; the sweep itself never changes."""
        return Sweep(self.parameter, (*self.segments, Segment(values)))

    def extend(self, more: Sweep | Iterable[Any]) -> Sweep:
        """Return the sweep with another sweep of the same parameter, or other values, at its end."""
        if isinstance(more, Sweep):
            return self + more
        if not isinstance(more, Iterable):
            raise DefinitionError(f"{self.parameter.full_name}: extend({more!r}) needs several values; use append().")
        return self.append(*more)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], find: Callable[[str], Settable]) -> Sweep:
        """Return the sweep that `to_dict` described.

        Args:
            data: The description.
            find: Returns the parameter of a full name.
        """
        return cls(find(data["parameter"]), tuple(map(Segment.from_dict, data["segments"])))

    def to_dict(self) -> dict[str, Any]:
        """Return a compact description as plain data."""
        return {"parameter": self.parameter.full_name, "segments": [segment.to_dict() for segment in self.segments]}

    def __repr__(self) -> str:
        values = list(self)
        shown = ", ".join(map(repr, values[:3])) + (f", … {values[-1]!r}" if len(values) > 3 else "")
        return f"<Sweep of {self.parameter.full_name}: {len(values)} values: {shown}>"


def linear_sweep(parameter: Settable, start: float, stop: float, num: int | None, step: float | None) -> Sweep:
    """Return the sweep from ``start`` to ``stop``, both included.

    Args:
        parameter: What is swept.
        start: First value.
        stop: Last value.
        num: Number of values, at least 1; exactly one of ``num`` and ``step`` is given.
        step: Distance of neighbours (its sign does not matter); must divide the span.

    Raises:
        DefinitionError: Both or neither of ``num`` and ``step`` are given, or the step does not divide the span.
    """
    name = parameter.full_name
    start, stop, step = _finite(name, "start", start), _finite(name, "stop", stop), _finite(name, "step", step)
    num = plain(num)
    if (num is None) == (step is None):
        raise DefinitionError(f"{name}: give either num= (number of values) or step= (distance), not both or neither.")
    if step is not None:
        num = _count(name, start, stop, step)
    if not isinstance(num, int) or isinstance(num, bool) or num < 1:
        raise DefinitionError(f"{name}: num={num!r} refused, allowed whole numbers from 1.")
    return Sweep(parameter, (Segment(linear_values(start, stop, num), linear=True),))


def linear_values(start: float, stop: float, num: int) -> tuple[float, ...]:
    """Return ``num`` equally spaced values, the ends exactly; one value is the start."""
    if num == 1:
        return (start,)
    span = stop - start
    if isinstance(span, int) and span % (num - 1) == 0:  # whole numbers stay whole
        step = span // (num - 1)
        return tuple(start + step * i for i in range(num))
    inner = (start + span * (i / (num - 1)) for i in range(1, num - 1))
    return (start, *inner, stop)


def _count(name: str, start: float, stop: float, step: float) -> int:
    if step == 0:
        raise DefinitionError(f"{name}: step=0 never arrives.")
    exact = abs((stop - start) / step)
    nearest = round(exact)
    if abs(exact - nearest) > _TOLERANCE * max(1.0, exact):
        below = math.floor(exact) + 1
        raise DefinitionError(
            f"{name}: step={step!r} does not divide {start!r} to {stop!r} evenly; "
            f"use num={below} or num={below + 1}, or another step."
        )
    return nearest + 1


def _finite(name: str, what: str, value: Any) -> Any:
    """Return a number as Python's own; raise `DefinitionError` if it is none, or has no end."""
    if value is None:
        return None
    if isinstance(value, bool) or not is_real(value) or not math.isfinite(value):
        raise DefinitionError(f"{name}: {what}={value!r} refused for a sweep, allowed are finite numbers.")
    return plain(value)


def sliced_sweep(parameter: Settable, keys: Any) -> Sweep:
    """Return the sweep that ``parameter[keys]`` means: values, ``start:stop:step`` (end excluded), nested and mixed."""
    return Sweep(parameter, tuple(_segments(parameter.full_name, keys)))


def _segments(name: str, keys: Any) -> Iterator[Segment]:
    if isinstance(keys, slice):
        yield Segment(tuple(_slice_values(name, keys)), linear=True)
    elif isinstance(keys, Iterable) and not isinstance(keys, (str, bytes)) and getattr(keys, "ndim", 1) != 0:
        singles: list[Any] = []
        for key in getattr(keys, "tolist", lambda: keys)():
            if isinstance(key, (slice, list, tuple)) or getattr(key, "ndim", 0) > 0:
                if singles:
                    yield Segment(tuple(singles))
                    singles = []
                yield from _segments(name, key)
            else:
                singles.append(plain(key))
        if singles:
            yield Segment(tuple(singles))
    else:
        yield Segment((plain(keys),))


def _slice_values(name: str, keys: slice) -> list[float]:
    start, stop, step = (_finite(name, key, getattr(keys, key)) for key in ("start", "stop", "step"))
    if start is None or stop is None or step is None:
        raise DefinitionError(f"{name}[start:stop:step] needs all three parts; for both ends included use sweep().")
    if step == 0:
        raise DefinitionError(f"{name}[{start!r}:{stop!r}:0]: step 0 never arrives.")
    exact = abs((stop - start) / step)
    count = math.ceil(exact - _TOLERANCE * max(1.0, exact))
    signed = abs(step) if stop > start else -abs(step)
    return [start + signed * i for i in range(count)]
