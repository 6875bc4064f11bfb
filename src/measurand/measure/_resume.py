"""Going on with a run of a plan that was interrupted, failed or was lost: its rows are the cursor. Knows no file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from measurand._core import json as plain_json
from measurand._core.defaults import supplied
from measurand.dataset import DataRoot, Dataset, RunRecord, Store
from measurand.errors import DatasetError, MeasurementError, PlanError, RunBusy
from measurand.measure._check import check_room
from measurand.measure._execute import QUEUE, Options, Stored, carry_out, line_up
from measurand.measure._layout import groups_of
from measurand.measure._level import Level
from measurand.measure._past import Past
from measurand.measure._queue import Queue
from measurand.measure._rebuild import finder, plan_differences, rebuilt, table_differences
from measurand.measure._run import Run
from measurand.measure._writers import Writers


def resume(
    run: Run | Dataset | RunRecord | int | str | Path,
    plan: Level | None = None,
    *,
    station: Any = None,
    start: bool = False,
    data: Store | None = None,
    queue: Queue = QUEUE,
    **options: Any,
) -> Run:
    """Go on with a run that was interrupted, failed or was lost, at the first point that is missing, in the same dataset.

    Points whose rows are stored are neither set nor read. The levels further out are set again, with ramps and delays as
    always, before the first point that is measured. Everything is checked before anything is set.

    Args:
        run: Which: a number, an id or its beginning, ``"last"``, a name, a folder, a dataset, or the handle of the run.
        plan: The plan as it was; it must be the stored one. None: it is made again of what is stored, of the instruments
            of this process. A plan that calls functions (`Task`, `BreakIf`, adaptive sweeps) has to be given, and so has
            one that moves or reads what belongs to no instrument.
        station: Where the names of the plan are looked up first; None: the station of this process, if there is one.
        start: Whether it is done in the background, as by `Plan.start`; False: here, as by `Plan.run`.
        data: Where the run is stored; default the data root in which it lies, or that of this process.
        queue: Where it waits, with ``start``.
        **options: ``progress``, ``snapshot``, ``clock``, ``suspend``, ``observers``, ``observe_every``, ``safe``,
            ``lanes``, ``export`` and ``handle``, as for `measurand.measure.run`; what the run had of them is not stored.

    Returns:
        The handle, as `Plan.run` and `Plan.start` return it.

    Raises:
        MeasurementError: The run is completed, or followed no plan.
        RunBusy: It is running.
        PlanError: The plan is not the stored one, cannot be made again, or has problems; all are listed, nothing was set.
        RunNotFound, DamagedData, StorageFailed: As for `DataRoot.reopen`.
        KeyboardInterrupt, Exception: As for `measurand.measure.run`.

    Example:
        >>> from measurand.dataset import MemoryStore
        >>> store, gate, tries = MemoryStore(), ManualParameter("gate"), iter(range(99))
        >>> current = Parameter("current", get_cmd=lambda: 1 / (2 - next(tries)))
        >>> plan = sweep(gate, 0, 1, num=5).each(current)
        >>> try:
        ...     plan.run(data=store)
        ... except ZeroDivisionError:
        ...     print(store.load("last").rows(), "rows")
        2 rows
        >>> resume("last", plan, data=store).dataset.numpy("gate").tolist()
        [0.0, 0.25, 0.5, 0.75, 1.0]
    """
    _check_options(options)
    store = _store_of(run, data)
    dataset = store.load(_name_of(run))
    chosen = Options(name=dataset.name, data=store, **{"progress": False if start else None, **options})
    wanted = _plan_of(dataset, plan, station)
    opening = _Continued(dataset)
    return line_up(wanted, chosen, opening, queue) if start else carry_out(wanted, chosen, opening)


class _Continued:
    """Opens the data of a run that goes on, if there is room for what is missing."""

    def __init__(self, dataset: Dataset) -> None:
        self._id = dataset.id
        self._rows = sum(map(dataset.rows, dataset.tables))

    def __call__(self, handle: Run, groups: Any, root: Store, options: Options, snapshot: dict[str, Any]) -> Stored:
        check_room(handle.plan, root, groups, self._rows)
        writers = Writers(
            lambda _: root.reopen(self._id, snapshot=snapshot, export=options.export),
            [group.table for group in groups],
            apart=False,
        )
        dataset = writers.datasets[0]
        accounts = [event for event in dataset.events if event["event"] == "account"]
        if accounts:
            handle.account.include(accounts[-1])
        try:
            return Stored(writers, Past(dataset, groups))
        except BaseException:  # whatever it was, a Ctrl-C too: the run does not go on, and must end
            writers.finish("interrupted", "It was not resumed: its rows could not be read.")
            raise


def _plan_of(dataset: Dataset, plan: Level | None, station: Any) -> Level:
    """Return the plan to go on with, checked against what is stored."""
    number, status, stored = dataset.number, dataset.status, dataset.plan
    if status == "running":
        raise RunBusy(f"Run {number} is running; it can be resumed once it has ended.")
    if status == "completed":
        raise MeasurementError(f"Run {number} is completed: nothing is left to do. Run the plan again for new data.")
    if stored is None:
        raise MeasurementError(
            f"Run {number} followed no plan: only the program that wrote it knows how it would go on. "
            f"Begin a new run with parents=[{dataset.id[:12]!r}]."
        )
    wanted = rebuilt(stored, finder(station)) if plan is None else plan
    found = plan_differences(stored, plain_json.to_plain(wanted.to_dict()))
    if not found:
        found = table_differences(dataset.tables, [group.table for group in groups_of(wanted)])
    if found:
        listed = "\n".join(f"  {line}" for line in found[:20])
        raise PlanError(f"{wanted!r} is not the plan of run {number}; nothing was set. Different are\n{listed}")
    return wanted


def _check_options(options: dict[str, Any]) -> None:
    for word in ("name", "sample", "experiment", "metadata", "parents", "apart"):
        if word in options:
            raise MeasurementError(
                f"resume: {word}={options[word]!r} refused: the run has its {word} already. Change what is said about a "
                f"run by its dataset, e.g. dataset.rename('…') or dataset.add_metadata({{…}})."
            )


def _name_of(run: Any) -> int | str | Path:
    if isinstance(run, Run):
        run = run.dataset
    return run.id if isinstance(run, (Dataset, RunRecord)) else run


def _store_of(run: Any, data: Store | None) -> Store:
    if data is not None:
        return data
    root: DataRoot = supplied("data_root")
    folder = _folder_of(run)
    return root if folder is None or folder.is_relative_to(root.path) else DataRoot.holding(folder)


def _folder_of(run: Any) -> Path | None:
    """Return where a run lies, if that is said."""
    if isinstance(run, Run):
        run = run.dataset
    if isinstance(run, (Dataset, RunRecord)):
        try:
            run = run.path
        except DatasetError:  # it is in memory
            raise MeasurementError(f"Run {run.number} is in memory: say which, resume(run, data=store).") from None
    if isinstance(run, str) and ("/" in run or os.sep in run):
        run = Path(run)
    return run.absolute() if isinstance(run, Path) else None
