"""QCoDeS's sweeps: one axis each, as `dond` asks for it. Own kinds are subclasses of `AbstractSweep`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Self

from measurand._core.clock import SYSTEM_CLOCK
from measurand._core.stop import sleep
from measurand.errors import DefinitionError
from measurand.parameters import as_settable

if TYPE_CHECKING:
    import numpy.typing as npt

Actions = Sequence[Callable[[], Any]]


class AbstractSweep(ABC):
    """One axis of a measurement: a parameter, the values it goes through, and what is done after each."""

    @abstractmethod
    def get_setpoints(self) -> npt.NDArray[Any]:
        """Return the values, in order, shape ``(num_points,)``."""

    @property
    @abstractmethod
    def param(self) -> Any:
        """What is moved."""

    @property
    @abstractmethod
    def delay(self) -> float:
        """Time in s to wait after each setpoint."""

    @property
    @abstractmethod
    def num_points(self) -> int:
        """Number of values."""

    @property
    @abstractmethod
    def post_actions(self) -> Actions:
        """Functions of no arguments that are called after each setpoint and its delay."""

    @property
    def get_after_set(self) -> bool:
        """Whether the setpoint is read back, and stored as it was read; default no."""
        return False

    after_pass: Actions = ()
    """Functions of no arguments that are called after what is inside this sweep was gone through, at each value."""


class _Sweep(AbstractSweep):
    """What the sweeps below have in common: everything but the values."""

    def __init__(self, param: Any, delay: float, post_actions: Actions, get_after_set: bool) -> None:
        self._param = as_settable(param)
        self._delay = delay
        self._post_actions = post_actions
        self._get_after_set = get_after_set

    @property
    def param(self) -> Any:
        """What is moved."""
        return self._param

    @property
    def delay(self) -> float:
        """Time in s to wait after each setpoint."""
        return self._delay

    @property
    def post_actions(self) -> Actions:
        """Functions of no arguments that are called after each setpoint and its delay."""
        return self._post_actions

    @property
    def get_after_set(self) -> bool:
        """Whether the setpoint is read back, and stored as it was read."""
        return self._get_after_set

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._param.full_name}, {self.num_points} points>"


class _Spaced(_Sweep):
    """A number of values from a start to a stop, both included."""

    def __init__(
        self,
        param: Any,
        start: float,
        stop: float,
        num_points: int,
        delay: float = 0,
        post_actions: Actions = (),
        get_after_set: bool = False,
    ) -> None:
        super().__init__(param, delay, post_actions, get_after_set)
        if isinstance(num_points, bool) or not hasattr(num_points, "__index__") or num_points < 0:
            raise DefinitionError(
                f"{self._param.full_name}: num_points={num_points!r} refused, allowed are whole numbers from 0."
            )
        self._start, self._stop, self._num_points = start, stop, int(num_points)

    @property
    def num_points(self) -> int:
        """Number of values."""
        return self._num_points


class LinSweep(_Spaced):
    """An axis of equal steps, both ends included.

    Args:
        param: What is moved.
        start: First value.
        stop: Last value.
        num_points: Number of values.
        delay: Time in s to wait after each setpoint.
        post_actions: Functions of no arguments that are called after each setpoint and its delay.
        get_after_set: Whether the setpoint is read back, and stored as it was read.

    Example:
        >>> from measurand.compat.measure import LinSweep
        >>> LinSweep(ManualParameter("gate"), 0, 1, 5).get_setpoints().tolist()
        [0.0, 0.25, 0.5, 0.75, 1.0]
    """

    def get_setpoints(self) -> npt.NDArray[Any]:
        """Return the values, shape ``(num_points,)``, float64."""
        import numpy as np

        return np.linspace(self._start, self._stop, self._num_points)


class LogSweep(_Spaced):
    """An axis of equal ratios, from ``10**start`` to ``10**stop``, both ends included; arguments as for `LinSweep`.

    Example:
        >>> from measurand.compat.measure import LogSweep
        >>> LogSweep(ManualParameter("frequency"), 0, 2, 3).get_setpoints().tolist()
        [1.0, 10.0, 100.0]
    """

    def get_setpoints(self) -> npt.NDArray[Any]:
        """Return the values, shape ``(num_points,)``, float64."""
        import numpy as np

        return np.logspace(self._start, self._stop, self._num_points)


class ArraySweep(_Sweep):
    """An axis through given values.

    Args:
        param: What is moved.
        array: The values, in order.
        delay: Time in s to wait after each setpoint.
        post_actions: Functions of no arguments that are called after each setpoint and its delay.
        get_after_set: Whether the setpoint is read back, and stored as it was read.

    Example:
        >>> from measurand.compat.measure import ArraySweep
        >>> ArraySweep(ManualParameter("gate"), [0, 1, 5]).num_points
        3
    """

    def __init__(
        self,
        param: Any,
        array: Sequence[Any] | npt.NDArray[Any],
        delay: float = 0,
        post_actions: Actions = (),
        get_after_set: bool = False,
    ) -> None:
        import numpy as np

        super().__init__(param, delay, post_actions, get_after_set)
        self._array = np.array(array)
        if self._array.ndim != 1:
            raise DefinitionError(
                f"{self._param.full_name}: an array of shape {self._array.shape} refused, allowed is one dimension."
            )

    def get_setpoints(self) -> npt.NDArray[Any]:
        """Return the values, shape ``(num_points,)``."""
        return self._array

    @property
    def num_points(self) -> int:
        """Number of values."""
        return len(self._array)


class TogetherSweep:
    """Several axes of equal length as one: at each point all parameters move before anything is read.

    Args:
        *sweeps: At least one sweep.

    Raises:
        DefinitionError: There is none, or the lengths differ.
    """

    def __init__(self, *sweeps: AbstractSweep) -> None:
        if not sweeps:
            raise DefinitionError("A TogetherSweep must contain at least one sweep.")
        first = sweeps[0].num_points
        for one in sweeps:
            if one.num_points != first:
                raise DefinitionError(
                    f"All Sweeps in a TogetherSweep must have the same length. Sweep of {one.param.full_name} had "
                    f"{one.num_points} but the first one had {first}."
                )
        self._sweeps = sweeps

    @property
    def sweeps(self) -> tuple[AbstractSweep, ...]:
        """Its parts."""
        return self._sweeps

    @property
    def num_points(self) -> int:
        """Number of points."""
        return self._sweeps[0].num_points

    def get_setpoints(self) -> Iterable[tuple[Any, ...]]:
        """Return the values of all parts, point by point."""
        return zip(*(one.get_setpoints() for one in self._sweeps), strict=True)


class LinSweeper(LinSweep):
    """A `LinSweep` to loop over: each value is set, and waited for, and given to the loop.

    Example:
        >>> gate = ManualParameter("gate")
        >>> [gate() for _ in LinSweeper(gate, 0, 1, 3)]
        [0.0, 0.5, 1.0]
    """

    _left: Iterator[Any] = iter(())

    def __iter__(self) -> Self:
        self._left = iter(self.get_setpoints().tolist())
        return self

    def __next__(self) -> float:
        value: float = next(self._left)
        self.param.set(value)
        if self.delay:
            sleep(SYSTEM_CLOCK, self.delay)
        for action in self.post_actions:
            action()
        return value
