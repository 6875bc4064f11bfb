"""One database as QCoDeS's scripts name it: ``lab.db`` is the data root ``lab`` beside it, and what an old file holds.

All experiments and runs of both are one history: numbers of runs and experiments go on from the last of the file, which is
read and never written. Knows no current database.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Iterator
from pathlib import Path

from measurand.compat.dataset._errors import NoSuchExperiment, NoSuchRun
from measurand.compat.dataset._folder_run import KEY, NO_EXPERIMENT, NO_SAMPLE, FolderRun, guid_of
from measurand.compat.dataset._ledger import ExperimentRecord, Known, Ledger, Place
from measurand.compat.dataset._older import Older
from measurand.compat.dataset._stored import StoredRun
from measurand.dataset import DataRoot, Dataset, RunRecord
from measurand.errors import MeasurandError, RunNotFound, StorageFailed

_log = logging.getLogger(__name__)


def root_of(path: Path) -> Path:
    """Return the data root that belongs to a database: ``lab`` beside ``lab.db``; a folder is one itself."""
    return path if path.is_dir() or not path.suffix else path.with_suffix("")


class History:
    """The runs and experiments of one database.

    Args:
        path: The file, which need not be there; the data root is made.

    Raises:
        ConfigurationError: There is a file where the data root should be.
        DamagedData: The file is no database of QCoDeS.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.root = DataRoot(root_of(path))
        self.default_experiment: int | None = None
        self.writes_through = False
        self.ledger = Ledger(self.root.path / ".measurand")
        ledger = self.ledger
        self._older = Older(path, lambda guid: ledger.number_of(guid) is not None, ledger.notes, ledger.note)
        self._skipped = 0
        self.ledger.begin_after(self._older.experiments())
        self.go_on_after_older()

    def go_on_after_older(self) -> None:
        """Give no new run a number that a run of the file has; QCoDeS itself may have added some just now."""
        last = self._older.last_run_id
        if last > self._skipped:
            self.root.skip_numbers(last)
            self._skipped = last

    def experiments(self) -> list[ExperimentRecord]:
        """Return all experiments by number; those of plain runs are noted when they are first seen."""
        for record in self.root.runs():
            self._where(record)
        return [one for _, one in sorted(self.ledger.experiments().items())]

    def experiment(self, exp_id: int) -> ExperimentRecord:
        """Return one experiment.

        Raises:
            NoSuchExperiment: There is none of this number.
        """
        found = self.ledger.experiments().get(exp_id)
        if found is None:
            known = self.ledger.experiments()
            there = f"it has numbers {min(known)} to {max(known)}" if known else "it has none yet"
            raise NoSuchExperiment(f"No such experiment in the database: {exp_id!r} in {self.path}; {there}.")
        return found

    def new_experiment(self, name: str, sample: str, format_string: str) -> ExperimentRecord:
        """Note an experiment; from now on it is the default one."""
        with self.ledger.exclusive():
            found = self.ledger.add_experiment(name, sample, format_string, time.time())
        self.default_experiment = found.exp_id
        return found

    def finish_experiment(self, exp_id: int) -> None:
        """Note that an experiment is finished now."""
        with self.ledger.exclusive():
            self.ledger.finish(exp_id, time.time())

    def last_experiment(self) -> int:
        """Return the number of the last experiment.

        Raises:
            NoSuchExperiment: There is none.
        """
        known = self.ledger.experiments()
        if not known:
            self.experiments()
        if not known:
            raise NoSuchExperiment(
                "No experiments found: There are no experiments in the database file "
                f"{self.path}. You can create one with: new_experiment(name, sample_name)"
            )
        return max(known)

    def run(self, run_id: int) -> StoredRun:
        """Return a run by its number.

        Raises:
            NoSuchRun: There is none.
        """
        try:
            return self._of_folder(self._found(run_id))
        except RunNotFound:
            older = self._older.run(run_id)
            if older is None:
                raise NoSuchRun(f"Run with run_id {run_id} does not exist in the database: {self.path}") from None
            return older

    def run_by_guid(self, guid: str) -> StoredRun:
        """Return a run by its guid.

        Raises:
            NoSuchRun: There is none.
        """
        number = self.ledger.number_of(guid)
        if number is not None:
            return self.run(number)
        for stored in self.runs():  # of the file, or of a folder that nobody looked at yet
            if stored.identity.guid == guid:
                return stored
        raise NoSuchRun(f"No run with GUID: {guid} found in database: {self.path}")

    def run_by_counter(self, exp_id: int, counter: int) -> StoredRun:
        """Return a run by its counter in an experiment.

        Raises:
            NoSuchRun: There is none.
        """
        number = self.ledger.runs(exp_id).get(counter)
        if number is not None:
            return self.run(number)
        for stored in self.runs():
            if (stored.identity.exp_id, stored.identity.counter) == (exp_id, counter):
                return stored
        raise NoSuchRun(f"Expected one row: experiment {exp_id} in {self.path} has no run with counter {counter}.")

    def runs(self, exp_id: int | None = None) -> Iterator[StoredRun]:
        """Yield all runs, or those of one experiment, the oldest first."""
        for older in self._older.runs():
            if exp_id is None or older.identity.exp_id == exp_id:
                yield older
        records = sorted(self.root.runs(), key=lambda record: record.number)
        for record in records:
            if exp_id is None or self._where(record)[0].exp_id == exp_id:
                yield self._of_folder(record)

    def stored(self, dataset: Dataset) -> FolderRun:
        """Return a run of this root as QCoDeS has it."""
        return self._of_folder(dataset)

    def last_counter(self, exp_id: int) -> int:
        """Return how many runs an experiment has had."""
        return self.ledger.last_counter(exp_id)

    def write_through(self, stored: StoredRun) -> None:
        """Copy a run that has ended into the database file, if that is wanted; what fails there does it no harm."""
        if not self.writes_through or not isinstance(stored, FolderRun):
            return
        from measurand.compat.database import export_runs

        try:
            export_runs([stored.dataset], self.path)
        except MeasurandError as error:
            self.complain(error)

    def complain(self, error: Exception) -> None:
        """Log that something about a run failed that does the run no harm."""
        _log.warning("%s: %s", self.path, error)

    def _of_folder(self, run: RunRecord | Dataset) -> FolderRun:
        return FolderRun(run, self._where, str(self.path))

    def _where(self, run: RunRecord | Dataset) -> tuple[Place, ExperimentRecord]:
        """Return where a run belongs; one that was not made through this interface is noted now."""
        place = self.ledger.place(run.id)
        if place is None:
            place = self.place_in(run, run.experiment or NO_EXPERIMENT, run.sample or NO_SAMPLE)
        return place, self.ledger.experiments()[place.exp_id]

    def place_in(self, run: RunRecord | Dataset, name: str, sample: str) -> Place:
        """Note that a run is the next one of an experiment of this name and sample, which is made if necessary."""
        wanted = run.metadata.get(KEY, {}).get("exp_id")
        try:
            with self.ledger.exclusive():
                place = self.ledger.place(run.id)
                if place is not None:
                    return place
                known = self.ledger.experiments()
                same = [one.exp_id for one in known.values() if (one.name, one.sample) == (name, sample)]
                if wanted in same:
                    exp_id = wanted
                else:
                    exp_id = (
                        same[-1] if same else self.ledger.add_experiment(name, sample, "{}-{}-{}", time.time()).exp_id
                    )
                return self.ledger.add_run(self.known(run), exp_id)
        except StorageFailed:  # somebody else's data, which may only be read
            return self.ledger.remember(self.known(run), name, sample)

    def known(self, run: RunRecord | Dataset) -> Known:
        """Return what is noted of a run."""
        return Known(run.id, run.number, guid_of(run), run.path.relative_to(self.root.path).as_posix())

    def _found(self, number: int) -> RunRecord | Dataset:
        """Return the run of a number: from the folder that was noted, if it is there still, else by the catalogue."""
        folder = self.ledger.folder_of(number)
        if folder is not None:
            with contextlib.suppress(RunNotFound):
                return Dataset(self.root.path / folder)
        return self.root.find(number)
