"""A function that looks on while a loop runs, and another one for its end. Never slows or breaks the run."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from typing import Any

from measurand.errors import DefinitionError
from measurand.measure._run import Run

_log = logging.getLogger(__name__)
_MOST_FAILURES = 3  # in a row


class BackgroundTask:
    """What `Loop.with_bg_task` was given; frozen, so that a loop can be run again.

    Args:
        task: Called again and again while the run goes on, and once more at its end.
        final: Called once, after that; None: nothing is.
        min_delay: Least time in s between two calls, above 0.
    """

    def __init__(self, task: Callable[[], Any], final: Callable[[], Any] | None, min_delay: float) -> None:
        for what, one in (("task", task), ("bg_final_task", final)):
            if not callable(one) and not (one is None and what == "bg_final_task"):
                raise DefinitionError(
                    f"with_bg_task: {what}={one!r} refused, allowed are functions of no arguments, without parentheses."
                )
        number = isinstance(min_delay, (int, float)) and not isinstance(min_delay, bool)
        if not number or not 0 < min_delay < math.inf:
            raise DefinitionError(f"with_bg_task: min_delay={min_delay!r} refused, allowed numbers above 0 s.")
        self._task = task
        self._final = final
        self.min_delay = min_delay

    def observer(self) -> Callable[[Run], None]:
        """Return what a run calls, in a thread of its own: an observer that keeps its own count of failures."""
        failures, over = 0, False

        def look(run: Run) -> None:
            nonlocal failures, over
            if over:
                return
            over = run.ended
            if failures < _MOST_FAILURES:
                failures = failures + 1 if _fails(self._task) else 0
                if failures == _MOST_FAILURES:
                    run.dataset.note(f"background task {_name(self._task)} was dropped after {failures} failures")
            if over and self._final is not None:
                _fails(self._final)

        look.__qualname__ = f"with_bg_task({_name(self._task)})"
        return look


def _fails(task: Callable[[], Any]) -> bool:
    try:
        task()
    except Exception:  # noqa: BLE001 - it only looks on, and must not end a run
        _log.exception("The background task %s failed", _name(task))
        return True
    return False


def _name(task: Callable[[], Any]) -> str:
    return getattr(task, "__qualname__", type(task).__name__)
