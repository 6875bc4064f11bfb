"""How parameters hang together, as QCoDeS asks for it: setpoints, control, what a dataset says of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableSet, Sequence
from typing import Any

from measurand.errors import DefinitionError
from measurand.parameters import ParameterBase
from measurand.validators import Arrays, ComplexNumbers, Strings

_KINDS = ("array", "numeric", "text", "complex")


class ParameterSet(MutableSet[Any]):
    """A set of parameters that keeps their order.

    Args:
        parameters: Its members; default none.
    """

    def __init__(self, parameters: Sequence[Any] | None = None) -> None:
        self._members: dict[Any, None] = dict.fromkeys(parameters or ())

    def __contains__(self, parameter: object) -> bool:
        return parameter in self._members

    def __iter__(self) -> Iterator[Any]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def add(self, value: Any) -> None:
        """Add a parameter; harmless if it is there."""
        self._members[value] = None

    def discard(self, value: Any) -> None:
        """Take a parameter out; harmless if it is not there."""
        self._members.pop(value, None)

    def update(self, *others: Iterable[Any]) -> None:
        """Add all of these."""
        for other in others:
            self._members.update(dict.fromkeys(other))

    def union(self, *others: Iterable[Any]) -> ParameterSet:
        """Return a set with all of these too."""
        return self._with(parameter for group in (self, *others) for parameter in group)

    def intersection(self, *others: Iterable[Any]) -> ParameterSet:
        """Return a set of those that are in all of these."""
        groups = [set(other) for other in others]
        return self._with(one for one in self if all(one in group for group in groups))

    def difference(self, *others: Iterable[Any]) -> ParameterSet:
        """Return a set of those that are in none of these."""
        gone = {one for other in others for one in other}
        return self._with(one for one in self if one not in gone)

    def issubset(self, other: Iterable[Any]) -> bool:
        """Return whether all of them are in ``other``."""
        return set(self) <= set(other)

    def issuperset(self, other: Iterable[Any]) -> bool:
        """Return whether all of ``other`` are in it."""
        return set(other) <= set(self)

    def __repr__(self) -> str:
        return f"ParameterSet({list(self._members)!r})" if self._members else "ParameterSet()"

    @classmethod
    def _with(cls, parameters: Iterable[Any]) -> ParameterSet:
        return cls(list(parameters))


def register_name(self: Any) -> str:
    """Name in datasets: the one that was given, else the full name."""
    return self._register_name or self.full_name  # type: ignore[no-any-return]  # texts both


def underlying_instrument(self: Any) -> Any:
    """The instrument that it speaks to: the root of its own."""
    return self.root_instrument


def snapshot_value(self: Any) -> bool:
    """Whether snapshots hold the value."""
    return bool(self._spec.snapshot_value)


def set_snapshot_value(self: Any, shown: bool) -> None:
    """Choose whether snapshots hold the value."""
    self._spec = self._spec._replace(snapshot_value=shown)


def snapshot_get(self: Any) -> bool:
    """Whether a snapshot with an update reads it."""
    return bool(self._spec.snapshot_get)


def set_snapshot_get(self: Any, read: bool) -> None:
    """Choose whether a snapshot with an update reads it."""
    self._spec = self._spec._replace(snapshot_get=read)


def depends_on(self: Any) -> ParameterSet:
    """The parameters that are the axes of this one's values."""
    return _own(self, "_depends_on", getattr(self, "setpoints", None) if _has_setpoints(self) else None)


def has_control_of(self: Any) -> ParameterSet:
    """The parameters that setting this one sets."""
    return _own(self, "_has_control_of")


def is_controlled_by(self: Any) -> ParameterSet:
    """The parameters that set this one when they are set."""
    return _own(self, "_is_controlled_by")


def paramtype(self: Any) -> str:
    """What a dataset stores of it: array, numeric, text or complex; by its validator, unless it was assigned."""
    chosen: str | None = vars(self).get("_paramtype")
    if chosen is not None:
        return chosen
    for kind, word in ((Arrays, "array"), (Strings, "text"), (ComplexNumbers, "complex")):
        if isinstance(getattr(self, "vals", None), kind):
            return word
    return "numeric"


def set_paramtype(self: Any, kind: str) -> None:
    """Choose what a dataset stores of it."""
    if kind not in _KINDS:
        raise DefinitionError(f"{self.full_name}.paramtype = {kind!r} refused, allowed are {', '.join(_KINDS)}.")
    vars(self)["_paramtype"] = kind


def param_spec(self: Any) -> Any:
    """What a dataset says of it: name, type, label, unit."""
    from measurand.compat.description import ParamSpecBase

    return ParamSpecBase(self.register_name, paramtype(self), getattr(self, "label", ""), getattr(self, "unit", ""))


def unpack_self(self: Any, value: Any) -> list[tuple[Any, Any]]:
    """Return what a dataset stores for a value: setpoints with their values, and itself with its own."""
    return [*((one, one.get()) for one in depends_on(self)), (self, value)]


def expand_setpoints_helper(parameter: Any, results: Any = None) -> list[tuple[ParameterBase[Any], Any]]:
    """Return the setpoints of an array parameter and itself, each with its values.

    Args:
        parameter: A `ParameterWithSetpoints`.
        results: Its values; None reads it.
    """
    if not _has_setpoints(parameter):
        raise TypeError(f"{parameter!r} refused, allowed is a ParameterWithSetpoints.")
    parameter.validate_consistent_shape()
    return unpack_self(parameter, parameter.get() if results is None else results)


def ramp_values(start: Any, stop: Any, step: float | None) -> Sequence[Any]:
    """Return the values after ``start`` up to ``stop`` in steps of at most ``step``; only ``stop`` without one."""
    if step is None or start is None or start == stop:
        return [stop]
    from measurand.compat.parameters._ranges import permissive_range

    return [*permissive_range(start, stop, step)[1:], stop]


def _has_setpoints(parameter: Any) -> bool:
    return hasattr(parameter, "validate_consistent_shape")


def _own(parameter: Any, name: str, more: Iterable[Any] | None = None) -> ParameterSet:
    known = vars(parameter).setdefault(name, ParameterSet())
    if more is not None:
        known.update(more)
    return known  # type: ignore[no-any-return]  # put there above
