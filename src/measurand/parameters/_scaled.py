"""A quantity behind a divider or an amplifier."""

from __future__ import annotations

from typing import Any, Literal

from measurand._core.numbers import is_real, plain
from measurand.errors import DefinitionError
from measurand.parameters._delegate import DelegateParameter
from measurand.parameters._owner import Owner
from measurand.parameters._parameter import Parameter

Factor = float | Parameter[Any]


class ScaledParameter(DelegateParameter[float]):
    """What a voltage (or anything else) is after a divider or an amplifier.

    A delegate whose conversion may change while it is used: its cache is a view of the output's, its limits are those of
    the output too.

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
        self.role: Literal["gain", "division"] = "gain" if division is None else "division"
        self._factor = _checked(output.full_name, gain if division is None else division)
        super().__init__(
            name or f"{output.name}_scaled",
            output,
            instrument,
            label=label or f"{output.label}_scaled",
            unit=output.unit if unit is None else unit,
            get_parser=self._from_output,
            set_parser=self._to_output,
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

    def snapshot(self, update: bool | None = False) -> dict[str, Any]:
        """Return the state as JSON-ready data, with what is scaled, and how."""
        varying = self._factor if isinstance(self._factor, Parameter) else None
        known = self._factor if varying is None else varying.cache.value
        state = super().snapshot(update)
        metadata = {
            "wrapped_parameter": "" if self.source is None else self.source.full_name,
            "variable_multiplier": False if varying is None else varying.full_name,
        }
        state |= {"role": self.role, "metadata": state.get("metadata", {}) | metadata}
        if known:
            other = "division" if self.role == "gain" else "gain"
            state |= {self.role: known, other: 1 / known}
        return state

    def get_wrapped_parameter_value(self) -> Any:
        """Return the value on the instrument's side."""
        return self.get_raw()

    def _from_output(self, value: Any) -> Any:
        factor = self._multiplier()
        return value * factor if self.role == "gain" else value / factor

    def _to_output(self, value: Any) -> Any:
        factor = self._multiplier()
        return plain(value) / factor if self.role == "gain" else plain(value) * factor

    def _seen(self, raw: Any) -> Any:
        factor = self._factor.cache.value if isinstance(self._factor, Parameter) else self._factor
        if factor is None or raw is None:
            return None
        return raw * factor if self.role == "gain" else raw / factor

    def _multiplier(self) -> Any:
        return self._factor.get() if isinstance(self._factor, Parameter) else self._factor


def _checked(where: str, factor: Factor | None) -> Factor:
    if isinstance(factor, Parameter) or (is_real(factor) and factor != 0):
        return plain(factor)  # type: ignore[no-any-return]  # a number or a parameter
    raise DefinitionError(
        f"{where}: {factor!r} refused, allowed for gain and division are numbers other than 0, or a parameter."
    )
