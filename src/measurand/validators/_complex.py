"""Complex numbers."""

from __future__ import annotations

import cmath
from typing import Any

from measurand.validators._numpy import is_scalar
from measurand.validators._validator import NOT_ALLOWED, WRONG_TYPE, Refusal, Validator, with_unit


class ComplexNumbers(Validator[complex]):
    """A complex number of Python or numpy. Real numbers are refused, and so is NaN in either part.

    Not numeric: complex numbers have no order, so there is no way from one to another that a ramp could take.

    Example:
        >>> ComplexNumbers().validate(1 + 2j)
    """

    kind = "ComplexNumbers"

    def judge(self, value: Any) -> Refusal | None:
        """Return None for a complex number."""
        if isinstance(value, complex) or is_scalar(value, "complexfloating"):
            return NOT_ALLOWED if cmath.isnan(complex(value)) else None
        return WRONG_TYPE

    def allowed(self, unit: str = "") -> str:
        """Return e.g. ``"complex numbers in V"``."""
        return with_unit("complex numbers in", unit) if unit else "complex numbers"

    @property
    def valid_values(self) -> tuple[complex, ...]:
        """A few."""
        return (0j, 1 + 1j, -1.5j)
