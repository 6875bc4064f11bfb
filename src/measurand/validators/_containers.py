"""Lists, sequences and dictionaries: rules about what they hold."""

from __future__ import annotations

from collections import abc
from collections.abc import Hashable
from itertools import pairwise
from typing import Any, Final, TypeVar

from measurand._core.names import listing
from measurand.errors import DefinitionError
from measurand.validators._multi import Anything
from measurand.validators._validator import WRONG_TYPE, Refusal, Validator, shown

T = TypeVar("T")


class Lists(Validator[list[T]]):
    """A list, each element of which another validator allows. Tuples and arrays are refused; see `Sequence`.

    Args:
        elt_validator: Rule for each element; default anything.

    Raises:
        DefinitionError: ``elt_validator`` is no validator.

    Example:
        >>> Lists(Ints(0, 3)).validate([0, 3, 1])
    """

    kind = "Lists"

    def __init__(self, elt_validator: Validator[T] | None = None) -> None:
        self.elt_validator: Final = _element_rule("Lists", elt_validator)

    def judge(self, value: object) -> Refusal | None:
        """Return None for a list of allowed elements."""
        return _first_refused(self.elt_validator, value) if isinstance(value, list) else WRONG_TYPE

    def allowed(self, unit: str = "") -> str:
        """Return e.g. ``"lists whose elements are whole numbers 0 to 3"``."""
        return f"lists{_elements_text(self.elt_validator, unit)}"

    @property
    def valid_values(self) -> tuple[list[T], ...]:
        """No element, and an example of each."""
        return ([], list(self.elt_validator.valid_values))

    def arguments(self) -> dict[str, Hashable]:
        """Return the rule for elements, if there is one."""
        return _element_argument(self.elt_validator)


class Sequence(Validator[abc.Sequence[T]]):
    """A list, tuple, range or the like, each element of which another validator allows.

    Text and bytes are refused, although Python counts them among the sequences: one text where several were meant is a
    mistake. Arrays have `Arrays`.

    Args:
        elt_validator: Rule for each element; default anything.
        length: Number of elements; default any.
        require_sorted: Whether the elements must ascend (equal neighbours are fine); default no.

    Raises:
        DefinitionError: ``elt_validator`` is no validator, or ``length`` no whole number from 0.

    Example:
        >>> Sequence(Numbers(0, 1), length=2, require_sorted=True).validate((0.2, 0.7))
    """

    kind = "Sequence"

    def __init__(
        self, elt_validator: Validator[T] | None = None, length: int | None = None, require_sorted: bool = False
    ) -> None:
        if length is not None and (not isinstance(length, int) or length < 0):
            raise DefinitionError(f"Sequence(length={length!r}): allowed are whole numbers from 0, and None for any.")
        self.elt_validator: Final = _element_rule("Sequence", elt_validator)
        self.length: Final = length
        self.require_sorted: Final = bool(require_sorted)

    def judge(self, value: object) -> Refusal | None:
        """Return None for a sequence of allowed length, elements and order."""
        if not isinstance(value, abc.Sequence) or isinstance(value, (str, bytes, bytearray, memoryview)):
            return WRONG_TYPE
        if self.length is not None and len(value) != self.length:
            return Refusal(wrong_type=False, detail=f"it has {len(value)} elements")
        refusal = _first_refused(self.elt_validator, value)
        if refusal is None and self.require_sorted:
            return next(
                (
                    Refusal(wrong_type=False, detail=f"element {i} is {shown(b)}, after {shown(a)}")
                    for i, (a, b) in enumerate(pairwise(value), 1)
                    if not a <= b
                ),
                None,
            )
        return refusal

    def allowed(self, unit: str = "") -> str:
        """Return e.g. ``"ascending sequences of 2 elements, which are 0 to 1 V"``."""
        ascending = "ascending " if self.require_sorted else ""
        length = "" if self.length is None else f" of length {self.length}"
        return f"{ascending}sequences{length}{_elements_text(self.elt_validator, unit)}"

    @property
    def valid_values(self) -> tuple[abc.Sequence[T], ...]:
        """One example repeated to the right length; and the examples of elements, where they fit."""
        examples = self.elt_validator.valid_values
        length = len(examples) if self.length is None else self.length
        repeated: list[abc.Sequence[T]] = [[example] * length for example in examples[:1]]
        candidates = [*repeated, examples] if repeated or length else [[]]
        return tuple(candidate for candidate in candidates if self.refusal(candidate) is None)

    def arguments(self) -> dict[str, Hashable]:
        """Return rule, length and order, where they are demanded."""
        found = _element_argument(self.elt_validator)
        if self.length is not None:
            found["length"] = self.length
        if self.require_sorted:
            found["require_sorted"] = True
        return found


