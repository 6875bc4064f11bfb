"""Text of bounded length and given form."""

from __future__ import annotations

import re
from typing import Final

from measurand.errors import DefinitionError
from measurand.validators._validator import NOT_ALLOWED, WRONG_TYPE, Refusal, Validator

_UNBOUNDED = 1 << 30
_TRIED = (
    "0",
    "1",
    "1.0",
    "a",
    "A",
    "ab",
    "AB",
    "a1",
    "A1",
    "on",
    "x_1",
)  # examples for patterns, if they happen to fit


class Strings(Validator[str]):
    """Text whose length lies between two limits, both allowed.

    Args:
        min_length: Fewest characters; default 0.
        max_length: Most characters; default practically unlimited.
        pattern: Regular expression that the whole text must match; flags stand in it, e.g. ``"(?i)ch[1-4]"``.
            Default: any text.

    Raises:
        DefinitionError: The limits are no whole numbers or contradict each other, or the pattern is none.

    Example:
        >>> Strings(pattern="CH[1-4]").validate("CH5", "scope.source")
        Traceback (most recent call last):
        ...
        measurand.errors.RefusedValue: scope.source: 'CH5' refused, allowed text that matches 'CH[1-4]'.
    """

    kind = "Strings"

    def __init__(self, min_length: int = 0, max_length: int = _UNBOUNDED, pattern: str | None = None) -> None:
        if not (isinstance(min_length, int) and isinstance(max_length, int) and 0 <= min_length <= max_length >= 1):
            raise DefinitionError(
                f"Strings({min_length!r}, {max_length!r}): needs 0 <= min_length <= max_length, and max_length >= 1."
            )
        self.min_length: Final = min_length
        self.max_length: Final = max_length
        self._pattern: Final = None if pattern is None else _compiled(pattern)

    @property
    def pattern(self) -> str | None:
        """The regular expression; None if any text will do."""
        return None if self._pattern is None else self._pattern.pattern

    def refusal(self, value: object) -> Refusal | None:
        """Return None for text of an allowed length and form."""
        if self._pattern is None and type(value) is str and self.min_length <= len(value) <= self.max_length:
            return None  # what nearly always comes
        return super().refusal(value)

    def judge(self, value: object) -> Refusal | None:
        """Return None for text of an allowed length and form."""
        if not isinstance(value, str):
            return WRONG_TYPE
        if not self.min_length <= len(value) <= self.max_length:
            return NOT_ALLOWED
        return None if self._pattern is None or self._pattern.fullmatch(value) else NOT_ALLOWED

    def allowed(self, unit: str = "") -> str:
        """Return e.g. ``"text of 1 to 20 characters"``."""
        del unit  # text has none
        length = self._length_text()
        if self.pattern is None:
            return f"text{length}" if length else "any text"
        return f"text{length} that matches {self.pattern!r}"

    @property
    def valid_values(self) -> tuple[str, ...]:
        """A shortest and a longer text; with a pattern those of a few guesses that match, possibly none."""
        texts = ["x" * self.min_length, "x" * min(self.max_length, self.min_length + 8)]
        if self.pattern is not None:
            texts += _TRIED
        return tuple(text for text in dict.fromkeys(texts) if self.judge(text) is None)

    def arguments(self) -> dict[str, int | str]:
        """Return the limits and the pattern that there are."""
        given: dict[str, int | str | None] = {
            "min_length": self.min_length or None,
            "max_length": None if self.max_length == _UNBOUNDED else self.max_length,
            "pattern": self.pattern,
        }
        return {name: value for name, value in given.items() if value is not None}

    def _length_text(self) -> str:
        if self.max_length == _UNBOUNDED:
            return f" of at least {self.min_length} characters" if self.min_length else ""
        return f" of {self.min_length} to {self.max_length} characters"


def _compiled(pattern: str) -> re.Pattern[str]:
    allowed = "allowed is a regular expression as text, e.g. 'CH[1-4]'"
    if not isinstance(pattern, str):
        raise DefinitionError(f"Strings(pattern={pattern!r}) refused, {allowed}.")
    try:
        return re.compile(pattern)
    except re.error as error:
        raise DefinitionError(f"Strings(pattern={pattern!r}) refused: {error}; {allowed}.") from None
