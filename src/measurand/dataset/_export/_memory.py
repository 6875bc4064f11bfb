"""Whether there is memory for what an export holds at once. Knows no format.

A system that has promised more memory than it has ends some process when it runs out: an export that nobody waits for must
not be the end of the program that measures.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from measurand.dataset._export._source import SOME
from measurand.dataset._format._describe import Column, TableSpec
from measurand.errors import ExportFailed

_TEXT = 60  # bytes of one text
_SHARE = 0.75  # of what is free


def check_memory(tables: Iterable[tuple[TableSpec, int]], copies: int) -> None:
    """Raise `ExportFailed` if there is no room for the tables of a run as grids.

    Args:
        tables: Each with the number of its rows.
        copies: How often all of it is held at once.
    """
    import psutil

    needed = copies * sum(_grid_bytes(spec, rows) for spec, rows in tables)
    free = int(psutil.virtual_memory().available)
    if needed > _SHARE * free:
        raise ExportFailed(
            f"About {needed / 1e9:.1f} GB of memory are needed and {free / 1e9:.1f} GB are free. Export it on a larger "
            "computer, or as Parquet, which goes piece by piece."
        )


def _grid_bytes(spec: TableSpec, rows: int) -> int:
    cells = max(rows, math.prod(dim.size or 1 for dim in spec.dims) if spec.dims and rows else 0)
    return cells * sum(_bytes_of(column) for column in spec.columns)


def _bytes_of(column: Column) -> int:
    if column.kind in ("text", "enum"):
        return _TEXT
    import numpy as np

    return np.dtype(column.stored_dtype).itemsize * math.prod(SOME if n is None else n for n in column.shape or ())
