"""Parameter data as pandas tables: one row per point, indexed by the setpoints. Knows no run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from measurand.compat.description import InterDependencies_

if TYPE_CHECKING:
    import pandas as pd


def frames(data: Mapping[str, Mapping[str, Any]], interdeps: InterDependencies_) -> dict[str, pd.DataFrame]:
    """Return a table for each result: its values, indexed by its setpoints; arrays are laid out."""
    return {name: frame(name, columns, interdeps) for name, columns in data.items()}


def frame(name: str, columns: Mapping[str, Any], interdeps: InterDependencies_) -> pd.DataFrame:
    """Return the table of one result."""
    import pandas as pd

    flat = {column: flattened(columns[column]) for column in (name, *setpoints(name, columns, interdeps))}
    values = flat.pop(name)
    names = list(flat)
    index: Any = None
    if len(names) == 1:
        index = pd.Index(flat[names[0]], name=names[0])
    elif names:
        index = pd.MultiIndex.from_arrays(list(flat.values()), names=names)
    return pd.DataFrame({name: values}, index=index)


def setpoints(name: str, columns: Mapping[str, Any], interdeps: InterDependencies_) -> list[str]:
    """Return the setpoints of a result that are among ``columns``, outermost first."""
    along = interdeps.dependencies.get(interdeps[name], ())
    return [spec.name for spec in along if spec.name in columns]


def flattened(values: Any) -> Any:
    """Return values point by point; arrays of several lengths one after the other."""
    import numpy as np

    if values.dtype == object and values.size and hasattr(values[0], "shape"):
        return np.concatenate([one.ravel() for one in values])
    return values.reshape(-1)


def together(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return tables side by side; results along different setpoints have rows of their own.

    Where indices of one and of several setpoints meet, the rows are labelled by tuples.
    """
    import pandas as pd

    found = list(tables.values())
    if not found:
        return pd.DataFrame()
    if len({table.index.nlevels for table in found}) > 1:
        found = [table.set_axis(table.index.to_flat_index()) for table in found]
    if all(table.index.equals(found[0].index) for table in found[1:]):
        return pd.concat([table.set_axis(range(len(table))) for table in found], axis=1).set_axis(found[0].index)
    if all(table.index.is_unique for table in found):
        return pd.concat(found, axis=1)
    return pd.concat(found, axis=0)
