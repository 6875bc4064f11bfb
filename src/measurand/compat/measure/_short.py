"""QCoDeS's shortest one-liners: no axis, one, or two of equal steps. Thin over `dond`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from measurand.compat.measure._dond import Result, dond
from measurand.compat.measure._sweeps import LinSweep
from measurand.compat.measure._together import Actions


def do0d(*param_meas: Any, **kwargs: Any) -> Result:
    """Measure once.

    Args:
        *param_meas: What is measured: parameters, and functions that are called.
        **kwargs: As for `dond`.

    Returns:
        As for `dond`.
    """
    return dond(*param_meas, **kwargs)


def do1d(
    param_set: Any, start: float, stop: float, num_points: int, delay: float, *param_meas: Any, **kwargs: Any
) -> Result:
    """Sweep one parameter in equal steps, and measure at every point.

    Args:
        param_set: What is moved.
        start: First value.
        stop: Last value.
        num_points: Number of values.
        delay: Time in s to wait after each setpoint.
        *param_meas: What is measured: parameters, and functions that are called.
        **kwargs: As for `dond`.

    Returns:
        As for `dond`.
    """
    return dond(LinSweep(param_set, start, stop, num_points, delay), *param_meas, **kwargs)


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
    enter_actions: Actions = (),
    exit_actions: Actions = (),
    before_inner_actions: Actions = (),
    after_inner_actions: Actions = (),
    write_period: float | None = None,
    measurement_name: str = "",
    exp: Any = None,
    flush_columns: bool = False,
    do_plot: bool | None = None,
    use_threads: bool | None = None,
    additional_setpoints: Sequence[Any] = (),
    show_progress: bool | None = None,
    log_info: str | None = None,
    break_condition: Callable[[], Any] | None = None,
) -> Result:
    """Sweep two parameters in equal steps, the second one inside the first, and measure at every point.

    Args:
        param_set1: What is moved in the outer loop.
        start1: Its first value.
        stop1: Its last value.
        num_points1: Number of its values.
        delay1: Time in s to wait after each of its setpoints.
        param_set2: What is moved in the inner loop.
        start2: Its first value.
        stop2: Its last value.
        num_points2: Number of its values.
        delay2: Time in s to wait after each of its setpoints.
        *param_meas: What is measured: parameters, and functions that are called.
        set_before_sweep: Whether the inner parameter goes to its first value before ``before_inner_actions``.
        enter_actions: Called before the measurement begins.
        exit_actions: Called at the end, however it comes.
        before_inner_actions: Called before each pass of the inner loop.
        after_inner_actions: Called after each pass of the inner loop.
        write_period: As for `dond`.
        measurement_name: What the dataset is called.
        exp: The experiment; None: the one that was made or loaded last.
        flush_columns: Accepted; rows are safe at once.
        do_plot: As for `dond`; so are those that follow.
        use_threads: Whether instruments of different connections are read at the same time.
        additional_setpoints: Read at every point and stored as further coordinates.
        show_progress: Whether a progress bar is drawn.
        log_info: Text for the log.
        break_condition: Ends the measurement in good order when it returns something true.

    Returns:
        As for `dond`.
    """
    del flush_columns
    inner = LinSweep(param_set2, start2, stop2, num_points2, delay2)
    to_start = (lambda: inner.param.set(start2),) if set_before_sweep and before_inner_actions else ()
    outer = LinSweep(param_set1, start1, stop1, num_points1, delay1, (*to_start, *before_inner_actions))
    outer.after_pass = tuple(after_inner_actions)
    return dond(
        outer,
        inner,
        *param_meas,
        enter_actions=enter_actions,
        exit_actions=exit_actions,
        write_period=write_period,
        measurement_name=measurement_name,
        exp=exp,
        do_plot=do_plot,
        use_threads=use_threads,
        additional_setpoints=additional_setpoints,
        show_progress=show_progress,
        log_info=log_info,
        break_condition=break_condition,
    )
