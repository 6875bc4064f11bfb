"""SI prefixes: 1.2 mV, not 0.0012 V; and which units never have one. Knows no axis."""

from __future__ import annotations

import math
import re
from typing import Any

_PREFIXES = {
    -18: "a", -15: "f", -12: "p", -9: "n", -6: "µ", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T", 15: "P",
}  # fmt: skip
# SI Brochure, 9th edition, tables 2 and 4, and what electronics adds; degrees, decibels, counts, bits have no prefix.
_TAKES_PREFIX = frozenset(
    {"A", "Bq", "C", "F", "Gy", "H", "Hz", "J", "N", "Ohm", "Pa", "S", "V", "VA", "Vpp", "Vrms", "W", "Wb", "bar"}
    | {"cd", "eV", "g", "lm", "lx", "m", "mol", "ohm", "Ω", "\u2126"}
)
_ONLY_SMALL = frozenset({"K", "s", "T"})
"""Units of which nobody says kilo."""
_LEADING = re.compile(r"(?P<unit>[^\W\d_]+)(?P<rest>(?:[/·* ].*)?)")


def prefixed(unit: str, values: Any) -> tuple[float, str]:
    """Return the factor for ``values`` and the unit to write, so that the largest of them is from 1 to 1000.

    Args:
        unit: SI text; the first unit of a product or quotient gets the prefix, ``"V/Hz"`` becomes ``"nV/Hz"``. A power
            (``"m^2"``) and what never has a prefix (``"dBm"``, ``"deg"``, ``"%"``) stay.
        values: Array of numbers; what is not finite does not count.
    """
    import numpy as np

    match = _LEADING.fullmatch(unit)
    if match is None or match["unit"] not in _TAKES_PREFIX | _ONLY_SMALL:
        return 1.0, unit
    sizes = np.abs(values[np.isfinite(values)])
    largest = float(sizes.max()) if sizes.size else 0.0
    if not largest:
        return 1.0, unit
    # What reads as 1 nA with three digits is no 1000 pA.
    power = 3 * math.floor(math.log10(largest * 1.0005) / 3)
    if power not in _PREFIXES or (power > 0 and match["unit"] in _ONLY_SMALL):
        return 1.0, unit
    return 10.0**-power, f"{_PREFIXES[power]}{unit}"
