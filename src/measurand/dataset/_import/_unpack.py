"""A zipped run, put into a data root under its own day. Knows zip files and folders of runs."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path, PurePosixPath

from measurand._core.ids import new_id
from measurand.dataset._folders import folder_of
from measurand.dataset._format._moments import parse
from measurand.dataset._format._runfile import NAME, read_run
from measurand.errors import DamagedData, DatasetError, StorageFailed

_DRIVE = re.compile(r"[A-Za-z]:")
_ID = re.compile(r"[0-9a-f]{32}")
_LAST = 10**9  # number of a run


def unpack(file: Path, root: Path) -> tuple[Path, bool]:
    """Put the run in ``file`` into the data root at ``root``.

    Args:
        file: A zip file that holds one run: its files, or a folder of them.
        root: The data root's folder.

    Returns:
        The run's folder, and whether it is new: a run that is there already is left as it is.

    Raises:
        DamagedData: It holds no run, one that says what cannot be, or something that would be written elsewhere.
        StorageFailed: The disk has no room for what it holds.
    """
    draft = root / ".measurand" / f"incoming-{new_id()[:8]}"
    try:
        _extract(file, draft)
        found = _runs_in(draft)
        if len(found) != 1:
            raise DamagedData(f"{file} holds {len(found)} runs ({NAME}); exactly one is needed.")
        target = _home(file, found[0], root)
        if target.exists():
            return target, False
        target.parent.mkdir(parents=True, exist_ok=True)
        found[0].rename(target)
        return target, True
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _extract(file: Path, draft: Path) -> None:
    try:
        with zipfile.ZipFile(file) as packed:
            for name in packed.namelist():
                parts = PurePosixPath(name.replace("\\", "/"))
                if parts.is_absolute() or ".." in parts.parts or _DRIVE.match(name):
                    raise DamagedData(f"{file} holds {name!r}, which lies outside; it was not made by Measurand.")
            needed, free = sum(entry.file_size for entry in packed.infolist()), shutil.disk_usage(draft.parent).free
            if needed > free:
                raise StorageFailed(f"{file} holds {needed} bytes, the disk has room for {free}; make room.")
            packed.extractall(draft)
    except zipfile.BadZipFile as error:
        raise DamagedData(f"{file} is no whole zip file ({error}); send it again.") from None
    except DatasetError:
        raise
    except (RuntimeError, ValueError) as error:  # a password, a way of packing, a name that this computer does not know
        raise DamagedData(f"{file} cannot be unpacked ({error}); pack it without a password, as plain zip.") from None


def _runs_in(folder: Path) -> list[Path]:
    """The folders of runs below ``folder``; what lies in one of them is part of it, as what `repair` keeps."""
    found: list[Path] = []
    for path in sorted((path.parent for path in folder.rglob(NAME)), key=lambda path: len(path.parts)):
        if not any(path.is_relative_to(run) for run in found):
            found.append(path)
    return found


def _home(file: Path, run: Path, root: Path) -> Path:
    """Where a run belongs: under the day it started; its folder carries its id, so no two runs want the same."""
    try:
        header = read_run(run).header
        number, run_id, started = header["number"], header["id"], parse(header["started"])
    except (DatasetError, KeyError, ValueError):
        raise DamagedData(f"{file} holds a run whose first line is no whole header; send it again.") from None
    if type(number) is not int or not 0 < number <= _LAST or not _ID.fullmatch(str(run_id)) or started is None:
        raise DamagedData(f"{file} holds a run that says of itself what none can: number {number!r}, id {run_id!r}.")
    return folder_of(root, number, str(header.get("name") or ""), run_id, started)
