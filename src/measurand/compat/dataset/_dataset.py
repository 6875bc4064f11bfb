"""`DataSet`: a run as QCoDeS's scripts hold it, while it is measured and ever after."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, Self

from measurand._core.names import listing
from measurand.compat.dataset._connection import AtomicConnection
from measurand.compat.dataset._current import conn_from_dbpath_or_conn, history
from measurand.compat.dataset._errors import CompletedError, WrongState
from measurand.compat.dataset._export import get_data_export_automatic
from measurand.compat.dataset._folder_run import KEY, FolderRun
from measurand.compat.dataset._links import Link, links_to_str
from measurand.compat.dataset._metadata import checked_metadata
from measurand.compat.dataset._open import OpenRun, open_run
from measurand.compat.dataset._protocol import DataSetProtocol
from measurand.compat.dataset._rows import Rows
from measurand.compat.dataset._stored import StoredRun
from measurand.compat.dataset._subscribe import Subscribers
from measurand.compat.description import (
    InterDependencies,
    InterDependencies_,
    ParamSpec,
    RunDescriber,
    Shapes,
    old_to_new,
    to_json_for_storage,
)
from measurand.dataset import Dataset
from measurand.errors import DefinitionError, RefusedRow

Outcome = Literal["completed", "interrupted", "failed"]


class DataSet(DataSetProtocol):
    """One run: a new one, or one that is there.

    Args:
        path_to_db: The database; None: the current one.
        run_id: Number of a run that is there; None: make one.
        conn: The database, instead of ``path_to_db``.
        exp_id: Experiment of a new run; None: the default one.
        name: What a new run is called.
        specs: Its columns.
        values: Accepted if empty: results are added by `add_results`.
        metadata: Noted by tag.
        shapes: The grid of its results.
        in_memory_cache: Accepted; what is measured is read back from the run.
        read_only: Accepted.

    Raises:
        NoSuchRun: There is no run of this number.
        NoSuchExperiment: There is no experiment for a new run.
    """

    def __init__(
        self,
        path_to_db: str | None = None,
        run_id: int | None = None,
        conn: AtomicConnection | None = None,
        exp_id: int | None = None,
        name: str | None = None,
        specs: Sequence[ParamSpec] | InterDependencies_ | None = None,
        values: Sequence[Sequence[Any]] | None = None,
        metadata: Mapping[str, Any] | None = None,
        shapes: Shapes | None = None,
        in_memory_cache: bool = True,
        read_only: bool = False,
    ) -> None:
        del in_memory_cache
        self.conn = conn_from_dbpath_or_conn(conn, path_to_db, read_only)
        self._open: OpenRun | None = None
        self._rows: Rows | None = None
        self._subscribers: Subscribers | None = None
        if run_id is not None:
            self._stored: StoredRun = history(self.conn).run(run_id)
            return
        if values:
            raise DefinitionError("DataSet(values=…) is not taken: start the dataset and call add_results.")
        interdeps = _interdeps(specs)
        self._open = open_run(
            name or "dataset",
            RunDescriber(interdeps, shapes),
            experiment=exp_id,
            metadata={tag: checked_metadata(tag, value) for tag, value in (metadata or {}).items()},
            started=False,
            whole_rows=True,
            conn=self.conn,
        )
        self._stored = self._open.stored

    @classmethod
    def _of(cls, stored: StoredRun, opened: OpenRun | None = None) -> Self:
        """Return the dataset of a run; ``opened``: that is being written here."""
        self = cls.__new__(cls)
        self.conn = _connection(stored.identity.path_to_db or "")
        self._stored, self._open, self._rows, self._subscribers = stored, opened, None, None
        return self

    @property
    def run(self) -> Dataset | None:
        """The run as Measurand has it; None: it is in a database of QCoDeS."""
        return self._stored.dataset if isinstance(self._stored, FolderRun) else None

    def set_interdependencies(
        self, interdeps: InterDependencies_, shapes: Shapes | None = None, override: bool = False
    ) -> None:
        """Set its columns and their relations, and the grid if it is known.

        Args:
            interdeps: Columns.
            shapes: For names of results, the lengths of their grid.
            override: Allow it for a dataset that was started.

        Raises:
            WrongState: It was started.
            DefinitionError: ``interdeps`` is none.
        """
        if not isinstance(interdeps, InterDependencies_):
            raise DefinitionError(f"Wrong input type. Expected InterDependencies_, got {type(interdeps)}.")
        if not self.pristine and not override:
            raise WrongState("Can not set interdependencies on a DataSet that has been started.")
        self._say({"description": to_json_for_storage(RunDescriber(interdeps, shapes))})

    def add_parameter(self, spec: ParamSpec) -> None:
        """Add a column; raises as `set_interdependencies`."""
        old = self.get_parameters()
        interdeps = old_to_new(InterDependencies(*(one for one in old if one.name != spec.name), spec))
        self.set_interdependencies(interdeps, self.description.shapes)

    def prepare(
        self,
        *,
        snapshot: Mapping[Any, Any],
        interdeps: InterDependencies_,
        shapes: Shapes | None = None,
        parent_datasets: Sequence[Mapping[Any, Any]] = (),
        write_in_background: bool = False,
    ) -> None:
        """Say everything about it, and start it."""
        import json

        self.set_interdependencies(interdeps, shapes)
        self.parent_dataset_links = [
            Link(head=self.guid, **{str(k): v for k, v in one.items()}) for one in parent_datasets
        ]
        self.add_snapshot(json.dumps(snapshot, default=str))
        self.mark_started(write_in_background)

    def mark_started(self, start_bg_writer: bool = False) -> None:
        """Start it: from now on it takes results, and its columns stay as they are. Again, it does nothing.

        Args:
            start_bg_writer: Accepted; writing is never waited for.
        """
        del start_bg_writer
        if self.pristine:
            self._say({"run_timestamp": time.time()})

    def mark_completed(self) -> None:
        """Complete it: it takes no more results. Again, it does nothing.

        Raises:
            WrongState: It was not started, or is written by another program.
        """
        if self.completed:
            return
        if self.pristine:
            raise WrongState("Can not mark DataSet as complete before it has been marked as started.")
        self._finish()

    def _finish(self, status: Outcome = "completed", error: str | None = None) -> None:
        """End it; what is set up for ends of runs happens."""
        opened = self._writing()
        opened.writer.finish(status, error)
        if self._subscribers is not None:
            self._subscribers.end()
        if get_data_export_automatic():
            try:
                self.export(automatic_export=True)
            except Exception as failure:  # noqa: BLE001 - whatever netCDF cannot hold, the run is as it should be
                opened.where.complain(failure)
        opened.where.write_through(self._stored)

    def add_results(self, results: Sequence[Mapping[str, Any]]) -> None:
        """Add results, each a dict of values by column; columns that are missing have none.

        Raises:
            WrongState: It was not started, or is completed (`CompletedError`), or is written by another program.
            RefusedRow: A column is not known, or a value cannot be stored in it.
            StorageFailed: The disk refused.
        """
        if self._rows is None:
            if self.pristine:
                raise WrongState(
                    "This DataSet has not been marked as started. Please mark the DataSet as started before adding "
                    "results to it."
                )
            if self.completed:
                raise CompletedError("This DataSet is complete, no further results can be added to it.")
            self._rows = self._writing().rows(self.description.interdeps)
        try:
            for result in results:
                known = {name: value for name, value in result.items() if value is not None}
                if known:
                    self._rows.add(tuple(known), tuple(known.values()))
        except RefusedRow:
            if self.completed:
                raise CompletedError("This DataSet is complete, no further results can be added to it.") from None
            raise

    def add_snapshot(self, snapshot: str, overwrite: bool = False) -> None:
        """Note the state of the instruments, JSON text; one that is there stays unless ``overwrite`` is set."""
        if self.snapshot_raw is None or overwrite:
            self._say({"snapshot": snapshot})

    @property
    def parent_dataset_links(self) -> list[Link]:
        """What it was made from; can be set until it is started.

        Raises:
            WrongState: It was started.
            DefinitionError: Something is no `Link`, or its head is another run.
        """
        return self._stored.links()

    @parent_dataset_links.setter
    def parent_dataset_links(self, links: Sequence[Link]) -> None:
        if not self.pristine:
            raise WrongState("Can not set parent dataset links on a dataset that has been started.")
        if not all(isinstance(link, Link) for link in links):
            raise DefinitionError("Invalid input. Did not receive a list of Links")
        strangers = [link.head for link in links if link.head != self.guid]
        if strangers:
            raise DefinitionError(
                "Invalid input. All links must point to this dataset. Got link(s) with head(s) pointing to another "
                f"dataset: {listing(strangers)}."
            )
        self._say({"parents": links_to_str(links)})

    @property
    def completed(self) -> bool:
        """Whether nothing more will come; setting it to True completes it."""
        return self._stored.completed()

    @completed.setter
    def completed(self, value: bool) -> None:
        if value:
            self.mark_completed()

    def subscribe(
        self,
        callback: Callable[..., None],
        min_wait: int = 0,
        min_count: int = 1,
        state: Any | None = None,
        callback_kwargs: Mapping[str, Any] | None = None,
    ) -> str:
        """Have a function called with results as they come, from a thread, until the run has ended.

        Args:
            callback: Takes a list of new results, each a tuple of values in the order of `parameters` (None: not given),
                their number so far, and ``state``. What it raises is logged, and ends the subscription.
            min_wait: ms, the least time between calls.
            min_count: The least number of new results, except when the run has ended.
            state: Handed to the function.
            callback_kwargs: Further keywords for it.

        Returns:
            What `unsubscribe` takes.
        """
        if self._subscribers is None:
            self._subscribers = Subscribers(self._stored)
        return self._subscribers.add(callback, min_wait, min_count, state, callback_kwargs or {})

    def subscribe_from_config(self, name: str) -> str:
        """Subscribe what the settings ``subscription.subscribers`` call ``name``."""
        from measurand.compat.dataset._subscribe import configured

        factory, keywords = configured(name)
        return self.subscribe(factory(self, **keywords.pop("factory_kwargs")), **keywords)

    def unsubscribe(self, uuid: str) -> None:
        """End a subscription.

        Raises:
            WrongState: There is none such.
        """
        if self._subscribers is None or not self._subscribers.remove(uuid):
            raise WrongState(f"There is no subscription {uuid!r}.")

    def unsubscribe_all(self) -> None:
        """End all subscriptions."""
        if self._subscribers is not None:
            self._subscribers.clear()

    def _say(self, said: Mapping[str, Any]) -> None:
        """Note something in QCoDeS's words."""
        if not isinstance(self._stored, FolderRun):
            raise WrongState(f"{self.name} is in {self.path_to_db}, which is only read.")
        self._stored.dataset.add_metadata({KEY: said})

    def _writing(self) -> OpenRun:
        if self._open is None:
            raise WrongState(
                f"Run {self.run_id} is written elsewhere, or its program is gone; here it can only be read."
            )
        return self._open


_connection = functools.lru_cache(maxsize=32)(AtomicConnection)  # of a thousand datasets in a list, one


def new_data_set(
    name: str,
    exp_id: int | None = None,
    specs: Sequence[ParamSpec] | None = None,
    values: Sequence[Sequence[Any]] | None = None,
    metadata: Any | None = None,
    conn: AtomicConnection | None = None,
    in_memory_cache: bool = True,
) -> DataSet:
    """Make a run, which is started by `DataSet.mark_started`.

    Args:
        name: What it is called.
        exp_id: Its experiment; None: the default one.
        specs: Its columns.
        values: Accepted if empty.
        metadata: Noted by tag.
        conn: The database; None: the current one.
        in_memory_cache: Accepted.

    Raises:
        NoSuchExperiment: There is no experiment.
    """
    return DataSet(
        conn=conn,
        exp_id=exp_id,
        name=name,
        specs=specs,
        values=values,
        metadata=metadata,
        in_memory_cache=in_memory_cache,
    )


def _interdeps(specs: Sequence[ParamSpec] | InterDependencies_ | None) -> InterDependencies_:
    if isinstance(specs, InterDependencies_):
        return specs
    return old_to_new(InterDependencies(*(specs or ())))
