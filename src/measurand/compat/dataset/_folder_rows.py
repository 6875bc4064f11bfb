"""The rows of a run folder as QCoDeS counts and lays them out. Knows tables and columns, no experiment."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping, Sequence
from typing import Any

from measurand.compat.dataset._layout import joined, nothing, points, tree_of
from measurand.compat.description import InterDependencies_
from measurand.dataset import Dataset, TableSpec


class FolderRows:
    """What a run stored.

    Args:
        dataset: The run.
        interdeps: What QCoDeS calls its columns, and how they are related.
        columns: For names there that are not those of the columns: the column.
        whole: Whether a row is one result, whatever is in it; else each measured column of it is one.
        places: Which rows those of each table were, of a run that came from a database; others have times.
    """

    def __init__(
        self,
        dataset: Dataset,
        interdeps: InterDependencies_,
        columns: Mapping[str, str],
        whole: bool,
        places: Mapping[str, Any],
    ) -> None:
        self._dataset, self._interdeps, self._whole, self._places = dataset, interdeps, whole, places
        self._ours = {column: ours for ours, column in columns.items()}
        self._types = {spec.name: spec.type for spec in interdeps.paramspecs}
        self._tops = {spec.name for spec in interdeps.top_level_parameters}

    def results(self) -> int:
        """Return the number of results, as QCoDeS counts them."""
        count = 0
        for name, spec in self._dataset.tables.items():
            each = 1 if self._whole else sum(column in self._tops for column in self._names(spec))
            count += each * self._points_of(name, spec)
        return count

    def data(self, tree: Sequence[str]) -> dict[str, Any]:
        """Return the points of a result with its setpoints, in the order they were added, on no grid."""
        import numpy as np

        parts, times = [], []
        for name, spec in self._dataset.tables.items():
            names = self._names(spec)
            if tree[0] not in names:
                continue
            columns = self._dataset.rows(name, since=0)
            known = {ours: columns[column.name] for ours, column in zip(names, spec.columns, strict=True)}
            if not len(columns["_time"]):
                continue
            beside = self._beside(tree[0], names)
            part = points(known, (*tree, *beside), self._types)
            part = {column: part[column] for column in tree}
            repeat = self._repeats(tree[0], names)
            if repeat > 1:
                part = {column: np.repeat(values, repeat, axis=0) for column, values in part.items()}
            parts.append(part)
            times.append(_spread(self._places.get(name, columns["_time"]), known, len(part[tree[0]])))
        return joined(parts, times) if parts else nothing(tree)

    def rows(self, since: int) -> tuple[list[tuple[Any, ...]], int]:
        """Return the rows from number ``since`` on in the order they were added, and how many there are."""
        names = self._interdeps.names
        found: list[tuple[Any, tuple[Any, ...]]] = []
        for name, spec in self._dataset.tables.items():
            columns = self._dataset.rows(name, since=0)
            values = [columns[column.name].tolist() for column in spec.columns]
            places = [names.index(ours) for ours in self._names(spec)]
            for time, *row in zip(self._places.get(name, columns["_time"]).tolist(), *values, strict=True):
                whole: list[Any] = [None] * len(names)
                for place, value in zip(places, row, strict=True):
                    whole[place] = value
                found.append((time, tuple(whole)))
        found.sort(key=operator.itemgetter(0))
        return [row for _, row in found[since:]], len(found)

    def _beside(self, name: str, names: Sequence[str]) -> list[str]:
        """Return what else decides how many points a row has, for something that is no result and is asked for itself."""
        if name in self._tops or self._types[name] == "array":
            return []
        return [one for one in names if one != name and self._types[one] != "array"]

    def _repeats(self, name: str, names: Sequence[str]) -> int:
        """A setpoint that is asked for by itself comes once for each result beside it, as QCoDeS stores it."""
        if name in self._tops or self._whole:
            return 1
        return max(1, sum(name in tree_of(self._interdeps, top) for top in self._tops.intersection(names)))

    def _points_of(self, name: str, spec: TableSpec) -> int:
        """Return the number of points in a table: rows, or elements of arrays that are points."""
        arrays = [
            column
            for ours, column in zip(self._names(spec), spec.columns, strict=True)
            if not column.scalar and self._types[ours] != "array"
        ]
        rows = self._dataset.rows(name)
        if not arrays or not rows:
            return rows
        if arrays[0].ragged:
            return sum(one.size for one in self._dataset.numpy(arrays[0].name, name))
        return rows * math.prod(length or 0 for length in arrays[0].shape or ())

    def _names(self, spec: TableSpec) -> list[str]:
        """Return what QCoDeS calls the columns of a table."""
        return [self._ours.get(column.name, column.name) for column in spec.columns]


def _spread(times: Any, columns: Mapping[str, Any], length: int) -> Any:
    """Return a time for each of ``length`` points, given one for each row."""
    import numpy as np

    if length == len(times):
        return times
    if length % len(times) == 0 and not any(column.dtype == object for column in columns.values()):
        return np.repeat(times, length // len(times))
    sizes = [max(np.size(column[i]) for column in columns.values()) for i in range(len(times))]
    return np.repeat(times, np.array(sizes) * (length // sum(sizes)))
