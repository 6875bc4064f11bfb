"""Text files of numbers as QCoDeS writes them: setpoints and values with tabs between, no header. Knows no run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from measurand.compat.dataset._frames import together
from measurand.errors import DatasetError

if TYPE_CHECKING:
    import pandas as pd


class DataLengthException(DatasetError, ValueError):
    """Results of different numbers of points are to be written into one file."""


class DataPathException(DatasetError, ValueError):
    """One file is to be written, and has no name."""


def write_text(tables: Mapping[str, pd.DataFrame], folder: Path, name: str | None, single: bool) -> None:
    """Write tables into files of ``folder``, one for each, or one for all of them.

    Raises:
        DataLengthException: One file for tables of different lengths.
        DataPathException: One file without a name.
    """
    if not single:
        for result, table in tables.items():
            _write(table, folder / f"{result}.dat")
        return
    if not name:
        raise DataPathException("Please provide the desired file name for the concatenated data: single_file_name=…")
    if len({len(table) for table in tables.values()}) > 1:
        lengths = ", ".join(f"{result}: {len(table)}" for result, table in tables.items())
        raise DataLengthException(
            f"You cannot concatenate data with different length to a single file ({lengths}); take a file for each."
        )
    known = name.endswith((".dat", ".csv", ".txt"))
    _write(together(tables), folder / (name if known else f"{name}.dat"))


def _write(table: pd.DataFrame, path: Path) -> None:
    table.to_csv(path, sep="\t", header=False, lineterminator="\n")
