"""The SI prefix, or the power of ten, with which numbers are read best on an axis."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

_PREFIXES = {
    -24: "y", -21: "z", -18: "a", -15: "f", -12: "p", -9: "n", -6: "μ", -3: "m",
    0: "", 3: "k", 6: "M", 9: "G", 12: "T", 15: "P", 18: "E", 21: "Z", 24: "Y",
}  # fmt: skip
_PREFIXABLE = frozenset(
    [
        "V",
        "A",
        "W",
        "m",
        "s",
        "Hz",
        "Ohm",
        "ohm",
        "Ω",
        "T",
        "K",
        "F",
        "H",
        "S",
        "J",
        "eV",
        "Pa",
        "rad",
        "Wb",
        "C",
        "g",
        "N",
    ]
)  # others get a power of ten


def find_scale_and_prefix(data: npt.NDArray[Any], unit: str) -> tuple[str, int]:
    """Return what to write before a unit and the power of ten that it stands for.

    Args:
        data: What is shown; complex numbers count by their size, those that are not finite do not count.
        unit: Their unit, without a prefix; ``""`` is never scaled.

    Returns:
        A prefix, or a power such as ``"$10^{3}$ "`` for a unit that takes no prefix; and the exponent.

    Example:
        >>> find_scale_and_prefix(np.array([0.0, 2e-9]), "A")
        ('n', -9)
        >>> find_scale_and_prefix(np.array([4000]), "counts")
        ('$10^{3}$ ', 3)
    """
    sizes = np.abs(np.asarray(data))
    finite = sizes[np.isfinite(sizes)]
    largest = float(finite.max()) if finite.size else 0.0
    if unit == "" or largest == 0:
        return "", 0
    if unit in _PREFIXABLE:
        exponent = next((power for power in _PREFIXES if largest < 10.0 ** (power + 3)), 24)
        return _PREFIXES[exponent], exponent
    exponent = 3 * math.floor(math.log10(largest) / 3)
    return (f"$10^{{{exponent}}}$ " if exponent else ""), exponent
