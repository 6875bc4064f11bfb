"""The tables of a run being written, and the background thread that serves them. Knows no events and no outcome.

Whatever fails on the disk is remembered here, shuts the doors of all tables, and is said again by each later `add`.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterable
from typing import Any

from measurand._core.names import listing, nearest
from measurand.dataset._format._describe import TableSpec, checked_tables
from measurand.dataset._write._flusher import Flusher
from measurand.dataset._write._medium import Medium
from measurand.dataset._write._table import Desk, Table
from measurand.dataset._write._together import table_for
from measurand.errors import RefusedRow, StorageFailed


class Tables:
    """All tables of one run.

    Args:
        title: What messages call the run, e.g. ``"Run 12"``.
        medium: Where it is written.
        time_ns: The clock of the rows.
        on_begin: Called with a settled table before its first row is accepted.
    """

    def __init__(
        self, title: str, medium: Medium, time_ns: Callable[[], int], on_begin: Callable[[TableSpec], None]
    ) -> None:
        self.failure: Exception | None = None
        self._title, self._medium, self._on_begin = title, medium, on_begin
        self._lock = threading.Lock()  # who works or syncs
        self._new_files = True
        self._flusher = Flusher(self._tick, self.sync, medium.beat, self.fail, medium.write_period, f"{title} writer")
        store = functools.partial(medium.store, wake=self._flusher.wake)
        desk = Desk(medium.path, time_ns, store, self._begun, self._note_failure, medium.before)
        self._make: Callable[[TableSpec], Table] = functools.partial(Table, desk=desk)
        self._tables = {spec.name: self._make(spec) for spec in medium.specs}
        self._routes: dict[tuple[frozenset[str], int], Table] = {}
        self._reason: Callable[[], Exception] | None = None  # for accepting no more rows

    def __getitem__(self, name: str) -> Table:
        try:
            return self._tables[name]
        except KeyError:
            meant = nearest(str(name), self._tables)
            advice = f" Did you mean {meant!r}?" if meant else ""
            raise RefusedRow(f"{self._title} has no table {name!r}, only {listing(self._tables)}.{advice}") from None

    def holding(self, names: Iterable[str], ndims: int) -> Table:
        """Return the table that holds exactly the columns ``names`` along ``ndims`` dims, a new one if necessary.

        Raises:
            RefusedRow: There can be no such table.
        """
        key = (frozenset(names), ndims)
        found = self._routes.get(key)
        if found is None:
            with self._lock:
                spec = table_for([table.spec for table in self._tables.values()], key[0], ndims, self._title)
                found = self._routes[key] = self._tables.get(spec.name) or self._added(spec)
        return found

    def begin(self, spec: TableSpec) -> Table:
        """Return a further table, to be found by readers from its first row on.

        Raises:
            DefinitionError: Its name is taken.
        """
        with self._lock:
            checked_tables((*(table.spec for table in self._tables.values()), spec))
            return self._added(spec)

    def _added(self, spec: TableSpec) -> Table:
        found = self._make(spec)
        if self._reason is not None:
            found.shut(self._reason)
        self._tables = {**self._tables, spec.name: found}  # others may go through the old ones
        return found

    def start(self) -> None:
        """Start the background thread, if there is work for one."""
        if self._medium.background:
            self._flusher.start()

    def rows(self) -> dict[str, int]:
        """Return the number of rows accepted, by table."""
        return {name: table.rows for name, table in self._tables.items()}

    def stored(self) -> dict[str, int]:
        """Return the number of rows that are in files, by table."""
        return {name: table.rows - table.waiting for name, table in self._tables.items()}

    def unsaved(self) -> dict[str, list[dict[str, Any]]]:
        """Return accepted rows that are in this process's memory only, by table; tables without are left out."""
        found = {}
        for name, table in self._tables.items():
            names = [column.name for column in table.spec.columns]
            rows = [dict(zip(names, values, strict=True)) for values in table.unsaved()]
            if rows:
                found[name] = rows
        return found

    def work(self) -> None:
        """Write what is ready, and do what waits beside the rows."""
        with self._lock:
            self._write_rows()
            self._medium.work()

    def sync(self) -> None:
        """Bring what is written through a power loss."""
        with self._lock:
            for table in self._tables.values():
                if table.store is not None:
                    table.store.sync()
            names, self._new_files = self._new_files, False
            self._medium.sync(names=names)

    def complete(self, reason: Callable[[], Exception]) -> None:
        """Accept no more rows, for ``reason``, end the thread, write everything. A failure is remembered, not raised."""
        self._shut(reason)
        self._flusher.end()
        try:
            self.work()
        except Exception as error:  # noqa: BLE001 - whatever it is, the end of the run must still be recorded
            self.fail(error)
        with self._lock:
            for store in [table.store for table in self._tables.values() if table.store is not None]:
                try:
                    store.finish()
                except Exception as error:  # noqa: BLE001 - as above
                    self.fail(error)
                store.close()  # not after a Ctrl-C: the next call goes on here

    def fail(self, error: Exception) -> None:
        """Remember that the disk failed, and accept no more rows."""
        if self.failure is None:
            self.failure = error
        for table in self._tables.values():
            if table.store is not None:
                table.store.give_up()
        self._shut(self.refusal)

    def _shut(self, reason: Callable[[], Exception]) -> None:
        self._reason = self._reason or reason
        for table in self._tables.values():
            table.shut(reason)

    def disown(self, reason: Callable[[], Exception]) -> None:
        """Accept nothing, for ``reason``, in a forked child, where nobody releases a lock any more."""
        self._lock = threading.Lock()
        self._reason = reason
        for table in self._tables.values():
            table.disown(reason)

    def refusal(self) -> StorageFailed:
        """Return the exception that tells of the failure."""
        waiting = sum(table.waiting for table in self._tables.values())
        advice = "Every accepted row is stored."
        if waiting:
            advice = f"{waiting} accepted rows are in memory only: writer.unsaved() gives them."
        return StorageFailed(f"{self._title} cannot be written to {self._medium.path} ({self.failure}). {advice}")

    def _tick(self) -> None:
        """What the background thread does: work, unless something failed in the measuring thread."""
        if self.failure is not None:
            raise self.failure
        with self._lock:
            self._write_rows()  # and nothing else, such as compressing the snapshot: rows are promised to be quick

    def _write_rows(self) -> None:
        for table in self._tables.values():
            if table.store is not None and table.store.work():
                self._new_files = True

    def _note_failure(self, error: Exception) -> None:
        """Remember a failure where the locks of tables may be held; the background thread does the rest."""
        self.failure = self.failure or error
        self._flusher.wake()

    def _begun(self, spec: TableSpec) -> None:
        if not self._medium.before.get(spec.name):  # otherwise it was said when its first row came
            self._on_begin(spec)
        self._new_files = True
