"""QCoDeS's `DataSaver`. The first result of a set of parameters is judged, and says how later ones of its kind are stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from measurand.compat.description import InterDependencies_
from measurand.compat.measure._columns import Columns, Named
from measurand.compat.measure._place import Place, chosen
from measurand.compat.measure._values import Judge, single_types
from measurand.errors import RefusedRow
from measurand.measure import FreeRun
from measurand.parameters import name_of

Route = Callable[[Sequence[Any]], None]


class DataSaver:
    """Adds results to a dataset; ``with measurement.run() as datasaver`` gives one.

    Args:
        free: The run.
        place: Where it is stored.
        interdeps: The columns that may be added.
        registered: The parameters that may be added, by name, and what each of them is registered as.
    """

    default_callback: dict[str, Any] | None = None

    def __init__(
        self, free: FreeRun, place: Place, interdeps: InterDependencies_, registered: Mapping[str, tuple[Any, Columns]]
    ) -> None:
        self._free = free
        self._place = place
        self._interdeps = interdeps
        self._registered = registered
        self._judge = Judge(interdeps)
        self._event = free.run.token.event
        self._quick: dict[tuple[Any, ...], Route] = {}
        self._dataset = place.dataset

    @property
    def dataset(self) -> Any:
        """What is stored; readable at any time, also while it grows."""
        return self._dataset

    @property
    def run_id(self) -> int:
        """The number of the run in its database."""
        return int(self._dataset.run_id)

    @property
    def points_written(self) -> int:
        """Number of results so far: for each row one for each column that was measured."""
        return int(self._dataset.number_of_results)

    def add_result(self, *result_tuples: tuple[Any, Any]) -> None:
        """Add what was measured at one point.

        ``datasaver.add_result((gate, 0.1), (dmm.voltage, dmm.voltage()))``. What is accepted is safe from the death of
        the program. May be called from any thread.

        Args:
            *result_tuples: Pairs of a registered parameter, or its name, and its value. Setpoints of what is given must be
                given too, except the axes that a parameter brings along. An array for a column that is not of type
                ``"array"`` is as many results as it has elements; single setpoints are repeated for each.

        Raises:
            RefusedRow: A parameter is not registered, a setpoint is missing, or a value has the wrong kind or shape.
                Nothing of this call was stored; what was stored before stays.
            StorageFailed: The disk refused.
        """
        route: Route | None = None
        values: Sequence[Any] = ()
        try:
            keys, values = zip(*result_tuples, strict=True)
            route = self._quick[keys + tuple(map(type, values))]
        except (ValueError, KeyError, TypeError):  # something new, or nothing that can be added
            pass
        if route is None:
            self._add(result_tuples)
        else:
            route(values)
        if self._event.is_set():
            self._free.attend()

    def flush_data_to_database(self, block: bool = False) -> None:
        """Bring everything through a power loss before returning. Rows are safe from the death of the program anyway.

        Args:
            block: Accepted; this always waits.
        """
        del block
        self._free.writer.flush()

    def export_data(self) -> None:
        """Export the dataset as the settings say, if they say that datasets are exported when they end."""
        if chosen(None, "dataset", "export_automatic"):
            self._dataset.export(automatic_export=True)

    def __repr__(self) -> str:
        return f"<DataSaver of run {self.run_id}: {self.points_written} results>"

    def _add(self, results: Sequence[Any]) -> None:
        """Add anything; remember how, if the next one like it can go straight to its table."""
        if not results:
            return
        values = self._judge.merged([pair for result in results for pair in self._named(result)])
        judged = self._judge.judged(values)
        for part in self._judge.parts(judged):
            self._place.rows.add(tuple(part), list(part.values()))
        self._remember(results, tuple(judged), list(judged.values()))

    def _named(self, result: Any) -> Named:
        """Return the values of all columns that one pair gives."""
        if not isinstance(result, (tuple, list)) or len(result) != 2:
            raise RefusedRow(f"{result!r} cannot be added: give pairs such as (dmm.voltage, 0.1).")
        key, value = result
        if isinstance(key, str):
            return [(key, value)]
        name = name_of(key) if hasattr(key, "name") else repr(key)
        known, columns = self._registered.get(name, (None, None))
        if columns is None or known is None:
            return [(name, value)]
        return [(columns.order[0].name, value)] if columns.spread is None else columns.spread(value)

    def _remember(self, results: Sequence[Any], names: Sequence[str], judged: Sequence[Any]) -> None:
        """Let later results of the same parameters, if all are single values, go straight to their table."""
        specs = [self._interdeps[name] for name in names]
        if len(names) != len(results) or any(
            type(value) not in single_types(spec) for spec, value in zip(specs, judged, strict=True)
        ):
            return
        keys, given = zip(*results, strict=True)
        if any(hasattr(value, "__len__") and not isinstance(value, str) for value in given):
            return
        add = self._place.rows.adder(tuple(names))
        try:
            self._quick[keys + tuple(map(type, given))] = lambda values: add((), values)
        except TypeError:  # something without a hash has a name, too
            return
