"""Wait until something is so, for drivers: the clock can be another one, and a run that is stopped ends the wait."""

from __future__ import annotations

from collections.abc import Callable

from measurand._core.clock import SYSTEM_CLOCK, Clock
from measurand._core.stop import sleep


def wait_until(
    is_so: Callable[[], bool],
    *,
    lasting: float = 0.0,
    every: float = 0.1,
    timeout: float | None = None,
    clock: Clock | None = None,
) -> bool:
    """Ask again and again until the answer is yes, or has been yes for a while.

    Args:
        is_so: What is asked.
        lasting: How long every answer must have been yes, in s; 0 (default): the first is enough.
        every: Time between two questions in s.
        timeout: After how long to give up, in s; None: never.
        clock: Whose time counts; None: the computer's.

    Returns:
        Whether it came to be so; False: the time was over before.

    Raises:
        Stopped: The run in which this happens is stopped.

    Example:
        >>> answers = iter([False, False, True])
        >>> wait_until(lambda: next(answers), every=0.001)
        True
        >>> wait_until(lambda: False, every=0.001, timeout=0.002)
        False
    """
    time = SYSTEM_CLOCK if clock is None else clock
    begin = time.monotonic()
    since: float | None = None
    while True:
        yes = is_so()
        now = time.monotonic()
        since = (now if since is None else since) if yes else None
        if since is not None and now - since >= lasting:
            return True
        left = None if timeout is None else begin + timeout - now
        if left is not None and left <= 0:
            return False
        sleep(time, every if left is None else min(every, left))
