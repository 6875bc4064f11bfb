"""The files of one run, read together: what ``run.jsonl`` says and a reader per table. Knows no array library's face."""

from __future__ import annotations

import warnings
from pathlib import Path

from measurand._core.names import listing, nearest
from measurand.dataset._format._describe import TableSpec
from measurand.dataset._format._runfile import NAME, RunInfo, read_run
from measurand.dataset._read._table_reader import TableReader
from measurand.errors import ColumnNotFound, DatasetError

_LEAD = ("_time", "_index")


class RunReader:
    """Reads one run's folder; every question is answered as of the moment it is asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._info = self._read_info()
        self._readers: dict[str, TableReader] = {}
        self._warned: set[str] = set()

    def info(self) -> RunInfo:
        """Return what the run says of itself. It is read again only if it grew; a folder that is gone keeps its last word."""
        try:
            grown = (self.folder / NAME).stat().st_size != self._info.size
        except OSError:
            grown = self._info.end is None
        if grown:
            self._info = self._read_info()
        return self._info

    def _read_info(self) -> RunInfo:
        return read_run(self.folder)

    def _open(self, spec: TableSpec) -> TableReader:
        return TableReader(self.folder, spec)

    def specs(self) -> dict[str, TableSpec]:
        """Return the tables by name, settled once they have a row."""
        return {name: self._reader(name).spec for name in self.info().tables}

    def fresh(self, table: str) -> TableReader:
        """Return the reader of a table that has just taken in all rows that are there.

        Warns if fewer rows can be read than the run stored before it ended.
        """
        end = self.info().end
        reader = self._reader(table)
        reader.refresh(ended=end is not None)
        stored = 0 if end is None else end.get("rows", {}).get(table, 0)
        if reader.rows < stored and table not in self._warned:
            self._warned.add(table)
            warnings.warn(
                f"{self.folder}: {reader.rows} of {stored} rows of table {table} can be read, the rest of its files "
                "is damaged or missing. Compare with a copy.",
                stacklevel=4,
            )
        return reader

    def table(self, name: str | None) -> str:
        """Return ``name`` if there is such a table; None: the first.

        Raises:
            DatasetError: There is none.
        """
        names = list(self.info().tables)
        if name is None and names:
            return names[0]
        if not names:
            raise DatasetError(f"{self._title()} has no tables: nothing was declared and nothing stored yet.")
        if name not in names:
            raise DatasetError(f"{self._title()} has no table {name!r}; it has {listing(names)}.")
        return str(name)

    def table_of(self, column: str, table: str | None) -> str:
        """Return the first table that has ``column``, or ``table`` if that has it.

        Raises:
            ColumnNotFound: None has it.
        """
        if column in _LEAD:
            return self.table(table)
        specs = self.specs()
        candidates = specs if table is None else {table: specs[self.table(table)]}
        for name, spec in candidates.items():
            if any(column == known.name for known in spec.columns):
                return name
        names = [known.name for spec in candidates.values() for known in spec.columns]
        meant = nearest(str(column), names)
        advice = f" Did you mean {meant!r}?" if meant else ""
        raise ColumnNotFound(f"{self._title()} has no column {column!r}; it has {listing(names)}.{advice}")

    def _reader(self, table: str) -> TableReader:
        spec = self.info().tables[table]
        reader = self._readers.get(table)
        if reader is None:
            reader = self._readers[table] = self._open(spec)
        if not _settled(reader.spec):
            reader.spec = spec
        if not _settled(reader.spec):
            reader.refresh(ended=False)  # a power loss may have taken the event that says it and left the rows
        return reader

    def _title(self) -> str:
        return f"Run {self._info.header['number']}"


def _settled(spec: TableSpec) -> bool:
    return all(column.settled for column in spec.columns)
