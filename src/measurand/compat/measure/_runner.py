"""A run of a `Measurement`, from the beginning of its block to its end. Thin over `FreeRun`, which keeps the promises."""

from __future__ import annotations

import contextlib
import logging
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import TracebackType
from typing import Any

from measurand._core.stop import Stopped
from measurand.compat.description import InterDependencies_, Shapes
from measurand.compat.measure._columns import Columns
from measurand.compat.measure._place import Place
from measurand.compat.measure._saver import DataSaver
from measurand.measure import FreeRun, Wanted, state_of

_log = logging.getLogger(__name__)
Bound = tuple[Callable[..., Any], Sequence[Any]]


@dataclass(frozen=True)
class Task:
    """What shall be run; see `Measurement`.

    Attributes:
        interdeps: The columns.
        registered: The parameters, by name, and what each of them is registered as.
        total: How many rows are planned, for the progress bar; 0: not known.
        progress: Whether a progress bar is drawn.
    """

    interdeps: InterDependencies_
    registered: Mapping[str, tuple[Any, Columns]]
    name: str = ""
    experiment: Any = None
    station: Any = None
    shapes: Shapes | None = None
    parents: Sequence[Mapping[str, str]] = ()
    write_period: float = 1.0
    before: Sequence[Bound] = ()
    after: Sequence[Bound] = ()
    subscribers: Sequence[tuple[Callable[..., Any], Any]] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)
    total: int = 0
    progress: bool | None = False

    def also(self, before: Sequence[Bound], after: Sequence[Bound]) -> Task:
        """Return one that does more before it begins, and after it has ended."""
        return replace(self, before=(*before, *self.before), after=(*self.after, *after))


class Runner:
    """The block of a run: ``with measurement.run() as datasaver``. Can be entered once.

    Args:
        task: What shall be run.
    """

    def __init__(self, task: Task) -> None:
        self._task = task
        self._place = Place(task.experiment, task.interdeps, task.shapes, task.parents)
        wanted = Wanted(
            task.name or "results",
            partial(_snapshot, task),
            data=self._place,
            metadata=task.metadata,
            write_period=task.write_period,
            before=[partial(func, *args) for func, args in task.before],
            after=[partial(func, *args) for func, args in task.after],
            progress=task.progress,
        )
        self._free = FreeRun(wanted)
        self._free.run.progress.total = task.total
        self._saver: DataSaver | None = None

    def __enter__(self) -> DataSaver:
        self._free.__enter__()
        self._saver = saver = DataSaver(self._free, self._place, self._task.interdeps, self._task.registered)
        for func, state in self._task.subscribers:
            saver.dataset.subscribe(func, state=state)
        _log.info("Starting experimental run with id: %s", saver.run_id)
        return saver

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        if error is not None and not isinstance(error, Stopped) and self._saver is not None:
            with contextlib.suppress(Exception):  # a disk that is full, for example: the error itself says more
                text = "".join(traceback.format_exception(error))
                self._saver.dataset.add_metadata("measurement_exception", text)
        try:
            return self._free.__exit__(kind, error, trace)
        finally:
            self._place.conclude()


def _snapshot(task: Task) -> dict[str, Any]:
    """Return the state of the station and of what is registered; without a station, that of all instruments."""
    from measurand.station import Station

    station = Station.default if task.station is None else task.station
    things = [parameter for parameter, _ in task.registered.values()]
    state = state_of(things)
    if station is None:
        return state
    try:
        whole = station.snapshot()
        parameters = {thing.full_name: thing.snapshot() for thing in things if hasattr(thing, "snapshot")}
    except Exception:  # noqa: BLE001 - a driver's own snapshot may do anything; the run must not be lost for it
        _log.exception("The run has no snapshot of the station")
        return state
    return {"station": whole, "parameters": parameters}
