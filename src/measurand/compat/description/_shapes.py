"""On which grid the results of a measurement will lie, from what is measured and how many steps are made."""

from __future__ import annotations

from collections.abc import Sequence, Sized
from operator import index
from typing import Any

from measurand.errors import DefinitionError
from measurand.parameters import Measurable, yield_of


def detect_shape_of_measurement(
    parameters: Sequence[Any], steps: Sequence[int] | Sequence[Sized] = ()
) -> dict[str, tuple[int, ...]]:
    """Return the shapes of results, for `Measurement.set_shapes`.

    Args:
        parameters: What is measured.
        steps: For each loop, from the outermost to the innermost, how many values it has, or these values.

    Returns:
        For the name of each result, the lengths of the loops and then those of the result itself.

    Raises:
        DefinitionError: Something cannot be measured, a result has no known shape, or a step is no number and has no
            length.

    Example:
        >>> from measurand.parameters import ManualParameter
        >>> detect_shape_of_measurement([ManualParameter("current")], (3, [0, 0.5, 1, 1.5]))
        {'current': (3, 4)}
    """
    if not isinstance(parameters, (list, tuple, set, frozenset)):
        raise DefinitionError(f"parameters={parameters!r} refused, allowed are lists: [{parameters!r}].")
    loops = tuple(_length(step) for step in steps)
    shapes: dict[str, tuple[int, ...]] = {}
    for parameter in parameters:
        if not isinstance(parameter, Measurable):
            raise DefinitionError(f"{parameter!r} cannot be measured: it has no name and no get.")
        for field in yield_of(parameter).fields:
            if not field.setpoint:
                shapes[field.name] = (*loops, *_own(parameter, field.name, field.shape)) or (1,)
    return shapes


def _own(parameter: Any, name: str, shape: tuple[int | None, ...] | None) -> tuple[int, ...]:
    from measurand.validators import Arrays

    if shape is None and not isinstance(getattr(parameter, "vals", None), Arrays):
        return ()  # nothing says that its values are arrays
    known = tuple(length for length in shape or () if length is not None)
    if shape is None or len(known) < len(shape):
        raise DefinitionError(
            f"{name}: Cannot infer shape of a Parameter with Array validator without a known shape. Say it there: "
            f"Arrays(shape=(…)), or give the shapes to set_shapes yourself."
        )
    return known


def _length(step: Any) -> int:
    if not isinstance(step, Sized):
        if isinstance(step, bool) or not hasattr(step, "__index__"):
            raise DefinitionError(f"steps: {step!r} refused, allowed are lengths, and lists or arrays that have one.")
        return index(step)
    if len(getattr(step, "shape", (1,))) != 1:
        raise DefinitionError(f"steps: {step!r} refused. A step must be a one dimensional array.")
    return len(step)
