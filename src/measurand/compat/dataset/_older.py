"""The runs that a database file of QCoDeS holds, as the older part of a history. The file is read and never written."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measurand.compat.dataset._layout import nothing
from measurand.compat.dataset._ledger import ExperimentRecord
from measurand.compat.dataset._links import Link, str_to_links
from measurand.compat.dataset._stored import Identity
from measurand.compat.description import InterDependencies, ParamSpec, RunDescriber, old_to_new, rundescriber_from_json

if TYPE_CHECKING:
    from measurand.compat.database import Database, Run


class Older:
    """What is in a database file.

    Args:
        path: The file; if there is none, there is nothing in it.
        is_ours: Tells whether a guid is that of a run folder: the file may hold copies of these.
        notes: Returns what was noted about an old run since, by tag; there is no place for it in the file.
        note: Notes something about an old run.
    """

    def __init__(
        self,
        path: Path,
        is_ours: Callable[[str], bool],
        notes: Callable[[str], Mapping[str, Any]],
        note: Callable[[str, str, Any], None],
    ) -> None:
        self._path, self._is_ours, self._notes, self._note = path, is_ours, notes, note
        self._database: Database | None = None
        self._state: Hashable = None
        self._runs: dict[int, Run] = {}

    @property
    def last_run_id(self) -> int:
        """The number of the last run; 0: there is none."""
        return max(self._records(), default=0)

    def experiments(self) -> tuple[ExperimentRecord, ...]:
        """Return its experiments."""
        if self._opened() is None:
            return ()
        last: dict[int, int] = {}
        for run in self._records().values():
            last[run.exp_id] = max(last.get(run.exp_id, 0), run.counter)
        return tuple(
            ExperimentRecord(
                one.exp_id,
                one.name,
                one.sample_name,
                one.format_string,
                one.start_time or 0.0,
                one.end_time,
                last.get(one.exp_id, 0),
            )
            for one in self._opened_database().experiments()
        )

    def run(self, run_id: int) -> DatabaseRun | None:
        """Return a run by its number; None if it is not there."""
        found = self._records().get(run_id)
        return None if found is None else self._of(found)

    def runs(self) -> Iterator[DatabaseRun]:
        """Yield its runs, the oldest first."""
        for run in list(self._records().values()):
            yield self._of(run)

    def _of(self, run: Run) -> DatabaseRun:
        return DatabaseRun(self._opened_database(), run, self._notes, self._note)

    def _opened(self) -> Database | None:
        if self._database is None and self._path.is_file():
            from measurand.compat.database import open_database

            self._database = open_database(self._path)
        return self._database

    def _opened_database(self) -> Database:
        found = self._opened()
        if found is None:
            raise FileNotFoundError(f"{self._path} is not there any more.")
        return found

    def _records(self) -> dict[int, Run]:
        """Return its runs by number, read again when the file has changed."""
        database = self._opened()
        if database is None:
            return {}
        state = tuple(_about(Path(f"{self._path}{suffix}")) for suffix in ("", "-wal"))
        if state != self._state:
            self._runs = {run.run_id: run for run in database.runs(snapshots=False) if not self._is_ours(run.guid)}
            self._state = state
        return self._runs


class DatabaseRun:
    """One run in a database file.

    Args:
        database: The file.
        run: What it says of the run.
        notes: Returns what was noted about it since.
        note: Notes something about it.
    """

    def __init__(
        self,
        database: Database,
        run: Run,
        notes: Callable[[str], Mapping[str, Any]],
        note: Callable[[str, str, Any], None],
    ) -> None:
        self._database, self._run, self._notes, self._note = database, run, notes, note

    @property
    def identity(self) -> Identity:
        """What it is called and counted as."""
        run = self._run
        return Identity(
            run_id=run.run_id,
            captured_run_id=run.captured_run_id,
            counter=run.counter,
            captured_counter=run.captured_counter,
            guid=run.guid,
            name=run.name,
            exp_id=run.exp_id,
            exp_name=run.experiment_name,
            sample_name=run.sample_name,
            path_to_db=str(self._database.path),
        )

    @cached_property
    def _described(self) -> RunDescriber:
        if self._run.description is not None:
            return rundescriber_from_json(self._run.description)
        said = self._database.description(self._run.run_id)
        specs = [
            ParamSpec(
                one.name,
                one.paramtype,
                one.label,
                one.unit,
                list(said.inferences.get(one.name, ())),
                list(said.dependencies.get(one.name, ())),
            )
            for one in said.quantities.values()
        ]
        return RunDescriber(old_to_new(InterDependencies(*specs)))

    def description(self) -> RunDescriber:
        """Return what it says of its columns."""
        return self._described

    def started(self) -> float | None:
        """Return when it was started, s since 1970; None: not yet."""
        return self._run.run_timestamp

    def ended(self) -> float | None:
        """Return when it ended, s since 1970; None: not yet, or nobody knows."""
        return self._now().completed_timestamp

    def completed(self) -> bool:
        """Return whether it was completed."""
        return self._now().is_completed

    def snapshot(self) -> str | None:
        """Return the state of the instruments as JSON text; None: it was not taken."""
        return self._database.run(self._run.run_id).snapshot

    def metadata(self) -> dict[str, Any]:
        """Return what was noted, by tag, in the file and since."""
        return {**self._run.metadata, **self._notes(self._run.guid)}

    def note(self, tag: str, value: Any) -> None:
        """Note something beside the file, which stays as it is."""
        self._note(self._run.guid, tag, value)

    def links(self) -> list[Link]:
        """Return what it was made from."""
        return str_to_links(self._run.parent_datasets)

    def results(self) -> int:
        """Return the number of rows in the file."""
        return self._database.number_of_rows(self._run.run_id)

    def state(self) -> Hashable:
        """Return something that is another one once data was added."""
        return self.results()

    def data(self, tree: Sequence[str]) -> dict[str, Any]:
        """Return the points of a result with its setpoints, in the order they were added, on no grid."""
        found = self._database.parameter_data(self._run.run_id, tree[0]).get(tree[0])
        if found is None or not len(found[tree[0]]):
            return nothing(tree)
        arrays = any(self._described.interdeps[name].type == "array" for name in tree if name in found)
        return {name: column if arrays else column.reshape(-1) for name, column in found.items()}

    def rows(self, since: int) -> tuple[list[tuple[Any, ...]], int]:
        """Return the rows from number ``since`` on, and how many there are."""
        columns = self._database.columns(self._run.run_id, self._described.interdeps.names, since)
        values = [column.tolist() for column in columns.values()]
        found = list(zip(*values, strict=True))
        return found, since + len(found)

    def _now(self) -> Run:
        """Return what the file says now of a run that was not completed when it was read."""
        if not self._run.is_completed:
            self._run = self._database.run(self._run.run_id)
        return self._run


def _about(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns
