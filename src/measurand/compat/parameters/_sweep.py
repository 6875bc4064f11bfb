"""Values to be swept, as the loops of 2016 had them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Self

from measurand import parameters
from measurand.compat.parameters._ranges import is_sequence
from measurand.errors import NotSettable, RefusedType


class SweepValues:
    """What can be swept: derive a class from it and define ``__iter__``.

    Args:
        parameter: What is swept; it can be set.
        metadata: Anything to keep in snapshots.
    """

    def __init__(self, parameter: Any, metadata: dict[str, Any] | None = None) -> None:
        if not getattr(parameter, "settable", hasattr(parameter, "set")):
            raise NotSettable(f"{parameter}: cannot be swept, it has no set command.")
        self.parameter = parameter
        self.name = parameter.name
        self.metadata = dict(metadata or {})
        self.set = parameter.set

    def validate(self, values: Iterable[Any]) -> None:
        """Raise unless the parameter accepts all of these."""
        if hasattr(self.parameter, "validate"):
            for value in values:
                self.parameter.validate(value)

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError(f"{type(self).__name__} needs an __iter__.")

    def snapshot(self, update: bool | None = False) -> dict[str, Any]:
        """Return what is swept, and its metadata."""
        state = self.snapshot_base(update)
        return {**state, "metadata": self.metadata} if self.metadata else state

    def snapshot_base(self, update: bool | None = False) -> dict[str, Any]:
        """Return what is swept."""
        return {"parameter": self.parameter.snapshot(update)}


class SweepFixedValues(SweepValues):
    """Values known beforehand.

    Args:
        parameter: What is swept.
        keys: A value, a slice with its step, or several of them.
        start: First value; with ``stop`` and ``step`` or ``num`` in place of ``keys``.
        stop: Last value, included.
        step: Distance of neighbours.
        num: Number of values.
    """

    def __init__(
        self,
        parameter: Any,
        keys: Any = None,
        start: float | None = None,
        stop: float | None = None,
        step: float | None = None,
        num: int | None = None,
    ) -> None:
        super().__init__(parameter)
        self._values: list[Any] = []
        self._described: list[dict[str, Any]] = []
        if keys is None:
            if start is None or stop is None:
                raise RefusedType(f"{parameter}: give keys, or start= and stop= with step= or num=.")
            keys = list(parameters.linear_sweep(parameter, start, stop, num, step))
            self._add(keys, linear=True)
        elif isinstance(keys, slice):
            self._add_slice(keys)
        else:
            self._add_keys(keys if is_sequence(keys) else [keys])
        self.validate(self._values)

    def _add_keys(self, keys: Iterable[Any]) -> None:
        plain: list[Any] = []
        for key in keys:
            if isinstance(key, slice):
                self._add(plain)
                plain = []
                self._add_slice(key)
            elif is_sequence(key):
                plain += list(key)
            else:
                plain.append(key)
        self._add(plain)

    def _add_slice(self, key: slice) -> None:
        if None in (key.start, key.stop, key.step):
            raise RefusedType(f"{self.parameter}[{key}] refused, a slice needs all of start:stop:step.")
        self._add(list(self.parameter[key]), linear=True)

    def _add(self, values: list[Any], *, linear: bool = False) -> None:
        if not values:
            return
        self._values += values
        ends = {"first": values[0], "last": values[-1], "num": len(values)}
        if linear or len(values) == 1:
            self._described.append({**ends, "type": "linear"})
        else:
            self._described.append({"min": min(values), "max": max(values), **ends, "type": "sequence"})

    def append(self, value: Any) -> None:
        """Add one value."""
        self.validate((value,))
        self._values.append(value)
        self._described.append({"item": value})

    def extend(self, new_values: Any) -> None:
        """Add the values of another sweep of the same parameter, or of a sequence."""
        if isinstance(new_values, SweepFixedValues):
            if new_values.parameter is not self.parameter:
                raise RefusedType(f"{self.parameter}: cannot be extended by values for {new_values.parameter}.")
            self._values += new_values._values
            self._described += new_values._described
        elif is_sequence(new_values):
            self.validate(new_values)
            self._add(list(new_values))
        else:
            raise RefusedType(f"{self.parameter}: cannot be extended by {new_values!r}, allowed are several values.")

    def copy(self) -> Self:
        """Return another one with the same values."""
        made = type(self)(self.parameter, [])
        made._values, made._described = self._values[:], self._described[:]
        return made

    def reverse(self) -> None:
        """Turn the order round."""
        self._values.reverse()
        self._described = [
            {**part, "first": part["last"], "last": part["first"]} if "first" in part else part
            for part in reversed(self._described)
        ]

    def snapshot_base(self, update: bool | None = False) -> dict[str, Any]:
        """Return what is swept, and the values in short."""
        return {**super().snapshot_base(update), "values": self._described}

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def __getitem__(self, key: int) -> Any:
        return self._values[key]

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, value: object) -> bool:
        return value in self._values

    def __add__(self, other: Any) -> Self:
        made = self.copy()
        made.extend(other)
        return made

    def __iadd__(self, values: Any) -> Self:
        self.extend(values)
        return self

    def __reversed__(self) -> Self:
        made = self.copy()
        made.reverse()
        return made
