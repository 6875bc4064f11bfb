"""The validators of one parameter, as data: those given, and the keys of its mapping."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from measurand.errors import DefinitionError
from measurand.validators import Enum, MultiType, Validator


class Rules(NamedTuple):
    """What values a parameter accepts: those that satisfy every validator (A15).

    Attributes:
        given: Validators in the order they were added.
        keys: The keys of ``val_mapping``; None without one.
    """

    given: tuple[Validator[Any], ...] = ()
    keys: Validator[Any] | None = None

    @property
    def validators(self) -> tuple[Validator[Any], ...]:
        """All of them; the mapping's keys last."""
        return self.given if self.keys is None else (*self.given, self.keys)

    @property
    def combined(self) -> Validator[Any] | None:
        """All of them as one; None accepts everything."""
        if len(self.validators) > 1:
            return MultiType(*self.validators, combiner="AND")
        return self.validators[0] if self.validators else None


_ANYTHING = Rules()  # many parameters have none and share this one


def make_rules(where: str, given: Iterable[Validator[Any] | None], mapping: Mapping[Any, Any] | None) -> Rules:
    """Return the rules, checked; None among ``given`` is left out.

    Raises:
        DefinitionError: Something given is no validator (B05).
    """
    validators = tuple([vals for vals in given if vals is not None])
    if not validators and not mapping:
        return _ANYTHING
    for vals in validators:
        if Validator not in type(vals).__mro__:  # what isinstance asks, without the cost of an abstract class
            raise DefinitionError(
                f"{where}: vals={vals!r} ({type(vals).__name__}) refused, allowed is a validator such as Numbers(0, 1)."
            )
    return Rules(validators, Enum(*mapping) if mapping else None)
