"""Whoever looks on while a run goes on: each in a thread of its own, dropped when it fails again and again.

Nothing here can slow or break a run: an observer gets a view of the data, never a part of the loop.
"""

from __future__ import annotations

import contextvars
import logging
import threading
from collections.abc import Callable, Sequence
from typing import Any

from measurand.errors import MeasurandError
from measurand.measure._run import Run

_log = logging.getLogger(__name__)
_MOST_FAILURES = 3  # in a row
_PATIENCE = 5.0  # s that the end of a run waits for an observer's last look

Observer = Callable[[Run], Any]


class Observers:
    """The observers of one run, from its start to its end.

    Args:
        observers: Each is called with the run, again and again, and once more after its end.
        run: What they look at.
        period: Time in s between two looks.
        note: Called with a text when an observer is dropped.
    """

    def __init__(self, observers: Sequence[Observer], run: Run, period: float, note: Callable[[str], None]) -> None:
        self._run = run
        self._period = period
        self._note = note
        self._end = threading.Event()
        self._threads = [
            threading.Thread(
                target=contextvars.Context().run, args=(self._watch, one), name=f"observer {_name(one)}", daemon=True
            )
            for one in observers
        ]

    def start(self) -> None:
        """Begin to look."""
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Let each have a last look; do not wait for one that hangs."""
        self._end.set()
        for thread in self._threads:
            thread.join(_PATIENCE)

    def _watch(self, observer: Observer) -> None:
        failures = 0
        while not self._end.wait(self._period):
            try:
                observer(self._run)
                failures = 0
            except Exception as error:  # noqa: BLE001 - an observer may raise anything, and must not end a run
                failures += 1
                _log.exception("An observer failed: %s", _name(observer))
                if failures == _MOST_FAILURES:
                    self._drop(observer, f"after {failures} failures: {error!r}")
                    return
        try:
            observer(self._run)
        except Exception:  # noqa: BLE001 - as above
            _log.exception("An observer failed at the end of a run: %s", _name(observer))

    def _drop(self, observer: Observer, why: str) -> None:
        try:
            self._note(f"observer {_name(observer)} was dropped {why}")
        except MeasurandError:  # the run has just ended, and takes no more notes
            _log.warning("An observer was dropped %s: %s", why, _name(observer))


def _name(observer: Observer) -> str:
    return getattr(observer, "__qualname__", type(observer).__name__)
