"""A data root: the folder in which runs are created, found and listed. Knows no instrument and no measurement."""

from __future__ import annotations

import datetime
import functools
import logging
import operator
import os
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Self, SupportsIndex, Unpack

from measurand._core import json as plain_json
from measurand._core.clock import SYSTEM_CLOCK, Clock
from measurand._core.ids import new_id
from measurand._core.names import slug
from measurand.dataset import _here, _journal, _provenance
from measurand.dataset._afterwards import checked_formats, export_ended
from measurand.dataset._annotate import append_event, root_of
from measurand.dataset._folders import folder_of
from measurand.dataset._format._describe import TableSpec, checked_tables
from measurand.dataset._format._moments import isotime, local
from measurand.dataset._identity import identify
from measurand.dataset._numbers import Numbers
from measurand.dataset._read._dataset import Dataset
from measurand.dataset._records import RunRecord
from measurand.dataset._reopen import reopened
from measurand.dataset._request import check_request
from measurand.dataset._statistics import size_of, statistics_of
from measurand.dataset._trash import Trash
from measurand.dataset._write._medium import FolderMedium
from measurand.dataset._write._whole import WholeTable, write_whole
from measurand.dataset._write._writer import Writer
from measurand.dataset.catalogue import Catalogue, Compare, Field, Quantity, Query, Runs, Search, search_query
from measurand.errors import ConfigurationError, DatasetError, RunNotFound, StorageFailed

_SHORTEST_PREFIX = 4
_NO_NUMBER = 1 << 62  # greater than that of any run
_DIGITS = re.compile(r"\d{1,40}")
_log = logging.getLogger(__name__)


