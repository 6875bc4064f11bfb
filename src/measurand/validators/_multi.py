"""Everything, and combinations."""

from __future__ import annotations

from typing import Any, Literal

from measurand.errors import DefinitionError
from measurand.validators._validator import Refusal, Validator


class Anything(Validator[Any]):
    """Every value."""

    is_numeric = True  # numbers are among them

    def refusal(self, value: object) -> None:
        """Return None."""

    def allowed(self, unit: str = "") -> str:
        """Return ``"anything"``."""
        del unit  # no rule, no unit
        return "anything"

    @property
    def valid_values(self) -> tuple[Any, ...]:
        """Some of each kind."""
        return (0, 1.5, "text", True, None)


class MultiType(Validator[Any]):
    """What one of several validators allows, or all of them.

    Args:
        *validators: At least one.
        combiner: ``"OR"`` (default): one must allow the value; ``"AND"``: all must.

    Raises:
        DefinitionError: No validator is given, one is none, or the combiner is unknown.

    Example:
        >>> MultiType(Numbers(0, 60), Enum("auto")).validate("auto")
    """

    def __init__(self, *validators: Validator[Any], combiner: Literal["OR", "AND"] = "OR") -> None:
        wrong = [v for v in validators if not isinstance(v, Validator)]
        if not validators or wrong:
            given = f"{wrong[0]!r} is no validator" if wrong else "no validator is given"
            raise DefinitionError(f"MultiType: {given}; give e.g. MultiType(Numbers(0, 60), Enum('auto')).")
        if combiner not in ("OR", "AND"):
            raise DefinitionError(f"MultiType: combiner {combiner!r} refused, allowed 'OR' and 'AND'.")
        self.validators = validators
        self.combiner = combiner
        self.is_numeric = any(v.is_numeric for v in validators)  # type: ignore[misc]  # differs by instance

    def refusal(self, value: object) -> Refusal | None:
        """Return None if the combination allows the value."""
        if self.combiner == "AND":
            return next((r for v in self.validators if (r := v.refusal(value)) is not None), None)
        refusals = []
        for validator in self.validators:
            refusal = validator.refusal(value)
            if refusal is None:
                return None
            refusals.append(refusal)
        return Refusal(wrong_type=all(r.wrong_type for r in refusals))

    def allowed(self, unit: str = "") -> str:
        """Return the rules joined by ``or`` / ``and``."""
        word = " or " if self.combiner == "OR" else ", and also "
        return word.join(v.allowed(unit) for v in self.validators)

    @property
    def valid_values(self) -> tuple[Any, ...]:
        """The allowed ones among the members' examples."""
        return tuple(value for v in self.validators for value in v.valid_values if self.refusal(value) is None)
