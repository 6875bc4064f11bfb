"""One of a few values."""

from __future__ import annotations

from typing import Any, TypeVar

from measurand._core.names import listing
from measurand.errors import DefinitionError
from measurand.validators._validator import NOT_ALLOWED, WRONG_TYPE, Refusal, Validator, with_unit

T = TypeVar("T")
_SHOWN = 12  # how many values a message lists before it leaves out the middle


class Enum(Validator[T]):
    """One of the listed values, compared by equality: ``Enum(0, 2)`` accepts ``2`` and ``2.0``.

    Args:
        *values: The allowed values; at least one, all hashable.

    Raises:
        DefinitionError: No value is given, or one is not hashable.
    """

    def __init__(self, *values: T) -> None:
        if not values:
            raise DefinitionError("Enum() needs at least one allowed value.")
        try:
            self._members = dict.fromkeys(values)
        except TypeError:
            raise DefinitionError(
                f"Enum{values!r}: the allowed values must be hashable (no lists, no dicts)."
            ) from None
        self.is_numeric = all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in values)  # type: ignore[misc]  # differs by instance

    @property
    def values(self) -> tuple[T, ...]:
        """The allowed values in the order given."""
        return tuple(self._members)

    def refusal(self, value: Any) -> Refusal | None:
        """Return None for a member."""
        try:
            return None if value in self._members else NOT_ALLOWED
        except TypeError:  # not hashable
            return WRONG_TYPE

    def allowed(self, unit: str = "") -> str:
        """Return e.g. ``"'dc' and 'ac'"``; the middle of a long list is left out."""
        values = [repr(v) for v in self._members]
        if len(values) > _SHOWN:
            values = [*values[: _SHOWN - 2], "…", values[-1]]
        return with_unit(listing(values), unit if self.is_numeric else "")

    @property
    def valid_values(self) -> tuple[T, ...]:
        """All of them."""
        return self.values


class Bool(Validator[bool]):
    """``True`` or ``False``, also numpy's; the numbers 0 and 1 are refused."""

    def refusal(self, value: object) -> Refusal | None:
        """Return None for a truth value."""
        if value is True or value is False or _is_numpy_bool(value):
            return None
        return WRONG_TYPE

    def allowed(self, unit: str = "") -> str:
        """Return ``"True and False"``."""
        del unit  # a truth value has none
        return "True and False"

    @property
    def valid_values(self) -> tuple[bool, ...]:
        """Both."""
        return (True, False)


def _is_numpy_bool(value: object) -> bool:
    dtype = getattr(value, "dtype", None)
    return getattr(dtype, "kind", "") == "b" and getattr(value, "shape", None) == ()
