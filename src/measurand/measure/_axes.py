"""Axes as one-liners name them: from where to where, in how many points. Pure data; each becomes a level of a plan."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from measurand.errors import DefinitionError
from measurand.measure._plan import Plan, sweep, together
from measurand.parameters import Segment, Sweep, as_settable, linear_sweep


@dataclass(frozen=True, eq=False)
class ArraySweep:
    """An axis through given values.

    Args:
        param: What is moved.
        array: The values, in order.
        delay: Time in s to wait after each setpoint.
        post_actions: Functions of no arguments that are called after each setpoint and its delay.
        get_after_set: Whether the setpoint is read back, and stored as it was read.
        after_pass: Functions of no arguments that are called after each pass through the axis.

    Example:
        >>> len(ArraySweep(ManualParameter("gate"), [0, 1, 5]).sweep())
        3
    """

    param: Any
    array: Iterable[Any]
    delay: float = 0
    post_actions: Sequence[Callable[[], Any]] = ()
    get_after_set: bool = False
    after_pass: Sequence[Callable[[], Any]] = ()

    def sweep(self) -> Sweep:
        """Return parameter and values.

        Raises:
            DefinitionError: There are no values, or the parameter cannot be set.
            RefusedValue, RefusedType: A value is not allowed.
        """
        array: Any = self.array
        return Sweep(as_settable(self.param), (Segment(tuple(getattr(array, "tolist", array.__iter__)())),))

    def level(self) -> Plan:
        """Return the axis as the beginning of a plan."""
        plan = sweep(self.sweep(), delay=self.delay, readback=self.get_after_set).then(*self.after_pass)
        return plan.each(*self.post_actions) if self.post_actions else plan


@dataclass(frozen=True, eq=False)
class LinSweep(ArraySweep):
    """An axis of equal steps, both ends included.

    Args:
        param: What is moved.
        start: First value.
        stop: Last value.
        num_points: Number of values.
        delay: Time in s to wait after each setpoint.
        post_actions: Functions of no arguments that are called after each setpoint and its delay.
        get_after_set: Whether the setpoint is read back, and stored as it was read.
        after_pass: Functions of no arguments that are called after each pass through the axis.
    """

    def __init__(
        self,
        param: Any,
        start: float,
        stop: float,
        num_points: int,
        delay: float = 0,
        post_actions: Sequence[Callable[[], Any]] = (),
        get_after_set: bool = False,
        after_pass: Sequence[Callable[[], Any]] = (),
    ) -> None:
        moved = as_settable(param)
        values = linear_sweep(moved, start, stop, num_points, None)
        super().__init__(param, values, delay, post_actions, get_after_set, after_pass)

    def sweep(self) -> Sweep:
        """Return parameter and values."""
        assert isinstance(self.array, Sweep)  # noqa: S101 - for the type checker; the constructor made it
        return self.array


@dataclass(frozen=True, eq=False)
class LogSweep(ArraySweep):
    """An axis of equal ratios, from ``10**start`` to ``10**stop``, both ends included.

    Args:
        param: What is moved.
        start: Exponent of the first value.
        stop: Exponent of the last value.
        num_points: Number of values.
        delay: Time in s to wait after each setpoint.
        post_actions: Functions of no arguments that are called after each setpoint and its delay.
        get_after_set: Whether the setpoint is read back, and stored as it was read.

    Example:
        >>> list(LogSweep(ManualParameter("frequency"), 0, 2, 3).sweep())
        [1.0, 10.0, 100.0]
    """

    def __init__(
        self,
        param: Any,
        start: float,
        stop: float,
        num_points: int,
        delay: float = 0,
        post_actions: Sequence[Callable[[], Any]] = (),
        get_after_set: bool = False,
    ) -> None:
        name = getattr(param, "full_name", repr(param))
        if not isinstance(num_points, int) or num_points < 1 or not all(map(math.isfinite, (start, stop))):
            raise DefinitionError(
                f"{name}: LogSweep from 10**{start!r} to 10**{stop!r} in {num_points!r} points refused, allowed are finite "
                f"exponents and whole numbers of points from 1."
            )
        exponents = [start + (stop - start) * i / max(num_points - 1, 1) for i in range(num_points)]
        super().__init__(param, [10.0**exponent for exponent in exponents], delay, post_actions, get_after_set)


class TogetherSweep:
    """Several axes of equal length as one: at each point all parameters move.

    Args:
        *sweeps: `LinSweep`, `LogSweep` or `ArraySweep`.

    Raises:
        DefinitionError: The lengths differ, or a parameter stands twice.

    Example:
        >>> left, right = ManualParameter("left"), ManualParameter("right")
        >>> len(TogetherSweep(LinSweep(left, 0, 1, 11), LinSweep(right, 5, 6, 11)).sweep())
        11
    """

    def __init__(self, *sweeps: ArraySweep) -> None:
        self.sweeps = sweeps
        self._together = together(*(one.sweep() for one in sweeps))

    def sweep(self) -> Sweep:
        """Return the parameters and their values, as one axis."""
        return self._together

    def level(self) -> Plan:
        """Return the axis as the beginning of a plan; it waits as long as the slowest of its parts."""
        actions = [action for one in self.sweeps for action in one.post_actions]
        plan = sweep(self._together, delay=max(one.delay for one in self.sweeps))
        return plan.each(*actions) if actions else plan
