"""Real numbers and whole numbers in a closed range."""

from __future__ import annotations

import math
import numbers

from measurand._core.numbers import is_real
from measurand.errors import DefinitionError
from measurand.validators._validator import NOT_ALLOWED, WRONG_TYPE, Refusal, Validator, with_unit


class Numbers(Validator[float]):
    """A real number between two limits, both allowed. NaN is refused.

    Python and numpy integers and floats are numbers; text, complex numbers and arrays are not.

    Args:
        min_value: Smallest allowed value; default no limit.
        max_value: Largest allowed value; default no limit.

    Raises:
        DefinitionError: The limits are no numbers, or ``max_value`` is not above ``min_value``.

    Example:
        >>> Numbers(-10, 10).validate(12, "dac.ch3.voltage", "V")
        Traceback (most recent call last):
        ...
        measurand.errors.RefusedValue: dac.ch3.voltage: 12 V refused, allowed -10 to 10 V.
    """

    is_numeric = True

    def __init__(self, min_value: float = -math.inf, max_value: float = math.inf) -> None:
        if not (is_real(min_value) and is_real(max_value) and max_value > min_value):
            raise DefinitionError(
                f"{type(self).__name__}({min_value!r}, {max_value!r}): max_value must be a number above min_value."
            )
        self.min_value = min_value
        self.max_value = max_value

    def refusal(self, value: object) -> Refusal | None:
        """Return None for a number within the limits."""
        kind = type(value)
        if kind is float or kind is int or is_real(value):
            return None if self.min_value <= value <= self.max_value else NOT_ALLOWED  # type: ignore[operator]  # a number
        return WRONG_TYPE

    def allowed(self, unit: str = "") -> str:
        """Return e.g. ``"-10 to 10 V"``."""
        return _range("any number", self.min_value, self.max_value, unit)

    @property
    def valid_values(self) -> tuple[float, ...]:
        """The limits, those that are finite; one number if there are none."""
        return tuple(v for v in (self.min_value, self.max_value) if math.isfinite(v)) or (0.0,)


class Ints(Validator[int]):
    """A whole number between two limits, both allowed. A float is refused even if it is whole.

    Args:
        min_value: Smallest allowed value; default no limit.
        max_value: Largest allowed value; default no limit.

    Raises:
        DefinitionError: The limits are no numbers, or ``max_value`` is below ``min_value``.
    """

    is_numeric = True

    def __init__(self, min_value: float = -math.inf, max_value: float = math.inf) -> None:
        for limit in (min_value, max_value):
            if not is_real(limit) or (math.isfinite(limit) and limit != int(limit)):
                raise DefinitionError(f"Ints({min_value!r}, {max_value!r}): the limits must be whole numbers.")
        if not max_value >= min_value:
            raise DefinitionError(f"Ints({min_value!r}, {max_value!r}): max_value must not be below min_value.")
        self.min_value = min_value
        self.max_value = max_value

    def refusal(self, value: object) -> Refusal | None:
        """Return None for a whole number within the limits."""
        if isinstance(value, int) or (isinstance(value, numbers.Integral) and hasattr(value, "dtype")):
            return None if self.min_value <= int(value) <= self.max_value else NOT_ALLOWED
        return WRONG_TYPE

    def allowed(self, unit: str = "") -> str:
        """Return e.g. ``"whole numbers 1 to 4"``."""
        return _range("whole numbers", self.min_value, self.max_value, unit)

    @property
    def valid_values(self) -> tuple[int, ...]:
        """The limits, those that are finite; one number if there are none."""
        return tuple(int(v) for v in (self.min_value, self.max_value) if math.isfinite(v)) or (0,)


def _range(kind: str, low: float, high: float, unit: str) -> str:
    prefix = "" if kind == "any number" else f"{kind} "
    if math.isinf(low) and math.isinf(high):
        return kind
    if math.isinf(high):
        return f"{prefix}{with_unit(f'{low:.12g}', unit)} and above"
    if math.isinf(low):
        return f"{prefix}{with_unit(f'{high:.12g}', unit)} and below"
    return prefix + with_unit(f"{low:.12g} to {high:.12g}", unit)
