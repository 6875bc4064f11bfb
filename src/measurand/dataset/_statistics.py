"""The least, greatest and mean value of each column of a run, so that a search need not read any rows. Knows no index.

Computed once, when a run ends, from what it stored. Only finite numbers count: NaN is counted apart, infinities not at
all; of complex numbers the magnitude is taken. Columns so large that reading them would hold up the end are left out;
`complete_statistics` adds them, and those of a run whose process died.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measurand.dataset._annotate import annotate
from measurand.dataset._format._describe import Column
from measurand.dataset._read._dataset import Dataset
from measurand.dataset._read._lazy import LazyColumn
from measurand.errors import DatasetError

if TYPE_CHECKING:
    import numpy.typing as npt

MOST_BYTES = 64_000_000  # of one column; read and reduced in a tenth of a second
PIECE = 4_000_000  # bytes of it that are in memory at a time
_KINDS = ("float", "int", "bool", "complex")


def statistics_of(dataset: Dataset, most: float = MOST_BYTES) -> dict[str, dict[str, Any]]:
    """Return ``{column: {"min": …, "max": …, "mean": …, "count": …, "nan": …}}``.

    A column of several tables is there once, with the values of those that have it in the unit of the first.

    Args:
        dataset: The run.
        most: Bytes; columns that take more are left out.
    """
    found: dict[str, dict[str, Any]] = {}
    first = dataset.columns
    for table, spec in dataset.tables.items():
        rows = dataset.rows(table)
        for column in spec.columns:
            if not rows or column.kind not in _KINDS or _bytes_of(column, rows) > most:
                continue
            if column.unit != first[column.name].unit:
                continue
            part = _in_pieces(dataset.lazy(column.name, table), most)
            if part is not None:
                found[column.name] = _joined(found[column.name], part) if column.name in found else part
    return found


def complete_statistics(run: Dataset | str | Path) -> bool:
    """Compute the statistics that a run lacks, so that it is found by its values; return whether it lacked any.

    Those of columns of more than 64 MB are not computed when a run ends, nor those of a run whose process died.

    Args:
        run: A dataset, or a run's folder.

    Raises:
        DatasetError: The run is still running.
        StorageFailed: The disk refuses, or nobody but its owner may write the run.

    Example:
        >>> import tempfile
        >>> from measurand.dataset import DataRoot, complete_statistics
        >>> from measurand.dataset import Column, TableSpec
        >>> with DataRoot(tempfile.mkdtemp()).create_run("few rows", [TableSpec("data", (Column("x"),))]) as run:
        ...     run.add("data", {"x": 1.0})
        >>> complete_statistics(run.dataset)  # few rows: done when the run ended
        False
    """
    dataset = run if isinstance(run, Dataset) else Dataset(run)
    if dataset.status == "running":
        raise DatasetError(f"Run {dataset.number} is being written; its statistics follow when it has ended.")
    said: dict[str, Any] = next((event for event in reversed(dataset.events) if event.get("event") == "statistics"), {})
    known = said.get("columns") or {}
    lacking = [
        column.name
        for table, spec in dataset.tables.items()
        for column in spec.columns
        if column.kind in _KINDS
        and column.name not in known
        and dataset.rows(table)
        and column.unit == dataset.columns[column.name].unit
    ]
    if lacking:
        columns = known | statistics_of(dataset, math.inf)
        annotate(dataset.path, {"event": "statistics", "columns": columns, "bytes": size_of(dataset.path)})
    return bool(lacking)


def _in_pieces(column: LazyColumn, most: float) -> dict[str, Any] | None:
    """Return the statistics of a column that is never in memory as a whole; None if it takes more than ``most`` bytes."""
    found: dict[str, Any] | None = None
    start = size = 0
    # Rows at a time. How large arrays of varying lengths are shows when they are read.
    step = 1 if column.dtype == object else max(1, PIECE * len(column) // max(1, column.nbytes))
    while start < len(column):
        values = column[start : start + step]
        start += len(values)
        new = sum(value.nbytes for value in values) if values.dtype == object else values.nbytes
        size += new
        if size > most:
            return None
        part = _reduce(values)
        found = part if found is None else _joined(found, part)
        step = max(1, min(PIECE * len(values) // max(1, new), 16 * step))
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
