"""The last known value, with the entrances that drivers written for QCoDeS use."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol, TypeVar, runtime_checkable

from measurand import parameters

T = TypeVar("T")


@runtime_checkable
class CacheProtocol(Protocol):
    """What a cache offers."""

    @property
    def raw_value(self) -> Any:
        """The raw value last known."""
        ...

    @property
    def timestamp(self) -> datetime | None:
        """When it was known."""
        ...

    @property
    def max_val_age(self) -> float | None:
        """Age in s beyond which it is not trusted."""
        ...

    @property
    def valid(self) -> bool:
        """Whether it can be trusted."""
        ...

    def invalidate(self) -> None:
        """Distrust it."""
        ...

    def set(self, value: Any) -> None:
        """Note a value."""
        ...

    def _set_from_raw_value(self, raw_value: Any) -> None: ...

    def get(self, get_if_invalid: bool = True) -> Any:
        """Return the value."""
        ...

    def _update_with(self, *, value: Any, raw_value: Any, timestamp: datetime | None = None) -> None: ...


class KnownCache(parameters.Cache[Any]):
    """`measurand.parameters.Cache`, to which a driver may also say what it found out by itself."""

    __slots__ = ("owner",)

    owner: Any

    def _update_with(self, *, value: Any, raw_value: Any, timestamp: datetime | None = None) -> None:
        """Note a value with its raw value, as what the instrument has."""
        self.keep(value, raw_value)
        if timestamp is not None:
            self.state = (value, raw_value, timestamp.timestamp(), True)

    def _set_from_raw_value(self, raw_value: Any) -> None:
        """Note a raw value."""
        self.keep(self.owner._to_value(raw_value), raw_value)

    @property
    def _parameter(self) -> Any:
        return self.owner

    @property
    def _value(self) -> Any:
        return self.value

    @property
    def _raw_value(self) -> Any:
        return self.raw_value

    @property
    def _timestamp(self) -> datetime | None:
        return self.timestamp

    @property
    def _marked_valid(self) -> bool:
        return self.state[3]


def cache_of(parameter: Any, max_val_age: float | None = None) -> parameters.Cache[Any]:
    """Return the cache of ``parameter``, with another age at which a value is too old if one is given."""
    cache: parameters.Cache[Any] = parameter.cache
    if max_val_age is not None:
        cache.max_val_age = max_val_age
    return cache
