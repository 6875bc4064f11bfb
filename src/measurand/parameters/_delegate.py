"""Another parameter under another name, scale or limit."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from typing import Any, TypeVar, overload

from measurand.errors import NotGettable, NotSettable, UndecodableAnswer
from measurand.parameters._cache import Cache
from measurand.parameters._owner import Owner
from measurand.parameters._parameter import Parameter, checked_raw, path_of

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

    _forwards = True

    @overload
    def __init__(self, name: str, source: Parameter[T], instrument: Owner | None = None, **options: Any) -> None: ...
    @overload
    def __init__(
        self: DelegateParameter[Any], name: str, source: None, instrument: Owner | None = None, **options: Any
    ) -> None: ...
    def __init__(
        self, name: str, source: Parameter[Any] | None, instrument: Owner | None = None, **options: Any
    ) -> None:
        initial_value = options.pop("initial_value", None)
        initial_cache_value = options.pop("initial_cache_value", None)
        bind = options.pop("bind_to_instrument", True)
        self._source_parameter = source
        self._own_words = {word for word in ("label", "unit") if options.get(word) is not None}
        if options.get("units") is not None:
            self._own_words.add("unit")
        if source is not None:
            options.setdefault("snapshot_get", source._spec.snapshot_get)
            options.setdefault("snapshot_value", source._spec.snapshot_value)
        super().__init__(name, instrument, bind_to_instrument=bind, **options)
        self.source = source
        if initial_cache_value is not None:
            self.cache.set(initial_cache_value)
        if initial_value is not None:
            self.set(initial_value)

    @property
    def source(self) -> Parameter[Any] | None:
        """The other parameter; label and unit follow it unless they were given. None: none for now."""
        return self._source_parameter

    @source.setter
    def source(self, source: Parameter[Any] | None) -> None:
        self._spec = self._spec._replace(label=self.label, unit=self.unit)  # what it is called without a source
        self._source_parameter = source
        self._compile()

    @property
    def label(self) -> str:
        """Text for axes: the one given, else that of the present source."""
        source = None if "label" in self._own_words else self._source_parameter
        return self._spec.label if source is None else source.label

    @label.setter
    def label(self, label: str) -> None:
        self._own_words.add("label")
        self._spec = self._spec._replace(label=label)

    @property
    def unit(self) -> str:
        """SI text: the one given, else that of the present source."""
        source = None if "unit" in self._own_words else self._source_parameter
        return self._spec.unit if source is None else source.unit

    @unit.setter
    def unit(self, unit: str) -> None:
        self._own_words.add("unit")
        self._spec = self._spec._replace(unit=unit)

    def validate(self, value: Any) -> None:
        """Raise unless ``value`` is allowed here, and what it means is allowed by the source."""
        super().validate(value)
        if self.source is not None:
            self.source.validate(self._to_raw(value))

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

    def _seen(self, raw: Any) -> Any:
        """Return what a value that the source has kept means here. Reads nothing."""
        return self._to_value(raw)

    def snapshot(self, update: bool | None = False) -> dict[str, Any]:
        """Return the state as JSON-ready data, with that of the source."""
        source = None if self.source is None else self.source.snapshot(False)
        return super().snapshot(update) | {"label": self.label, "unit": self.unit, "source_parameter": source}

    def _compile(self) -> None:
        if "cache" not in vars(self):
            self._where = partial(path_of, self)
            self.cache = _View(self, partial(checked_raw, self))
        super()._compile()
        fetch, put = self._fetch, self._move

        def fetch_if_known() -> T:
            try:
                return fetch()
            except UndecodableAnswer:
                if self.source is not None and self.source.cache.value is None:
                    return None  # type: ignore[return-value]  # the source was never set: there is nothing to convert
                raise

        def put_if_settable(value: T) -> None:
            if not self.settable:
                self.set_raw(value)  # says why not
            put(value)

        self._fetch, self._move = fetch_if_known, put_if_settable

    @property
    def lane(self) -> Hashable | None:
        """The physical connection of the source."""
        return None if self.source is None else self.source.lane


class _View(Cache[T]):
    """The cache of the source, seen through the codecs of the delegate. Keeps nothing itself."""

    __slots__ = ("_delegate",)

    def __init__(self, delegate: DelegateParameter[T], check: Callable[[T], Any]) -> None:
        super().__init__(delegate._where, delegate._clock.time, check, delegate._max_val_age)
        self._delegate = delegate

    @property
    def state(self) -> Any:
        """What the source has kept, converted."""
        source = self._delegate.source
        if source is None:
            return (None, None, None, False)
        raw, _, time, _ = source.cache.state
        return (None if time is None else self._delegate._seen(raw), raw, time, source.cache.valid)

    @state.setter
    def state(self, state: Any) -> None:  # pyright: ignore[reportIncompatibleVariableOverride] - computed here
        """Nothing to do: the source has kept it already."""

    def raw(self) -> Any:
        """Return the value last kept by the source."""
        return None if self._delegate.source is None else self._delegate.source.cache.value

    @property
    def raw_value(self) -> Any:
        """The value last kept by the source."""
        return self.raw()

    @property
    def time(self) -> float | None:
        """When the source kept it."""
        return None if self._delegate.source is None else self._delegate.source.cache.time

    @property
    def valid(self) -> bool:
        """Whether the source's value is valid, and not older than the delegate allows."""
        if self._delegate.source is None or not self._delegate.source.cache.valid:
            return False
        return self._young(self.time)

    def doubt(self) -> None:
        """Nothing to do: the source knows whether a set failed before or after something was sent."""

    def invalidate(self) -> None:
        """Distrust the source's value."""
        if self._delegate.source is not None:
            self._delegate.source.cache.invalidate()

    def set(self, value: T) -> None:
        """Note that the source has the value that ``value`` means, without telling it."""
        if self._delegate.source is not None:
            self._delegate.source.cache.set(self._check(value))
