"""What a process can say about a rule that it cannot apply itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from measurand._core.json import dumps
from measurand.errors import DefinitionError
from measurand.validators._validator import Validator


class CheckedByOwner(Validator[Any]):
    """Accept everything here, because only the process that owns the instrument can apply the rule, and does.

    `from_dict` makes it where the rule needs what cannot travel as data: a function, a class that this process does not
    have, a rule of your own.

    Args:
        of: Name of the class of the original.
        rule: Text of the rule, for a reader.
        is_numeric: Whether allowed values are real numbers; default no.
        data: What `to_dict` returns; default made of the other arguments.

    Raises:
        DefinitionError: A name or a rule is no text.
    """

    kind = "CheckedByOwner"

    def __init__(self, of: str, rule: str, is_numeric: bool = False, *, data: Mapping[str, Any] | None = None) -> None:
        if not (isinstance(of, str) and isinstance(rule, str)):
            raise DefinitionError(f"CheckedByOwner({of!r}, {rule!r}): both must be text.")
        self.of: Final = of
        self.rule: Final = rule
        self.is_numeric = is_numeric
        self._original = None if data is None else dict(data)

    def judge(self, value: object) -> None:
        """Return None."""

    def allowed(self, unit: str = "") -> str:
        """Return the original rule, and who checks it."""
        del unit  # the text has come without one
        return f"{self.rule} (checked by its owner)"

    @property
    def valid_values(self) -> tuple[Any, ...]:
        """None is known."""
        return ()

    def arguments(self) -> dict[str, str | bool]:
        """Return what is known of the original."""
        known: dict[str, str | bool] = {"of": self.of, "rule": self.rule, "is_numeric": self.is_numeric}
        return known if self._original is None else {**known, "data": dumps(self._original)}

    def _described(self) -> dict[str, Any]:
        return super()._described() if self._original is None else dict(self._original)
