"""Tell whoever listens. Costs nothing when nobody does; a listener that fails cannot harm the teller."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Generic, TypeVar

_log = logging.getLogger(__name__)
_PATIENCE = 3  # failures in a row after which a listener is dropped

E_contra = TypeVar("E_contra", contravariant=True)


class Hook(Generic[E_contra]):
    """A list of listeners, called in the order they came, in the thread of the teller."""

    __slots__ = ("_failures", "_listeners")

    def __init__(self) -> None:
        self._listeners: tuple[Callable[[E_contra], None], ...] = ()
        self._failures: dict[Callable[[E_contra], None], int] = {}

    def __bool__(self) -> bool:
        return bool(self._listeners)

    def add(self, listener: Callable[[E_contra], None]) -> Callable[[], None]:
        """Have ``listener`` called with each event; return the function that ends it."""
        self._listeners = (*self._listeners, listener)
        return lambda: self._remove(listener)

    def tell(self, event: E_contra) -> None:
        """Call every listener; failures are logged, and a listener that fails three times in a row is dropped."""
        for listener in self._listeners:
            try:
                listener(event)
            except Exception:  # noqa: BLE001 - whatever a listener does wrong is its own affair
                self._count_failure(listener)
            else:
                self._failures.pop(listener, None)

    def _count_failure(self, listener: Callable[[E_contra], None]) -> None:
        count = self._failures.get(listener, 0) + 1
        self._failures[listener] = count
        _log.exception("Listener %r failed (%d in a row)", listener, count)
        if count >= _PATIENCE:
            self._remove(listener)
            _log.error("Listener %r failed %d times in a row and is called no more", listener, count)

    def _remove(self, listener: Callable[[E_contra], None]) -> None:
        self._listeners = tuple(known for known in self._listeners if known is not listener)
        self._failures.pop(listener, None)
