"""The writing end of a run: its rows, its events, its end. Knows no data root and no index."""

from __future__ import annotations

import atexit
import contextlib
import functools
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, get_args

from measurand._core.clock import Clock
from measurand._core.names import listing
from measurand.dataset._format._describe import TableSpec
from measurand.dataset._format._kinds import brief
from measurand.dataset._format._moments import isotime, nanoseconds
from measurand.dataset._read._dataset import Dataset
from measurand.dataset._write._medium import Medium
from measurand.dataset._write._owner import Owner
from measurand.dataset._write._tables import Tables
from measurand.errors import DatasetError, RefusedRow, StorageFailed

Outcome = Literal["completed", "interrupted", "failed"]
Add = Callable[[Sequence[int], Sequence[Any]], None]
_OUTCOMES = get_args(Outcome)
_OWN_EVENTS = ("end", "table", "resumed", "captured", "statistics", "repaired", "trashed", "restored")
"""What Measurand itself says about a run; readers take it for true."""


class Writer:
    """Writes one run; `DataRoot.create_run` makes it.

    A row that `add` or an adder accepted is safe from the death of this process, of whatever kind it is. It is safe from a
    power loss within ``write_period``.

    As a context manager it finishes the run: ``completed``, ``interrupted`` after a Ctrl-C, ``failed`` after any other
    exception. Any thread of the process may use it, but no other process: one that was forked meanwhile is refused.
    """

    def __init__(self, medium: Medium, *, clock: Clock, on_end: Callable[[str], None] | None = None) -> None:
        self._owner = Owner(f"Run {medium.header['number']}")  # first, so that pickling stops here and says why
        self._medium = medium
        self._header = medium.header
        self._clock = clock
        self._on_end = on_end
        self._finish_lock = threading.RLock()
        self._outcome: Outcome | None = None  # as asked for, from the moment rows are refused
        self._ended = False
        self._tables = Tables(
            f"Run {self.number}",
            medium,
            nanoseconds(clock),
            lambda spec: self._append({"event": "table", "table": spec.to_dict()}),
        )
        self._owner.keep(functools.partial(self._tables.disown, self._owner.refusal), medium.disown)
        try:
            self._tables.start()
        except BaseException:  # no thread can be started, or a Ctrl-C: nobody will ever finish this run
            medium.log.close()
            raise
        atexit.register(self._at_exit)

    @property
    def number(self) -> int:
        """The run's number in its data root, from 1."""
        return int(self._header["number"])

    @property
    def id(self) -> str:
        """The run's identity, 32 hexadecimal digits."""
        return str(self._header["id"])

    @property
    def path(self) -> Path:
        """The run's folder; ``memory`` if it has none."""
        return self._medium.path

    @property
    def dataset(self) -> Dataset:
        """The run as a reader sees it, now or later."""
        return self._medium.dataset()

    @property
    def rows(self) -> int:
        """Number of rows accepted so far, in all tables."""
        return sum(self._tables.rows().values())

    def adder(self, table: str | TableSpec) -> Add:
        """Return the fastest way to add rows to ``table``: a function of an index and the values in column order.

        The index is the position along each dim, from 0; ``()`` for a table without dims. The function raises what
        `add` raises.

        Args:
            table: Name of a declared table; or the description of one that was not declared, which is there from its
                first row on.

        Raises:
            RefusedRow: No table has this name.
            DefinitionError: The name of the described table is taken.
        """
        return (self._tables[table] if isinstance(table, str) else self._tables.begin(table)).add

    def accepts(self, table: str, values: Sequence[Any]) -> None:
        """Raise `RefusedRow` if a row of these values, in column order, would be refused; store nothing.

        For who adds several rows that belong together: all of them, or none.
        """
        self._tables[table].accepts(values)

    def add(
        self,
        table: str | None = None,
        values: Mapping[str, Any] | None = None,
        index: Sequence[int] = (),
        /,
        **columns: Any,
    ) -> None:
        """Add one row: ``add(gate=0.1, current=2e-9)``, or to a table by name: ``add("data", {"gate": 0.1}, (3,))``.

        Args:
            table: Name of the table; left out: the one without dims that has just these columns, see `store`.
            values: A value for every column of the table, by name.
            index: Position along each dim, from 0.
            columns: Values by name, if no table is named.

        Raises:
            RefusedRow: A name, number, kind or shape does not fit; nothing of this row was stored, and what was stored
                before is not touched.
            StorageFailed: The disk refused this row, or one before it.
        """
        if table is None:
            self.store(index, {**(values or {}), **columns})
            return
        if not (values is None or isinstance(values, Mapping)) or not hasattr(index, "__len__"):
            raise _no_row(self.number, index, values)
        given = {**(values or {}), **columns}
        target = self._tables[table]
        names = [column.name for column in target.spec.columns]
        if len(given) != len(names) or any(name not in given for name in names):
            unknown = [name for name in given if name not in names]
            missing = [name for name in names if name not in given]
            parts = [f"no column is called {listing(unknown)}"] if unknown else []
            parts += [f"no value is given for {listing(missing)}"] if missing else []
            raise RefusedRow(f"Table {table}: row refused, {' and '.join(parts)}; columns are {listing(names)}.")
        target.add(index, [given[name] for name in names])

    def store(self, indices: Sequence[int], values: Mapping[str, Any]) -> None:
        """Store values of several columns at one point: ``store((3,), {"a": 9.9, "b": [1, 2, 3, 4, 5]})``.

        Columns that are stored together are rows of one table. If no table that was declared has just these columns, one
        is begun for them; `Dataset.to_xarray` puts the parts together. A point may be stored again; all rows are kept.

        Args:
            indices: The point: a position along each dim of the columns, from 0; ``()`` for columns without dims.
            values: At least one; an array where the column is described as one.

        Raises:
            RefusedRow: A name, index, kind or shape does not fit, or the columns lie along different dims; nothing of
                this call was stored, and what was stored before is not touched.
            StorageFailed: The disk refused this row, or one before it.
        """
        try:
            target = self._tables.holding(values, len(indices))
            row = [values[column.name] for column in target.spec.columns]
        except RefusedRow:
            raise
        except TypeError:  # what was given has not the form of indices and values
            raise _no_row(self.number, indices, values) from None
        target.add(indices, row)

    def event(self, event: Mapping[str, Any]) -> None:
        """Note that something happened, e.g. ``{"event": "note", "text": "refilled helium"}``; its time is added.

        Raises:
            DatasetError: The run has ended, the event does not say what happened, or says what Measurand says itself.
            StorageFailed: The disk refused it.
        """
        kind = event.get("event") if isinstance(event, Mapping) else None
        if not kind or not isinstance(kind, str):
            raise DatasetError(
                f"Event {event!r} refused: it is a dict, whose key 'event' says what happened, e.g. {{'event': 'note'}}."
            )
        if kind in _OWN_EVENTS:
            raise DatasetError(f"Event {kind!r} refused: readers would take it for the truth; choose another word.")
        self._owner.check()
        if self._outcome is not None:
            raise DatasetError(f"Run {self.number} has ended ({self._outcome}) and takes no more events.")
        try:
            self._append(event)
        except OSError as error:
            raise StorageFailed(f"Run {self.number}: the disk refused an event ({error}); make room.") from error
        except ValueError as error:
            raise DatasetError(f"Run {self.number}: event {kind!r} cannot be written ({error}).") from error

    def flush(self) -> None:
        """Write everything added so far, and bring it through a power loss, before returning.

        Raises:
            StorageFailed: The disk refused.
        """
        self._owner.check()
        if self._outcome is None:
            try:
                self._tables.work()
                self._tables.sync()
            except OSError as error:
                self._tables.fail(error)
        if self._tables.failure is not None:
            raise self._tables.refusal()

    def unsaved(self) -> dict[str, list[dict[str, Any]]]:
        """Return accepted rows that are not on any disk, by table, each as ``{column: value}``.

        There are some after the disk refused a row with text or arrays: that row, and those after it until the run has
        failed. Rows without either are never among them.
        """
        return self._tables.unsaved()

    def finish(self, status: Outcome = "completed", error: str | None = None) -> None:
        """End the run: write everything, close the files, record the outcome. Later calls do nothing.

        Args:
            status: How it ended.
            error: What went wrong, for the metadata.

        Raises:
            DatasetError: There is no such status.
            StorageFailed: The disk refused; the run is recorded as failed if at all possible, and `unsaved` gives the
                rows that could not be written.
        """
        if status not in _OUTCOMES:
            raise DatasetError(f"Run {self.number} cannot end as {status!r}, only as {listing(_OUTCOMES)}.")
        self._owner.check()
        with self._finish_lock:
            if self._ended:
                return
            self._outcome = status
            self._tables.complete(
                lambda: RefusedRow(f"Run {self.number} has ended ({self._outcome}) and takes no more rows.")
            )
            if self._tables.failure is not None:
                self._outcome, error = "failed", error or str(self._tables.refusal())
            self._record_end(self._outcome, error)
        if self._tables.failure is not None:
            raise self._tables.refusal() from self._tables.failure

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._owner.lost:  # a forked child leaves the run to its parent
            return
        if error is None:
            self.finish("completed")
            return
        status: Outcome = "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"
        try:
            self.finish(status, None if status == "interrupted" else f"{type(error).__name__}: {error}")
        except StorageFailed as failure:
            error.add_note(str(failure))

    def __repr__(self) -> str:
        return f"<Writer of run {self.number} {self._header['name']!r}: {self.rows} rows, {self._outcome or 'running'}>"

    def _append(self, event: Mapping[str, Any]) -> None:
        self._medium.log.append({**event, "time": isotime(self._clock)})

    def _record_end(self, status: Outcome, error: str | None) -> None:
        try:
            self._append({"event": "end", "status": status, "rows": self._tables.stored(), "error": error})
            self._medium.sync(names=True)
        except OSError as failure:  # without this record the run will be found lost, which is true
            self._tables.fail(failure)
        # A Ctrl-C before this line leaves the end to the next call; an end that is recorded twice is the same end.
        self._ended = True
        self._medium.log.close()
        atexit.unregister(self._at_exit)
        if self._on_end is not None:
            self._on_end(status)

    def _at_exit(self) -> None:
        if not self._owner.lost:  # as above
            with contextlib.suppress(StorageFailed):  # nobody is left to hear it
                self.finish("failed", "The program ended without finishing the run.")


def _no_row(run: int, index: object, values: object) -> RefusedRow:
    """Return the exception for what has not the form of a row: a sequence and a dict."""
    where = f"Run {run}: row refused,"
    if not hasattr(index, "__len__"):
        return RefusedRow(f"{where} index {index!r} is no sequence; write ({index!r},) for one dim, () for none.")
    return RefusedRow(f"{where} its values are a dict {{name: value}}, not {brief(values)}.")
