"""Where an engine's rows go: into one run, or each table into a run of its own. Looks like one writer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from measurand.dataset import Dataset, TableSpec, Writer

Add = Callable[[tuple[int, ...], tuple[Any, ...]], None]
Create = Callable[[Sequence[TableSpec]], Writer]


class Writers:
    """One or several runs that are written together.

    Args:
        create: Creates a run with some tables.
        tables: All tables.
        apart: Whether each table gets a run of its own.
    """

    def __init__(self, create: Create, tables: Sequence[TableSpec], *, apart: bool) -> None:
        groups = [[table] for table in tables] if apart else [list(tables)]
        self._writers: list[Writer] = []
        try:
            for group in groups:
                self._writers.append(create(group))
        except BaseException:  # those that were created must end, whatever kept the next one from being created
            self.finish("failed", "Another run of the same measurement could not be created.")
            raise
        self._by_table = {
            table.name: writer for group, writer in zip(groups, self._writers, strict=True) for table in group
        }

    @property
    def number(self) -> int:
        """Number of the first run."""
        return self._writers[0].number

    @property
    def path(self) -> Path:
        """Folder of the first run."""
        return self._writers[0].path

    @property
    def datasets(self) -> tuple[Dataset, ...]:
        """The runs as readers see them."""
        return tuple(writer.dataset for writer in self._writers)

    def adder(self, table: str) -> Add:
        """Return the function that adds rows to a table."""
        return self._by_table[table].adder(table)

    def event(self, event: Mapping[str, Any]) -> None:
        """Note that something happened, in every run."""
        for writer in self._writers:
            writer.event(event)

    def finish(self, status: Literal["completed", "interrupted", "failed"], error: str | None = None) -> None:
        """End every run, also if ending one fails."""
        failures: list[Exception] = []
        for writer in self._writers:
            try:
                writer.finish(status, error)
            except Exception as failure:  # noqa: BLE001 - the others must end; raised below
                failures.append(failure)
        if len(failures) == 1:
            raise failures[0]
        if failures:
            raise ExceptionGroup("several runs could not be ended properly", failures)
