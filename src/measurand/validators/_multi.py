"""Everything, nothing, and combinations."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Final, Literal

from measurand.errors import DefinitionError, RefusedType, RefusedValue
from measurand.validators._validator import Refusal, Validator


class Anything(Validator[Any]):
    """Every value.

    Example:
        >>> Anything().validate(object())
    """

    is_numeric = True  # numbers are among them
    kind = "Anything"

    def refusal(self, value: object) -> None:
        """Return None."""

    def judge(self, value: object) -> None:
        """Return None."""

    def allowed(self, unit: str = "") -> str:
        """Return ``"anything"``."""
        del unit  # no rule, no unit
        return "anything"

    @property
    def valid_values(self) -> tuple[Any, ...]:
        """Some of each kind."""
        return (0, 1.5, "text", True, None)


class Nothing(Validator[Any]):
    """No value, for a reason that the message tells.

    Args:
        reason: Why, as the end of a sentence, e.g. ``"the output is locked by the key"``.

    Raises:
        DefinitionError: The reason is no text.

    Example:
        >>> Nothing("locked by the key").validate(3, "dac.ch1.voltage", "V")
        Traceback (most recent call last):
        ...
        measurand.errors.RefusedValue: dac.ch1.voltage: 3 V refused: locked by the key, allowed nothing.
    """

    kind = "Nothing"

    def __init__(self, reason: str) -> None:
        if not isinstance(reason, str):
            raise DefinitionError(f"Nothing({reason!r}): the reason must be text, for the message.")
        self.reason: Final = reason

    def judge(self, value: object) -> Refusal:
        """Return the reason."""
        del value  # whatever it is
        return Refusal(wrong_type=False, detail=self.reason)

    def allowed(self, unit: str = "") -> str:
        """Return ``"nothing"``."""
        del unit  # nothing has none
        return "nothing"

    @property
    def valid_values(self) -> tuple[Any, ...]:
        """None."""
        return ()

    def arguments(self) -> dict[str, str]:
        """Return the reason."""
        return {"reason": self.reason}


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

    kind = "MultiType"

    def __init__(self, *validators: Validator[Any], combiner: Literal["OR", "AND"] = "OR") -> None:
        wrong = [v for v in validators if not isinstance(v, Validator)]
        name = type(self).__name__
        if not validators or wrong:
            given = f"{wrong[0]!r} is no validator" if wrong else "no validator is given"
            raise DefinitionError(f"{name}: {given}; give e.g. {name}(Numbers(0, 60), Enum('auto')).")
        if combiner not in ("OR", "AND"):
            raise DefinitionError(f"{name}: combiner {combiner!r} refused, allowed 'OR' and 'AND'.")
        self.validators: Final = validators
        self.combiner: Final = combiner
        self.is_numeric = any(v.is_numeric for v in validators)

    def refusal(self, value: object) -> Refusal | None:
        """Return None if the combination allows the value."""
        return self.judge(value)  # members never raise

    def judge(self, value: object) -> Refusal | None:
        """Return None if the combination allows the value."""
        if self.combiner == "AND":
            for validator in self.validators:
                if (refusal := validator.refusal(value)) is not None:
                    return refusal
            return None
        refusals = []
        for validator in self.validators:
            refusal = validator.refusal(value)
            if refusal is None:
                return None
            refusals.append(refusal)
        details = dict.fromkeys(r.detail for r in refusals if r.detail)
        return Refusal(wrong_type=all(r.wrong_type for r in refusals), detail="; ".join(details))

    def allowed(self, unit: str = "") -> str:
        """Return the rules joined by ``or``, or by ``and at the same time``."""
        word = " or " if self.combiner == "OR" else " and at the same time "
        return word.join(v.allowed(unit) for v in self.validators)

    def error(self, value: object, refusal: Refusal, context: str, unit: str = "") -> RefusedType | RefusedValue:
        """Return the exception; if all members must allow the value, that of the one which does not."""
        if self.combiner == "AND":
            for validator in self.validators:
                if validator.refusal(value) is not None:
                    return validator.error(value, refusal, context, unit)
        return super().error(value, refusal, context, unit)

    @property
    def valid_values(self) -> tuple[Any, ...]:
        """The allowed ones among the members' examples; with ``"AND"`` possibly none."""
        return tuple(value for v in self.validators for value in v.valid_values if self.refusal(value) is None)

    def arguments(self) -> dict[str, Hashable]:
        """Return the members, and how they are combined if not by default."""
        members: dict[str, Hashable] = {"validators": self.validators}
        return members if self.combiner == "OR" else {**members, "combiner": self.combiner}


class MultiTypeOr(MultiType):
    """What at least one of several validators allows.

    Args:
        *validators: At least one.

    Raises:
        DefinitionError: No validator is given, or one is none.

    Example:
        >>> MultiTypeOr(Numbers(0, 60), Enum("auto")).validate(30)
    """

    kind = "MultiTypeOr"

    def __init__(self, *validators: Validator[Any]) -> None:
        super().__init__(*validators, combiner="OR")


class MultiTypeAnd(MultiType):
    """What every one of several validators allows.

    Args:
        *validators: At least one.

    Raises:
        DefinitionError: No validator is given, or one is none.

    Example:
        >>> MultiTypeAnd(Numbers(0, 60), Enum(30, 90)).validate(30)
    """

    kind = "MultiTypeAnd"

    def __init__(self, *validators: Validator[Any]) -> None:
        super().__init__(*validators, combiner="AND")

    def arguments(self) -> dict[str, Hashable]:
        """Return the members."""
        return {"validators": self.validators}
