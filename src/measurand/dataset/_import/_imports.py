"""Whatever is found below a path, added to a data root, each thing once. Knows which reader takes what."""

from __future__ import annotations

import datetime
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from measurand.dataset._aside import move_to_trash
from measurand.dataset._import._folder_2016 import Folder2016, content_id, is_folder_2016, read_folder
from measurand.dataset._import._unpack import unpack
from measurand.dataset._read._dataset import Dataset
from measurand.dataset._root import DataRoot
from measurand.dataset._write._writer import Writer
from measurand.errors import DatasetError, MeasurandError


@dataclass(frozen=True)
class Imported:
    """What became of one thing that was found.

    Attributes:
        source: The folder or file.
        outcome: ``"imported"``, ``"known"``: it was imported before, or ``"refused"``.
        dataset: The run; None if it was refused.
        reason: Why it was refused.
    """

    source: Path
    outcome: Literal["imported", "known", "refused"]
    dataset: Dataset | None = None
    reason: str = ""


def import_runs(root: DataRoot, path: str | Path) -> Iterator[Imported]:
    r"""Add what is found at ``path`` and below it to a data root.

    Folders of 2016 (``.dat`` files and ``snapshot.json``) become runs with the same arrays, names, labels, shapes and
    times; zipped runs are unpacked. Each is imported once, however often it is found and wherever it was moved to.

    Args:
        root: Where to put them.
        path: A folder, which is searched, or a zip file.

    Yields:
        What became of each; a bad one does not keep the others out.

    Raises:
        DatasetError: There is nothing at ``path``, or nothing that can be imported.

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> folder = Path(tempfile.mkdtemp()) / "2016-06-21" / "#001_test_10-11-12"
        >>> folder.mkdir(parents=True)
        >>> lines = ["# gate_set\tcurrent", '# "Gate"\t"Current"', "# 2", "0\t1e-9", "1\t2e-9"]
        >>> _ = (folder / "gate_set.dat").write_text("\n".join(lines))
        >>> for found in import_runs(DataRoot(tempfile.mkdtemp()), folder):
        ...     print(found.outcome, found.dataset.name, found.dataset.numpy("current").tolist())
        imported test [1e-09, 2e-09]
    """
    path = Path(path).expanduser().absolute()
    sources = [path] if path.is_file() else list(_sources(path))
    if not sources:
        raise DatasetError(f"{path} holds nothing to import: no folder with .dat files of 2016, no zipped run.")
    for source in sources:
        try:
            yield _import_file(root, source) if source.is_file() else _import_folder(root, source)
        except (MeasurandError, OSError) as error:
            yield Imported(source, "refused", reason=str(error))


def _sources(path: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(path):
        here = Path(folder)
        if (here / "run.jsonl").exists() or (here / ".measurand").exists():  # a run of ours, or a whole data root
            folders.clear()
            continue
        folders.sort()
        if is_folder_2016(here):
            yield here
        yield from (here / name for name in sorted(files) if name.lower().endswith(".zip"))


def _import_file(root: DataRoot, file: Path) -> Imported:
    folder, is_new = unpack(file, root.path)
    dataset = Dataset(folder)
    if is_new:
        root.skip_numbers(dataset.number)
    return Imported(file, "imported" if is_new else "known", dataset)


def _import_folder(root: DataRoot, folder: Path) -> Imported:
    identity = content_id(folder)
    mark = root.path / ".measurand" / "imported" / identity
    if mark.exists() and (known := root.path / mark.read_text(encoding="utf-8")).exists():
        if (dataset := Dataset(known)).status not in ("failed", "lost"):
            return Imported(folder, "known", dataset)
        move_to_trash(known)  # an import that did not come to its end
    found = read_folder(folder)
    torn = [spec.name for spec, data in found.tables if data.torn]
    said = {"from": str(folder), "content": identity, **({"torn": torn} if torn else {})}
    clock = _ThenClock(found.started)
    writer = DataRoot(root.path, clock=clock).create_run(
        found.name, [spec for spec, _ in found.tables], snapshot=found.snapshot, metadata={"imported": said}
    )
    mark.parent.mkdir(exist_ok=True)
    mark.write_text(writer.path.relative_to(root.path).as_posix(), encoding="utf-8")
    try:
        with writer:
            _store(writer, found, clock)
    except BaseException:  # a Ctrl-C too
        move_to_trash(writer.path)
        raise
    return Imported(folder, "imported", writer.dataset)


def _store(writer: Writer, found: Folder2016, clock: _ThenClock) -> None:
    """Write all rows, and that the run ended then."""
    for spec, data in found.tables:
        add = writer.adder(spec.name)
        for index, values in data.rows:
            add(index, values)
    clock.now = found.ended
    if not found.complete:
        writer.finish("interrupted", "Not every point is there; how it ended was not recorded in 2016.")


class _ThenClock:
    """Stands at a moment of the past."""

    def __init__(self, now: datetime.datetime) -> None:
        self.now = now

    def time(self) -> float:
        return self.now.timestamp()

    def monotonic(self) -> float:
        return self.now.timestamp()

    def sleep(self, seconds: float, wake: threading.Event | None = None) -> None:
        """Return at once."""
