"""Moving a value to its target: in steps, spaced in time, never from an unknown start, and stoppable on the way."""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable
from enum import Enum
from typing import Any

from measurand._core.clock import Clock
from measurand._core.numbers import is_real, plain
from measurand._core.stop import check_stop, sleep
from measurand.errors import NoTrustedValue, ParameterBusy, ParameterError, RefusedType, RefusedValue
from measurand.parameters._cache import Cache
from measurand.parameters._ramp import Ramp

_log = logging.getLogger(__name__)


class Pace:
    """What must last longer than one compilation of a parameter.

    Attributes:
        busy: Held by the thread that moves the parameter.
        begun: When the last set began, on the clock; None before the first.
    """

    __slots__ = ("begun", "busy")

    def __init__(self) -> None:
        self.busy = threading.RLock()
        self.begun: float | None = None


class Walk:
    """Sets one parameter as its `Ramp` says.

    Args:
        where: Returns the name of the parameter, for messages.
        ramp: Step and delays.
        clock: Measures and waits.
        cache: Tells the start.
        start: Returns the present value, or None if it is not known.
        validate: Raises if a value is not allowed.
        put: Sets one value.
        memory: Whether nothing but the cache is set, so that the first value is no jump of anything.
        pace: What lasts.
    """

    def __init__(
        self,
        where: Callable[[], str],
        ramp: Ramp,
        clock: Clock,
        cache: Cache[Any],
        start: Callable[[], Any],
        validate: Callable[[Any], None],
        put: Callable[[Any], None],
        memory: bool,
        pace: Pace,
    ) -> None:
        self._where = where
        self._ramp = ramp
        self._clock = clock
        self._cache = cache
        self._present = start
        self._validate = validate
        self._put = put
        self._memory = memory
        self._pace = pace

    def to(self, target: Any) -> None:
        """Set every step up to ``target``, all of them validated before the first is sent.

        Raises:
            NoTrustedValue: The present value is not known, so that the first step might be a jump.
            ParameterBusy: Another thread is moving the parameter.
        """
        # Not waited for: who holds the instrument's lock and waits here for a ramp that needs it would wait for ever.
        if not self._pace.busy.acquire(blocking=False):
            raise ParameterBusy(
                f"{self._where()}: {target!r} refused, another thread is moving it (now at {self._cache.value!r}). "
                f"Wait until it has arrived."
            )
        try:
            self._walk(target)
        finally:
            self._pace.busy.release()

    def _walk(self, target: Any) -> None:
        self._validate(target)
        steps = [target]
        if self._ramp.step is not None and self._to_be_ramped(target):
            start = self._start(target)
            steps = self._ramp.steps(start, target)
            self._validate_way(steps, start, target)
        overrun = 0.0
        for value in steps:
            try:
                check_stop()
                overrun = max(overrun, self._one(value))
            except BaseException as error:  # whatever ended the ramp: say where it stands
                if len(steps) > 1:
                    trust = "" if self._cache.valid else " (in doubt)"
                    error.add_note(f"{self._where()}: ramp to {target!r} stopped at {self._cache.value!r}{trust}")
                raise
        if overrun > 0:
            _log.warning("%s: a set took up to %.3g s longer than post_delay allows", self._where(), overrun)

    def _one(self, value: Any) -> float:
        """Set one value with the delays around it; return by how much the set overran ``post_delay``, in s."""
        ramp, clock = self._ramp, self._clock
        if ramp.inter_delay and self._pace.begun is not None:
            sleep(clock, self._pace.begun + ramp.inter_delay - clock.monotonic())
        self._pace.begun = begun = clock.monotonic()
        self._put(value)
        if not ramp.post_delay:
            return 0.0
        left = begun + ramp.post_delay - clock.monotonic()
        sleep(clock, left)
        return -left

    def _validate_way(self, steps: list[Any], start: Any, target: Any) -> None:
        for value in steps[:-1]:
            try:
                self._validate(value)
            except ParameterError as error:
                error.add_note(
                    f"on the way from {start!r} to {target!r}; nothing was sent. If the start is outside the limits, widen "
                    f"them for the way back: with p.vals = …"
                )
                raise

    def _to_be_ramped(self, target: Any) -> bool:
        """Return whether there are steps to ``target``; words such as ``"auto"`` have none, arrays cannot be ramped."""
        if is_real(target):
            if not math.isfinite(target):
                raise RefusedValue(f"{self._where()}: {target!r} refused, a ramp needs a finite target.")
            return self._cache.time is not None or not self._memory
        if target is None or isinstance(target, (str, bool, Enum)):
            return False
        raise RefusedType(
            f"{self._where()}: {target!r} ({type(target).__name__}) refused, a parameter with a step takes numbers, one "
            f"at a time."
        )

    def _start(self, target: Any) -> float:
        value = plain(self._present())
        if value is not None and is_real(value) and math.isfinite(value):
            return value
        known = "is not known" if value is None else f"is {value!r}, no number to begin from"
        raise NoTrustedValue(
            f"{self._where()}: ramp to {target!r} refused: the present value {known}, so the first step could be a "
            f"jump. Note the true value with cache.set(value) or initial_cache_value=, or read it first."
        )
