"""``qcodes.utils.snapshot_helpers``."""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = ["ParameterDiff", "ParameterKey", "diff_param_values", "extract_param_values"]

ParameterKey = str | tuple[str, str]


class ParameterDiff(NamedTuple):
    """How the parameters of two snapshots differ.

    Attributes:
        left_only: Values that only the first one has.
        right_only: Values that only the second one has.
        changed: Values that differ, ``(left, right)``.
    """

    left_only: dict[ParameterKey, Any]
    right_only: dict[ParameterKey, Any]
    changed: dict[ParameterKey, tuple[Any, Any]]


def extract_param_values(snapshot: dict[str, Any]) -> dict[ParameterKey, Any]:
    """Return the value of every parameter of a station's or an instrument's snapshot.

    Those of a station's instruments are named ``(instrument, parameter)``, others by their own name.
    """
    values: dict[ParameterKey, Any] = _values(snapshot)
    for instrument, state in snapshot.get("instruments", {}).items():
        values |= {(instrument, name): value for name, value in _values(state).items()}
    return values


def diff_param_values(left_snapshot: dict[str, Any], right_snapshot: dict[str, Any]) -> ParameterDiff:
    """Return how the values of parameters differ in two snapshots."""
    left, right = extract_param_values(left_snapshot), extract_param_values(right_snapshot)
    return ParameterDiff(
        {key: value for key, value in left.items() if key not in right},
        {key: value for key, value in right.items() if key not in left},
        {key: (value, right[key]) for key, value in left.items() if key in right and _differ(value, right[key])},
    )


def _values(state: dict[str, Any]) -> dict[Any, Any]:
    return {name: one["value"] for name, one in state.get("parameters", {}).items() if "value" in one}


def _differ(left: Any, right: Any) -> bool:
    import numpy as np

    if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
        return not np.array_equal(left, right)
    return bool(left != right)
