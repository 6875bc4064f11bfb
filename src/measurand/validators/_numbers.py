"""Real numbers and whole numbers in a closed range."""

from __future__ import annotations

import math
import numbers
from typing import Final, TypeGuard, TypeVar

from measurand._core.numbers import is_real, plain
from measurand.errors import DefinitionError
from measurand.validators._validator import NOT_ALLOWED, WRONG_TYPE, Refusal, Validator, with_unit

Number = TypeVar("Number", bound=float)

_NEARLY = 1e-5  # how far a float may be from a whole number and still mean it
_EXACT_DIGITS = 20  # whole limits longer than this are shown rounded


class Numbers(Validator[float]):
    """A real number between two limits, both allowed. NaN is refused.

    Python and numpy integers and floats are numbers, and so are ``True`` and ``False``; text, complex numbers and
    arrays are not.

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
    kind = "Numbers"

    def __init__(self, min_value: float = -math.inf, max_value: float = math.inf) -> None:
        if not (is_real(min_value) and is_real(max_value) and max_value > min_value):
            raise DefinitionError(
                f"{type(self).__name__}({min_value!r}, {max_value!r}): max_value must be a number above min_value."
            )
        self._min = plain_limit(min_value)
        self._max = plain_limit(max_value)
        self._low = _as_float(self._min)
        self._high = _as_float(self._max)

    @property
    def min_value(self) -> float:
        """Smallest allowed value; minus infinity without a limit."""
        return self._min

    @property
    def max_value(self) -> float:
        """Largest allowed value; infinity without a limit."""
        return self._max

    def refusal(self, value: object) -> Refusal | None:
        """Return None for a number within the limits."""
        # The values that nearly always come, each compared with limits of its own type: that is what is fast.
        kind = type(value)
        if kind is float:
            if self._low <= value <= self._high:  # type: ignore[operator]  # a float
                return None
        elif kind is int and self._min <= value <= self._max:  # type: ignore[operator]  # an int
            return None
        return Validator.refusal(self, value)

    def judge(self, value: object) -> Refusal | None:
        """Return None for a number within the limits."""
        if isinstance(value, float) or is_real(value):  # np.float64 is a float, and much the commonest of numpy's
            # numpy rounds a limit to the type of a short float; what is sent is the exact number
            return None if self._low <= plain(value) <= self._high else NOT_ALLOWED
        return WRONG_TYPE

    def allowed(self, unit: str = "") -> str:
        """Return e.g. ``"-10 to 10 V"``."""
        return range_text(self.min_value, self.max_value, unit) or "any number"

    @property
    def valid_values(self) -> tuple[float, ...]:
        """The limits, those that are finite; one number if there are none."""
        return tuple(v for v in (self.min_value, self.max_value) if abs(v) != math.inf) or (0.0,)

    def arguments(self) -> dict[str, float]:
        """Return the limits that there are."""
        return finite_limits(self.min_value, self.max_value)


class _WholeRange(Validator[Number]):
    """Whole numbers between two limits; what else may stand for a whole number is the subclass's affair."""

    is_numeric = True

    def __init__(self, min_value: float = -math.inf, max_value: float = math.inf) -> None:
        name = f"{type(self).__name__}({min_value!r}, {max_value!r})"
        for limit in (min_value, max_value):
            if not is_real(limit) or math.isnan(limit) or (abs(limit) != math.inf and limit != int(limit)):
                raise DefinitionError(f"{name}: the limits must be whole numbers.")
        if not max_value >= min_value or min_value == math.inf or max_value == -math.inf:
            raise DefinitionError(f"{name}: max_value must not be below min_value.")
        self.min_value: Final = _whole_limit(min_value)
        self.max_value: Final = _whole_limit(max_value)

    def in_range(self, value: int) -> bool:
        """Return whether a whole number lies between the limits."""
        return self.min_value <= value <= self.max_value

    def allowed(self, unit: str = "") -> str:
        """Return e.g. ``"whole numbers 1 to 4"``."""
        return f"whole numbers {range_text(self.min_value, self.max_value, unit)}".rstrip()

    @property
    def valid_values(self) -> tuple[int, ...]:  # type: ignore[override]  # Number is int or float, an int is both
        """The limits, those that are finite; one number if there are none."""
        return tuple(v for v in (self.min_value, self.max_value) if isinstance(v, int)) or (0,)

    def arguments(self) -> dict[str, float]:
        """Return the limits that there are."""
        return finite_limits(self.min_value, self.max_value)


