"""The least, greatest and mean value of each column of a run, so that a search need not read any rows. Knows no index.

Computed once, when a run ends, from what it stored. Only finite numbers count: NaN is counted apart, infinities not at
all; of complex numbers the magnitude is taken. Columns so large that reading them would hold up the end are left out.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measurand.dataset._format._describe import Column
from measurand.dataset._read._dataset import Dataset

if TYPE_CHECKING:
    import numpy.typing as npt

MOST_BYTES = 64_000_000  # of one column; read and reduced in a tenth of a second
_KINDS = ("float", "int", "bool", "complex")


def statistics_of(dataset: Dataset, most: int = MOST_BYTES) -> dict[str, dict[str, Any]]:
    """Return ``{column: {"min": …, "max": …, "mean": …, "count": …, "nan": …}}``; a column of several tables once.

    Args:
        dataset: The run.
        most: Bytes; columns that take more are left out.
    """
    found: dict[str, dict[str, Any]] = {}
    for table, spec in dataset.tables.items():
        rows = dataset.rows(table)
        for column in spec.columns:
            if rows and column.kind in _KINDS and _bytes_of(column, rows) <= most:
                part = _reduce(dataset.numpy(column.name, table))
                found[column.name] = _joined(found[column.name], part) if column.name in found else part
    return found


def size_of(folder: Path) -> int:
    """Return the bytes of all files of a run."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _bytes_of(column: Column, rows: int) -> int:
    return rows * 16 * math.prod(length or 1000 for length in column.shape or ())


def _reduce(values: npt.NDArray[Any]) -> dict[str, Any]:
    import numpy as np

    if values.dtype == object:  # lengths that vary
        values = np.concatenate([np.ravel(value) for value in values])
    numbers = np.abs(values) if values.dtype.kind == "c" else values
    numbers = numbers.astype("float64", copy=False).ravel()
    finite = numbers[np.isfinite(numbers)]
    count, nan = len(finite), int(np.isnan(numbers).sum())
    if not count:
        return {"count": 0, "nan": nan}
    with np.errstate(over="ignore"):
        mean = float(finite.mean())
    found = {"min": float(finite.min()), "max": float(finite.max()), "count": count, "nan": nan}
    return {**found, "mean": mean} if math.isfinite(mean) else found


def _joined(a: dict[str, Any], b: dict[str, Any]) -> dict[str, Any]:
    """Return the statistics of two parts as one."""
    if not a["count"] or not b["count"]:
        return (
            {**a, **b, "count": a["count"] + b["count"], "nan": a["nan"] + b["nan"]}
            | (a if a["count"] else b)
            | {"nan": a["nan"] + b["nan"]}
        )
    count = a["count"] + b["count"]
    found = {"min": min(a["min"], b["min"]), "max": max(a["max"], b["max"]), "count": count, "nan": a["nan"] + b["nan"]}
    if "mean" in a and "mean" in b:
        found["mean"] = a["mean"] * (a["count"] / count) + b["mean"] * (b["count"] / count)
    return found
