"""A data root: the folder in which runs are created, found and listed. Knows no instrument and no measurement."""

from __future__ import annotations

import functools
import getpass
import json
import operator
import os
import platform
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from measurand._core import json as plain_json
from measurand._core.clock import SYSTEM_CLOCK, Clock
from measurand._core.ids import new_id
from measurand._core.names import slug
from measurand._core.version import VERSION
from measurand.dataset import _journal
from measurand.dataset._folders import folder_of, take_number
from measurand.dataset._format._describe import TableSpec, check_tables
from measurand.dataset._format._moments import isotime, local
from measurand.dataset._index import Index
from measurand.dataset._read._dataset import Dataset
from measurand.dataset._records import RunRecord
from measurand.dataset._write._writer import Writer
from measurand.errors import ConfigurationError, DamagedData, FormatTooNew, RunNotFound, StorageFailed

_FORMAT = "measurand-root"
_VERSION = 1
_SHORTEST_PREFIX = 4


class DataRoot:
    """A folder of runs. Made if it is not there yet.

    Args:
        path: The folder.
        cache_dir: Where the index of this computer is kept, a local disk; None: the user's cache folder. The index can be
            removed at any time.
        clock: Gives the times that are stored.
        memory_maps: Whether unfinished rows may be written through memory maps; None: on local disks, but not on
            network shares and in folders that a cloud service copies.

    Raises:
        ConfigurationError: ``path`` is a file, or cannot be made.
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
    ) -> None:
        self._path = Path(path).expanduser().absolute()
        self._clock = clock
        self._memory_maps = memory_maps
        self._own = self._path / ".measurand"
        self._id = self._identify()
        self._index = Index(self._path, self._own / "journal", self._id, None if cache_dir is None else Path(cache_dir))

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
        write_period: float = 1.0,
        compression: Literal["zstd", "lz4"] | None = None,
    ) -> Writer:
        """Start a run.

        Args:
            name: What it is called; any text.
            tables: What it will store.
            plan: The plan it follows, as data; None for a free loop.
            snapshot: The state of the instruments; stored compressed.
            sample: What is measured.
            experiment: What it belongs to.
            metadata: Anything else worth knowing.
            write_period: s, the most that a power loss may take; a process that dies takes less, see `Writer`.
            compression: Of the rows when they are sealed: ``"zstd"`` is small, ``"lz4"`` quick; None: loading needs no
                unpacking.

        Returns:
            The writing end; it must be finished.

        Raises:
            DefinitionError: Two tables have one name.
            StorageFailed: The disk refuses, or another program blocks the data root.
        """
        specs = tuple(tables)
        check_tables(specs)
        run_id, now = new_id(), local(self._clock)
        try:
            number = take_number(self._path, self._own / "numbers")
            folder = folder_of(self._path, number, name, run_id, now)
            header = {
                "id": run_id, "number": number, "name": name, "sample": sample, "experiment": experiment,
                "started": isotime(self._clock), **_here(), "plan": plan, "metadata": dict(metadata or {}),
            }  # fmt: skip
            folder.mkdir(parents=True)
            writer = Writer(
                folder,
                plain_json.to_plain(header),
                specs,
                snapshot=snapshot,
                write_period=write_period,
                memory_maps=self._memory_maps,
                compression=compression,
                clock=self._clock,
                on_end=functools.partial(self._note, folder, run_id, number),
            )
        except StorageFailed:
            raise
        except OSError as error:
            raise StorageFailed(
                f"No run can be started in {self._path} ({error}). Make room or give access."
            ) from error
        self._note(folder, run_id, number, "running")
        return writer

    def load(self, which: int | str | Path) -> Dataset:
        """Return a run's dataset.

        Args:
            which: Its number, its id or the beginning of it (4 digits or more), its folder, or ``"last"``: the one
                that started last.

        Raises:
            RunNotFound: No run, or more than one, is meant.
        """
        if isinstance(which, Path) or (isinstance(which, str) and _looks_like_path(which)):
            return Dataset(which)
        if which == "last":
            found = self._index.last()
        elif isinstance(which, str):
            found = self._index.identified(which.lower()) if len(which) >= _SHORTEST_PREFIX else []
            if not found and which.isdigit():
                found = self._index.numbered(int(which))
        else:
            found = self._index.numbered(operator.index(which))
        if len(found) == 1:
            return Dataset(found[0].path)
        raise RunNotFound(self._not_one(which, found, self.runs()))

    def runs(self) -> list[RunRecord]:
        """Return all runs, the newest last; those in progress are looked at again each time."""
        return self._index.all()

    def __repr__(self) -> str:
        return f"<DataRoot {str(self._path)!r}. Go on with .runs(), .load('last'), .create_run(name, tables)>"

    def _identify(self) -> str:
        """Return the root's id, from its ``root.json``; made if missing."""
        file = self._own / "root.json"
        try:
            self._own.mkdir(parents=True, exist_ok=True)
            if not file.exists():
                said = {"format": _FORMAT, "version": _VERSION, "id": new_id()}
                draft = self._own / f"root-{said['id']}.json"
                draft.write_text(json.dumps(said))
                _link(draft, file)
            about = json.loads(file.read_text())
        except (NotADirectoryError, FileExistsError) as error:
            raise ConfigurationError(f"{self._path} cannot be a data root: a file is in the way ({error}).") from None
        except OSError as error:
            raise ConfigurationError(f"{self._path} cannot be used as data root ({error}); choose another.") from error
        except ValueError as error:
            raise DamagedData(
                f"{file} is no JSON ({error}); restore it, or remove it to have a new one made."
            ) from None
        if not isinstance(about, dict) or about.get("format") != _FORMAT or "id" not in about:
            raise DamagedData(f"{file} does not describe a data root; restore it, or remove it to have a new one made.")
        if about["version"] > _VERSION:
            raise FormatTooNew(
                f"{self._path} has format version {about['version']}, this Measurand knows up to {_VERSION}; update it."
            )
        return str(about["id"])

    def _note(self, folder: Path, run_id: str, number: int, status: str) -> None:
        line = {
            "event": "start" if status == "running" else "end", "time": isotime(self._clock), "id": run_id,
            "number": number, "folder": folder.relative_to(self._path).as_posix(), "status": status,
        }  # fmt: skip
        _journal.note(self._own / "journal", slug(socket.gethostname()), local(self._clock), line)

    def _not_one(self, which: object, found: list[RunRecord], records: list[RunRecord]) -> str:
        if found:
            names = ", ".join(f"{record.id[:12]} {record.name!r} of {record.started:%Y-%m-%d}" for record in found[:5])
            return (
                f"{len(found)} runs in {self._path} are meant by {which!r}: {names}. Load by a longer id or by folder."
            )
        if not records:
            return f"There is no run {which!r} in {self._path}: it has no runs yet."
        numbers = sorted(record.number for record in records)
        last = records[-1]
        return (
            f"There is no run {which!r} in {self._path}: it has {len(records)} runs, numbers {numbers[0]} to "
            f"{numbers[-1]}; the last is {last.number} {last.name!r} of {last.started:%Y-%m-%d %H:%M}."
        )


def _looks_like_path(text: str) -> bool:
    return os.sep in text or "/" in text


def _link(draft: Path, file: Path) -> None:
    """Give ``draft`` its final name unless another process was faster."""
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links; replacing is atomic too, the later process wins
        draft.replace(file)
        return
    draft.unlink()


@functools.cache
def _here() -> dict[str, Any]:
    """Where this process runs, and what runs in it."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # no such user, e.g. in a container
        user = ""
    versions = {"python": platform.python_version(), "measurand": VERSION}
    return {"host": socket.gethostname(), "user": user, "pid": os.getpid(), "versions": versions}