class DataRoot:
    """A folder of runs. Made if it is not there yet.

    Args:
        path: The folder.
        cache_dir: Where the index of this computer is kept, a local disk; None: the user's cache folder. The index can be
            removed at any time.
        clock: Gives the times that are stored.
        memory_maps: Whether unfinished rows may be written through memory maps; None: on local disks, but not on
            network shares and in folders that a cloud service copies.
        sample: What is measured, for runs that do not say it themselves; can be changed at any time.
        experiment: What runs belong to, likewise.
        capture_code: Whether runs keep the git commit and changes of the script that calls.
        export: Formats in which runs are written into their own folders when they have ended, see `Dataset.export`; can
            be changed at any time.

    Raises:
        ConfigurationError: ``path`` is a file, or cannot be made; or there is no such format.
        ImportError: The library for a format is not installed.
        FormatTooNew: A later version of Measurand made it.
        DamagedData: It says of itself what no version of Measurand writes.

    Example:
        >>> import tempfile
        >>> from measurand.dataset import Column, DataRoot, TableSpec
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     root = DataRoot(folder, cache_dir=folder)
        ...     with root.create_run("gate sweep", [TableSpec("data", (Column("gate"), Column("current")))]) as run:
        ...         run.add("data", {"gate": 0.1, "current": 2e-9})
        ...     root.load("last").numpy("current").tolist()
        [2e-09]
    """

    def __init__(
        self,
        path: str | Path,
        cache_dir: str | Path | None = None,
        clock: Clock = SYSTEM_CLOCK,
        *,
        memory_maps: bool | None = None,
        sample: str = "",
        experiment: str = "",
        capture_code: bool = False,
        export: Sequence[str] = (),
    ) -> None:
        self.sample, self.experiment = sample, experiment
        self.export: Sequence[str] = checked_formats(export)
        self._capture_code = capture_code
        self._path = Path(path).expanduser().absolute()
        self._clock = clock
        self._memory_maps = memory_maps
        self._own = self._path / ".measurand"
        self._id = identify(self._path, self._own)
        self._numbers = Numbers(self._path, self._own / "numbers")
        cache = None if cache_dir is None else Path(cache_dir)
        self._catalogue = Catalogue(self._path, self._own / "journal", self._id, cache, clock)

    @classmethod
    def holding(cls, folder: str | Path) -> Self:
        """Return the data root in which a run's folder lies.

        Raises:
            RunNotFound: The folder lies in no data root; import it into one.
        """
        found = root_of(Path(folder))
        if found is None:
            raise RunNotFound(f"{folder} lies in no data root; import it into one.")
        return cls(found)

    @property
    def path(self) -> Path:
        """The folder, absolute."""
        return self._path

    @property
    def id(self) -> str:
        """The root's identity, 32 hexadecimal digits."""
        return self._id

    def create_run(
        self,
        name: str,
        tables: Iterable[TableSpec],
        plan: Mapping[str, Any] | None = None,
        snapshot: Mapping[str, Any] | None = None,
        sample: str = "",
        experiment: str = "",
        metadata: Mapping[str, Any] | None = None,
        parents: Sequence[str] = (),
        write_period: float = 1.0,
        export: Sequence[str] | None = None,
        tags: Sequence[str] = (),
        compression: Literal["zstd", "lz4"] | None = None,
    ) -> Writer:
        """Start a run.

        Args:
            name: What it is called; any text.
            tables: What it will store.
            plan: The plan it follows, as data; None for a free loop.
            snapshot: The state of the instruments; stored compressed.
            sample: What is measured; empty: that of the data root.
            experiment: What it belongs to; empty: that of the data root.
            metadata: Anything else worth knowing.
            parents: Ids of runs that this one continues or uses.
            write_period: s, the most that a power loss may take; a process that dies takes less, see `Writer`.
            export: Formats in which the run is written into its own folder when it has ended; None: those of the data
                root. What fails there is noted in the run and does it no harm.
            tags: Tags from the start.
            compression: Of the rows when they are sealed: ``"zstd"`` is small, ``"lz4"`` quick; None: loading needs no
                unpacking.

        Returns:
            The writing end; it must be finished.

        Raises:
            DefinitionError: Two tables have one name.
            ConfigurationError: There is no such format, or something else that is asked for cannot be; nothing was made.
            ImportError: The library for a format is not installed.
            StorageFailed: The disk refuses, or another program blocks the data root.
        """
        specs = checked_tables(tables)
        check_request(
            name, tags=tags, parents=parents, metadata=metadata, snapshot=snapshot, write_period=write_period,
            compression=compression,
        )  # fmt: skip
        formats = checked_formats(self.export if export is None else export)
        run_id, now = new_id(), local(self._clock)
        try:
            number = self._numbers.take()
            folder = folder_of(self._path, number, name, run_id, now)
            caller = self._caller()
            code = self._code(caller)
            header = {
                "id": run_id, "number": number, "name": name, "sample": sample or self.sample,
                "experiment": experiment or self.experiment, "started": isotime(self._clock),
                **_provenance.process_facts(), "versions": _provenance.versions(snapshot), "parents": list(parents),
                **({} if code is None else {"code": code}), "tags": list(tags), "plan": plan,
                "metadata": dict(metadata or {}),
            }  # fmt: skip
            medium = self._made(
                folder, plain_json.to_plain(header), specs, snapshot=snapshot, write_period=write_period,
                compression=compression,
            )  # fmt: skip
        except StorageFailed:
            raise
        except OSError as error:
            raise StorageFailed(
                f"No run can be started in {self._path} ({error}). Make room or give access."
            ) from error
        except (ValueError, RecursionError) as error:
            raise ConfigurationError(f"Run {name!r}: what is said about it cannot be written ({error}).") from error
        at_end = functools.partial(
            self._at_end, folder, run_id, number, caller=caller, waits_for_code=code is None, formats=formats
        )
        writer = Writer(medium, clock=self._clock, on_end=at_end)
        self._note(folder, run_id, number, "running")
        return writer

    def reopen(
        self,
        which: int | str | Path,
        snapshot: Mapping[str, Any] | None = None,
        write_period: float = 1.0,
        export: Sequence[str] | None = None,
    ) -> Writer:
        """Go on with a run that was interrupted, failed or lost: further rows follow those that are there.

        Nothing that is stored is touched; the rows of a writer that died count as far as they can be read.

        Args:
            which: The run, as for `load`.
            snapshot: The state of the instruments now; kept beside that of the start.
            write_period: As for `create_run`.
            export: As for `create_run`.

        Returns:
            The writing end; it must be finished. Its tables have the rows that are there.

        Raises:
            RunBusy: Its writer lives, or may live on another computer.
            ConfigurationError: There is no such format, or snapshot or write period are none.
            DatasetError: The run is completed, or lies in no data root.
            DamagedData: Rows are missing between others; `repair` comes first.
            RunNotFound: No run, or more than one, is meant.
            StorageFailed: The disk refuses; the run is as it was.
        """
        check_request("", snapshot=snapshot, write_period=write_period)
        found = self.load(which)
        folder = found.path.absolute()
        if not folder.is_relative_to(self._path):
            raise DatasetError(f"{folder} does not lie in the data root {self._path}; import it, then resume.")
        formats = checked_formats(self.export if export is None else export)
        try:
            medium = reopened(
                folder, self._clock, snapshot=snapshot, write_period=write_period, memory_maps=self._memory_maps
            )
            at_end = functools.partial(
                self._at_end, folder, found.id, found.number, caller=None, waits_for_code=False, formats=formats
            )
            writer = Writer(medium, clock=self._clock, on_end=at_end)
        except OSError as error:
            if isinstance(error, StorageFailed):
                raise
            raise StorageFailed(f"{folder.name} cannot be resumed ({error}); it is as it was.") from error
        self._note(folder, found.id, found.number, "running")
        return writer

    def add_run(
        self,
        name: str,
        tables: Iterable[WholeTable],
        *,
        started: datetime.datetime,
        ended: datetime.datetime,
        status: Literal["completed", "interrupted", "failed"] = "completed",
        error: str | None = None,
        snapshot: Mapping[str, Any] | None = None,
        sample: str = "",
        experiment: str = "",
        metadata: Mapping[str, Any] | None = None,
        tags: Sequence[str] = (),
    ) -> Dataset:
        """Add a run that was measured elsewhere, with all its rows at once: whole, or not at all.

        Args:
            name: What it is called; any text.
            tables: Its rows, column by column.
            started: When it began there.
            ended: When it ended there.
            status: How it ended.
            error: What went wrong.
            snapshot: The state of the instruments.
            sample: What was measured; empty: nothing is said, whatever the data root's is.
            experiment: What it belongs to, likewise.
            metadata: Anything else worth knowing.
            tags: Tags from the start.

        Returns:
            The run, as if it had been measured here then.

        Raises:
            RefusedRow: Columns do not fit their description; nothing was stored.
            DefinitionError: Two tables have one name.
            StorageFailed: The disk refuses; nothing is left.
        """
        tables = list(tables)
        checked_tables(table.spec for table in tables)
        run_id = new_id()
        began, over = started.astimezone(), ended.astimezone()
        try:
            number = self._numbers.take()
            folder = folder_of(self._path, number, name, run_id, began)
            header = {
                "id": run_id, "number": number, "name": name, "sample": sample, "experiment": experiment,
                "started": began.isoformat(timespec="microseconds"), **_provenance.process_facts(),
                "versions": _provenance.versions(None), "parents": [], "tags": list(tags), "plan": None,
                "metadata": dict(metadata or {}),
            }  # fmt: skip
            end = {
                "event": "end", "status": status, "error": error, "time": over.isoformat(timespec="microseconds"),
            }  # fmt: skip
            draft = self._own / f"incoming-{run_id[:8]}"
            write_whole(draft, folder, plain_json.to_plain(header), tables, end, snapshot)
            self._numbers.made(folder)
        except StorageFailed:
            raise
        except OSError as failure:
            raise StorageFailed(
                f"No run can be added to {self._path} ({failure}). Make room or give access."
            ) from failure
        self._note(folder, run_id, number, status)
        return Dataset(folder)

    def load(self, which: int | str | Path) -> Dataset:
        """Return a run's dataset.

        Args:
            which: Its number, its id or the beginning of it (4 digits or more), its folder, its name (of several, the one
                that started last), or ``"last"``: the one that started last.

        Raises:
            RunNotFound: No run, or more than one, is meant.
        """
        if isinstance(which, Path) or (isinstance(which, str) and _looks_like_path(which)):
            return Dataset(which)
        return Dataset(self.find(which).path)

    def find(self, which: int | str) -> RunRecord:
        """Return the record of one run; ``which`` as for `load`, without folders.

        Raises:
            RunNotFound: No run, or more than one, is meant.
        """
        for query in _queries(which):
            found = self._catalogue.search(query)
            if len(found) == 1:
                return found[0]
            if found:
                break
        else:
            found = None
        raise RunNotFound(self._not_one(which, list(found or ()), self.runs()))

    def runs(self, where: str | None = None, **search: Unpack[Search]) -> Runs:
        """Return runs, the newest last; those in progress are looked at again each time.

        Args:
            where: A search such as ``"max(current) > 1 nA and sample == 'S12' and not tag == bad"``. A run is compared by
                number, id, name, sample, experiment, status, user, host, tag, note, parameter (a column), parent, started,
                ended, duration, rows, size, starred, tagged, ``metadata.any.path``, and ``min``, ``max``, ``mean``,
                ``count`` or ``nan`` of a column; with ``== != < <= > >= ~ contains like in``; joined by ``and``, ``or``,
                ``not`` and brackets. ``since``, ``until``, ``before`` and ``after`` take times, ``has(...)`` a column or
                metadata, ``text ~ '...'`` words.
            **search: ``name``, ``tag``, ``sample``, ``experiment``, ``parameter``, ``status``, ``text``, ``since``,
                ``until``, ``starred``, ``sort`` and ``limit``, see `measurand.dataset.catalogue.search_query`.

        Raises:
            QueryError: The search cannot be read; the message shows where.
            StorageFailed: The data root cannot be reached.
        """
        return self._catalogue.search(search_query(where, now=local(self._clock), **search))

    @property
    def trash(self) -> Trash:
        """Runs that were put aside."""
        return Trash(self._path)

    def skip_numbers(self, last: int) -> None:
        """Give no run of this root a number up to ``last``: other runs have these, which shall not be confused with it.

        Raises:
            StorageFailed: The disk refuses, or another program blocks the data root.
        """
        try:
            self._numbers.skip(last)
        except OSError as error:
            raise StorageFailed(f"Numbers cannot be skipped in {self._path} ({error}). Give access.") from error

    def rebuild_index(self) -> None:
        """Forget the index and read all folders again. It is never needed for the data's sake."""
        self._catalogue.rebuild()

    def __repr__(self) -> str:
        return f"<DataRoot {str(self._path)!r}. Go on with .runs(), .load('last'), .create_run(name, tables)>"

    def _made(self, folder: Path, header: Mapping[str, Any], specs: tuple[TableSpec, ...], **how: Any) -> FolderMedium:
        """Make the folder of a run, and what it begins with; nothing is left if that fails."""
        folder.mkdir(parents=True)
        try:
            self._numbers.made(folder)
            return FolderMedium(folder, header, specs, memory_maps=self._memory_maps, **how)
        except BaseException:  # a Ctrl-C too: half a run would look like one that was lost
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def _caller(self) -> _provenance.Code | None:
        """The code that calls; None if it is not to be recorded. Nothing of it may fail a run."""
        try:
            return _provenance.code() if self._capture_code else None
        except Exception:  # noqa: BLE001 - shells of others are looked at here
            _log.exception("The calling code is not recorded")
            return None

    def _code(self, caller: _provenance.Code | None) -> dict[str, Any] | None:
        """What is known of the calling code; None if git is busy."""
        try:
            return {} if caller is None else caller.facts()
        except Exception:  # noqa: BLE001 - files, paths and shells of others are looked at here
            _log.exception("The calling code is not recorded")
            return {}

    def _at_end(
        self,
        folder: Path,
        run_id: str,
        number: int,
        status: str,
        *,
        caller: _provenance.Code | None,
        waits_for_code: bool,
        formats: Sequence[str],
    ) -> None:
        """Add what is known only now; a run is what it is without it."""
        try:
            if waits_for_code and (code := self._code(caller)):
                append_event(folder, {"event": "captured", "code": code}, self._clock)
            if caller is not None:
                _provenance.write_diff(folder, caller.diff)
            if columns := statistics_of(Dataset(folder)):
                said = {"event": "statistics", "columns": columns, "bytes": size_of(folder)}
                append_event(folder, said, self._clock)
        except Exception:  # noqa: BLE001 - a disk that is full, a damaged file: the rows are there, and that is what counts
            _log.exception("Run %d has no statistics", number)
        self._note(folder, run_id, number, status)
        export_ended(folder, formats)

    def _note(self, folder: Path, run_id: str, number: int, status: str) -> None:
        line = {
            "event": "start" if status == "running" else "end", "time": isotime(self._clock), "id": run_id,
            "number": number, "folder": folder.relative_to(self._path).as_posix(), "status": status,
        }  # fmt: skip
        _journal.note(self._own / "journal", slug(_here.host()), local(self._clock), line)

    def _not_one(self, which: object, found: list[RunRecord], records: Runs) -> str:
        if found:
            names = ", ".join(f"{record.id[:12]} {record.name!r} of {record.started:%Y-%m-%d}" for record in found[:5])
            return (
                f"{len(found)} runs in {self._path} are meant by {which!r}: {names}. Load by a longer id or by folder."
            )
        if not records:
            return f"There is no run {which!r} in {self._path}: it has no runs yet."
        first, last = records[0], records[-1]
        return (
            f"There is no run {which!r} in {self._path}: it has {len(records)} runs, numbers {first.number} to "
            f"{last.number}; the last is {last.number} {last.name!r} of {last.started:%Y-%m-%d %H:%M}."
        )


def _queries(which: int | str) -> list[Query]:
    """What may be meant, the likeliest first."""
    if isinstance(which, SupportsIndex):
        return [_where("number", Quantity(min(operator.index(which), _NO_NUMBER)))]
    if not isinstance(which, str):
        raise RunNotFound(f"{which!r} names no run: give its number, its id, its name or 'last'.")
    if which == "last":
        return [Query(limit=1)]
    found = []
    if len(which) >= _SHORTEST_PREFIX and not set(which.lower()) - set("0123456789abcdef"):
        found.append(Query(Compare(Field("id"), "like", f"{which.lower()}%")))
    found += [_where("number", Quantity(min(int(which), _NO_NUMBER)))] if _DIGITS.fullmatch(which) else []
    return [*found, Query(Compare(Field("name"), "==", which), limit=1)]


def _where(field: str, value: Quantity) -> Query:
    return Query(Compare(Field(field), "==", value))


def _looks_like_path(text: str) -> bool:
    return os.sep in text or "/" in text
