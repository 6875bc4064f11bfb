"""Which experiments a data root has, and which run is the how-manieth of which: one file of it, only ever appended to.

``.measurand/qcodes.jsonl`` holds lines ``{"experiment": 3, "name": …, "sample": …, "format": …, "started": …}``,
``{"finished": 3, "at": …}``, ``{"run": <id>, "number": 12, "experiment": 3, "counter": 4, "guid": …, "folder": …}`` and, for runs of an
older database that is not written, ``{"noted": <guid>, "tag": …, "value": …}``. Who adds one holds the lock
of ``.measurand/qcodes.lock`` meanwhile. What a run was when it was measured is in the run itself; this file only counts.
Knows no run folder.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from measurand._core import filelock
from measurand._core.appending import append_line, open_appending
from measurand.errors import StorageFailed

_PATIENCE = 10.0  # s; an experiment is noted in a millisecond


@dataclass(frozen=True)
class ExperimentRecord:
    """One experiment.

    Args:
        exp_id: Its number in the database, from 1.
        name: What it is called.
        sample: What is measured in it.
        format_string: How names of tables are made; kept for its documentation only.
        started: s since 1970.
        finished: s since 1970; None: it goes on.
        last_counter: How many runs it had before those that the ledger counts.
    """

    exp_id: int
    name: str
    sample: str
    format_string: str = "{}-{}-{}"
    started: float = 0.0
    finished: float | None = None
    last_counter: int = 0


@dataclass(frozen=True)
class Place:
    """Where a run belongs: which one it is of an experiment."""

    exp_id: int
    counter: int


@dataclass(frozen=True)
class Known:
    """What is noted of a run: its id, number and guid, and its folder below the data root."""

    id: str
    number: int
    guid: str
    folder: str

    def line(self, place: Place) -> dict[str, Any]:
        """Return the line that says where it belongs."""
        return {
            "run": self.id, "number": self.number, "experiment": place.exp_id, "counter": place.counter,
            "guid": self.guid, "folder": self.folder,
        }  # fmt: skip


class Ledger:
    """The experiments of a data root.

    Args:
        folder: Where its file is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._path, self._lock = folder / "qcodes.jsonl", folder / "qcodes.lock"
        self._older: dict[int, ExperimentRecord] = {}
        self._forget()

    def begin_after(self, older: Iterable[ExperimentRecord]) -> None:
        """Take in the experiments of an older database, whose numbers are taken."""
        self._older = {one.exp_id: one for one in older}
        self._forget()

    def _forget(self) -> None:
        self._read = 0
        self._experiments = dict(self._older)
        self._places: dict[str, Place] = {}
        self._numbers: dict[str, int] = {}  # by guid
        self._folders: dict[int, str] = {}  # by number, below the data root
        self._notes: dict[str, dict[str, Any]] = {}  # by guid
        self._runs: dict[int, dict[int, int]] = {}  # number of each run, by experiment and counter

    def experiments(self) -> dict[int, ExperimentRecord]:
        """Return all experiments by number, as of now."""
        self._refresh()
        return self._experiments

    def place(self, run_id: str) -> Place | None:
        """Return where a run belongs; None if nobody noted it yet."""
        if run_id not in self._places:
            self._refresh()
        return self._places.get(run_id)

    def runs(self, exp_id: int) -> dict[int, int]:
        """Return the numbers of an experiment's runs, by counter."""
        self._refresh()
        return self._runs.get(exp_id, {})

    def last_counter(self, exp_id: int) -> int:
        """Return the counter of the last run of an experiment; 0: it has none."""
        before = self._experiments[exp_id].last_counter if exp_id in self._experiments else 0
        return max(self.runs(exp_id), default=before)

    def folder_of(self, number: int) -> str | None:
        """Return the folder of a run, below the data root; None: nobody noted it yet."""
        if number not in self._folders:
            self._refresh()
        return self._folders.get(number)

    def number_of(self, guid: str) -> int | None:
        """Return the number of the run that has a guid; None: nobody noted it yet."""
        if guid not in self._numbers:
            self._refresh()
        return self._numbers.get(guid)

    def notes(self, guid: str) -> dict[str, Any]:
        """Return what was noted about a run of an older database, by tag."""
        self._refresh()
        return self._notes.get(guid, {})

    def note(self, guid: str, tag: str, value: Any) -> None:
        """Note something about a run of an older database."""
        with self.exclusive():
            self._append({"noted": guid, "tag": tag, "value": value})

    @contextlib.contextmanager
    def exclusive(self) -> Iterator[None]:
        """Keep every other process from adding anything, and know all that they added.

        Raises:
            StorageFailed: Another process has held it for 10 s, or the disk refuses.
        """
        try:
            fd = os.open(self._lock, os.O_CREAT | os.O_RDWR, 0o666)
        except OSError as error:
            raise StorageFailed(f"{self._lock} cannot be made ({error}); give access to the folder.") from error
        try:
            if not filelock.lock(fd, _PATIENCE):
                raise StorageFailed(
                    f"{self._lock} has been locked for {_PATIENCE:g} s by another program; end that program."
                )
            self._refresh()
            yield
        finally:
            os.close(fd)

    def add_experiment(self, name: str, sample: str, format_string: str, started: float) -> ExperimentRecord:
        """Note a new experiment; only inside `exclusive`."""
        exp_id = max(self._experiments, default=0) + 1
        self._append(
            {"experiment": exp_id, "name": name, "sample": sample, "format": format_string, "started": started}
        )
        return self._experiments[exp_id]

    def finish(self, exp_id: int, at: float) -> None:
        """Note that an experiment is finished; only inside `exclusive`."""
        self._append({"finished": exp_id, "at": at})

    def add_run(self, run: Known, exp_id: int) -> Place:
        """Note that a run is the next one of an experiment; only inside `exclusive`."""
        place = Place(exp_id, self.last_counter(exp_id) + 1)
        self._append(run.line(place))
        return place

    def remember(self, run: Known, name: str, sample: str) -> Place:
        """Return where a run belongs without writing it anywhere: nobody may write here."""
        same = [one.exp_id for one in self._experiments.values() if (one.name, one.sample) == (name, sample)]
        exp_id = same[-1] if same else max(self._experiments, default=0) + 1
        if not same:
            self._take({"experiment": exp_id, "name": name, "sample": sample, "format": "{}-{}-{}", "started": 0.0})
        place = Place(exp_id, self.last_counter(exp_id) + 1)
        self._take(run.line(place))
        return place

    def _append(self, line: dict[str, Any]) -> None:
        try:
            self._path.touch()
            fd = open_appending(self._path)
            try:
                append_line(fd, json.dumps(line).encode())
            finally:
                os.close(fd)
        except OSError as error:
            raise StorageFailed(f"{self._path}: nothing can be added to it ({error}); make room.") from error
        self._refresh()

    def _refresh(self) -> None:
        try:
            size = self._path.stat().st_size
            if size == self._read:
                return
            if size < self._read:  # somebody put an older copy there
                self._forget()
            with self._path.open("rb") as file:
                file.seek(self._read)
                data = file.read()
        except FileNotFoundError:
            return
        whole = data[: data.rfind(b"\n") + 1]
        self._read += len(whole)
        for line in whole.splitlines():
            with contextlib.suppress(ValueError, KeyError, TypeError):  # torn by a power loss; what follows is good
                self._take(json.loads(line))

    def _take(self, line: dict[str, Any]) -> None:
        if "run" in line:
            place = Place(line["experiment"], line["counter"])
            self._places[line["run"]] = place
            self._runs.setdefault(place.exp_id, {})[place.counter] = line["number"]
            self._numbers[line["guid"]] = line["number"]
            self._folders[line["number"]] = line["folder"]
        elif "noted" in line:
            self._notes.setdefault(line["noted"], {})[line["tag"]] = line["value"]
        elif "finished" in line:
            found = self._experiments[line["finished"]]
            self._experiments[found.exp_id] = replace(found, finished=line["at"])
        else:
            exp_id = line["experiment"]
            self._experiments[exp_id] = ExperimentRecord(
                exp_id, line["name"], line["sample"], line["format"], line["started"]
            )
