"""From the rows of one table to a DataFrame, of pandas or of polars. Knows no file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from measurand.dataset._format._describe import TableSpec

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd
    import polars as pl


def frame(spec: TableSpec, values: dict[str, npt.NDArray[Any]]) -> pd.DataFrame:
    """Return the rows indexed by the single-valued setpoints, if there are any; arrays are objects in their cells."""
    try:
        import pandas as pd
    except ImportError as error:
        raise ImportError("DataFrames need pandas: pip install measurand[pandas]") from error

    table = pd.DataFrame({name: array if array.ndim == 1 else list(array) for name, array in values.items()})
    setpoints = [column.name for column in spec.columns if column.setpoint and column.scalar]
    return table.set_index(setpoints) if setpoints else table


def polars_frame(table: Any) -> pl.DataFrame:
    """Return an Arrow table as a polars DataFrame over the same memory."""
    try:
        import polars as pl
    except ImportError as error:
        raise ImportError("These DataFrames need polars: pip install polars") from error

    return pl.DataFrame(table)
