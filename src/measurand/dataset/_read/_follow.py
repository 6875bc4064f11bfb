"""Waiting for what another thread, process or computer writes. Looks again and again: that works on every file system."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from measurand._core.clock import Clock
from measurand.dataset._read._run_reader import RunReader
from measurand.errors import DatasetError

if TYPE_CHECKING:
    import numpy.typing as npt

POLL = 0.02
"""s between two looks; a row is there when it is accepted, so that it is seen within 50 ms."""


def follow(run: RunReader, table: str, since: int, clock: Clock) -> Iterator[dict[str, npt.NDArray[Any]]]:
    """Yield what came, as `rows_since` gives it, each row once, until the run has ended and everything was given."""
    seen = since
    while True:
        ended = run.info().status() != "running"  # asked first: what is stored before the end is seen after it
        found = rows_since(run, table, seen)
        count = len(found["_time"])
        seen += count
        if count:
            yield found
        elif ended:
            return
        else:
            clock.sleep(POLL)


def rows_since(run: RunReader, table: str, since: int) -> dict[str, npt.NDArray[Any]]:
    """Return the rows from number ``since`` on, by column; ``_time`` and, if there are dims, ``_index`` come first.

    Raises:
        DatasetError: ``since`` is no number of a row.
    """
    if not hasattr(since, "__index__") or since < 0:
        raise DatasetError(
            f"Rows since {since!r}: a whole number from 0 is needed, such as the number of rows seen so far."
        )
    reader = run.fresh(table)
    lead = ["_time", "_index"] if reader.spec.dims else ["_time"]
    return reader.read([*lead, *(column.name for column in reader.spec.columns)], since)


def wait(run: RunReader, timeout: float | None, clock: Clock) -> str:
    """Return the run's status once it is no longer running, or after ``timeout`` s."""
    end = None if timeout is None else clock.monotonic() + timeout
    while (status := run.info().status()) == "running" and (end is None or clock.monotonic() < end):
        clock.sleep(POLL)
    return status
