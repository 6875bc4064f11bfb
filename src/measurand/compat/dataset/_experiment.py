"""Experiments: runs of one name and sample, counted from 1."""

from __future__ import annotations

from collections.abc import Sequence, Sized
from typing import Any

from measurand.compat.dataset._connection import AtomicConnection
from measurand.compat.dataset._current import conn_from_dbpath_or_conn, history
from measurand.compat.dataset._dataset import DataSet
from measurand.compat.dataset._errors import NoSuchExperiment, NoSuchRun
from measurand.compat.dataset._folder_run import NO_SAMPLE
from measurand.compat.dataset._history import History
from measurand.compat.dataset._ledger import ExperimentRecord
from measurand.compat.dataset._protocol import DataSetProtocol
from measurand.compat.description import ParamSpec
from measurand.errors import DefinitionError


class Experiment(Sized):
    """One experiment of a database.

    Args:
        path_to_db: The database; None: the current one.
        exp_id: Its number, if it is there already.
        name: What a new one is called.
        sample_name: What is measured in a new one.
        format_string: Three places for texts; kept, and not used: runs have folders, not tables.
        conn: The database, instead of ``path_to_db``.

    Raises:
        NoSuchExperiment: There is none of this number.
        DefinitionError: Neither number nor name is given, or the format has no three places.
    """

    def __init__(
        self,
        path_to_db: str | None = None,
        exp_id: int | None = None,
        name: str | None = None,
        sample_name: str | None = None,
        format_string: str = "{}-{}-{}",
        conn: AtomicConnection | None = None,
    ) -> None:
        self.conn = conn_from_dbpath_or_conn(conn, path_to_db)
        self._history: History = history(self.conn)
        if exp_id is not None:
            self._exp_id = self._history.experiment(exp_id).exp_id
            return
        if not name:
            raise DefinitionError("An experiment needs a name: new_experiment(name, sample_name).")
        try:
            format_string.format("name", 1, 1)
        except (IndexError, KeyError, ValueError) as error:
            raise DefinitionError("Invalid format string. Can not format (name, exp_id, run_counter)") from error
        self._exp_id = self._history.new_experiment(name, sample_name or NO_SAMPLE, format_string).exp_id

    @property
    def _record(self) -> ExperimentRecord:
        return self._history.experiment(self._exp_id)

    @property
    def exp_id(self) -> int:
        """Its number in the database, from 1."""
        return self._exp_id

    @property
    def path_to_db(self) -> str:
        """The database."""
        return self.conn.path_to_dbfile

    @property
    def name(self) -> str:
        """What it is called."""
        return self._record.name

    @property
    def sample_name(self) -> str:
        """What is measured in it."""
        return self._record.sample

    @property
    def last_counter(self) -> int:
        """The counter of its last run; 0: it has none."""
        return self._history.last_counter(self._exp_id)

    @property
    def started_at(self) -> float:
        """When it was made, s since 1970."""
        return self._record.started

    @property
    def finished_at(self) -> float | None:
        """When it was finished, s since 1970; None: it goes on."""
        return self._record.finished

    @property
    def format_string(self) -> str:
        """How tables of its runs would be called."""
        return self._record.format_string

    def new_data_set(
        self,
        name: str,
        specs: Sequence[ParamSpec] | None = None,
        values: Sequence[Sequence[Any]] | None = None,
        metadata: Any | None = None,
    ) -> DataSet:
        """Start a run in this experiment; see `new_data_set`."""
        return DataSet(conn=self.conn, exp_id=self._exp_id, name=name, specs=specs, values=values, metadata=metadata)

    def data_set(self, counter: int) -> DataSet:
        """Return one of its runs, by counter.

        Raises:
            NoSuchRun: It has none of this counter.
        """
        return DataSet._of(self._history.run_by_counter(self._exp_id, counter))

    def data_sets(self) -> list[DataSetProtocol]:
        """Return its runs, the oldest first."""
        return [DataSet._of(stored) for stored in self._history.runs(self._exp_id)]

    def last_data_set(self) -> DataSetProtocol:
        """Return its last run.

        Raises:
            NoSuchRun: It has none.
        """
        counter = self.last_counter
        if not counter:
            raise NoSuchRun("There are no runs in this experiment")
        return self.data_set(counter)

    def finish(self) -> None:
        """Note that it is finished now."""
        self._history.finish_experiment(self._exp_id)

    def __len__(self) -> int:
        return self.last_counter

    def __repr__(self) -> str:
        head = f"{self.name}#{self.sample_name}#{self.exp_id}@{self.path_to_db}"
        runs = [
            f"{run.run_id}-{run.name}-{run.counter}-{run.parameters}-{run.number_of_results}"
            for run in self.data_sets()
        ]
        return "\n".join([head, "-" * len(head), *runs])


