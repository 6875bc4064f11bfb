"""A setting that is held here until the configuration is applied, because the board takes its settings in groups."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

from measurand.instrument import Declared
from measurand.parameters import Parameter


class AlazarParameter(Parameter[Any]):
    """A setting of a board: setting it changes nothing on the board, reading it before it is applied warns (F12).

    Args:
        name: Identifier, unique within the instrument.
        instrument: The board.
        value: At the beginning; not on the board yet either.
        byte_to_value_dict: What the library's numbers mean; None: the value is the number.
        **options: As for `Parameter`.

    Example:
        >>> clock = AlazarParameter("clock", value="INTERNAL", byte_to_value_dict={1: "INTERNAL", 7: "REFERENCE"})
        >>> clock("REFERENCE")
        >>> clock.byte
        7
        >>> clock.is_applied
        False
        >>> clock.note_applied()
        >>> clock()
        'REFERENCE'
    """

    def __init__(
        self,
        name: str,
        instrument: Any = None,
        *,
        value: Any = None,
        byte_to_value_dict: Mapping[int, Any] | None = None,
        **options: Any,
    ) -> None:
        self.byte: Any = None
        self._applied: Any = None
        if byte_to_value_dict is not None:
            options["val_mapping"] = {value: byte for byte, value in byte_to_value_dict.items()}
        super().__init__(name, instrument, **options)
        if value is not None:
            self.set(value)

    @property
    def is_applied(self) -> bool:
        """Whether the board has the value."""
        return bool(self.byte == self._applied)

    def note_applied(self) -> None:
        """Note that the board has the value."""
        self._applied = self.byte

    def get_raw(self) -> Any:
        """Return the number, and warn if the board does not have it yet."""
        if not self.is_applied:
            where = ".".join([*self.name_parts]) if self.instrument else self.name
            warnings.warn(
                f"{where} is {self.cache.value!r} here, and not on the board yet. Call sync_settings_to_card().",
                stacklevel=2,
            )
        return self.byte

    def set_raw(self, value: Any) -> None:
        """Hold the number."""
        self.byte = value


def held(**options: Any) -> Declared[Any]:
    """Declare an `AlazarParameter` in the body of a driver's class, as `measurand.instrument.parameter` does for others."""
    return Declared(AlazarParameter, options, None)
