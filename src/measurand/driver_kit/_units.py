"""Which units a parameter may have: those of the SI, and a short list of others that physicists use. Knows no parameter.

The SI brochure (BIPM, 9th edition, tables 2, 4 and 7) has the units and prefixes.
"""

from __future__ import annotations

import re

SI = frozenset(
    "m kg g s A K mol cd rad sr Hz N Pa J W C V F Ohm ohm Ω S Wb T H lm lx Bq Gy Sv kat °C eV".split()  # noqa: SIM905 - a list of units reads best as a line
)
EXCEPTIONS = {
    "%": "a ratio",
    "dB": "a ratio of powers",
    "dBm": "a power, as radio-frequency instruments set it",
    "dBV": "a voltage, as audio and lock-in instruments set it",
    "deg": "an angle, as instruments set it",
    "PLC": "power line cycles, the integration time of meters",
    "msec": "of the driver guide's Ithaco 1211",
    "counts": "raw values of a converter",
    "pt": "points of a trace",
    "Vpp": "a voltage between two peaks",
    "dB/oct": "slope of a filter",
    "min": "accepted beside the SI",
    "h": "accepted beside the SI",
    "bit": "resolution of a converter",
}
"""Units that are not of the SI and may be used, with the reason."""

_PREFIX = "(?:da|[YZEPTGMkhdcmuµμnpfazy])?"
_UNIT = re.compile(_PREFIX + "(" + "|".join(sorted(map(re.escape, SI), key=len, reverse=True)) + ")")
_PARTS = re.compile(r"[*·/ ]+")
_ROOT = re.compile(r"√|sqrt\((.*)\)")
_POWER = re.compile(r"\^?\(?-?\d+(\.5|/2)?\)?$|[²³]$")


def is_allowed(unit: str) -> bool:
    """Return whether ``unit`` is empty, of the SI, a product of such, or one of `EXCEPTIONS`.

    Example:
        >>> [is_allowed(unit) for unit in ("", "V/s", "nV/√Hz", "dBm", "A/V", "m^2", "volt", "mTorr")]
        [True, True, True, True, True, True, False, False]
    """
    if unit in EXCEPTIONS:
        return True
    plain = _ROOT.sub(lambda found: found.group(1) or "", unit)
    return all(_is_factor(part) for part in _PARTS.split(plain) if part)


def _is_factor(part: str) -> bool:
    bare = _POWER.sub("", part)
    return bare in EXCEPTIONS or bare in ("", "1") or _UNIT.fullmatch(bare) is not None
