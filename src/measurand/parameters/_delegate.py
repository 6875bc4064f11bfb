"""Another parameter under another name, scale or limit."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, TypeVar, overload

from measurand.errors import NotGettable, NotSettable
from measurand.parameters._cache import Cache
from measurand.parameters._owner import Owner
from measurand.parameters._parameter import Parameter

T = TypeVar("T")


class DelegateParameter(Parameter[T]):
    """A parameter whose raw value is the value of another parameter.

    Its cache is a view of the other's cache through its own codecs, so that both always agree. `source` may be replaced
    at any time, and may be None.

    Args:
        name: Identifier, unique within the instrument.
        source: The other parameter; None for now.
        instrument: The instrument it belongs to.
        **options: As for `Parameter`, without ``get_cmd`` and ``set_cmd``. Label and unit default to the source's.

    Example:
        >>> volts = Parameter("volts", unit="V", set_cmd=None, initial_value=0.002)
        >>> millivolts = DelegateParameter("millivolts", volts, unit="mV", scale=0.001)
        >>> millivolts()
        2.0
    """

    @overload
    def __init__(self, name: str, source: Parameter[T], instrument: Owner | None = None, **options: Any) -> None: ...
    @overload
    def __init__(
        self: DelegateParameter[Any], name: str, source: None, instrument: Owner | None = None, **options: Any
    ) -> None: ...
    def __init__(
        self, name: str, source: Parameter[Any] | None, instrument: Owner | None = None, **options: Any
    ) -> None:
        self.source = source
        initial_value = options.pop("initial_value", None)
        initial_cache_value = options.pop("initial_cache_value", None)
        bind = options.pop("bind_to_instrument", True)
        if source is not None:
            options.setdefault("label", source.label)
            if "units" not in options:
                options.setdefault("unit", source.unit)
        super().__init__(name, instrument, bind_to_instrument=bind, **options)
        self.cache = _View(self)
        self._compile()
        if initial_cache_value is not None:
            self.cache.set(initial_cache_value)
        if initial_value is not None:
            self.set(initial_value)

    def get_raw(self) -> Any:
        """Return the value of the source."""
        if self.source is None:
            raise NotGettable(f"{self._where()}: cannot be read, it delegates to no parameter; assign its source.")
        return self.source.get()

    def set_raw(self, value: Any) -> None:
        """Set the source, which applies its own limits and ramp too."""
        if self.source is None:
            raise NotSettable(f"{self._where()}: cannot be set, it delegates to no parameter; assign its source.")
        self.source.set(value)

    @property
    def gettable(self) -> bool:
        """Whether the source can be read."""
        return self.source is not None and self.source.gettable

    @property
    def settable(self) -> bool:
        """Whether the source can be set."""
        return self.source is not None and self.source.settable

    @property
    def lane(self) -> Hashable | None:
        """The physical connection of the source."""
        return None if self.source is None else self.source.lane


class _View(Cache[T]):
    """The cache of the source, seen through the codecs of the delegate. Keeps nothing itself."""

    __slots__ = ("_delegate",)

    def __init__(self, delegate: DelegateParameter[T]) -> None:
        super().__init__(delegate._where, delegate._clock.time, delegate.cache._check, None)
        self._delegate = delegate

    @property
    def state(self) -> Any:
        """What the source has kept, converted."""
        source = self._delegate.source
        if source is None:
            return (None, None, None, False)
        raw, _, time, _ = source.cache.state
        return (None if raw is None else self._delegate._to_value(raw), raw, time, source.cache.valid)

    @state.setter
    def state(self, state: Any) -> None:  # pyright: ignore[reportIncompatibleVariableOverride] - computed here
        """Nothing to do: the source has kept it already."""

    def invalidate(self) -> None:
        """Distrust the source's value."""
        if self._delegate.source is not None:
            self._delegate.source.cache.invalidate()

    def set(self, value: T) -> None:
        """Note that the source has the value that ``value`` means, without telling it."""
        if self._delegate.source is not None:
            self._delegate.source.cache.set(self._check(value))
