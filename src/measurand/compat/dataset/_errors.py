"""What can go wrong with datasets, each also what QCoDeS documents for it."""

from __future__ import annotations

from collections.abc import Iterable

from measurand._core.names import listing, nearest
from measurand.errors import ColumnNotFound, DatasetError, RunNotFound


class NoSuchRun(RunNotFound, ValueError, RuntimeError, NameError):
    """The database has no such run, or several.

    QCoDeS raises one of `ValueError`, `RuntimeError` and `NameError`, as the run is asked for by number, counter or guid.
    """


class NoSuchExperiment(DatasetError, ValueError):
    """The database has no such experiment, or several."""


class NotNamed(DatasetError, ValueError):
    """Something was given for a column that has no name."""


class WrongState(DatasetError, RuntimeError):
    """The dataset was not started yet, or was started or completed already."""


class CompletedError(WrongState):
    """The dataset is completed, and takes no more results."""


class BadMetadata(DatasetError, ValueError, KeyError, RuntimeError):
    """Metadata has no tag that can be one, or nothing to note."""

    def __str__(self) -> str:
        return Exception.__str__(self)


def unknown_column(name: str, known: Iterable[str]) -> ColumnNotFound:
    """Return the exception that says that a dataset has no such column."""
    meant = nearest(name, list(known))
    advice = f" Did you mean {meant!r}?" if meant else ""
    return ColumnNotFound(f"The dataset has no parameter {name!r}, it has {listing(known)}.{advice}")
