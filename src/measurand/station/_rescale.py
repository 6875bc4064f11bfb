"""Giving a parameter another scale without loosening what its driver allows: the limits and steps are converted too.

``raw = value · scale + offset``. A driver that allows -10 to 10 V at its output, behind a divider of 100, allows -0.1
to 0.1 V at the sample; without the conversion 5 V at the sample would ask the output for 500 V.
"""

from __future__ import annotations

from typing import Any

from measurand.errors import DefinitionError
from measurand.validators import Anything, Numbers, Validator


def rescale(parameter: Any, scale: float | None = None, offset: float | None = None) -> None:
    """Give ``parameter`` a scale or offset, with its validators and its step in the new values.

    Raises:
        DefinitionError: It has no scale, or allows something else than a range of numbers, which cannot be converted.
    """
    where = ".".join(parameter.name_parts)
    if not hasattr(type(parameter), "scale"):
        raise DefinitionError(f"{where}: a {type(parameter).__name__} has no scale.")
    if parameter.val_mapping is not None:
        raise DefinitionError(
            f"{where}: its values are {', '.join(map(repr, parameter.val_mapping))}, not to be scaled."
        )
    old_scale, old_offset = _factor(parameter.scale, 1), _factor(parameter.offset, 0)
    new_scale = old_scale if scale is None else scale
    new_offset = old_offset if offset is None else offset

    def convert(value: float) -> float:
        return (value * old_scale + old_offset - new_offset) / new_scale

    converted = [_converted(rule, convert, where) for rule in parameter.validators]
    step = parameter.step
    while parameter.remove_validator() is not None:
        pass
    parameter.step = None  # it is checked against validators, which come back first
    if scale is not None:
        parameter.scale = scale
    if offset is not None:
        parameter.offset = offset
    for rule in converted:
        parameter.add_validator(rule)
    if step is not None:
        parameter.step = abs(step * old_scale / new_scale)


def _converted(rule: Validator[Any], convert: Any, where: str) -> Validator[Any]:
    if type(rule) is Numbers:
        low, high = sorted((convert(rule.min_value), convert(rule.max_value)))
        return Numbers(low, high)
    if type(rule) is Anything:
        return rule
    raise DefinitionError(
        f"{where}: a scale or offset is refused, since its driver allows {rule.allowed()}, which cannot be converted. Add "
        f"a parameter with source: {where} under add_parameters, and scale that one."
    )


def _factor(value: float | None, neutral: float) -> float:
    return neutral if value is None else value