class Dict(Validator[dict[Any, Any]]):
    """A dictionary, optionally with certain keys only.

    Args:
        allowed_keys: The keys that it may have, none of which must be there; default any.

    Raises:
        DefinitionError: ``allowed_keys`` is one text, or holds what cannot be a key.

    Example:
        >>> Dict(["start", "stop"]).validate({"start": 0.0})
    """

    kind = "Dict"

    def __init__(self, allowed_keys: abc.Iterable[Hashable] | None = None) -> None:
        try:
            if isinstance(allowed_keys, str):
                raise TypeError
            keys = None if allowed_keys is None else tuple(dict.fromkeys(allowed_keys))
        except TypeError:
            raise DefinitionError(
                f"Dict(allowed_keys={allowed_keys!r}): allowed is a list of keys, e.g. ['start', 'stop']."
            ) from None
        self.allowed_keys: Final = keys

    def judge(self, value: object) -> Refusal | None:
        """Return None for a dictionary with allowed keys."""
        if not isinstance(value, dict):
            return WRONG_TYPE
        if self.allowed_keys is None:
            return None
        wrong = [key for key in value if key not in self.allowed_keys]
        return Refusal(wrong_type=False, detail=f"it has the key {shown(wrong[0])}") if wrong else None

    def allowed(self, unit: str = "") -> str:
        """Return e.g. ``"dictionaries with no keys but 'start' and 'stop'"``."""
        del unit  # a dictionary has none
        if self.allowed_keys is None:
            return "any dictionary"
        if not self.allowed_keys:
            return "empty dictionaries"
        return f"dictionaries with no keys but {listing(shown(key) for key in self.allowed_keys)}"

    @property
    def valid_values(self) -> tuple[dict[Any, Any], ...]:
        """No key, and all of them."""
        return ({}, dict.fromkeys(("key",) if self.allowed_keys is None else self.allowed_keys, 0))

    def arguments(self) -> dict[str, Hashable]:
        """Return the keys, if they are limited."""
        return {} if self.allowed_keys is None else {"allowed_keys": self.allowed_keys}


def _element_rule(name: str, rule: Validator[T] | None) -> Validator[T]:
    if rule is None:
        return Anything()
    if not isinstance(rule, Validator):
        raise DefinitionError(f"{name}({rule!r}): the elements need a validator, e.g. {name}(Numbers(0, 1)).")
    return rule


def _element_argument(rule: Validator[Any]) -> dict[str, Hashable]:
    return {} if rule == Anything() else {"elt_validator": rule}


def _elements_text(rule: Validator[Any], unit: str) -> str:
    return "" if isinstance(rule, Anything) else f" whose elements are {rule.allowed(unit)}"


def _first_refused(rule: Validator[Any], values: abc.Sequence[object]) -> Refusal | None:
    """Return why the first element that is not allowed is refused, and which it is."""
    for i, value in enumerate(values):
        refusal = rule.refusal(value)
        if refusal is not None:
            kind = f" ({type(value).__name__})" if refusal.wrong_type else ""
            why = f": {refusal.detail}" if refusal.detail else ""
            return Refusal(refusal.wrong_type, f"element {i} is {shown(value)}{kind}{why}")
    return None
