"""The models of the Keithley 2600 series: channels and ranges. Data only.

From the Series 2600B reference manual (2600BS-901-01 Rev. F, August 2021, chapter TSP command reference, e.g.
``smuX.source.rangeY`` and ``smuX.source.limitY``) and the Series 2600A reference manual (2600AS-901-01 Rev. B, September
2008, chapter 19); a source goes to 101 % of its range (2600B, source-measure concepts: 20.2 V in the range of 20 V).
Pulses of more than the largest range are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

BEYOND = 1.01  # a level may be this many times its range

_DECADES = (1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0)  # A
_LOW_VOLTAGE = (0.1, 1.0, 6.0, 40.0)  # V
_HIGH_VOLTAGE = (0.2, 2.0, 20.0, 200.0)  # V


@dataclass(frozen=True)
class Model:
    """What one model has.

    Attributes:
        channels: Names of its source-measure units.
        voltage_ranges: In V, for the source and for measuring.
        source_current_ranges: In A.
        measure_current_ranges: In A.
        least_voltage_limit: In V.
        least_current_limit: In A.
    """

    channels: tuple[str, ...]
    voltage_ranges: tuple[float, ...]
    source_current_ranges: tuple[float, ...]
    measure_current_ranges: tuple[float, ...]
    least_voltage_limit: float
    least_current_limit: float

    @property
    def highest_voltage(self) -> float:
        """Largest level of the voltage source in V."""
        return BEYOND * self.voltage_ranges[-1]

    @property
    def highest_current(self) -> float:
        """Largest level of the current source in A."""
        return BEYOND * self.source_current_ranges[-1]


def _model(channels: int, volts: tuple[float, ...], top: float, source: tuple[float, ...] = (), measure: tuple[float, ...] = ()) -> Model:  # fmt: skip
    """Return a model; ``source`` and ``measure`` are the ranges below 100 nA."""
    currents = (*_DECADES, top)
    return Model(
        ("smua", "smub")[:channels],
        volts,
        (*source, *currents),
        (*measure, *source, *currents),
        least_voltage_limit=volts[0] / 10,
        least_current_limit=1e-10 if source else 1e-8,
    )


_NANO = (1e-9, 1e-8)

MODELS: dict[str, Model] = {
    "2601A": _model(1, _LOW_VOLTAGE, 3.0),
    "2601B": _model(1, _LOW_VOLTAGE, 3.0),
    "2602A": _model(2, _LOW_VOLTAGE, 3.0),
    "2602B": _model(2, _LOW_VOLTAGE, 3.0),
    "2604B": _model(2, _LOW_VOLTAGE, 3.0),
    "2611A": _model(1, _HIGH_VOLTAGE, 1.5),
    "2611B": _model(1, _HIGH_VOLTAGE, 1.5),
    "2612A": _model(2, _HIGH_VOLTAGE, 1.5),
    "2612B": _model(2, _HIGH_VOLTAGE, 1.5),
    "2614B": _model(2, _HIGH_VOLTAGE, 1.5),
    "2634B": _model(2, _HIGH_VOLTAGE, 1.5, _NANO),
    "2635A": _model(1, _HIGH_VOLTAGE, 1.5, _NANO, (1e-10,)),
    "2635B": _model(1, _HIGH_VOLTAGE, 1.5, _NANO, (1e-10,)),
    "2636A": _model(2, _HIGH_VOLTAGE, 1.5, _NANO, (1e-10,)),
    "2636B": _model(2, _HIGH_VOLTAGE, 1.5, _NANO, (1e-10,)),
}
"""Every model that the driver knows, as ``localnode.model`` names it."""


def listed(names: tuple[str, ...]) -> str:
    """Return names with commas and a last "and".

    Example:
        >>> listed(("2601B", "2602B", "2604B"))
        '2601B, 2602B, and 2604B'
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])}{',' * (len(names) > 2)} and {names[-1]}"
