"""What a run that is resumed has stored already: for each group of reads, at which points. Knows no instrument."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from measurand.dataset import Dataset
from measurand.measure._layout import Group
from measurand.parameters import yield_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Point = tuple[int, ...]


class Rows:
    """The rows of one group.

    Args:
        group: Which.
        dataset: The run.
    """

    def __init__(self, group: Group, dataset: Dataset) -> None:
        import numpy as np

        table = group.table.name
        ndims = len(group.path)
        self.group = group
        self._dataset = dataset
        self.count = dataset.rows(table)
        self._index: npt.NDArray[np.int64] = np.zeros((self.count, 0), np.int64)
        if ndims:
            self._index = dataset.numpy("_index", table)[: self.count].astype(np.int64)
        known = [len(level.moves) if level.fixed else 1 for level in group.path]
        sizes = [max(size, int(self._index[:, axis].max(initial=0)) + 1) for axis, size in enumerate(known)]
        self._strides = [math.prod(sizes[axis + 1 :]) for axis in range(ndims)]
        keys = self._index @ np.array(self._strides, np.int64) if ndims else np.zeros(min(self.count, 1), np.int64)
        self._keys = np.unique(keys)
        self._columns: dict[str, Any] = {}

    def at(self, point: Point) -> int:
        """Return the number of points below ``point``, outer indices first, that have a row."""
        import numpy as np

        if not self._strides:
            return len(self._keys)
        first = sum(index * stride for index, stride in zip(point, self._strides, strict=False))
        beyond = first + (self._strides[len(point) - 1] if point else int(self._keys.max(initial=0)) + 1)
        low, high = np.searchsorted(self._keys, (first, beyond))
        return int(high - low)

    def along(self, point: Point, size: int) -> npt.NDArray[np.int64]:
        """Return `at` for each of the first ``size`` indices of the next level below ``point``."""
        import numpy as np

        first = sum(index * stride for index, stride in zip(point, self._strides, strict=False))
        edges = first + np.arange(size + 1, dtype=np.int64) * self._strides[len(point)]
        return np.diff(np.searchsorted(self._keys, edges))

    def reach(self, depth: int) -> int:
        """Return the number after the greatest index of the level at ``depth``."""
        return int(self._index[:, depth].max(initial=-1)) + 1

    def passes(self, depth: int) -> int:
        """Return at how many points of the levels before ``depth`` something is stored."""
        import numpy as np

        return len(np.unique(self._keys // self._strides[depth - 1])) if depth else min(len(self._keys), 1)

    def order(self, point: Point) -> list[int]:
        """Return the first two different indices of the next level below ``point``, as they were stored."""
        here = self._index[self._below(point), len(point)]
        if not len(here):
            return []
        others = here[here != here[0]]
        return [int(here[0]), *map(int, others[:1])]

    def last(self) -> Point:
        """Return the point of the row that was stored last; only if there is one."""
        return tuple(int(index) for index in self._index[-1])

    def last_rows(self, point: Point) -> dict[int, int]:
        """Return, for each index of the next level below ``point``, the number of the row that was stored last there."""
        rows = self._below(point)
        return dict(zip(self._index[rows, len(point)].tolist(), rows.tolist(), strict=True))

    def setpoint(self, row: int, depth: int) -> tuple[Any, ...]:
        """Return the columns of a row that the level at ``depth`` set."""
        counts = [len(yield_of(level.moves.parameter).fields) for level in self.group.path[: depth + 1]]
        names = [column.name for column in self.group.table.columns][sum(counts[:-1]) : sum(counts)]
        return tuple(self._value(name, row) for name in names)

    def results(self, row: int) -> dict[str, Any]:
        """Return what was measured in a row, by column."""
        return {
            column.name: self._value(column.name, row) for column in self.group.table.columns if not column.setpoint
        }

    def _below(self, point: Point) -> Any:
        import numpy as np

        return np.flatnonzero((self._index[:, : len(point)] == np.array(point, np.int64)).all(axis=1))

    def _value(self, name: str, row: int) -> Any:
        column = self._columns.get(name)
        if column is None:
            column = self._columns[name] = self._dataset.lazy(name, self.group.table.name)
        value = column[row]
        return value.item() if getattr(value, "shape", None) == () and value.dtype.kind in "fiubc" else value


class Past:
    """All rows of a plan that are stored.

    Args:
        dataset: The run.
        groups: The groups of reads of its plan.
    """

    def __init__(self, dataset: Dataset, groups: Sequence[Group]) -> None:
        self._rows = [Rows(group, dataset) for group in groups]
        self._by_group = {id(rows.group): rows for rows in self._rows}

    def under(self, place: tuple[int, ...]) -> Iterator[Rows]:
        """Yield the rows of the groups at ``place`` of the plan, and of those nested in it."""
        return (rows for rows in self._rows if rows.group.place[: len(place)] == place)

    def of(self, group: Group) -> Rows:
        """Return the rows of a group."""
        return self._by_group[id(group)]

    def touches(self, place: tuple[int, ...], point: Point) -> bool:
        """Whether anything is stored at ``place`` of the plan, below ``point``."""
        return any(rows.at(point) for rows in self.under(place))
