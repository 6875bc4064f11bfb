"""A zipped run, put into a data root under its own day. Knows zip files and folders of runs."""

from __future__ import annotations

import datetime
import shutil
import zipfile
from pathlib import Path, PurePosixPath

from measurand._core.ids import new_id
from measurand.dataset._folders import folder_of
from measurand.dataset._format._moments import parse
from measurand.dataset._format._runfile import NAME, RunInfo, read_run
from measurand.errors import DamagedData


def unpack(file: Path, root: Path) -> tuple[Path, bool]:
    """Put the run in ``file`` into the data root at ``root``.

    Args:
        file: A zip file that holds one run: its files, or a folder of them.
        root: The data root's folder.

    Returns:
        The run's folder, and whether it is new: a run that is there already is left as it is.

    Raises:
        DamagedData: It holds no run, or something that would be written elsewhere.
    """
    draft = root / ".measurand" / f"incoming-{new_id()[:8]}"
    try:
        _extract(file, draft)
        found = sorted(draft.rglob(NAME), key=lambda path: len(path.parts))
        if len(found) != 1:
            raise DamagedData(f"{file} holds {len(found)} runs ({NAME}); exactly one is needed.")
        info = read_run(found[0].parent)
        target = _home(info, root)
        if target.exists():
            return target, False
        target.parent.mkdir(parents=True, exist_ok=True)
        found[0].parent.rename(target)
        return target, True
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _extract(file: Path, draft: Path) -> None:
    try:
        with zipfile.ZipFile(file) as packed:
            for name in packed.namelist():
                parts = PurePosixPath(name.replace("\\", "/"))
                if parts.is_absolute() or ".." in parts.parts or ":" in name:
                    raise DamagedData(f"{file} holds {name!r}, which lies outside; it was not made by Measurand.")
            packed.extractall(draft)
    except zipfile.BadZipFile as error:
        raise DamagedData(f"{file} is no whole zip file ({error}); send it again.") from None


def _home(info: RunInfo, root: Path) -> Path:
    """Where a run belongs: under the day it started; its folder carries its id, so no two runs want the same."""
    started = parse(info.header.get("started")) or datetime.datetime.fromtimestamp(0, datetime.UTC)
    return folder_of(root, int(info.header["number"]), str(info.header["name"]), str(info.header["id"]), started)
