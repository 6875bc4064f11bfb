"""What all validators share: the question, the wording of the answer, and the rule as data.

Knows no rule. Reading the data back is `_from_dict`, which has to know every class.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar, final

from measurand.errors import RefusedType, RefusedValue
from measurand.validators._numpy import plain_scalar
from measurand.validators._values import Undescribable, encode

T_co = TypeVar("T_co", covariant=True)

DATA_VERSION = 1  # of what `to_dict` returns; raised when an older reader would misunderstand it
_LONGEST = 80  # characters of a refused value that a message shows


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
    """A rule about values of type ``T_co``. It never changes a value, and is itself never changed: make another one.

    Two validators are equal if they are of one class and made of equal arguments.

    To write a rule of your own, define `judge`, `allowed` and `valid_values`. Another process cannot apply it; it
    shows the text of `allowed` and leaves the check to the owner of the instrument.
    """

    is_numeric: bool = False  # whether allowed values are real numbers, so that they can be ramped

    # The name of the class in data. Not inherited: a subclass may judge otherwise, and must not be read back as this.
    kind: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "validate" in vars(cls) and "refusal" not in vars(cls):
            cls.refusal = _asked  # type: ignore[method-assign]  # its rule is in what it overrides

    @abstractmethod
    def judge(self, value: object) -> Refusal | None:
        """Return None if ``value`` is allowed, else why not; may raise what methods of ``value`` raise."""

    @abstractmethod
    def allowed(self, unit: str = "") -> str:
        """Return the rule as text, e.g. ``"-10 to 10 V"``."""

    @property
    @abstractmethod
    def valid_values(self) -> tuple[T_co, ...]:
        """Some allowed values, the limits among them, for tests and examples; empty if none is known."""

    def refusal(self, value: object) -> Refusal | None:
        """Return None if ``value`` is allowed, else why not. Never raises, never changes the value.

        An override may only answer faster what `judge` would answer.
        """
        try:
            return self.judge(value)
        except Exception as error:  # noqa: BLE001 - a value whose own methods fail, whatever it is, is not allowed
            return Refusal(wrong_type=True, detail=f"looking at it raised {type(error).__name__}")

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
        rule = type(self).refusal
        if rule is _asked:  # called by an override of this method, which adds to the rule that it inherited
            inherited = (vars(kind).get("refusal") for kind in type(self).__mro__)
            rule = next(one for one in inherited if one is not None and one is not _asked)
        refusal = rule(self, value)
        if refusal is not None:
            raise self.error(value, refusal, context, unit)

    def error(self, value: object, refusal: Refusal, context: str, unit: str = "") -> RefusedType | RefusedValue:
        """Return the exception that says where, what was given, why not, and what is allowed."""
        where = f"{context}: " if context else ""
        given = with_unit(shown(value), unit if _is_number(value) else "")
        kind = f" ({type(value).__name__})" if refusal.wrong_type else ""
        detail = f": {refusal.detail}" if refusal.detail else ""
        message = f"{where}{given}{kind} refused{detail}, allowed {self.allowed(unit)}."
        return RefusedType(message) if refusal.wrong_type else RefusedValue(message)

    def arguments(self) -> Mapping[str, Hashable]:
        """Return what the rule is made of, by name; a list as a tuple, and nothing that is at its default."""
        return {}

    @final
    def to_dict(self) -> dict[str, Any]:
        """Return the rule as plain JSON data, from which `from_dict` makes an equal validator in any process.

        What only the owner of the instrument can check (functions, classes that others do not have, your own rules)
        is described by its text; see `CheckedByOwner`.
        """
        return {"version": DATA_VERSION, **self._described()}

    def _described(self) -> dict[str, Any]:
        """Return the data without its version, as it stands inside of another validator's."""
        kind = vars(type(self)).get("kind")
        try:
            if kind:
                return {"kind": kind, **{name: _data(value) for name, value in self._describable().items()}}
        except Undescribable:
            pass
        return {
            "kind": "CheckedByOwner",
            "of": type(self).__name__,
            "rule": self.allowed(),
            "is_numeric": bool(self.is_numeric),
        }

    def _describable(self) -> Mapping[str, object]:
        """Return the arguments for the data, where they differ from those that make two rules equal."""
        return self.arguments()

    def _key(self) -> Hashable:
        return tuple(self.arguments().items())

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(self) is not type(other) or "kind" not in vars(type(self)) or not isinstance(other, Validator):
            return NotImplemented
        return self._key() == other._key()

    def __hash__(self) -> int:
        if "kind" not in vars(type(self)):
            return object.__hash__(self)
        return hash((type(self), self._key()))

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.allowed()}>"


def _asked(self: Validator[Any], value: object) -> Refusal | None:
    """Return what a class says that overrides `Validator.validate`, as those written for QCoDeS do."""
    try:
        self.validate(value)
    except TypeError as error:
        return Refusal(wrong_type=True, detail=str(error))
    except Exception as error:  # noqa: BLE001 - whatever it raises is its way of refusing
        return Refusal(wrong_type=False, detail=str(error))
    return None


def shown(value: object) -> str:
    """Return ``value`` as a message shows it: short, on one line, whatever its ``repr`` does."""
    try:
        text = " ".join(_ordered(plain_scalar(value)).split())
    except Exception:  # noqa: BLE001 - repr is code of the value; one that fails must not hide the refusal
        return f"<{type(value).__name__}>"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _ordered(value: object) -> str:
    """Return the ``repr``, with the members of a set in an order that is the same in every process."""
    if isinstance(value, (set, frozenset)) and value:
        members = "{" + ", ".join(sorted(map(repr, value))) + "}"
        return members if type(value) is set else f"{type(value).__name__}({members})"
    return repr(value)


def with_unit(text: str, unit: str) -> str:
    """Return ``text unit``, or ``text`` without a unit."""
    return f"{text} {unit}" if unit else text


def _is_number(value: object) -> bool:
    kind = type(plain_scalar(value))  # isinstance would ask the value itself, which may fail
    return issubclass(kind, (int, float, complex)) and kind is not bool


def _data(argument: object) -> Any:
    """Return one argument as JSON; a tuple is the list of several, each of which may be a validator."""
    if isinstance(argument, tuple):
        return [_one(item) for item in argument]
    return _one(argument)


def _one(value: object) -> Any:
    return value._described() if isinstance(value, Validator) else encode(value)
