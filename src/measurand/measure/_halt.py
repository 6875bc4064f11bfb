"""The words of 2016 for what runs in the background: which loop it is, and end it."""

from __future__ import annotations

from contextlib import suppress

from measurand.errors import MeasurementError
from measurand.measure._execute import QUEUE
from measurand.measure._queue import Queue
from measurand.measure._run import Run


def get_bg(return_first: bool = False, *, queue: Queue = QUEUE) -> Run | None:
    """Return the run that is being done in the background; None if there is none.

    Args:
        return_first: Accepted; there is never more than one: the others wait, see `QUEUE`.
        queue: Where to look; default the queue of this process.

    Example:
        >>> get_bg() is None
        True
    """
    del return_first
    return next(iter(queue), None)


def halt_bg(timeout: float = 5, *, waiting: bool = False, queue: Queue = QUEUE) -> Run | None:
    """End the run that is being done in the background after its present step; its data stays.

    Its exit actions are done. The next run of the queue begins then, unless ``waiting`` is True.

    Args:
        timeout: Longest wait for its end in s.
        waiting: Whether the runs that wait behind it are taken out of the queue first.
        queue: Where it runs; default the queue of this process.

    Returns:
        The run, ended; None if there was none.

    Raises:
        MeasurementError: It has not ended within ``timeout``; it ends when its present step does. Nothing is ever cut
            off by force: half a command could be worse than waiting.

    Example:
        >>> halt_bg() is None
        True
    """
    runs = list(queue)
    if not runs:
        return None
    current, *behind = runs
    for one in reversed(behind if waiting else []):
        with suppress(MeasurementError):  # it has ended meanwhile
            queue.cancel(one)
    current.stop("halt_bg() was called")
    try:
        return current.wait(timeout)
    except TimeoutError:
        raise MeasurementError(
            f"{current!r} was asked to stop, and has not ended within {timeout:g} s: it is in the middle of a step, "
            f"probably an instrument that does not answer. It ends when that step does; its rows are stored. Wait for it "
            f"with get_bg().wait()."
        ) from None