class Ints(_WholeRange[int]):
    """A whole number between two limits, both allowed. A float is refused even if it is whole; `PermissiveInts` is not.

    Args:
        min_value: Smallest allowed value; default no limit.
        max_value: Largest allowed value; default no limit.

    Raises:
        DefinitionError: The limits are no whole numbers, or ``max_value`` is below ``min_value``.

    Example:
        >>> Ints(1, 4).validate(3)
    """

    kind = "Ints"

    def refusal(self, value: object) -> Refusal | None:
        """Return None for a whole number within the limits."""
        if type(value) is int and self.min_value <= value <= self.max_value:  # nearly always
            return None
        return Validator.refusal(self, value)

    def judge(self, value: object) -> Refusal | None:
        """Return None for a whole number within the limits."""
        if is_whole_type(value):
            return None if self.in_range(int(value)) else NOT_ALLOWED
        return WRONG_TYPE


class PermissiveInts(_WholeRange[float]):
    """A whole number between two limits, as an integer or as a float that nearly is one (within 1e-5).

    The value is passed on as it is, not rounded: give the parameter ``set_parser=round`` where the instrument wants
    an integer.

    Args:
        min_value: Smallest allowed whole number; default no limit.
        max_value: Largest allowed whole number; default no limit.

    Raises:
        DefinitionError: The limits are no whole numbers, or ``max_value`` is below ``min_value``.

    Example:
        >>> PermissiveInts(0, 10).validate(0.1 * 30)
    """

    kind = "PermissiveInts"

    def judge(self, value: object) -> Refusal | None:
        """Return None for a number whose nearest whole number is very near, and within the limits."""
        if is_whole_type(value):
            return None if self.in_range(int(value)) else NOT_ALLOWED
        if not is_real(value):
            return WRONG_TYPE
        if not math.isfinite(value):
            return NOT_ALLOWED
        nearest = round(float(value))
        if abs(value - nearest) >= _NEARLY:
            return Refusal(wrong_type=True, detail="it is not whole")
        return None if self.in_range(nearest) else NOT_ALLOWED


def is_whole_type(value: object) -> TypeGuard[int]:
    """Return whether the type of ``value`` is one of whole numbers: Python's or numpy's integers, and bool."""
    return isinstance(value, int) or (isinstance(value, numbers.Integral) and hasattr(value, "dtype"))


def plain_limit(limit: float) -> float:
    """Return a limit as a Python number, so that it compares fast and is JSON."""
    return int(limit) if is_whole_type(limit) else float(limit)


def finite_limits(min_value: float, max_value: float) -> dict[str, float]:
    """Return the limits that limit, under their names."""
    limits = {"min_value": min_value, "max_value": max_value}
    return {name: limit for name, limit in limits.items() if abs(limit) != math.inf}


def range_text(low: float, high: float, unit: str) -> str:
    """Return e.g. ``"-10 to 10 V"`` or ``"0 V and above"``; empty without limits."""
    if low == -math.inf and high == math.inf:
        return ""
    if high == math.inf:
        return f"{with_unit(number_text(low), unit)} and above"
    if low == -math.inf:
        return f"{with_unit(number_text(high), unit)} and below"
    return with_unit(f"{number_text(low)} to {number_text(high)}", unit)


def number_text(value: float) -> str:
    """Return a number with at most 12 digits, or as it is where it is whole and not endless."""
    if isinstance(value, int):
        if abs(value) < 10**_EXACT_DIGITS:
            return str(value)
        return f"about {'-' if value < 0 else ''}1e{round(math.log10(abs(value)))}"
    return f"{value:.12g}"


def _whole_limit(limit: float) -> float:
    return limit if abs(limit) == math.inf else int(limit)


def _as_float(limit: float) -> float:
    """Return the float equal to ``limit``, or ``limit`` where there is none."""
    try:
        number = float(limit)
    except OverflowError:
        return limit
    return number if number == limit else limit
