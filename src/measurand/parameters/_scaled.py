"""A quantity behind a divider or an amplifier."""

from __future__ import annotations

from typing import Any, Literal

from measurand._core.numbers import is_real
from measurand.errors import DefinitionError
from measurand.parameters._owner import Owner
from measurand.parameters._parameter import Parameter

Factor = float | Parameter[Any]


class ScaledParameter(Parameter[float]):
    """What a voltage (or anything else) is after a divider or an amplifier.

    Args:
        output: The parameter on the instrument's side.
        division: value = output ÷ division; a number or a parameter. Give this or ``gain``.
        gain: value = output · gain; a number or a parameter.
        name: Identifier; default ``<output>_scaled``.
        label: Text for axes; default that of ``output`` likewise.
        unit: SI text; default that of ``output``.
        instrument: The instrument it belongs to; default none.
        **options: As for `Parameter`.

    Raises:
        DefinitionError: Both or neither of ``division`` and ``gain`` are given, or it is neither number nor parameter.

    Example:
        >>> dac = Parameter("dac", unit="V", set_cmd=None, initial_value=5.0)
        >>> at_sample = ScaledParameter(dac, division=10, name="at_sample")
        >>> at_sample()
        0.5
        >>> at_sample(0.1)
        >>> dac()
        1.0
    """

    _forwards = True

    def __init__(
        self,
        output: Parameter[Any],
        division: Factor | None = None,
        gain: Factor | None = None,
        name: str | None = None,
        label: str | None = None,
        unit: str | None = None,
        instrument: Owner | None = None,
        **options: Any,
    ) -> None:
        if (division is None) == (gain is None):
            raise DefinitionError(f"{output.full_name}: give either division= or gain=, not both or neither.")
        self._output = output
        self.role: Literal["gain", "division"] = "gain" if division is None else "division"
        self._factor = _checked(output.full_name, gain if division is None else division)
        super().__init__(
            name or f"{output.name}_scaled",
            instrument,
            label=label or f"{output.label}_scaled",
            unit=output.unit if unit is None else unit,
            **options,
        )

    @property
    def gain(self) -> Any:
        """Value ÷ output; assigning a number or parameter replaces gain or division."""
        factor = self._multiplier()
        return factor if self.role == "gain" else 1 / factor

    @gain.setter
    def gain(self, gain: Factor) -> None:
        self._factor, self.role = _checked(self.name, gain), "gain"

    @property
    def division(self) -> Any:
        """Output ÷ value; assigning a number or parameter replaces gain or division."""
        factor = self._multiplier()
        return factor if self.role == "division" else 1 / factor

    @division.setter
    def division(self, division: Factor) -> None:
        self._factor, self.role = _checked(self.name, division), "division"

    def get_raw(self) -> Any:
        """Return the output, scaled."""
        value, factor = self._output.get(), self._multiplier()
        return value * factor if self.role == "gain" else value / factor

    def set_raw(self, value: float) -> None:
        """Set the output so that the scaled value is ``value``."""
        factor = self._multiplier()
        self._output.set(value / factor if self.role == "gain" else value * factor)

    def snapshot(self, update: bool | None = False) -> dict[str, Any]:
        """Return the state as JSON-ready data, with what is scaled, and how."""
        state = super().snapshot(update)
        known = self._factor.cache.value if isinstance(self._factor, Parameter) else self._factor
        metadata = {
            "wrapped_parameter": self._output.full_name,
            "variable_multiplier": self._factor.full_name if isinstance(self._factor, Parameter) else False,
        }
        state |= {"role": self.role, "metadata": state.get("metadata", {}) | metadata}
        if known:
            other = "division" if self.role == "gain" else "gain"
            state |= {self.role: known, other: 1 / known}
        return state

    def get_wrapped_parameter_value(self) -> Any:
        """Return the value on the instrument's side."""
        return self._output.get()

    def _multiplier(self) -> Any:
        return self._factor.get() if isinstance(self._factor, Parameter) else self._factor


def _checked(where: str, factor: Factor | None) -> Factor:
    if isinstance(factor, Parameter) or (is_real(factor) and factor != 0):
        return factor
    raise DefinitionError(
        f"{where}: {factor!r} refused, allowed for gain and division are numbers other than 0, or a parameter."
    )
