"""Parameters that give arrays with setpoints, and several values at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from measurand.parameters import ArrayParameter, MultiParameter, Parameter, ParameterWithSetpoints

_AXES = ("this", "that")
_SPAN = tuple(np.linspace(5, 9, 5))


def setpoint_generator(*sp_bases: Sequence[float] | npt.NDArray[Any]) -> tuple[npt.NDArray[Any], ...]:
    """Return setpoints as parameters of several dimensions need them: the first in 1 dimension, the second in 2, ….

    Args:
        *sp_bases: The values along each dimension.

    Example:
        >>> [it.shape for it in setpoint_generator([1, 2], [3, 4, 5])]
        [(2,), (2, 3)]
    """
    bases = [np.asarray(base) for base in sp_bases]
    sizes = [base.size for base in bases]
    return tuple(np.broadcast_to(base, (*sizes[:number], base.size)).copy() for number, base in enumerate(bases))


def _five(setpoint_name: str) -> dict[str, Any]:
    """Return the arguments of an array of five values."""
    return {
        "shape": (5,),
        "label": "this label",
        "unit": "this unit",
        "setpoints": (_SPAN,),
        "setpoint_names": (setpoint_name,),
        "setpoint_labels": ("this setpoint",),
        "setpoint_units": ("this setpointunit",),
    }


class ArraySetPointParam(ArrayParameter):
    """Five times 2, over setpoints of its own.

    Args:
        instrument: What it belongs to.
        name: Its name.
        **kwargs: Of `ArrayParameter`.
    """

    def __init__(self, instrument: Any = None, name: str = "array_setpoint_param", **kwargs: Any) -> None:
        super().__init__(name, instrument=instrument, **_five("array_setpoint_param_this_setpoint"), **kwargs)

    def get_raw(self) -> npt.NDArray[Any]:
        """Return the array."""
        return np.full(5, 2.0)


class ComplexArraySetPointParam(ArrayParameter):
    """Five complex numbers, k - k·1j, over setpoints of its own.

    Args:
        instrument: What it belongs to.
        name: Its name.
        **kwargs: Of `ArrayParameter`.
    """

    def __init__(self, instrument: Any = None, name: str = "testparameter", **kwargs: Any) -> None:
        super().__init__(name, instrument=instrument, **_five("this_setpoint"), **kwargs)

    def get_raw(self) -> npt.NDArray[Any]:
        """Return the array."""
        return np.arange(5) * (1 - 1j)


class MultiSetPointParam(MultiParameter):
    """Two arrays, of zeros and of ones, over the same five setpoints.

    Args:
        instrument: What it belongs to.
        name: Its name.
        **kwargs: Of `MultiParameter`.
    """

    def __init__(self, instrument: Any = None, name: str = "multi_setpoint_param", **kwargs: Any) -> None:
        super().__init__(
            name,
            ("multi_setpoint_param_this", "multi_setpoint_param_that"),
            ((5,), (5,)),
            instrument,
            labels=("this label", "that label"),
            units=("this unit", "that unit"),
            setpoints=((_SPAN,), (_SPAN,)),
            setpoint_names=(("multi_setpoint_param_this_setpoint",),) * 2,
            setpoint_labels=(("this setpoint",),) * 2,
            setpoint_units=(("this setpointunit",),) * 2,
            **kwargs,
        )

    def get_raw(self) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """Return the arrays."""
        return np.zeros(5), np.ones(5)


def _planes(shapes: tuple[tuple[int, int], tuple[int, int]], ends: tuple[str, str]) -> dict[str, Any]:
    """Return the arguments of two arrays over planes of setpoints; ``ends`` tell the names of these apart."""
    names = [[f"multi_2d_setpoint_param_{axis}_setpoint" + end.replace(" ", "_") for axis in _AXES] for end in ends]
    return {
        "shapes": shapes,
        "labels": ("this label", "that label"),
        "units": ("this unit", "that unit"),
        "setpoints": tuple(setpoint_generator(np.linspace(5, 9, m), np.linspace(9, 11, n)) for m, n in shapes),
        "setpoint_names": tuple(map(tuple, names)),
        "setpoint_labels": tuple(tuple(f"{axis} setpoint{end}" for axis in _AXES) for end in ends),
        "setpoint_units": (("this setpointunit", "that setpointunit"),) * 2,
    }


class Multi2DSetPointParam(MultiParameter):
    """Two arrays, of zeros and of ones, over the same plane of setpoints.

    Args:
        instrument: What it belongs to.
        name: Its name.
        **kwargs: Of `MultiParameter`.
    """

    def __init__(self, instrument: Any = None, name: str = "multi_2d_setpoint_param", **kwargs: Any) -> None:
        super().__init__(name, _AXES, instrument=instrument, **_planes(((5, 3), (5, 3)), ("", "")), **kwargs)

    def get_raw(self) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """Return the arrays."""
        return np.zeros((5, 3)), np.ones((5, 3))


class Multi2DSetPointParam2Sizes(MultiParameter):
    """Two arrays of different shapes, of zeros and of ones, over planes of setpoints.

    Args:
        instrument: What it belongs to.
        name: Its name.
        **kwargs: Of `MultiParameter`.
    """

    def __init__(self, instrument: Any = None, name: str = "multi_2d_setpoint_param", **kwargs: Any) -> None:
        planes = _planes(((5, 3), (2, 7)), (" 1", " 2"))
        super().__init__(name, ("this_5_3", "this_2_7"), instrument=instrument, **planes, **kwargs)

    def get_raw(self) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """Return the arrays."""
        return np.zeros((5, 3)), np.ones((2, 7))


class MultiScalarParam(MultiParameter):
    """Two numbers, 0 and 1.

    Args:
        instrument: What it belongs to.
        name: Its name.
        **kwargs: Of `MultiParameter`.
    """

    def __init__(self, instrument: Any = None, name: str = "multiscalarparameter", **kwargs: Any) -> None:
        super().__init__(
            name,
            ("thisparam", "thatparam"),
            ((), ()),
            instrument,
            labels=("thisparam label", "thatparam label"),
            units=("thisparam unit", "thatparam unit"),
            setpoints=((), ()),
            **kwargs,
        )

    def get_raw(self) -> tuple[float, float]:
        """Return the numbers."""
        return 0, 1


class MultiGetter(MultiParameter):
    """Whatever it is told to return.

    Args:
        **kwargs: What it returns, by name: ``MultiGetter(one=1, onetwo=(1, 2))``.
    """

    def __init__(self, **kwargs: Any) -> None:
        self._return = tuple(kwargs.values())
        super().__init__("multigetter", tuple(kwargs), tuple(np.shape(value) for value in self._return))

    def get_raw(self) -> tuple[Any, ...]:
        """Return it."""
        return self._return


class GeneratedSetPoints(Parameter[Any]):
    """Setpoints between two parameters' values, as many as a third one says.

    Args:
        startparam: Gives the first.
        stopparam: Gives the last.
        numpointsparam: Gives their number.
        *args: Of `Parameter`.
        **kwargs: Of `Parameter`.
    """

    def __init__(self, startparam: Any, stopparam: Any, numpointsparam: Any, *args: Any, **kwargs: Any) -> None:
        self._ends = startparam, stopparam, numpointsparam
        super().__init__(*args, **kwargs)

    def get_raw(self) -> npt.NDArray[Any]:
        """Return them."""
        start, stop, count = (end() for end in self._ends)
        return np.linspace(start, stop, int(count))


class DummyParameterWithSetpoints1D(ParameterWithSetpoints):
    """Random numbers, as many as the ``dummy_n_points`` of its instrument says."""

    def get_raw(self) -> npt.NDArray[Any]:
        """Return them."""
        return _random(self, "dummy_n_points")


class DummyParameterWithSetpoints2D(ParameterWithSetpoints):
    """Random numbers in a plane of ``dummy_n_points`` by ``dummy_n_points_2`` of its instrument."""

    def get_raw(self) -> npt.NDArray[Any]:
        """Return them."""
        return _random(self, "dummy_n_points", "dummy_n_points_2")


class DummyParameterWithSetpointsComplex(ParameterWithSetpoints):
    """Random complex numbers, as many as the ``dummy_n_points`` of its instrument says."""

    def get_raw(self) -> npt.NDArray[Any]:
        """Return them."""
        return _random(self, "dummy_n_points") + 1j * _random(self, "dummy_n_points")


def _random(parameter: ParameterWithSetpoints, *sizes: str) -> npt.NDArray[Any]:
    owner: Any = parameter.instrument
    return np.random.default_rng().random(tuple(int(owner.parameters[size]()) for size in sizes))
