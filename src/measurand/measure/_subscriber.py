"""A function of new results, as an observer of a run: it gets every row once, in the order of time. Slows nothing.

The tables of a run are read one after the other while rows are added, so that what was read may lack a row of the first
table that is older than one of the last. Therefore all are read twice: nothing that is as old as the youngest row of the
first reading is missing after the second one. What is younger waits for the next look.
"""

from __future__ import annotations

import bisect
import operator
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from measurand.measure._run import Run

if TYPE_CHECKING:
    from measurand.dataset import Dataset

_Row = tuple[int, tuple[Any, ...]]
_time = operator.itemgetter(0)


class Subscriber:
    """Calls a function with the rows that came since the last look.

    Args:
        function: Called with a list of rows, each a tuple of the values of ``names`` (None for what a row does not bring),
            the number of rows so far, and ``state``.
        state: Something of the user's, e.g. a list, that the function may change.
        names: Columns, in the order of the tuples.
    """

    def __init__(
        self, function: Callable[[list[tuple[Any, ...]], int, Any], Any], state: Any, names: Sequence[str]
    ) -> None:
        self.__qualname__ = getattr(function, "__qualname__", type(function).__name__)
        self._function = function
        self._state = state
        self._names = tuple(names)
        self._seen: dict[str, int] = {}
        self._held: list[_Row] = []
        self._given = 0

    def __call__(self, run: Run) -> None:
        """Look."""
        dataset = run.dataset
        ended = dataset.status != "running"
        rows = self._held + self._new(dataset)
        youngest = max((time for time, _ in rows), default=0)
        rows = sorted(rows + self._new(dataset), key=_time)
        ready = len(rows) if ended else bisect.bisect_right(rows, youngest, key=_time)
        self._held, rows = rows[ready:], rows[:ready]
        self._given += len(rows)
        if rows:
            self._function([values for _, values in rows], self._given, self._state)

    def _new(self, dataset: Dataset) -> list[_Row]:
        """Return the rows that came since the last reading, table by table."""
        found: list[_Row] = []
        for table in dataset.tables:
            columns = dataset.rows(table, since=self._seen.get(table, 0))
            times = columns["_time"]
            self._seen[table] = self._seen.get(table, 0) + len(times)
            values = zip(
                *(_plain(columns[name]) if name in columns else [None] * len(times) for name in self._names),
                strict=True,
            )
            found += zip(times.tolist(), values, strict=True)
        return found


def _plain(column: Any) -> Any:
    """Return the values of a column: Python's own single ones, or arrays."""
    return column.tolist() if column.ndim == 1 else list(column)
