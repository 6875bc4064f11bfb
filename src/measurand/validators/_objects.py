"""Objects by their class, and functions."""

from __future__ import annotations

from collections import abc
from typing import Any, Final

from measurand.errors import DefinitionError
from measurand.validators._validator import WRONG_TYPE, Refusal, Validator


class ObjectTypeValidator(Validator[Any]):
    """An object of one of the given classes, or of a subclass.

    Args:
        *types: The classes; at least one.

    Raises:
        DefinitionError: No class is given, or something else.

    Example:
        >>> import datetime
        >>> ObjectTypeValidator(datetime.date).validate(datetime.date(2026, 11, 20))
    """

    kind = "ObjectTypeValidator"

    def __init__(self, *types: type) -> None:
        wrong = [t for t in types if not isinstance(t, type)]
        if not types or wrong:
            given = f"{wrong[0]!r} is no class" if wrong else "no class is given"
            raise DefinitionError(f"ObjectTypeValidator: {given}; give e.g. ObjectTypeValidator(dict).")
        self.types: Final = types

    def judge(self, value: object) -> Refusal | None:
        """Return None for an instance of one of the classes."""
        return None if isinstance(value, self.types) else WRONG_TYPE

    def allowed(self, unit: str = "") -> str:
        """Return e.g. ``"objects of type Waveform"``."""
        del unit  # an object has none
        return f"objects of type {' or '.join(t.__qualname__ for t in self.types)}"

    @property
    def valid_values(self) -> tuple[Any, ...]:
        """None is known: how to make an object is its class's affair."""
        return ()

    def arguments(self) -> dict[str, tuple[type, ...]]:
        """Return the classes."""
        return {"types": self.types}


class Callable(Validator[abc.Callable[..., Any]]):
    """Anything that can be called. Functions stay in their process, so another one leaves the check to the owner.

    Example:
        >>> Callable().validate(abs)
    """

    def judge(self, value: object) -> Refusal | None:
        """Return None for what can be called."""
        return None if callable(value) else WRONG_TYPE

    def allowed(self, unit: str = "") -> str:
        """Return ``"functions and whatever else can be called"``."""
        del unit  # a function has none
        return "functions and whatever else can be called"

    @property
    def valid_values(self) -> tuple[abc.Callable[..., Any], ...]:
        """Two builtins."""
        return (abs, str)
