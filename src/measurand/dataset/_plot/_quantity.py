"""What stands along an axis or behind a colour: numbers with a unit, times, or words. Knows no picture."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from measurand.dataset._plot._prefix import prefixed
from measurand.dataset._plot._text import label as as_label
from measurand.dataset._plot._text import literal, wrapped

if TYPE_CHECKING:
    import numpy.typing as npt
    import xarray as xr


_LABEL, _WORD = 40, 24  # characters that have room beside an axis, and at a tick of one
_TICKS = 24  # so many words can be read along an axis
BOOLS = "bools"
"""An attribute of bools that became numbers, since some were not measured."""
_DAY = 86_400e9  # ns
_UNITS = ((1.0, "d"), (24.0, "h"), (1440.0, "min"), (86_400.0, "s"))
_READABLE = 3.0  # so many of a unit at least, or the next smaller one is used


@dataclass(frozen=True)
class Quantity:
    """Values as matplotlib draws them.

    Attributes:
        label: Without unit.
        values: Floats, any shape: as measured, numbers of words, or days as matplotlib counts them; NaN: nothing there.
        unit: As measured.
        kind: What the values are.
        words: What the numbers stand for.
    """

    label: str
    values: npt.NDArray[Any]
    unit: str = ""
    kind: Literal["numbers", "words", "times"] = "numbers"
    words: tuple[str, ...] = ()

    def shown(self, seen: npt.NDArray[Any] | None = None) -> tuple[npt.NDArray[Any], str]:
        """Return the values with the SI prefix that makes them readable, and the text of their axis.

        Args:
            seen: Those that should be readable; None: all.
        """
        seen = self.values if seen is None else seen
        factor, unit = prefixed(self.unit, seen) if self.kind == "numbers" else (1.0, self.unit)
        text = wrapped(self.label, _LABEL, 2)
        return self.values * factor, f"{text} ({literal(unit)})" if unit else text

    def said(self, value: float) -> str:
        """Return the text for one of the values, e.g. ``1.2 mV``."""
        if self.kind == "words":
            return literal(self.words[int(value)], _WORD)
        if self.kind == "times":
            return f"{datetime.datetime.fromtimestamp(value * _DAY / 1e9, datetime.UTC):%Y-%m-%d %H:%M:%S} UTC"
        import numpy as np

        factor, unit = prefixed(self.unit, np.array([value]))
        return f"{value * factor:.6g} {unit}".rstrip()

    def ticks(self) -> tuple[list[int], list[str]]:
        """Return where along an axis words stand, and the words: all of them, or every n-th if there are many."""
        places = list(range(0, len(self.words), -(-len(self.words) // _TICKS) or 1))
        return places, [self.said(place) for place in places]

    def with_values(self, values: npt.NDArray[Any]) -> Quantity:
        """Return the same quantity with some or all of its values in another arrangement."""
        return replace(self, values=values)


def quantity(variable: xr.DataArray) -> Quantity:
    """Return the quantity of a variable or coordinate; complex ones have to be taken apart before."""
    import numpy as np

    label = as_label(str(variable.attrs.get("long_name") or variable.name))
    unit = str(variable.attrs.get("units", ""))
    values = variable.to_numpy()
    if values.dtype.kind == "M":
        return Quantity(label, np.where(np.isnat(values), np.nan, days_of(values)), "UTC", "times")
    if values.dtype.kind == "b" or variable.attrs.get(BOOLS):
        return Quantity(label, values.astype(float), unit, "words", ("False", "True"))
    if values.dtype.kind in "OUT":
        flat = values.reshape(-1).tolist()
        words = tuple(dict.fromkeys(word for word in flat if isinstance(word, str)))
        numbers = {word: float(number) for number, word in enumerate(words)}
        coded = np.array([numbers.get(word, np.nan) for word in flat]).reshape(values.shape)
        return Quantity(label, coded, unit, "words", words)
    return Quantity(label, values.astype(float), unit)


def days_of(times: Any) -> Any:
    """Return numpy times as matplotlib counts them, days since 1970."""
    return times.astype("datetime64[ns]").astype("int64") / _DAY


def since_first(times: Quantity) -> Quantity:
    """Return times as numbers, since a colour cannot be read as a date."""
    import numpy as np

    days = times.values - (np.nanmin(times.values) if np.isfinite(times.values).any() else 0.0)
    longest = np.nanmax(days, initial=0.0)
    per_day, unit = next((n, unit) for n, unit in _UNITS if longest * n > _READABLE or unit == "s")
    return Quantity(f"{times.label} after the first", days * per_day, unit)


def counting(name: str, size: int) -> Quantity:
    """Return the quantity along a dim that has no values of its own."""
    import numpy as np

    return Quantity(name, np.arange(float(size)))


def parts(variable: xr.DataArray) -> list[Quantity]:
    """Return what to draw of a measured variable: itself, or magnitude and phase of complex values."""
    import numpy as np

    if variable.dtype.kind != "c":
        return [quantity(variable)]
    whole = quantity(variable.copy(data=abs(variable.to_numpy())))
    angle = np.degrees(np.angle(variable.to_numpy()))
    phase = np.where(np.isnan(whole.values), np.nan, angle)
    return [replace(whole, label=f"|{whole.label}|"), Quantity(f"arg {whole.label}", phase, "°")]
