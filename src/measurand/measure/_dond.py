"""One-liners: measure once, along one axis, over two, over any number. Thin: each makes a plan and runs it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from measurand.dataset import DataRoot, Dataset
from measurand.errors import DefinitionError
from measurand.measure._actions import EndIf, Read
from measurand.measure._axes import ArraySweep, LinSweep, TogetherSweep
from measurand.measure._plan import Plan, once
from measurand.parameters import Measurable

Actions = Sequence[Callable[[], Any]]
Axis = ArraySweep | TogetherSweep
Result = tuple[Any, Any, Any]


def dond(
    *params: Axis | Measurable | Sequence[Measurable] | Callable[[], Any],
    write_period: float | None = None,
    measurement_name: str | Sequence[str] = "",
    exp: Any = None,
    enter_actions: Actions = (),
    exit_actions: Actions = (),
    do_plot: bool = False,
    show_progress: bool | None = None,
    use_threads: bool | None = None,
    additional_setpoints: Sequence[Measurable] = (),
    break_condition: Callable[[], Any] | None = None,
    squeeze: bool = True,
    data: DataRoot | None = None,
    **options: Any,
) -> Result:
    """Sweep any number of axes, the last one innermost, and measure at every point.

    Args:
        *params: Axes (`LinSweep`, `LogSweep`, `ArraySweep`, `TogetherSweep`), then what is measured: parameters, and
            functions that are called. Lists of parameters are stored as runs of their own.
        write_period: Accepted; rows are safe from the death of the program at once.
        measurement_name: What the run is called; of several groups one name each, or one for all.
        exp: The experiment: a text, or something with a ``name``.
        enter_actions: Called before the first setpoint.
        exit_actions: Called at the end, however it comes.
        do_plot: Whether the data is drawn when it is complete.
        show_progress: Whether to draw a progress bar; None: in terminals and notebooks.
        use_threads: Whether instruments of different connections are read at the same time; None: yes.
        additional_setpoints: Read at every point and stored as further coordinates.
        break_condition: Ends the sweep in good order when it returns something true; looked at after every point.
        squeeze: Whether a single group is returned as it is, rather than in tuples of one.
        data: Where to store; default the data root of this process.
        **options: As for `measurand.measure.run`.

    Returns:
        The dataset, its axes (of matplotlib; None without ``do_plot``) and its colour bars; of several groups three
        tuples.

    Raises:
        DefinitionError: Something among ``params`` is neither an axis nor measurable, or nothing is measured.
        PlanError: The plan has problems; all are listed, nothing was set.

    Example:
        >>> gate, current = ManualParameter("gate"), ManualParameter("current", initial_value=1.0)
        >>> dataset, axes, colour_bars = dond(LinSweep(gate, 0, 1, 11), current, data=data)  # doctest: +SKIP
    """
    del write_period
    axes, groups = _sorted(params)
    plan = _plan([axis.level() for axis in axes], groups, additional_setpoints, break_condition)
    names = [measurement_name] if isinstance(measurement_name, str) else list(measurement_name)
    run = (
        plan.first(*enter_actions)
        .finally_(*exit_actions)
        .run(
            names[0],
            experiment=exp if isinstance(exp, str) else getattr(exp, "name", ""),
            progress=show_progress,
            lanes=use_threads is not False,
            apart=len(groups) > 1,
            data=data,
            **options,
        )
    )
    for dataset, name in zip(run.datasets[1:], names[1:], strict=False):
        dataset.rename(name)
    return _result(run.datasets, draw=do_plot, squeeze=squeeze)


def do0d(*param_meas: Any, **options: Any) -> Result:
    """Measure once.

    Args:
        *param_meas: What is measured.
        **options: As for `dond`.
    """
    return dond(*param_meas, **options)


def do1d(
    param_set: Any, start: float, stop: float, num_points: int, delay: float, *param_meas: Any, **options: Any
) -> Result:
    """Sweep one parameter in equal steps and measure at every point.

    Args:
        param_set: What is moved.
        start: First value.
        stop: Last value.
        num_points: Number of values.
        delay: Time in s to wait after each setpoint.
        *param_meas: What is measured.
        **options: As for `dond`.
    """
    return dond(LinSweep(param_set, start, stop, num_points, delay), *param_meas, **options)


def do2d(
    param_set1: Any,
    start1: float,
    stop1: float,
    num_points1: int,
    delay1: float,
    param_set2: Any,
    start2: float,
    stop2: float,
    num_points2: int,
    delay2: float,
    *param_meas: Any,
    set_before_sweep: bool | None = True,
    before_inner_actions: Actions = (),
    after_inner_actions: Actions = (),
    flush_columns: bool = False,
    **options: Any,
) -> Result:
    """Sweep two parameters in equal steps, the second one inside the first, and measure at every point.

    Args:
        param_set1: What is moved at the outer level.
        start1: Its first value.
        stop1: Its last value.
        num_points1: Number of its values.
        delay1: Time in s to wait after each of its setpoints.
        param_set2: What is moved at the inner level.
        start2: Its first value.
        stop2: Its last value.
        num_points2: Number of its values.
        delay2: Time in s to wait after each of its setpoints.
        *param_meas: What is measured.
        set_before_sweep: Accepted; the inner parameter is always set before the first point of a pass is measured.
        before_inner_actions: Called after each outer setpoint, before the inner sweep.
        after_inner_actions: Called after each inner sweep.
        flush_columns: Accepted; rows are safe at once.
        **options: As for `dond`.
    """
    del set_before_sweep, flush_columns
    outer = LinSweep(param_set1, start1, stop1, num_points1, delay1, tuple(before_inner_actions))
    inner = LinSweep(param_set2, start2, stop2, num_points2, delay2, after_pass=tuple(after_inner_actions))
    return dond(outer, inner, *param_meas, **options)


def _sorted(params: Sequence[Any]) -> tuple[list[Axis], list[list[Any]]]:
    """Return the axes, and what is measured, group by group."""
    axes: list[Axis] = []
    single: list[Any] = []
    groups: list[list[Any]] = []
    for number, param in enumerate(params):
        if isinstance(param, (ArraySweep, TogetherSweep)):
            if single or groups:
                raise DefinitionError(f"argument {number + 1}: {param!r} must stand before what is measured.")
            axes.append(param)
        elif isinstance(param, (list, tuple)):
            groups.append([_measured(one, number) for one in param])
        else:
            single.append(_measured(param, number))
    if single:
        groups.insert(0, single)
    if not any(isinstance(one, Measurable) for group in groups for one in group):
        raise DefinitionError("nothing is measured: give at least one parameter to read after the axes.")
    return axes, groups


def _measured(thing: Any, number: int) -> Any:
    if isinstance(thing, Measurable) or callable(thing):
        return thing
    raise DefinitionError(
        f"argument {number + 1}: {thing!r} ({type(thing).__name__}) can neither be swept nor measured; allowed are "
        f"LinSweep, LogSweep, ArraySweep, TogetherSweep, parameters, functions, and lists of parameters."
    )


def _plan(
    levels: Sequence[Plan],
    groups: Sequence[Sequence[Any]],
    extra: Sequence[Measurable],
    broken: Callable[[], Any] | None,
) -> Plan:
    actions: list[Any] = []
    for number, group in enumerate(groups):
        actions += [Read(one, group=number, setpoint=True) for one in extra]
        actions += [Read(one, group=number) if isinstance(one, Measurable) else one for one in group]
    if broken is not None:
        actions.append(EndIf(broken))
    if not levels:
        return once(*actions)
    plan = levels[-1].each(*actions)
    for level in reversed(levels[:-1]):
        plan = level.each(plan)
    return plan


def _result(datasets: Sequence[Dataset], *, draw: bool, squeeze: bool) -> Result:
    drawn = [dataset.plot() if draw else None for dataset in datasets]
    axes = [None if pictures is None else tuple(one.axes for one in pictures) for pictures in drawn]
    bars = [None if pictures is None else tuple(one.colorbars for one in pictures) for pictures in drawn]
    if squeeze and len(datasets) == 1:
        return datasets[0], axes[0], bars[0]
    return tuple(datasets), tuple(axes), tuple(bars)
