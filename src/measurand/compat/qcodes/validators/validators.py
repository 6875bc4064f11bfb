"""``qcodes.validators.validators``."""

from __future__ import annotations

import typing
from typing import Any, ClassVar, Self, TypeVar

from measurand import validators
from measurand.validators import (
    Anything,
    Arrays,
    Bool,
    Callable,
    ComplexNumbers,
    Dict,
    Enum,
    Ints,
    Lists,
    Multiples,
    MultiType,
    MultiTypeAnd,
    MultiTypeOr,
    Nothing,
    Numbers,
    OnOff,
    PermissiveInts,
    PermissiveMultiples,
    Sequence,
    Strings,
)

__all__ = [
    "Anything",
    "Arrays",
    "Bool",
    "Callable",
    "ComplexNumbers",
    "Dict",
    "Enum",
    "Ints",
    "Lists",
    "LiteralValidator",
    "MultiType",
    "MultiTypeAnd",
    "MultiTypeOr",
    "Multiples",
    "Nothing",
    "Numbers",
    "OnOff",
    "PermissiveInts",
    "PermissiveMultiples",
    "Sequence",
    "Strings",
    "T",
    "Validator",
    "numbertypes",
    "range_str",
    "validate_all",
]

T = TypeVar("T", covariant=True)  # noqa: PLC0105 - its name there
numbertypes = float | int


class Validator(validators.Validator[T]):
    """A rule of a driver's own: derive a class from it and define ``validate(value, context)``, which raises."""

    _valid_values: tuple[Any, ...] = ()

    @classmethod
    def __subclasshook__(cls, other: type) -> Any:
        """Count every validator."""
        return True if cls is Validator and validators.Validator in other.__mro__ else NotImplemented

    def judge(self, value: object) -> validators.Refusal | None:
        """Say that there is no rule."""
        raise NotImplementedError(f"{type(self).__name__} needs a method validate.")

    def allowed(self, unit: str = "") -> str:
        """Return what it is called."""
        del unit  # a rule of a driver's own has none
        return f"what {type(self).__name__} accepts"

    @property
    def valid_values(self) -> tuple[Any, ...]:
        """Some allowed values."""
        return self._valid_values


class LiteralValidator(Enum[Any]):
    """One of the values of a type: ``LiteralValidator[Literal["on", "off"]]()``."""

    _literals: ClassVar[tuple[Any, ...]] = ()

    def __init__(self) -> None:
        super().__init__(*self._literals)

    def __class_getitem__(cls, item: Any) -> type[Self]:
        """Return the class for these literals."""
        literals = typing.get_args(item)
        if not literals:
            return cls
        return typing.cast("type[Self]", type(cls.__name__, (cls,), {"_literals": literals}))


def validate_all(*args: tuple[validators.Validator[Any], Any], context: str = "") -> None:
    """Raise unless each validator accepts the value that it stands with.

    Args:
        *args: Pairs of a validator and a value.
        context: Where, for the message.
    """
    where = f"{context}; " if context else ""
    for number, (validator, value) in enumerate(args):
        validator.validate(value, f"{where}argument {number}")


def range_str(min_val: float | None, max_val: float | None, name: str) -> str:
    """Return a range as text: ``" 0<=v<=1"``."""
    low, high = (None if limit is None or abs(limit) == float("inf") else limit for limit in (min_val, max_val))
    if low is not None and high is not None:
        return f" {name}={low}" if low == high else f" {low}<={name}<={high}"
    return f" {name}>={low}" if low is not None else f" {name}<={high}" if high is not None else ""
