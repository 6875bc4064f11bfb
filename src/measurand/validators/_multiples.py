"""Numbers on a grid: whole multiples of a divisor."""

from __future__ import annotations

import math
from typing import Final

from measurand._core.numbers import is_real
from measurand.errors import DefinitionError
from measurand.validators._numbers import Ints, is_whole_type, number_text, plain_limit
from measurand.validators._validator import NOT_ALLOWED, WRONG_TYPE, Refusal, Validator, with_unit


class Multiples(Ints):
    """A whole multiple of a whole number, between two limits, both allowed. Floats are refused.

    Args:
        divisor: What divides every allowed value, from 1.
        min_value: Smallest allowed value; default no limit. Need not be a multiple.
        max_value: Largest allowed value; default no limit. Need not be a multiple.

    Raises:
        DefinitionError: The divisor is no whole number from 1, no multiple lies between the limits, or the limits are
            no whole numbers.

    Example:
        >>> Multiples(4, min_value=0, max_value=4096).validate(1024)
    """

    kind = "Multiples"

    def __init__(self, divisor: int = 1, min_value: float = -math.inf, max_value: float = math.inf) -> None:
        if not is_whole_type(divisor) or divisor < 1:
            raise DefinitionError(f"Multiples({divisor!r}): the divisor must be a whole number from 1.")
        super().__init__(min_value, max_value)
        self.divisor: Final = int(divisor)
        if not self.valid_values:
            raise DefinitionError(
                f"Multiples({divisor!r}, {min_value!r}, {max_value!r}): no multiple lies between the limits."
            )

    def refusal(self, value: object) -> Refusal | None:
        """Return None for a multiple within the limits."""
        return Validator.refusal(self, value)  # not the short cut of Ints, which knows no divisor

    def judge(self, value: object) -> Refusal | None:
        """Return None for a multiple within the limits."""
        if not is_whole_type(value):
            return WRONG_TYPE
        return None if int(value) % self.divisor == 0 and self.in_range(int(value)) else NOT_ALLOWED

    def allowed(self, unit: str = "") -> str:
        """Return e.g. ``"multiples of 4, whole numbers 0 to 4096"``."""
        return f"multiples of {number_text(self.divisor)}, {super().allowed(unit)}"

    @property
    def valid_values(self) -> tuple[int, ...]:
        """The smallest and the largest, or one or two where there is no limit."""
        low, high = self.min_value, self.max_value
        first = -(-int(low) // self.divisor) * self.divisor if isinstance(low, int) else None
        last = int(high) // self.divisor * self.divisor if isinstance(high, int) else None
        if first is None:
            first = 0 if last is None else last - self.divisor
        if last is None:
            last = first + self.divisor
        return tuple(v for v in dict.fromkeys((first, last)) if self.in_range(v))

    def arguments(self) -> dict[str, float]:
        """Return the divisor and the limits that there are."""
        return {"divisor": self.divisor, **super().arguments()}


class PermissiveMultiples(Validator[float]):
    """A whole multiple of any number, as far as floats can tell.

    Args:
        divisor: What divides every allowed value; not 0.
        precision: Largest distance from a multiple, in the unit of the value; default 1e-9, or a thousandth of the
            divisor where that is less. Where neighbouring floats lie further apart, their distance counts. If divisor
            and value are both integers, the multiple is exact.

    Raises:
        DefinitionError: The divisor is 0, infinite or no number, or the precision is not from 0 to less than half of it.

    Example:
        >>> PermissiveMultiples(0.1).validate(0.1 * 3)
    """

    is_numeric = True
    kind = "PermissiveMultiples"

    def __init__(self, divisor: float, precision: float | None = None) -> None:
        name = f"PermissiveMultiples({divisor!r}, {precision!r})"
        if not is_real(divisor) or not 0 < abs(divisor) < math.inf:
            raise DefinitionError(f"{name}: the divisor must be a number other than 0.")
        if precision is None:
            precision = min(1e-9, abs(float(divisor)) / 1000)
        if not is_real(precision) or not 0 <= precision < abs(divisor) / 2:
            raise DefinitionError(f"{name}: the precision must be a number from 0 to less than half the divisor.")
        self.divisor: Final = plain_limit(divisor)
        self.precision: Final = plain_limit(precision)

    def judge(self, value: object) -> Refusal | None:
        """Return None for a number that is near enough to a multiple."""
        if not is_real(value):
            return WRONG_TYPE
        if is_whole_type(value) and isinstance(self.divisor, int):
            return NOT_ALLOWED if int(value) % self.divisor else None
        try:
            number, step = float(value), float(self.divisor)
        except OverflowError:  # a whole number that no float can hold is nowhere near anything we could compute
            return NOT_ALLOWED
        if not math.isfinite(number):
            return NOT_ALLOWED
        distance = abs(math.remainder(number, step))
        return None if distance <= max(self.precision, math.ulp(number)) else NOT_ALLOWED

    def allowed(self, unit: str = "") -> str:
        """Return e.g. ``"multiples of 0.1 V (within 1e-09)"``."""
        return f"multiples of {with_unit(number_text(self.divisor), unit)} (within {number_text(self.precision)})"

    @property
    def valid_values(self) -> tuple[float, ...]:
        """The first few."""
        return (0, self.divisor, -2 * self.divisor)

    def arguments(self) -> dict[str, float]:
        """Return divisor and precision."""
        return {"divisor": self.divisor, "precision": self.precision}
