"""What differs between two snapshots, as a person would say it: path, before, after, unit. Knows no run and no instrument.

When and how a value was read does not count, nor in which prefix its unit was written. A snapshot is a tree of dicts; a
dict with a value and a unit or time is a parameter.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, overload

from measurand.dataset._units import in_relatives

_CONTAINERS = ("instruments", "parameters", "submodules", "channels")
_CUT = "..."
_NEVER = ("ts", "raw_value", "name", "full_name", "instrument", "instrument_name", "functions")


@dataclass(frozen=True)
class Difference:
    """One thing that differs.

    Args:
        path: Where in the snapshot, e.g. ``"dac.ch1.voltage"``, or ``"dac.ch1.voltage.step"``.
        kind: ``"changed"``, ``"added"`` (only in the second) or ``"removed"`` (only in the first).
        before: What the first says; None if it says nothing.
        after: What the second says.
        unit: Unit of ``before``; of ``after`` too unless that has its own.
        unit_after: Unit of ``after``.
    """

    path: str
    kind: Literal["changed", "added", "removed"]
    before: Any
    after: Any
    unit: str = ""
    unit_after: str = ""

    def __str__(self) -> str:
        before, after = _both_shown(self)
        return f"{self.path}: " + {"added": f"added, {after}", "removed": f"removed, was {before}"}.get(
            self.kind, f"{before} -> {after}"
        )


class Differences(Sequence[Difference]):
    """What differs between two snapshots, sorted by path; shown as a table."""

    def __init__(self, found: Sequence[Difference]) -> None:
        self._found = tuple(found)

    def __len__(self) -> int:
        return len(self._found)

    @overload
    def __getitem__(self, place: int) -> Difference: ...
    @overload
    def __getitem__(self, place: slice) -> Differences: ...
    def __getitem__(self, place: int | slice) -> Difference | Differences:
        return Differences(self._found[place]) if isinstance(place, slice) else self._found[place]

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, (Differences, list, tuple)) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # what equals a list cannot be a key either

    def __repr__(self) -> str:
        if not self:
            return "no difference"
        rows = [("path", "before", "after")]
        for found in self:
            before, after = _both_shown(found)
            rows.append((found.path, before or "-", after or "-"))
        widths = [max(len(row[i]) for row in rows) for i in (0, 1)]
        return "\n".join("  ".join([*map(str.ljust, row, widths), row[2]]).rstrip() for row in rows)


def snapshot_difference(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Differences:
    """Return what differs between two snapshots.

    Args:
        before: A snapshot, e.g. ``dataset.snapshot``; None counts as an empty one.
        after: Another one.

    Example:
        >>> gate = {"value": 0.5, "unit": "V", "ts": "2026-11-20 18:00:00"}
        >>> snapshot_difference({"parameters": {"gate": gate}}, {"parameters": {"gate": {**gate, "value": 0.7}}})
        path  before  after
        gate  0.5 V   0.7 V
    """
    a, b = dict(_leaves("", before or {})), dict(_leaves("", after or {}))
    found = []
    for path in sorted({*a, *b}):
        (value, unit), (other, other_unit) = a.get(path, (None, "")), b.get(path, (None, ""))
        if path not in a:
            found.append(Difference(path, "added", None, other, "", other_unit))
        elif path not in b:
            found.append(Difference(path, "removed", value, None, unit))
        elif not _same(value, unit, other, other_unit):
            found.append(Difference(path, "changed", value, other, unit, other_unit))
    return Differences(found)


def _leaves(path: str, tree: Mapping[str, Any]) -> Iterator[tuple[str, tuple[Any, str]]]:
    """Yield every path with its value and unit."""
    is_parameter = "value" in tree and ("unit" in tree or "ts" in tree)
    if is_parameter:
        yield path, (tree["value"], str(tree.get("unit") or ""))
    for key, value in tree.items():
        if key in _NEVER or (is_parameter and key in ("value", "unit")):
            continue
        inner = path if key in _CONTAINERS and isinstance(value, Mapping) else f"{path}.{key}" if path else str(key)
        if isinstance(value, Mapping) and "__dtype__" not in value:
            yield from _leaves(inner, value)
        else:
            yield inner, (value, "")


def _same(value: Any, unit: str, other: Any, other_unit: str) -> bool:
    if not (_is_number(value) and _is_number(other)):
        return bool(value == other) and isinstance(value, bool) == isinstance(other, bool) and unit == other_unit
    if math.isnan(value) and math.isnan(other):
        return unit == other_unit
    there = in_relatives(float(value), unit).get(other_unit)
    return there is not None and math.isclose(there, other, rel_tol=1e-12)  # what the last digits say is arithmetic


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _both_shown(found: Difference) -> tuple[str, str]:
    """Both values as text, empty where there is none; of long lists the first place where they differ."""
    before = "" if found.kind == "added" else _shown(found.before, found.unit)
    after = "" if found.kind == "removed" else _shown(found.after, found.unit_after)
    a, b = found.before, found.after
    if not (isinstance(a, list) and isinstance(b, list)) or (_CUT not in before and _CUT not in after):
        return before, after
    place = next((n for n, (one, other) in enumerate(zip(a, b, strict=False)) if one != other), min(len(a), len(b)))
    return _at(place, a, found.unit), _at(place, b, found.unit_after)


def _at(place: int, values: list[Any], unit: str) -> str:
    text = _shown(values[place], unit) if place < len(values) else "nothing"
    return f"[{place}] {text}, of {len(values)}"


def _shown(value: Any, unit: str) -> str:
    if value is None:
        return "not known"
    if isinstance(value, Mapping) and value.get("__dtype__") == "complex":
        value = complex(value["re"], value["im"])
    text = f"{value!r}" if isinstance(value, str) else str(value)
    text = text if len(text) <= 60 else f"{text[:57]}{_CUT}"
    return f"{text} {unit}".rstrip()
