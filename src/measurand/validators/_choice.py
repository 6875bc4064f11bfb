"""One of a few values."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TypeVar

from measurand._core.names import listing
from measurand._core.numbers import is_real
from measurand.errors import DefinitionError
from measurand.validators._numpy import is_scalar
from measurand.validators._validator import NOT_ALLOWED, WRONG_TYPE, Refusal, Validator, shown, with_unit

T = TypeVar("T")
_SHOWN = 12  # how many values a message lists before it leaves out the middle
_WELL_BEHAVED = frozenset({str, int, float, bool})  # their comparison never fails


class Enum(Validator[T]):
    """One of the listed values, compared by equality: ``Enum(0, 2)`` accepts ``2`` and ``2.0``.

    Args:
        *values: The allowed values; at least one, all hashable, none NaN (it equals nothing, not even itself).

    Raises:
        DefinitionError: No value is given, or one is not hashable or NaN.

    Example:
        >>> Enum("dc", "ac").validate("ac")
    """

    kind = "Enum"

    def __init__(self, *values: T) -> None:
        if not values:
            raise DefinitionError(f"{type(self).__name__}() needs at least one allowed value.")
        try:
            self._members = dict.fromkeys(values)
        except TypeError:
            raise DefinitionError(
                f"Enum{values!r}: the allowed values must be hashable (no lists, no dicts)."
            ) from None
        if any(value != value for value in values):  # noqa: PLR0124 - that is how NaN is told, of whatever type
            raise DefinitionError(f"Enum{values!r}: NaN equals nothing, so it cannot be an allowed value.")
        self.is_numeric = all(is_real(v) and not isinstance(v, bool) for v in self._members)

    @property
    def values(self) -> tuple[T, ...]:
        """The allowed values in the order given."""
        return tuple(self._members)

    def refusal(self, value: object) -> Refusal | None:
        """Return None for a member."""
        if type(value) in _WELL_BEHAVED and value in self._members:
            return None  # what nearly always comes
        return super().refusal(value)

    def judge(self, value: object) -> Refusal | None:
        """Return None for a member."""
        try:
            return None if value in self._members else NOT_ALLOWED
        except TypeError:  # not hashable
            return WRONG_TYPE

    def allowed(self, unit: str = "") -> str:
        """Return e.g. ``"'dc' and 'ac'"``; the middle of a long list is left out."""
        members = self.values
        values = [shown(v) for v in (members if len(members) <= _SHOWN else members[: _SHOWN - 2])]
        if len(members) > _SHOWN:
            values += ["…", shown(members[-1])]
        return with_unit(listing(values), unit if self.is_numeric else "")

    @property
    def valid_values(self) -> tuple[T, ...]:
        """All of them."""
        return self.values

    def arguments(self) -> dict[str, Hashable]:
        """Return the members."""
        return {"values": self.values}

    def _key(self) -> Hashable:
        return frozenset(self._members)  # their order is no part of the rule


class OnOff(Enum[str]):
    """The text ``"on"`` or ``"off"``.

    Example:
        >>> OnOff().validate("on")
    """

    kind = "OnOff"

    def __init__(self) -> None:
        super().__init__("on", "off")

    def arguments(self) -> dict[str, Hashable]:
        """Return nothing: every `OnOff` is the same."""
        return {}


class Bool(Validator[bool]):
    """``True`` or ``False``, also numpy's; the numbers 0 and 1 are refused.

    Example:
        >>> Bool().validate(True)
    """

    kind = "Bool"

    def refusal(self, value: object) -> Refusal | None:
        """Return None for a truth value."""
        return None if value is True or value is False else super().refusal(value)

    def judge(self, value: object) -> Refusal | None:
        """Return None for a truth value."""
        return None if isinstance(value, bool) or is_scalar(value, "bool_") else WRONG_TYPE

    def allowed(self, unit: str = "") -> str:
        """Return ``"True and False"``."""
        del unit  # a truth value has none
        return "True and False"

    @property
    def valid_values(self) -> tuple[bool, ...]:
        """Both."""
        return (True, False)
