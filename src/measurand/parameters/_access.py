"""The path between a value and its instrument: source and codecs put together, and the cache kept true.

Knows no validator and no ramp; what comes here is to be sent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from measurand.errors import NotGettable, NotSettable, UndecodableAnswer
from measurand.parameters._cache import Cache
from measurand.parameters._codecs import Codecs
from measurand.parameters._source import Source

T = TypeVar("T")


class Access(Generic[T]):
    """Read, recall and put one value.

    Args:
        where: Returns the name of the parameter, for messages.
        source: Reads and writes raw values.
        codecs: Convert between raw values and values.
        cache: Kept true: holds what was last read or set, and is in doubt when a set failed half-way.
    """

    __slots__ = ("_cache", "_decode", "_encode", "_keep", "_read", "_source", "_where", "_write")

    def __init__(self, where: Callable[[], str], source: Source, codecs: Codecs, cache: Cache[T]) -> None:
        self._where = where
        self._source = source
        self._read = source.read
        self._write = source.write
        self._decode = codecs.decoder()
        self._encode = codecs.encoder()
        self._cache = cache
        self._keep = cache.keep

    def reader(self) -> Callable[[], T]:
        """Return the function that reads: under the lock of the source if it has one."""
        return self.fetch if self._source.lock is None else self._fetch_locked

    def writer(self) -> Callable[[T], None]:
        """Return the function that puts: under the lock of the source if it has one."""
        return self.put if self._source.lock is None else self._put_locked

    def fetch(self) -> T:
        """Read the raw value, convert it, keep and return it."""
        if self._read is None:
            raise NotGettable(f"{self._where()}: cannot be read, it has no get command.")
        try:
            raw = self._read()
        except Exception as error:
            error.add_note(f"while reading {self._where()}")
            raise
        value = raw if self._decode is None else self.to_value(raw)
        self._keep(value, raw)
        return value  # type: ignore[no-any-return]  # T by declaration of the parameter

    def recall(self) -> T:
        """Return the value last kept, as the instrument would have given it back; None if there is none."""
        raw = self._cache.raw()
        return raw if self._decode is None or self._cache.time is None else self.to_value(raw)  # type: ignore[no-any-return]  # T by declaration of the parameter

    def put(self, value: T) -> None:
        """Convert the value, write it and keep it; if the write fails the cache is in doubt."""
        if self._write is None:
            raise NotSettable(f"{self._where()}: cannot be set to {value!r}, it has no set command.")
        raw = value if self._encode is None else self.to_raw(value)
        try:
            self._write(raw)
            self._keep(value, raw)
        except BaseException as error:
            self._cache.invalidate()  # the instrument may have the old value or the new one
            error.add_note(f"while setting {self._where()} to {value!r}")
            raise

    def to_raw(self, value: T) -> Any:
        """Return what would be sent for ``value``."""
        if self._encode is None:
            return value
        try:
            return self._encode(value)
        except Exception as error:
            error.add_note(f"while converting {value!r} for {self._where()}; nothing was sent")
            raise

    def to_value(self, raw: Any) -> Any:
        """Return the value that the raw value means."""
        if self._decode is None:
            return raw
        try:
            return self._decode(raw)
        except Exception as error:
            raise UndecodableAnswer(
                f"{self._where()}: the answer {raw!r} cannot be converted ({type(error).__name__}: {error}). "
                f"Check get_parser and val_mapping against the instrument's manual."
            ) from error

    def _fetch_locked(self) -> T:
        with self._source.lock:  # type: ignore[union-attr]  # chosen by `reader` only if there is one
            return self.fetch()

    def _put_locked(self, value: T) -> None:
        with self._source.lock:  # type: ignore[union-attr]  # chosen by `writer` only if there is one
            self.put(value)
