"""Where an export goes: whole or not at all, and over nothing that was there unless told. Knows no format."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from measurand._core.clock import SYSTEM_CLOCK
from measurand._core.ids import new_id
from measurand.errors import ExportFailed

_TRIES, _PAUSE = 20, 0.05  # s


@contextlib.contextmanager
def replacing(path: Path, *, overwrite: bool) -> Iterator[Path]:
    """Yield a path beside ``path`` to write to; it takes its name if the block succeeds, and is removed if not.

    Args:
        path: The file or folder that is wanted; folders above it are made.
        overwrite: Whether what is there may be replaced.

    Raises:
        ExportFailed: Something is there, or the disk refuses.
    """
    if path.exists() and not overwrite:
        raise ExportFailed(f"{path} exists already; give another path, or overwrite=True to replace it.")
    draft = path.with_name(f".{new_id()[:8]}-{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield draft
        _replace(draft, path)
    except ExportFailed:
        raise
    except OSError as error:
        raise ExportFailed(f"{path} cannot be written ({error}). Make room, give access, or choose another.") from error
    finally:
        _remove(draft)


def _replace(draft: Path, path: Path) -> None:
    """Give ``draft`` its final name; a folder cannot take the place of another in one step."""
    if not path.is_dir() and not draft.is_dir():
        draft.replace(path)
        return
    old = path.with_name(f".{new_id()[:8]}-{path.name}")
    if path.exists():
        path.rename(old)
    try:
        draft.rename(path)
    except OSError:
        if old.exists():
            old.rename(path)
        raise
    _remove(old)


def _remove(path: Path) -> None:
    for _ in range(_TRIES):
        if not path.is_dir():
            break
        shutil.rmtree(path, ignore_errors=True)
        if path.exists():  # threads of Zarr go on writing for a moment after it has failed
            SYSTEM_CLOCK.sleep(_PAUSE)
    else:
        return
    with contextlib.suppress(OSError):  # there was no folder to put it in
        path.unlink()
