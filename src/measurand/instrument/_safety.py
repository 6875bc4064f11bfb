"""What harms nothing: values to which parameters go when somebody asks for safety. Knows parameters, no instrument."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

from measurand._core.stop import shielded
from measurand.errors import InstrumentError
from measurand.parameters import Parameter


@dataclass(frozen=True)
class Safe:
    """Where a parameter harms nothing, and how it gets there.

    Args:
        value: What is set.
        step: Largest change at once; None: as the parameter is set otherwise.
        inter_delay: Least time between two steps in s.
    """

    value: Any
    step: float | None = None
    inter_delay: float = 0.0


class Safety:
    """The safe values of one instrument and its parts, in the order in which they are set.

    A parameter that is replaced by another of its name hands its safe value on; one that is removed is left alone.

    Attributes:
        at_close: Whether closing the instrument makes it safe before; default no.

    Example:
        >>> dac = Instrument("dac")
        >>> _ = dac.add_parameter("voltage", unit="V", set_cmd=None, initial_value=1.0)
        >>> dac.safety.add(dac.voltage, 0.0)
        >>> dac.safe_state()
        >>> dac.voltage()
        0.0
    """

    def __init__(self) -> None:
        self.at_close = False
        self._values: dict[Parameter[Any], Safe] = {}

    def __iter__(self) -> Iterator[tuple[Parameter[Any], Safe]]:
        return iter(self._values.items())

    def __len__(self) -> int:
        return len(self._values)

    def add(
        self, parameter: Parameter[Any], value: Any, *, step: float | None = None, inter_delay: float = 0.0
    ) -> None:
        """Say where a parameter harms nothing; it is set after those that were added before.

        Args:
            parameter: One of the instrument's.
            value: What is set, or a `Safe`.
            step: Largest change at once; None: as the parameter is set otherwise.
            inter_delay: Least time between two steps in s.

        Raises:
            RefusedValue, RefusedType: The parameter does not allow the value.
            InstrumentError: The parameter cannot be set.
        """
        safe = value if isinstance(value, Safe) else Safe(value, step, inter_delay)
        if not parameter.settable:
            raise InstrumentError(f"{parameter.full_name}: cannot be made safe, it has no set command.")
        parameter.validate(safe.value)
        self._values[parameter] = safe

    def remove(self, parameter: Parameter[Any]) -> None:
        """Leave a parameter as it is from now on."""
        self._values.pop(parameter, None)

    def apply(self, where: str) -> None:
        """Set every safe value, also if one of them fails, and also while a run is being stopped.

        Args:
            where: Name of the instrument, for messages.

        Raises:
            ExceptionGroup: Of everything that failed, after all were tried.
        """
        failures: list[Exception] = []
        with shielded():
            for declared, safe in list(self._values.items()):
                parameter = _present(declared)
                if parameter is None:
                    continue
                try:
                    with _ramped(parameter, safe) if safe.step is not None else nullcontext():
                        parameter.set(safe.value)
                except Exception as error:  # noqa: BLE001 - the others must be tried; raised below
                    error.add_note(f"while {where} was made safe: {parameter.full_name} to {safe.value!r}")
                    failures.append(error)
        if failures:
            names = f"{len(failures)} of {len(self._values)} parameters"
            raise ExceptionGroup(f"{where} is not safe: {names} could not be set. Look at the device itself", failures)


def _present(declared: Parameter[Any]) -> Parameter[Any] | None:
    """Return the parameter that stands where ``declared`` stood: it may have been replaced, or removed, meanwhile."""
    owner = declared.instrument
    found: Parameter[Any] | None = declared if owner is None else owner.parameters.get(declared.name)
    return found


@contextmanager
def _ramped(parameter: Parameter[Any], safe: Safe) -> Iterator[None]:
    """Give a parameter the ramp of ``safe`` for a while."""
    before = parameter.step, parameter.inter_delay
    parameter.inter_delay = safe.inter_delay
    parameter.step = safe.step
    try:
        yield
    finally:
        parameter.step, parameter.inter_delay = before
