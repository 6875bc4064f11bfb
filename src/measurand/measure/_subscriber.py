"""A function of new results, as an observer of a run: it gets every row once. Slows nothing.

The rows of one look are in the order of time. A row of another table that was accepted while the tables were read comes
with the next look.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from measurand.measure._run import Run


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

    def __call__(self, run: Run) -> None:
        """Look."""
        dataset = run.dataset
        fresh: list[tuple[Any, tuple[Any, ...]]] = []
        for table in dataset.tables:
            columns = dataset.rows(table, since=self._seen.get(table, 0))
            times = columns["_time"]
            self._seen[table] = self._seen.get(table, 0) + len(times)
            values = zip(
                *(_plain(columns[name]) if name in columns else [None] * len(times) for name in self._names),
                strict=True,
            )
            fresh += zip(times.tolist(), values, strict=True)
        if fresh:
            fresh.sort(key=lambda row: row[0])
            self._function([values for _, values in fresh], sum(self._seen.values()), self._state)


def _plain(column: Any) -> Any:
    """Return the values of a column: Python's own single ones, or arrays."""
    return column.tolist() if column.ndim == 1 else list(column)
