"""The snapshot of a run: JSON, first plain so that it is there before the first row, then compressed.

Compressing needs pyarrow, which a run that starts does not wait for.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def _plain(part: int) -> str:
    return "snapshot.json" if part == 1 else f"snapshot.part-{part}.json"


def write_snapshot(folder: Path, text: bytes, part: int = 1) -> None:
    """Write the snapshot as it is; `compress_snapshot` should be called later.

    Args:
        folder: The run's folder.
        text: The snapshot.
        part: 1: taken when the run was begun; 2, 3…: when it was resumed.
    """
    (folder / _plain(part)).write_bytes(text)


def compress_snapshot(folder: Path, part: int = 1) -> None:
    """Replace the plain snapshot by the compressed one; at every moment one of them is whole."""
    plain = folder / _plain(part)
    data = _compressed(plain.read_bytes())
    with (folder / f"{_plain(part)}.zst").open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    try:
        plain.unlink()
    except PermissionError:  # Windows: somebody reads it. Both say the same.
        return


def read_snapshot(folder: Path, part: int = 1) -> dict[str, Any] | None:
    """Return the snapshot of a part of the run, or None if it has none."""
    try:
        text = (folder / _plain(part)).read_bytes()
    except FileNotFoundError:
        try:
            data = (folder / f"{_plain(part)}.zst").read_bytes()
        except FileNotFoundError:
            return None
        import pyarrow as pa

        text = pa.CompressedInputStream(pa.BufferReader(data), "zstd").read()
    found: dict[str, Any] = json.loads(text)
    return found


def _compressed(text: bytes) -> bytes:
    import pyarrow as pa

    return bytes(pa.Codec("zstd").compress(text, asbytes=True))
