"""Several parameters read and set as one, such as the voltages of all channels.

Reading gives a tuple. Setting gives all of them the same value, or each its own. Keeps nothing: the value, its age and
whether it can be trusted are those of the parameters.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any

from measurand._core.clock import SYSTEM_CLOCK
from measurand._core.json import to_plain
from measurand._core.partway import do_each
from measurand.errors import NotSettable, ParameterError, RefusedValue
from measurand.parameters._cache import Cache
from measurand.parameters._fields import Field, Yield, name_of, yield_of
from measurand.parameters._quantity import ParameterBase
from measurand.parameters._snapshot import class_name, local_time
from measurand.parameters._spec import Spec, make_name

Members = Callable[[], Sequence[ParameterBase[Any]]]


class JoinedParameter(ParameterBase[tuple[Any, ...]]):
    """Several parameters as one: ``p()`` reads all, ``p(v)`` sets all to ``v``, ``p((a, b))`` each to its own.

    A value is validated by all of them before the first is set. If setting one fails, the error says which, and which
    were set before. When it is measured, each parameter has its own columns. A subclass may override `get_raw`, to read
    all of them with one command, and `set_raw`.

    Args:
        name: Identifier.
        members: Returns the parameters, looked up anew at each use, so that one may be replaced.
        instrument: What it belongs to, if to anything.
        label: Text for axes; default that of the parameters if all have the same, else the name.
        unit: SI text; default that of the parameters if all have the same, else none.
        lock: Held while all are read or set, unless they move in steps; default none.
        docstring: What it is.

    Example:
        >>> left = Parameter("left", unit="V", set_cmd=None, initial_value=0.5)
        >>> right = Parameter("right", unit="V", set_cmd=None, initial_value=1.0)
        >>> both = JoinedParameter("both", lambda: [left, right])
        >>> both()
        (0.5, 1.0)
        >>> both(0)
        >>> both((0, 0.25))
        >>> right()
        0.25
    """

    __measurand__ = True  # may define get and set

    def __init__(
        self,
        name: str,
        members: Members,
        instrument: Any = None,
        *,
        label: str | None = None,
        unit: str | None = None,
        lock: threading.RLock | None = None,
        docstring: str | None = None,
    ) -> None:
        super().__init__(Spec(make_name(name), label or "", unit or "", docstring), instrument)
        self._members = members
        self._own_unit = unit
        self._lock = lock

    @property
    def parameters(self) -> tuple[ParameterBase[Any], ...]:
        """The parameters, as they are now."""
        return tuple(self._members())

    def get(self) -> tuple[Any, ...]:
        """Read all of them.

        Returns:
            One value for each.
        """
        with self._held(self.parameters):
            return tuple(self.get_raw())

    def set(self, value: Any) -> None:
        """Set all of them, after all have accepted.

        Args:
            value: The same for all; or a tuple with one for each, as `get` returns it.

        Raises:
            RefusedType, RefusedValue: One of them does not allow its value; nothing was sent.
            NotSettable: One of them cannot be set; nothing was sent.
        """
        parameters = self.parameters
        self.validate(value)
        fixed = [path_of(parameter) for parameter in parameters if not parameter.settable]
        if fixed:
            raise NotSettable(f"{path_of(self)}: {', '.join(fixed)} cannot be set; nothing was sent.")
        with self._held(parameters):
            self.set_raw(value)

    def get_raw(self) -> Sequence[Any]:
        """Return one value for each parameter; a subclass overrides this to read them in another way."""
        return do_each(partial(path_of, self), "read", self.parameters, lambda parameter: parameter.get(), path_of)

    def set_raw(self, value: Any) -> None:
        """Set each parameter; a subclass overrides this to set them in another way."""
        parameters = self.parameters
        values = iter(self._spread(parameters, value))
        do_each(partial(path_of, self), "set", parameters, lambda parameter: parameter.set(next(values)), path_of)

    def validate(self, value: Any) -> None:
        """Raise unless each of them allows its value."""
        parameters = self.parameters
        parameter = None
        try:
            for parameter, one in zip(parameters, self._spread(parameters, value), strict=True):
                parameter.validate(one)
        except ParameterError as error:
            if parameter is not None:
                advice = "" if isinstance(value, tuple) else "; to give each its own value, give a tuple"
                error.add_note(f"{path_of(self)}: refused by {path_of(parameter)}, nothing was sent to any{advice}")
            raise

    def increment(self, value: Any) -> None:
        """Set each of them to its present value plus ``value``."""
        self.set(tuple(present + value for present in self.get()))

    @property
    def gettable(self) -> bool:
        """Whether all of them can be read."""
        return all(parameter.gettable for parameter in self.parameters)

    @property
    def settable(self) -> bool:
        """Whether all of them can be set."""
        return all(parameter.settable for parameter in self.parameters)

    @property
    def label(self) -> str:
        """Text for axes."""
        return self._spec.label or self._common("label") or self.name

    @label.setter
    def label(self, label: str) -> None:
        self._spec = self._spec._replace(label=label)

    @property
    def unit(self) -> str:
        """SI text; none if they have different units."""
        return self._common("unit") if self._own_unit is None else self._own_unit

    @unit.setter
    def unit(self, unit: str) -> None:
        self._own_unit = unit

    @property
    def lane(self) -> Hashable | None:
        """The physical connection, if it is the same for all; else None."""
        lanes = {parameter.lane for parameter in self.parameters}
        return lanes.pop() if len(lanes) == 1 else None

    @property
    def yields(self) -> Yield:
        """The columns of each of them, called by their full names."""
        parameters = self.parameters
        yields = [yield_of(parameter) for parameter in parameters]
        fields: dict[str, Field] = {field.name: field for one in yields for field in one.fields}

        def values(reading: Any) -> list[Any]:
            found: dict[str, Any] = {}
            for one, value in zip(yields, self._spread(parameters, reading), strict=True):
                flat = [value] if one.values is None else one.values(value)
                found.update(zip((field.name for field in one.fields), flat, strict=True))
            return list(found.values())

        return Yield(tuple(fields.values()), values)

    def snapshot(self, update: bool | None = False) -> dict[str, Any]:
        """Return the state as JSON-ready data.

        Args:
            update: True reads all of them; False (default) shows what is known; None reads if one is not valid.
        """
        if self.gettable and (update or (update is None and not self.cache.valid)):
            self.get()
        time = self.cache.time
        return {
            "__class__": class_name(type(self)),
            "name": self.name,
            "full_name": self.full_name,
            "label": self.label,
            "unit": self.unit,
            "value": to_plain(self.cache.value),
            "ts": None if time is None else local_time(time),
            "parameters": [parameter.full_name for parameter in self.parameters],
        }

    def _compile(self) -> None:
        self.cache = _Caches(self)

    def _spread(self, parameters: Sequence[ParameterBase[Any]], value: Any) -> tuple[Any, ...]:
        """Return one value for each parameter."""
        if not isinstance(value, tuple):
            return (value,) * len(parameters)
        if len(value) != len(parameters):
            raise RefusedValue(
                f"{path_of(self)}: {value!r} refused, it has {len(value)} values for {len(parameters)} parameters "
                f"({', '.join(map(path_of, parameters))}). Give one value for all, or a tuple with one for each; nothing "
                f"was sent."
            )
        return value

    def _held(self, parameters: Sequence[ParameterBase[Any]]) -> AbstractContextManager[Any]:
        """Return the lock, unless one of them moves in steps: others must be able to use the instrument meanwhile."""
        if self._lock is None:
            return nullcontext()
        ramps = [vars(parameter).get("_ramp") for parameter in parameters]
        paced = any(ramp is not None and (ramp.step is not None or ramp.timed) for ramp in ramps)
        return nullcontext() if paced else self._lock

    def _common(self, what: str) -> str:
        found = {getattr(parameter, what, "") for parameter in self.parameters}
        return str(found.pop()) if len(found) == 1 else ""


def path_of(parameter: Any) -> str:
    """Return the name as a user would type it, e.g. ``"dac.ch3.voltage"``."""
    return ".".join(getattr(parameter, "name_parts", None) or [name_of(parameter)])


class _Caches(Cache[tuple[Any, ...]]):
    """The caches of several parameters, looked at as one."""

    __slots__ = ("_joined",)

    def __init__(self, joined: JoinedParameter) -> None:
        super().__init__(partial(path_of, joined), SYSTEM_CLOCK.time, lambda value: value, None)
        self._joined = joined

    @property
    def state(self) -> Any:
        """The values, their raw forms, when the oldest was kept, and whether all are trusted."""
        caches = list(self._each())
        times = [cache.time for cache in caches]
        known = [time for time in times if time is not None]
        if not known:
            return (None, None, None, False)
        values, raws = tuple(cache.value for cache in caches), tuple(cache.raw_value for cache in caches)
        whole = len(known) == len(times)
        return (values, raws, min(known) if whole else None, whole and all(cache.valid for cache in caches))

    @state.setter
    def state(self, state: Any) -> None:  # pyright: ignore[reportIncompatibleVariableOverride] - computed here
        """Nothing to do: the parameters keep it."""

    def get(self, get_if_invalid: bool = True) -> tuple[Any, ...]:
        """Return the last known values; those that are not valid are read unless ``get_if_invalid`` is False."""
        return tuple(cache.get(get_if_invalid) for cache in self._each())

    def invalidate(self) -> None:
        """Distrust all of them."""
        for cache in self._each():
            cache.invalidate()

    def set(self, value: Any) -> None:
        """Note that the instruments have these values, without telling them; all are validated first."""
        self._joined.validate(value)
        parameters = self._joined.parameters
        for parameter, one in zip(parameters, self._joined._spread(parameters, value), strict=True):
            parameter.cache.set(one)

    def _each(self) -> Iterator[Cache[Any]]:
        return (parameter.cache for parameter in self._joined.parameters)
