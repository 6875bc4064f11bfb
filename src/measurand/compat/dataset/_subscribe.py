"""Functions that are called with results as they come. One thread for each; it follows the files, not the measurement.

A run that is measured in another process can so be subscribed to as well, and no callback can slow or break a measurement.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from measurand.compat.dataset._settings import setting
from measurand.compat.dataset._stored import StoredRun
from measurand.errors import ConfigurationError

_LOOK = 0.02  # s between looks at the files
_log = logging.getLogger(__name__)


class Subscribers:
    """The subscriptions of one dataset.

    Args:
        stored: The run.
    """

    def __init__(self, stored: StoredRun) -> None:
        self._stored = stored
        self._all: dict[str, _Subscriber] = {}

    def add(
        self, callback: Callable[..., None], min_wait: int, min_count: int, state: Any, keywords: Mapping[str, Any]
    ) -> str:
        """Begin a subscription and return its name; arguments as `DataSet.subscribe`."""
        name = uuid.uuid4().hex
        self._all[name] = _Subscriber(self._stored, callback, min_wait / 1000, min_count, state, keywords)
        return name

    def remove(self, name: str) -> bool:
        """End a subscription; return whether it was there."""
        found = self._all.pop(name, None)
        if found is not None:
            found.stop()
        return found is not None

    def clear(self) -> None:
        """End all subscriptions."""
        for name in list(self._all):
            self.remove(name)

    def end(self) -> None:
        """Wait until all have heard of everything: the run has ended."""
        for subscriber in self._all.values():
            subscriber.join()


class _Subscriber:
    def __init__(
        self,
        stored: StoredRun,
        callback: Callable[..., None],
        min_wait: float,
        min_count: int,
        state: Any,
        keywords: Mapping[str, Any],
    ) -> None:
        self._stored, self._callback = stored, callback
        self._min_wait, self._min_count = min_wait, min_count
        self._state, self._keywords = state, keywords
        self._heard = stored.rows(0)[1]  # what was there before does not count as new
        self._last = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="subscriber of a dataset", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End it."""
        self._stop.set()
        self.join()

    def join(self) -> None:
        """Wait for its end; its own callback does not wait for itself."""
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _follow(self) -> None:
        try:
            while not self._stop.is_set():
                ended = self._stored.completed()
                self._look(everything=ended)
                if ended:
                    return
                self._stop.wait(_LOOK)
        except Exception:  # noqa: BLE001 - a callback may raise anything, and no measurement shall notice
            _log.exception("A subscription to run %s ended", self._stored.identity.run_id)

    def _look(self, *, everything: bool) -> None:
        now = time.monotonic()
        if not everything and now - self._last < self._min_wait:
            return
        fresh, count = self._stored.rows(self._heard)
        if fresh and (everything or len(fresh) >= self._min_count):
            self._heard, self._last = count, now
            self._callback(fresh, count, self._state, **self._keywords)


def configured(name: str) -> tuple[Callable[..., Any], dict[str, Any]]:
    """Return the factory of a subscriber that the settings describe, and the keywords for it and for `DataSet.subscribe`.

    Raises:
        ConfigurationError: The settings know none of this name, or it cannot be imported.
    """
    import importlib

    known = setting("subscription", "subscribers")
    if name not in known:
        raise ConfigurationError(f"subscription.subscribers has no {name!r}, only {', '.join(known) or 'nothing'}.")
    info = known[name]
    module, _, attribute = str(info["factory"]).rpartition(".")
    try:
        factory = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise ConfigurationError(f"The subscriber {name!r} cannot be made: {error}.") from error
    return factory, {"factory_kwargs": dict(info["factory_kwargs"]), **info["subscription_kwargs"]}
