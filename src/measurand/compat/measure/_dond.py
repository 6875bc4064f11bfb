"""QCoDeS's one-liners: sweep any number of axes, measure at every point, return the datasets. Thin over `Measurement`."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from measurand.compat.dataset import DataSetDefinition
from measurand.compat.measure._callers import Caller, Output, SequentialParamsCaller, ThreadPoolParamsCaller
from measurand.compat.measure._groups import Axis, definitions, sorted_out
from measurand.compat.measure._place import chosen
from measurand.compat.measure._plotting import plot_and_save_image
from measurand.compat.measure._points import Pairs, Points
from measurand.compat.measure._saver import DataSaver
from measurand.compat.measure._sweeps import TogetherSweep
from measurand.compat.measure._together import Actions, measurement_of, running
from measurand.errors import DefinitionError

_log = logging.getLogger(__name__)
Result = tuple[Any, Any, Any]


class BreakConditionInterrupt(Exception):
    """The break condition of a `dond` was met."""


def dond(
    *params: Axis | Any,
    write_period: float | None = None,
    measurement_name: str | Sequence[str] = "",
    exp: Any = None,
    enter_actions: Actions = (),
    exit_actions: Actions = (),
    do_plot: bool | None = None,
    show_progress: bool | None = None,
    use_threads: bool | None = None,
    additional_setpoints: Sequence[Any] = (),
    log_info: str | None = None,
    break_condition: Callable[[], Any] | None = None,
    dataset_dependencies: Mapping[str, Sequence[Any]] | None = None,
    in_memory_cache: bool | None = None,
    squeeze: bool = True,
) -> Result:
    """Sweep any number of axes, the last one innermost, and measure at every point.

    Every setpoint is looked at before the first is set.

    Args:
        *params: Sweeps (`LinSweep`, `LogSweep`, `ArraySweep`, `TogetherSweep`), and what is measured: parameters, and
            functions that are called. Lists of parameters make a dataset each.
        write_period: The most, in s, that a power loss may take; the death of the program takes nothing.
        measurement_name: What the dataset is called; of several datasets one name each, or one for all.
        exp: The experiment, likewise; None: the one that was made or loaded last.
        enter_actions: Called before the measurement begins.
        exit_actions: Called at the end, however it comes.
        do_plot: Whether pictures are drawn and saved; None: what the settings say.
        show_progress: Whether a progress bar is drawn; None: what the settings say.
        use_threads: Whether instruments of different connections are read at the same time; None: what the settings say.
        additional_setpoints: Read at every point and stored as further coordinates.
        log_info: Text for the log; None: a default one.
        break_condition: Ends the measurement in good order when it returns something true; looked at after every point.
        dataset_dependencies: By name of a dataset, the swept and measured parameters that it has; needs at least one
            parameter of each sweep.
        in_memory_cache: Accepted; what is stored is read without a copy in memory.
        squeeze: Whether a single dataset is returned as it is, rather than in a tuple of one.

    Returns:
        The dataset, its axes (of matplotlib; None without pictures) and its colour bars, the latter two as tuples with
        one entry for each picture; of several datasets three tuples of these.

    Raises:
        DefinitionError: The arguments do not fit together; nothing was set.
        RefusedValue, RefusedType: A setpoint is not allowed; nothing was set.
        KeyboardInterrupt: Ctrl-C; all rows until then are stored.
    """
    del in_memory_cache
    given = sorted_out(params)
    points = Points(given.sweeps)
    wanted = definitions(given, measurement_name, exp, additional_setpoints, dataset_dependencies)
    measurements = [measurement_of(one) for one in wanted]
    if write_period is not None:
        for measurement in measurements:
            measurement.write_period = write_period
    _log.info(log_info or "Using 'qcodes.dataset.dond'")
    progress = bool(chosen(show_progress, "dataset", "dond_show_progress"))
    total = math.prod(one.num_points for one in given.sweeps)
    threads = bool(chosen(use_threads, "dataset", "use_threads"))
    with (
        running(measurements, before=enter_actions, after=exit_actions, progress=progress, total=total) as savers,
        _caller((*additional_setpoints, *given.measured), threads=threads) as read,
    ):
        _measure(points, wanted, savers, read, break_condition, len(additional_setpoints))
    return _result([saver.dataset for saver in savers], plot=do_plot, squeeze=squeeze)


def dond_into(datasaver: DataSaver, *params: Any, additional_setpoints: Sequence[Any] = ()) -> None:
    """Sweep any number of axes, and add what is measured at every point to a dataset that is growing.

    Args:
        datasaver: What adds to the dataset, e.g. one of a `datasaver_builder`.
        *params: Sweeps, then what is measured, as for `dond`; no `TogetherSweep` and no lists.
        additional_setpoints: Read at every point and added too.

    Raises:
        DefinitionError: The arguments do not fit together; nothing was set.
    """
    given = sorted_out(params)
    if given.grouped:
        raise DefinitionError("dond_into adds to one dataset: give parameters, no lists of them.")
    if any(isinstance(one, TogetherSweep) for one in given.sweeps):
        raise DefinitionError("dond_into does not support TogetherSweeps: use dond.")
    points = Points(given.sweeps)
    with SequentialParamsCaller(*additional_setpoints, *given.measured) as read:
        points.walk(lambda pairs: datasaver.add_result(*pairs, *read()))


def _caller(things: Sequence[Any], *, threads: bool) -> Caller:
    return ThreadPoolParamsCaller(*things) if threads else SequentialParamsCaller(*things)


def _measure(
    points: Points,
    wanted: Sequence[DataSetDefinition],
    savers: Sequence[DataSaver],
    read: Callable[[], Output],
    broken: Callable[[], Any] | None,
    extra: int,
) -> None:
    """Go through all points and add what is read to the datasets that it belongs to."""
    if len(savers) == 1:
        add = savers[0].add_result
        if broken is None:
            points.walk(lambda pairs: add(*pairs, *read()))
            return

    adders = [_adder(one, saver) for one, saver in zip(wanted, savers, strict=True)]

    def measure(pairs: Pairs) -> None:
        output = read()
        at = [*pairs, *output[:extra]]
        for add in adders:
            add(at, output[extra:])
        if broken is not None and broken():
            raise BreakConditionInterrupt

    with suppress(BreakConditionInterrupt):
        points.walk(measure)


def _adder(wanted: DataSetDefinition, saver: DataSaver) -> Callable[[Pairs, Output], None]:
    """Return what adds those results of a point that belong to one dataset."""
    setpoints = {id(one) for one in wanted.independent}
    measured = {id(one) for one in wanted.dependent}

    def add(at: Pairs, output: Output) -> None:
        saver.add_result(
            *(pair for pair in at if id(pair[0]) in setpoints), *(pair for pair in output if id(pair[0]) in measured)
        )

    return add


def _result(datasets: Sequence[Any], *, plot: bool | None, squeeze: bool) -> Result:
    if chosen(plot, "dataset", "dond_plot"):
        pictures = [plot_and_save_image(dataset) for dataset in datasets]
        axes, bars = tuple(one for _, one, _ in pictures), tuple(one for _, _, one in pictures)
    else:
        axes = bars = tuple((None,) for _ in datasets)
    if squeeze and len(datasets) == 1:
        return datasets[0], axes[0], bars[0]
    return tuple(datasets), axes, bars
