"""One difference between how a parameter is and how it was, and many of them as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_WIDEST = 60


@dataclass(frozen=True)
class Change:
    """One parameter that is not where it was.

    Attributes:
        path: From the station down, e.g. ``"dac.ch1.voltage"``.
        parameter: The parameter; None if there is none at this path.
        now: Present value.
        known: Whether ``now`` is known for sure.
        then: Value to be restored.
        unit: Unit of both.
        why: Why it will not be set; None if it will.
        refused: Whether the value is the reason.
        trouble: What went wrong when the present value was read.

    Example:
        >>> from measurand.station import Station
        >>> station = Station(ManualParameter("bias", unit="V", initial_value=1.0), default=False)
        >>> (change,) = station.restore({"bias": 2.5}).changes
        >>> change.path, change.now, change.then, change.unit
        ('bias', 1.0, 2.5, 'V')
    """

    path: str
    parameter: Any
    now: Any
    known: bool
    then: Any
    unit: str
    why: str | None = None
    refused: bool = False
    trouble: str = ""


def same(now: Any, then: Any) -> bool:
    """Return whether two values are the same; arrays by their elements, NaN equal to itself."""
    try:
        if hasattr(now, "shape") or hasattr(then, "shape") or isinstance(now, (list, tuple)):
            import numpy as np

            first, second = np.asarray(now), np.asarray(then)
            numeric = first.dtype.kind in "fc" and second.dtype.kind in "fc"
            return bool(np.array_equal(first, second, equal_nan=numeric))
        if isinstance(now, bool) is not isinstance(then, bool):
            return False
        return bool(now == then) or (now != now and then != then)  # noqa: PLR0124 - only NaN differs from itself
    except Exception:  # noqa: BLE001 - values of any kind; those that cannot be compared are not the same
        return False


def table(changes: Sequence[Change], equal: int) -> str:
    """Return the changes as lines for people: path, now, then, and why not."""
    rest = f"{equal} parameter{'' if equal == 1 else 's'} as before" if equal else ""
    if not changes:
        return f"Nothing differs; {rest or 'nothing was compared'}."
    rows = [("", "parameter", "now", "then", "")]
    number = 0
    for change in changes:
        number += change.why is None
        now = _text(change.now, change.unit) if change.known else "not known"
        remark = change.why or change.trouble or _ramp(change)
        mark = str(number) if change.why is None else "refused" if change.refused else "-"
        rows.append((mark, change.path, now, _text(change.then, change.unit), remark))
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    lines = ["  ".join([*map(str.ljust, row[:4], widths), row[4]]).rstrip() for row in rows]
    return "\n".join([*lines, *([rest] if rest else [])])


def _ramp(change: Change) -> str:
    step = getattr(change.parameter, "step", None)
    return "" if step is None else f"in steps of {step:g} {change.unit}".rstrip()


def _text(value: Any, unit: str) -> str:
    text = " ".join(repr(value).split())
    text = text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"
    return f"{text} {unit}" if unit and isinstance(value, (int, float)) and not isinstance(value, bool) else text
