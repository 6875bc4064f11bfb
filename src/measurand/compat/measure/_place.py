"""Where the runs of this room are made, and the settings it follows. What a dataset is, `compat.dataset` knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from measurand.compat.configuration import settings
from measurand.compat.dataset import DataSet, Link, NewRun, Rows, new_run
from measurand.compat.description import InterDependencies_, Shapes
from measurand.dataset import TableSpec, Writer


class Place:
    """Makes one run in the current database, for whoever measures.

    Args:
        experiment: The experiment it belongs to; None: the one that was made or loaded last.
        interdeps: Its columns.
        shapes: The grid that results lie on, by name; None: not known.
        parents: The datasets it uses: their guids, what they are to it, and a description.
    """

    def __init__(
        self,
        experiment: Any,
        interdeps: InterDependencies_,
        shapes: Shapes | None,
        parents: Sequence[Mapping[str, str]],
    ) -> None:
        self._experiment = experiment
        self._interdeps = interdeps
        self._shapes = shapes
        self._parents = parents
        self._run: NewRun | None = None

    @property
    def dataset(self) -> DataSet:
        """The run as scripts see it; there is one once it has begun."""
        return self._begun.dataset

    @property
    def rows(self) -> Rows:
        """What takes its results."""
        return self._begun.rows

    def create_run(
        self,
        name: str,
        tables: Iterable[TableSpec],
        plan: Mapping[str, Any] | None = None,
        snapshot: Mapping[str, Any] | None = None,
        sample: str = "",
        experiment: str = "",
        metadata: Mapping[str, Any] | None = None,
        parents: Sequence[str] = (),
        write_period: float = 1.0,
        export: Sequence[str] | None = None,
    ) -> Writer:
        """Make the run; tables come with the results, and the experiment says what is measured."""
        del tables, plan, sample, experiment, parents, export
        self._run = new_run(
            name,
            self._interdeps,
            shapes=self._shapes,
            experiment=getattr(self._experiment, "exp_id", None),
            snapshot=snapshot,
            parents=[Link(head=one["tail"], **one) for one in self._parents],  # the head is filled in
            metadata=metadata,
            write_period=write_period,
            conn=getattr(self._experiment, "conn", None),
        )
        return self._run.writer

    def conclude(self) -> None:
        """Do what follows the end of a run: exports and the like, as the settings say."""
        if self._run is not None:
            self._run.finish()

    @property
    def _begun(self) -> NewRun:
        assert self._run is not None  # noqa: S101 - for the type checker; faces are handed out inside the block only
        return self._run


def chosen(value: Any, section: str, name: str) -> Any:
    """Return ``value``, or what the settings say if it is None."""
    return settings()[section][name] if value is None else value
