"""Waiting while the laboratory is not as it should be: a run pauses by itself, and goes on by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from measurand._core.clock import Clock
from measurand._core.stop import sleep
from measurand.errors import DefinitionError


@dataclass(frozen=True)
class SuspendWhile:
    """Pause before a point while a condition holds, and go on when it has not held for a while.

    Args:
        condition: A function of no arguments or an expression such as ``fridge.temperature > 0.05``; evaluated before
            every innermost point, so it should be quick.
        hold: For how many s it must be good again before the run goes on.
        poll: How often it is looked at meanwhile, in s.

    Example:
        >>> temperature = ManualParameter("temperature", initial_value=0.01)
        >>> SuspendWhile(temperature > 0.05, hold=60).holds()
        False
    """

    condition: Callable[[], Any]
    hold: float = 0.0
    poll: float = 1.0

    def __post_init__(self) -> None:
        if not callable(self.condition):
            raise DefinitionError(
                f"SuspendWhile({self.condition!r}) refused: allowed is a function to be called later."
            )
        if not (self.hold >= 0 and self.poll > 0):
            raise DefinitionError(
                f"SuspendWhile: hold={self.hold!r} from 0 s, poll={self.poll!r} above 0 s are allowed."
            )

    def holds(self) -> bool:
        """Return whether the run must wait."""
        return bool(self.condition())


def guarding(
    conditions: tuple[SuspendWhile, ...], clock: Clock, tell: Callable[[bool, str], None]
) -> Callable[[], None] | None:
    """Return what is called before every point; None if there is nothing to look at.

    Args:
        conditions: What must not hold.
        clock: Waits.
        tell: Called with True when the run begins to wait, and with False when it goes on, and why.
    """
    if not conditions:
        return None

    def guard() -> None:
        bad = [one for one in conditions if one.holds()]
        if not bad:
            return
        tell(True, f"waiting while {', '.join(repr(one.condition) for one in bad)}")
        try:
            for one in bad:
                _wait_out(one, clock)
        finally:
            tell(False, "")

    return guard


def _wait_out(one: SuspendWhile, clock: Clock) -> None:
    """Wait until the condition has not held for as long as it asks."""
    good_since: float | None = None
    while True:
        now = clock.monotonic()
        if one.holds():
            good_since = None
        else:
            good_since = now if good_since is None else good_since
            if now - good_since >= one.hold:
                return
        sleep(clock, one.poll)
