"""SI prefixes of units, so that 1 nA finds what was stored in A. Knows no physics: mA and A are related, V and A are not."""

from __future__ import annotations

import re
from decimal import Decimal

_PREFIXES = {
    "T": 12, "G": 9, "M": 6, "k": 3, "": 0, "m": -3, "µ": -6, "u": -6, "n": -9, "p": -12, "f": -15, "a": -18,
}  # fmt: skip
_BASES = frozenset(
    {
        "A",
        "V",
        "W",
        "Ω",
        "Hz",
        "K",
        "T",
        "F",
        "H",
        "S",
        "s",
        "m",
        "C",
        "N",
        "J",
        "Pa",
        "eV",
        "Wb",
        "bar",
        "rad",
        "g",
        "L",
    }
)
_OHM = re.compile("\N{OHM SIGN}|[Oo]hms?")
_SPELLINGS = {"Ω": ("Ohm", "ohm", "Ohms", "ohms", "\N{OHM SIGN}"), "µ": ("μ",)}
_FIRST = re.compile(r"[^/·*^ ²³]+")


def split(unit: str) -> tuple[int, str]:
    """Return the power of ten of a unit's prefix and the unit without it: ``"nV/√Hz"`` is -9 and ``"V/√Hz"``."""
    plain = _OHM.sub("Ω", unit.replace("μ", "µ")).strip()  # the Greek letter for the sign
    match = _FIRST.match(plain)
    first = match[0] if match else ""
    if first in _BASES or first[1:] not in _BASES or first[:1] not in _PREFIXES:
        return 0, plain
    return _PREFIXES[first[0]], plain[1:]


def in_relatives(number: float, unit: str) -> dict[str, float]:
    """Return a quantity in all spellings of its unit with other prefixes: 3 nA is 3e-9 A and 3000 pA, to the last digit."""
    power, base = split(unit)
    match = _FIRST.match(base)
    if match is None or match[0] not in _BASES:
        return {unit: number}
    exact = Decimal(repr(number))
    others = {prefix + base: power - other for prefix, other in _PREFIXES.items() if split(prefix + base)[1] == base}
    found = {other: float(exact.scaleb(shift)) for other, shift in others.items()}
    for sign, spellings in _SPELLINGS.items():
        found |= {
            other.replace(sign, word): there for other, there in found.items() if sign in other for word in spellings
        }
    return {**found, unit: number}
