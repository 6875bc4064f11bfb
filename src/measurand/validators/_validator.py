"""What all validators share: the question, and the wording of the answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from measurand.errors import RefusedType, RefusedValue

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a value is refused.

    Attributes:
        wrong_type: Whether its type is wrong, rather than its value.
        detail: What exactly, where the rule alone does not tell, e.g. ``"element [2, 0] is 12"``.
    """

    wrong_type: bool
    detail: str = ""


WRONG_TYPE = Refusal(wrong_type=True)
NOT_ALLOWED = Refusal(wrong_type=False)


class Validator(ABC, Generic[T_co]):
    """A rule about values of type ``T_co``."""

    is_numeric: ClassVar[bool] = False  # whether every allowed value is a number, so that it can be ramped

    @abstractmethod
    def refusal(self, value: object) -> Refusal | None:
        """Return None if ``value`` is allowed, else why not. Never raises, never changes the value."""

    @abstractmethod
    def allowed(self, unit: str = "") -> str:
        """Return the rule as text, e.g. ``"-10 to 10 V"``."""

    @property
    @abstractmethod
    def valid_values(self) -> tuple[T_co, ...]:
        """Some allowed values, the limits among them, for tests and examples."""

    def validate(self, value: object, context: str = "", unit: str = "") -> None:
        """Raise unless ``value`` is allowed.

        Args:
            value: The candidate.
            context: Where, for the message, e.g. ``"dac.ch3.voltage"``.
            unit: Unit of the value, for the message.

        Raises:
            RefusedType: The type of ``value`` is wrong.
            RefusedValue: The value is not allowed.
        """
        refusal = self.refusal(value)
        if refusal is not None:
            raise self.error(value, refusal, context, unit)

    def error(self, value: object, refusal: Refusal, context: str, unit: str = "") -> RefusedType | RefusedValue:
        """Return the exception that says where, what was given, why not, and what is allowed."""
        where = f"{context}: " if context else ""
        given = f"{value!r} {unit}" if unit and _is_number(value) else _short(value)
        kind = f" ({type(value).__name__})" if refusal.wrong_type else ""
        detail = f": {refusal.detail}" if refusal.detail else ""
        message = f"{where}{given}{kind} refused{detail}, allowed {self.allowed(unit)}."
        return RefusedType(message) if refusal.wrong_type else RefusedValue(message)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.allowed()}>"


def _short(value: object) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) <= 80 else f"{text[:77]}..."


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float, complex)) and not isinstance(value, bool)


def with_unit(text: str, unit: str) -> str:
    """Return ``text unit``, or ``text`` without a unit."""
    return f"{text} {unit}" if unit else text
