"""A QCoDeS database as its reader sees it: experiments, runs, rows. Knows SQL; how a file is opened and cells are decoded is told elsewhere."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from measurand._core.names import listing, nearest
from measurand.compat.database import _questions, _trees
from measurand.compat.database._cells import column_of, masked
from measurand.compat.database._description import Description
from measurand.compat.database._file import DatabaseFile
from measurand.compat.database._pages import Numbers
from measurand.compat.database._records import Experiment, Run
from measurand.errors import ColumnNotFound, DamagedData, RunNotFound

if TYPE_CHECKING:
    import numpy.typing as npt

_Span = tuple[int | None, int | None]


def open_database(path: str | Path) -> Database:
    """Open a QCoDeS database, to be read where it lies; no byte of it is changed, nor of anything beside it.

    Args:
        path: The file. It may be written to by another process meanwhile: each question sees one state of it.

    Returns:
        The database, which is a context manager.

    Raises:
        DatasetError: Nothing is there, or it is SQLite and no QCoDeS database.
        DamagedData: It is no SQLite file, or a damaged one.
        FormatTooNew: Its schema is newer than 9.
        StorageFailed: Another program locks it, or the disk refuses.
    """
    return Database(path)


class Database:
    """A QCoDeS database; `open_database` opens it.

    It belongs to one thread at a time.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path).expanduser().absolute()
        self._file = DatabaseFile(self.path)
        self._described: dict[int, Description] = {}
        try:
            self.schema_version: int = self._file.read(
                lambda connection: _questions.schema_version(connection, self.path)
            )
        except BaseException:  # a Ctrl-C too: the file is let go
            self._file.close()
            raise

    def experiments(self) -> list[Experiment]:
        """Return the experiments, by their number."""
        return self._file.read(_questions.experiments)

    def runs(self, *, snapshots: bool = True) -> list[Run]:
        """Return the runs, by their number.

        Args:
            snapshots: Whether their snapshots are wanted, which are most of what there is to be read; else they are None.
        """
        return self._file.read(lambda connection: _questions.runs(connection, snapshots=snapshots))

    def run(self, run_id: int) -> Run:
        """Return one run.

        Raises:
            RunNotFound: There is none of this number.
        """
        return self._file.read(lambda connection: self._run(connection, run_id))

    def description(self, run_id: int) -> Description:
        """Return what a run says of its parameters: from its JSON, or from the tables if it has none.

        Raises:
            RunNotFound: There is no such run.
            DamagedData: It cannot be read.
        """
        return self._file.read(lambda connection: self._description(connection, self._run(connection, run_id)))

    def number_of_rows(self, run_id: int) -> int:
        """Return how many rows the table of a run has.

        Raises:
            RunNotFound: There is no such run.
        """

        def count(connection: sqlite3.Connection) -> int:
            table = self._run(connection, run_id).table
            found: int = connection.execute(
                f"select count(*) from {_questions.quoted(table)}"  # noqa: S608 - quoted
            ).fetchone()[0]
            return found

        return self._file.read(count)

    def columns(
        self, run_id: int, names: Sequence[str] | None = None, start: int = 0, end: int | None = None
    ) -> dict[str, npt.NDArray[Any]]:
        """Return the rows of a run as they are stored, column by column.

        A row holds one parameter that depends on others and its setpoints; the other cells are missing.

        Args:
            run_id: Which run.
            names: Which columns; None: all. ``"id"`` is the number of the row, int64.
            start: First row wanted, from 0.
            end: First row no longer wanted; None: all there are.

        Returns:
            Arrays of one length. Numbers: float64 (int64 if all are whole and no float holds one of them), masked
            where cells are missing. Complex numbers: complex128, likewise. Texts: objects, None where missing. Arrays:
            shape ``(rows, *shape)`` if every row has one, of one type and shape; else objects, None where missing.

        Raises:
            RunNotFound: There is no such run.
            ColumnNotFound: It has no such column.
            DamagedData: A cell is not what its column holds.
        """
        return self._file.read(lambda connection: self._columns(connection, run_id, names, start, end))

    def parameter_data(
        self, run_id: int, *names: str, start: int | None = None, end: int | None = None
    ) -> dict[str, dict[str, npt.NDArray[Any]]]:
        """Return what a run measured, in the shape of QCoDeS's ``get_parameter_data``.

        Args:
            run_id: Which run.
            names: Parameters that depend on others, or stand alone; none: all of these.
            start: First row wanted, from 1, counted among the rows in which the parameter has a value; None: the first.
            end: Last row wanted, itself included; None: the last.

        Returns:
            For each parameter itself, its setpoints and what was inferred from these. Numbers: float64.

        Raises:
            RunNotFound: There is no such run.
            ColumnNotFound: It has no such parameter.
            DamagedData: A cell is not what its column holds.
        """
        return self._file.read(lambda connection: self._parameter_data(connection, run_id, names, (start, end)))

    def raw(
        self, run_id: int, *, numbers: bool = False
    ) -> tuple[dict[str, str], npt.NDArray[Any], dict[str, Sequence[Any] | Numbers]]:
        """Return the rows of a run as SQLite has them: for who copies them.

        Args:
            run_id: Which run.
            numbers: Whether columns of a table of nothing but numbers may come as `Numbers`, which is quicker.

        Returns:
            The declared type of each column; the number of each row, int64; the cells of each column.

        Raises:
            RunNotFound: There is no such run.
        """
        return self._file.read(lambda connection: self._raw(connection, run_id, numbers=numbers))

    def close(self) -> None:
        """Let go of the file; a question opens it again."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return (
            f"<Database {str(self.path)!r}, schema {self.schema_version}. Go on with .runs(), .parameter_data(run_id)>"
        )

    # What is asked within one transaction.

    def _run(self, connection: sqlite3.Connection, run_id: int) -> Run:
        found = _questions.runs(connection, run_id)
        if found:
            return found[0]
        count, first, last = connection.execute("select count(*), min(run_id), max(run_id) from runs").fetchone()
        numbers = f"{count} runs, {first} to {last}" if count else "no runs"
        raise RunNotFound(f"There is no run {run_id} in {self.path}: it has {numbers}.")

    def _description(self, connection: sqlite3.Connection, run: Run) -> Description:
        found = self._described.get(run.run_id)
        if found is None:
            try:
                found = _questions.description(connection, run)
            except DamagedData as error:
                raise DamagedData(f"{self.path}, run {run.run_id}: {error}.") from error
            if run.is_completed:
                self._described[run.run_id] = found
        return found

    def _columns(
        self, connection: sqlite3.Connection, run_id: int, names: Sequence[str] | None, start: int, end: int | None
    ) -> dict[str, npt.NDArray[Any]]:
        run = self._run(connection, run_id)
        types = _questions.types(connection, run.table)
        wanted = [name for name in types if name != "id"] if names is None else list(names)
        _check_names(self.path, run, wanted, types)
        if not wanted:
            return {}
        numeric = [name for name in wanted if name != "id"]
        quick = _questions.numbers(connection, self._file.quiet_bytes(), run.table, numeric, types)
        if quick is not None:
            part = slice(start, end)
            found = {name: masked(column.values[part], column.present[part]) for name, column in quick[1].items()}
            return {name: quick[0][part] if name == "id" else found[name] for name in wanted}
        span = start, -1 if end is None else max(0, end - start)
        cells = _questions.cells(connection, run.table, wanted, span)
        return {
            name: self._decoded(run, name, column_of, values, types[name])
            for name, values in zip(wanted, cells, strict=True)
        }

    def _raw(
        self, connection: sqlite3.Connection, run_id: int, *, numbers: bool
    ) -> tuple[dict[str, str], npt.NDArray[Any], dict[str, Sequence[Any] | Numbers]]:
        import numpy as np

        run = self._run(connection, run_id)
        types = _questions.types(connection, run.table)
        if not types:
            return {}, np.empty(0, np.int64), {}
        kinds = {name: kind for name, kind in types.items() if name != "id"}
        if numbers:
            quick = _questions.numbers(connection, self._file.quiet_bytes(), run.table, list(kinds), types)
            if quick is not None:
                return kinds, quick[0], dict(quick[1])
        found = dict(zip(types, _questions.cells(connection, run.table, list(types), (0, -1)), strict=True))
        ids = np.array(found.pop("id"), np.int64)
        return kinds, ids, dict(found)

    def _parameter_data(
        self, connection: sqlite3.Connection, run_id: int, names: Sequence[str], span: _Span
    ) -> dict[str, dict[str, npt.NDArray[Any]]]:
        run = self._run(connection, run_id)
        description = self._description(connection, run)
        types = _questions.types(connection, run.table)
        _check_names(self.path, run, names, description.quantities)
        found = {}
        for top in names or _trees.tops(description):
            tree = [name for name in description.tree(top) if name in types]
            if tree[:1] == [top]:
                columns = self._tree(connection, run, tree, types, span)
                found[top] = _trees.shaped(columns, types, description.shapes.get(top))
        return found

    def _tree(
        self, connection: sqlite3.Connection, run: Run, tree: Sequence[str], types: dict[str, str], span: _Span
    ) -> dict[str, npt.NDArray[Any]]:
        import numpy as np

        first = max(1, span[0] or 1)
        quick = _questions.numbers(connection, self._file.quiet_bytes(), run.table, tree, types)
        if quick is not None:
            rows = np.flatnonzero(quick[1][tree[0]].present)[first - 1 : None if span[1] is None else max(0, span[1])]
            whole = len(rows) == len(quick[0])
            return {name: column.values if whole else column.values[rows] for name, column in quick[1].items()}
        count = -1 if span[1] is None else max(0, span[1] - first + 1)
        cells = _questions.cells(connection, run.table, tree, (first - 1, count), present=tree[0])
        return {
            name: self._decoded(run, name, _trees.decoded, values, types[name])
            for name, values in zip(tree, cells, strict=True)
        }

    def _decoded(
        self,
        run: Run,
        name: str,
        decode: Callable[[Sequence[Any], str], npt.NDArray[Any]],
        values: Sequence[Any],
        kind: str,
    ) -> npt.NDArray[Any]:
        try:
            return decode(values, kind)
        except (ValueError, TypeError, OverflowError) as error:
            raise DamagedData(f"{self.path}, run {run.run_id}, column {name}: {error}.") from error


def _check_names(path: Path, run: Run, names: Iterable[str], known: Iterable[str]) -> None:
    known = list(known)
    for name in names:
        if name not in known:
            meant = nearest(name, known)
            advice = f" Did you mean {meant!r}?" if meant else ""
            raise ColumnNotFound(
                f"Run {run.run_id} in {path} has no parameter {name!r}; it has {listing(known)}.{advice}"
            )
