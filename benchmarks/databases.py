"""The cases on databases of QCoDeS: reading one in place, copying a run into a data root, and back into a database."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.million import ROWS, million
from benchmarks.timing import once
from measurand.compat.database import export_runs, import_runs, open_database
from measurand.dataset import DataRoot


def read() -> float:
    """All values of a run of a million rows."""
    path = million()
    np.random.default_rng()  # both sides have numpy ready

    def values() -> None:
        with open_database(path) as database:
            assert len(database.parameter_data(1)["y"]["y"]) == ROWS

    return once(values)


def bring() -> float:
    """A run of a million rows into a data root."""
    path = million()
    with tempfile.TemporaryDirectory() as folder:
        root = DataRoot(Path(folder) / "data", folder)
        return once(lambda: import_runs(path, root))


def write() -> float:
    """A run of a million rows into a new database."""
    path = million()
    with tempfile.TemporaryDirectory() as folder:
        root = DataRoot(Path(folder) / "data", folder)
        runs = import_runs(path, root)
        numbers = iter(range(9))
        return statistics.median(
            once(lambda: export_runs(runs, Path(folder) / f"{next(numbers)}.db")) for _ in range(3)
        )


CASES: dict[str, Callable[[], float]] = {
    "database of 1e6 rows": read,
    "import of 1e6 rows": bring,
    "export of 1e6 rows": write,
}
