"""A run's folder as one file, to be mailed and put into another data root. Knows how to pack; unpacking is the root's."""

from __future__ import annotations

import contextlib
import re
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from measurand.dataset._export._source import Source
from measurand.dataset._format._runfile import NAME

_DRAFT = re.compile(r"\.[0-9a-f]{8}-")


def parts(source: Source) -> dict[str, Callable[[Path], None]]:
    """Return what writes the file."""
    return {"": partial(_write, source.path)}


def _write(folder: Path, path: Path) -> None:
    # Of a run in progress: what says that it ended must not be newer than the rows, and rows move from tails (.rec) to
    # the Arrow file, so that they may be packed twice but never not at all.
    rank = {".jsonl": 0, ".rec": 1, ".arrow": 2}
    files = [file for file in folder.rglob("*") if file.is_file() and not _is_copy(file, folder)]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as packed:
        for file in sorted(files, key=lambda file: (file.name != NAME, rank.get(file.suffix, 3), file)):
            with contextlib.suppress(FileNotFoundError):  # sealed meanwhile
                packed.write(file, f"{folder.name}/{file.relative_to(folder).as_posix()}")


def _is_copy(file: Path, folder: Path) -> bool:
    """Whether it is such a file of this run itself, or an export that is being written."""
    return file.name == f"{folder.name}.zip" or any(_DRAFT.match(part) for part in file.relative_to(folder).parts)
