"""What a free loop adds its results by. The first result of a set of parameters compiles how they are stored."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Any

from measurand.dataset import Dataset
from measurand.measure._free import FreeRun
from measurand.measure._registered import Registry
from measurand.measure._results import Batch, batches_of, columns_of
from measurand.measure._run import Run
from measurand.measure._shapes import Shape, indices, table_of

_SINGLE = frozenset({float, int, bool, complex, str})  # types of which every value is a single one

Route = Callable[[Sequence[Any]], None]


class DataSaver:
    """Adds results to a run; ``with measurement.run() as datasaver`` gives one.

    Args:
        free: The run.
        registry: What may be added.
        shapes: Shapes that were said, by name of a result.
    """

    def __init__(self, free: FreeRun, registry: Registry, shapes: Mapping[str, Shape]) -> None:
        self._free = free
        self._registry = registry
        self._known = registry.quantities()
        self._shapes = shapes
        self._event = free.run.token.event
        self._single: set[type] = set(_SINGLE)
        self._lock = threading.RLock()
        self._quick: dict[tuple[Any, ...], Route] = {}
        self._routes: dict[tuple[tuple[str, ...], tuple[int, ...]], tuple[str, Route]] = {}

    @property
    def run(self) -> Run:
        """The handle of the run: its state, its progress, ``stop``, ``pause``."""
        return self._free.run

    @property
    def dataset(self) -> Dataset:
        """What is stored; readable at any time, also while it grows."""
        return self._free.run.dataset

    @property
    def run_id(self) -> int:
        """The number of the run in its data root."""
        return self._free.writer.number

    @property
    def points_written(self) -> int:
        """Number of rows accepted so far."""
        return self._free.writer.rows

    def add_result(self, *results: tuple[Any, Any]) -> None:
        """Add what was measured at one point.

        ``datasaver.add_result((gate, 0.1), (dmm.voltage, dmm.voltage()))``. What is accepted is safe from the death of
        the program. May be called from any thread.

        Args:
            *results: Pairs of a registered parameter, or its name, and its value. Setpoints of what is given must be
                given too, except the axes of a `ParameterWithSetpoints`, an `ArrayParameter` or a `MultiParameter`, which
                come by themselves. An array for a parameter of single values is as many rows as it has elements, single
                values beside it are repeated.

        Raises:
            RefusedRow: A parameter is not registered or given twice, a setpoint is missing, or a value has the wrong kind
                or shape. Nothing of this call was stored; what was stored before stays.
            StorageFailed: The disk refused.
        """
        route: Route | None = None
        values: Sequence[Any] = ()
        try:
            keys, values = zip(*results, strict=True)
            route = self._quick[keys]
        except (ValueError, KeyError, TypeError):  # something new, or nothing that can be added
            pass
        if route is not None and self._single.issuperset(map(type, values)):
            route(values)
        else:
            self._add(results)
        if self._event.is_set():
            self._free.attend()

    def flush_data_to_database(self, block: bool = False) -> None:
        """Bring everything through a power loss before returning. Rows are safe from the death of the program anyway.

        Args:
            block: Accepted; this always waits.
        """
        del block
        self._free.writer.flush()

    def __repr__(self) -> str:
        return f"<DataSaver of {self._free.run!r}: {self.points_written} rows>"

    def _add(self, results: Sequence[Any]) -> None:
        """Add anything; remember how, if the next one like it can go straight to its table."""
        batches = batches_of(self._known, columns_of(self._registry, results))
        with self._lock:  # rows that belong together stay together
            routes = [self._route(batch) for batch in batches]
            writer = self._free.writer
            for batch, (table, _) in zip(batches, routes, strict=True):
                if batch.rows and len(batches) + len(batch.rows) > 2:
                    writer.accepts(table, batch.rows[0])
            for batch, (_, route) in zip(batches, routes, strict=True):
                for row in batch.rows:
                    route(row)
        self._remember(results, batches)

    def _route(self, batch: Batch) -> tuple[str, Route]:
        """Return the name of a table, and the function that adds a row to it."""
        key = batch.names, batch.ndims
        found = self._routes.get(key)
        if found is None:
            name = f"data{len(self._routes) or ''}"
            spec = table_of(name, *key, self._known, self._shapes)
            add = self._free.writer.adder(spec)
            found = self._routes[key] = name, self._in_grid(add, spec) if spec.dims else partial(add, ())
        return found

    def _in_grid(self, add: Callable[[Sequence[int], Sequence[Any]], None], spec: Any) -> Route:
        """Return what adds a row at its place in the grid."""
        self._free.run.progress.total += math.prod(dim.size or 0 for dim in spec.dims)
        places = indices(spec.dims)
        place = next(places)

        def route(values: Sequence[Any]) -> None:
            nonlocal place
            with self._lock:
                add(place, values)
                place = next(places)  # a row that was refused leaves its place to the next one

        return route

    def _remember(self, results: Sequence[Any], batches: Sequence[Batch]) -> None:
        """Let later results of the same parameters, if all are single values, go straight to their table."""
        keys = tuple(key for key, _ in results)
        entries = [self._registry.find(key) for key in keys]
        if len(batches) != 1 or any(batches[0].ndims) or any(one is None or one.values is not None for one in entries):
            return
        self._single.update(type(value) for _, value in results if not hasattr(value, "__len__"))  # numpy's numbers
        given = tuple(one.quantities[0].field.name for one in entries if one is not None)
        _, route = self._route(batches[0])
        if given != batches[0].names:
            pick = itemgetter(*map(given.index, batches[0].names))
            direct = route
            route = lambda values: direct(pick(values))  # noqa: E731 - shorter than a function around it
        try:
            self._quick[keys] = route
        except TypeError:  # something without a hash has a name, too
            return
