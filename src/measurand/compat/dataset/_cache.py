"""The data of a dataset, kept until more of it comes. Knows what gives the data, not where it is."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any

from measurand.compat.dataset._frames import frames, together
from measurand.compat.dataset._labelled import MultiIndex, labelled, merged
from measurand.compat.dataset._layout import ParameterData, filled, tree_of
from measurand.compat.dataset._stored import StoredRun
from measurand.compat.description import RunDescriber

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


class DataSetCache:
    """What was measured so far, on the grid that is known to be measured: points to come are NaN.

    It is read from the run at the first question and again when more has come; so it grows with a run, here and in other
    processes.

    Args:
        stored: The run.
        attrs: Returns what is noted about it.
    """

    def __init__(self, stored: StoredRun, attrs: Callable[[], dict[str, Any]]) -> None:
        self._stored, self._attrs = stored, attrs
        self._state: Hashable = None
        self._data: ParameterData = {}

    @property
    def rundescriber(self) -> RunDescriber:
        """What the run says of its columns."""
        return self._stored.description()

    @property
    def live(self) -> bool | None:
        """Whether more may come; None: nothing came yet."""
        return None if self._stored.results() == 0 else not self._stored.completed()

    def data(self) -> ParameterData:
        """Return what `get_parameter_data` returns, with points that are not measured yet as NaN, 0 or empty texts."""
        state = self._stored.state()
        if state != self._state:
            self.load_data_from_db()
            self._state = state
        return self._data

    def load_data_from_db(self) -> None:
        """Read everything that is there."""
        described = self.rundescriber
        interdeps, shapes = described.interdeps, described.shapes
        self._data = {
            top.name: filled(top.name, self._stored.data(tree_of(interdeps, top.name)), shapes)
            for top in interdeps.top_level_parameters
        }

    def prepare(self) -> None:
        """Do nothing: nothing has to be laid out beforehand."""

    def to_pandas_dataframe_dict(self) -> dict[str, pd.DataFrame]:
        """Return a table for each result, indexed by its setpoints."""
        return frames(self.data(), self.rundescriber.interdeps)

    def to_pandas_dataframe(self) -> pd.DataFrame:
        """Return one table of all results."""
        return together(self.to_pandas_dataframe_dict())

    def to_xarray_dataset_dict(self, *, use_multi_index: MultiIndex = "auto") -> dict[str, xr.Dataset]:
        """Return an xarray dataset for each result."""
        described = self.rundescriber
        return labelled(self.data(), described.interdeps, self._attrs(), use_multi_index, described.shapes)

    def to_xarray_dataset(self, *, use_multi_index: MultiIndex = "auto") -> xr.Dataset:
        """Return one xarray dataset of all results."""
        return merged(self.to_xarray_dataset_dict(use_multi_index=use_multi_index), self._attrs())
