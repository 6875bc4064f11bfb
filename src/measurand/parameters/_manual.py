"""A quantity that only people know: the position of a knob, the gain of an amplifier without interface."""

from __future__ import annotations

from typing import Any, TypeVar, overload

from measurand.errors import DefinitionError
from measurand.parameters._owner import Owner
from measurand.parameters._parameter import Parameter
from measurand.validators import Validator

T = TypeVar("T")


class ManualParameter(Parameter[T]):
    """A parameter that remembers what it was set to; None until then.

    Args:
        name: Identifier, unique within the instrument.
        instrument: The instrument it describes.
        initial_value: Present value; check that it is true before relying on it.
        **options: As for `Parameter`, without ``get_cmd`` and ``set_cmd``.

    Example:
        >>> gain = ManualParameter("gain", unit="V/A", initial_value=1e8)
        >>> gain()
        100000000.0
    """

    @overload
    def __init__(self, name: str, instrument: Owner | None = None, *, initial_value: T, **options: Any) -> None: ...
    @overload
    def __init__(self, name: str, instrument: Owner | None, initial_value: T, **options: Any) -> None: ...
    @overload
    def __init__(
        self, name: str, instrument: Owner | None = None, *, vals: Validator[T], **options: Any
    ) -> None: ...  # fmt: skip
    @overload
    def __init__(
        self: ManualParameter[Any],
        name: str,
        instrument: Owner | None = None,
        initial_value: None = None,
        **options: Any,
    ) -> None: ...
    def __init__(self, name: str, instrument: Owner | None = None, initial_value: Any = None, **options: Any) -> None:
        for keyword in ("get_cmd", "set_cmd"):
            if keyword in options:
                raise DefinitionError(f"{name}: a ManualParameter has no {keyword}; use Parameter.")
        super().__init__(name, instrument, get_cmd=None, set_cmd=None, initial_value=initial_value, **options)