def experiments(conn: AtomicConnection | None = None) -> list[Experiment]:
    """Return all experiments of a database; None: of the current one."""
    found = conn_from_dbpath_or_conn(conn, None)
    return [Experiment(conn=found, exp_id=one.exp_id) for one in history(found).experiments()]


def new_experiment(
    name: str, sample_name: str | None, format_string: str = "{}-{}-{}", conn: AtomicConnection | None = None
) -> Experiment:
    """Make an experiment; from now on it is the default one.

    Args:
        name: What it is called.
        sample_name: What is measured in it; None: ``"some_sample"``.
        format_string: Three places for texts.
        conn: The database; None: the current one.

    Raises:
        DefinitionError: The format has no three places.
    """
    return Experiment(name=name, sample_name=sample_name, format_string=format_string, conn=conn)


def load_experiment(exp_id: int, conn: AtomicConnection | None = None) -> Experiment:
    """Return an experiment by its number; from now on it is the default one.

    Raises:
        NoSuchExperiment: There is none, or the number is no number.
    """
    if not isinstance(exp_id, int):
        raise NoSuchExperiment(f"Experiment ID must be an integer, not {exp_id!r}.")
    return _default(Experiment(exp_id=exp_id, conn=conn))


def load_last_experiment() -> Experiment:
    """Return the last experiment of the current database.

    Raises:
        NoSuchExperiment: There is none.
    """
    return _default(Experiment(exp_id=history().last_experiment()))


def load_experiment_by_name(
    name: str, sample: str | None = None, conn: AtomicConnection | None = None, load_last_duplicate: bool = False
) -> Experiment:
    """Return an experiment by its name; from now on it is the default one.

    Args:
        name: What it is called.
        sample: What is measured in it; None: whatever.
        conn: The database; None: the current one.
        load_last_duplicate: Of several, take the last one.

    Raises:
        NoSuchExperiment: There is none, or several.
    """
    found = _named(name, sample, conn)
    if not found:
        raise NoSuchExperiment(f"Experiment not found: {name!r}" + (f" on sample {sample!r}." if sample else "."))
    if len(found) > 1 and not load_last_duplicate:
        lines = [f"exp_id:{one.exp_id} ({one.name}-{one.sample}) started at ({one.started})" for one in found]
        raise NoSuchExperiment(
            "Many experiments matching your request found:\n" + "\n".join(lines) + "\n"
            "Take load_experiment(exp_id), or load_last_duplicate=True."
        )
    return _default(Experiment(exp_id=found[-1].exp_id, conn=conn))


def load_or_create_experiment(
    experiment_name: str,
    sample_name: str | None = None,
    conn: AtomicConnection | None = None,
    load_last_duplicate: bool = False,
) -> Experiment:
    """Return the experiment of this name and sample, which is made if it is not there; it is the default one from now on.

    Args:
        experiment_name: What it is called.
        sample_name: What is measured in it; None: whatever, and ``"some_sample"`` for a new one.
        conn: The database; None: the current one.
        load_last_duplicate: Of several, take the last one.

    Raises:
        NoSuchExperiment: There are several.
    """
    if not _named(experiment_name, sample_name, conn):
        return new_experiment(experiment_name, sample_name, conn=conn)
    return load_experiment_by_name(experiment_name, sample_name, conn, load_last_duplicate)


def get_default_experiment_id(conn: AtomicConnection) -> int:
    """Return the number of the experiment that was made or loaded last; if none was, of the last one.

    Raises:
        NoSuchExperiment: There is none.
    """
    found = history(conn)
    return found.last_experiment() if found.default_experiment is None else found.default_experiment


def reset_default_experiment_id(conn: AtomicConnection | None = None) -> None:
    """Make the last experiment the default one."""
    history(conn).default_experiment = None


def _named(name: str, sample: str | None, conn: AtomicConnection | None) -> list[ExperimentRecord]:
    known = history(conn).experiments()
    return [one for one in known if one.name == name and sample in (None, one.sample)]


def _default(experiment: Experiment) -> Experiment:
    experiment._history.default_experiment = experiment.exp_id
    return experiment
