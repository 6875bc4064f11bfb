"""Text of bounded length."""

from __future__ import annotations

from measurand.errors import DefinitionError
from measurand.validators._validator import NOT_ALLOWED, WRONG_TYPE, Refusal, Validator

_UNBOUNDED = 1 << 30


class Strings(Validator[str]):
    """Text whose length lies between two limits, both allowed.

    Args:
        min_length: Fewest characters; default 0.
        max_length: Most characters; default practically unlimited.

    Raises:
        DefinitionError: The limits are no whole numbers, or contradict each other.
    """

    def __init__(self, min_length: int = 0, max_length: int = _UNBOUNDED) -> None:
        if not (isinstance(min_length, int) and isinstance(max_length, int) and 0 <= min_length <= max_length >= 1):
            raise DefinitionError(
                f"Strings({min_length!r}, {max_length!r}): needs 0 <= min_length <= max_length, and max_length >= 1."
            )
        self.min_length = min_length
        self.max_length = max_length

    def refusal(self, value: object) -> Refusal | None:
        """Return None for text of an allowed length."""
        if not isinstance(value, str):
            return WRONG_TYPE
        return None if self.min_length <= len(value) <= self.max_length else NOT_ALLOWED

    def allowed(self, unit: str = "") -> str:
        """Return e.g. ``"text of 1 to 20 characters"``."""
        del unit  # text has none
        if self.max_length == _UNBOUNDED:
            return f"text of at least {self.min_length} characters" if self.min_length else "any text"
        return f"text of {self.min_length} to {self.max_length} characters"

    @property
    def valid_values(self) -> tuple[str, ...]:
        """A shortest and a longer text."""
        return ("x" * self.min_length, "x" * min(self.max_length, self.min_length + 8))
