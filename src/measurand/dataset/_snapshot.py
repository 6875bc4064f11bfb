"""The snapshot of a run: JSON, first plain so that it is there before the first row, then compressed.

Compressing needs pyarrow, which a run that starts does not wait for.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

_PLAIN = "snapshot.json"
_SMALL = "snapshot.json.zst"


def write_snapshot(folder: Path, text: bytes) -> None:
    """Write the snapshot as it is; `compress_snapshot` should be called later."""
    (folder / _PLAIN).write_bytes(text)


def compress_snapshot(folder: Path) -> None:
    """Replace the plain snapshot by the compressed one; at every moment one of them is whole."""
    plain = folder / _PLAIN
    data = _compressed(plain.read_bytes())
    with (folder / _SMALL).open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    try:
        plain.unlink()
    except PermissionError:  # Windows: somebody reads it. Both say the same.
        return


def read_snapshot(folder: Path) -> dict[str, Any] | None:
    """Return the snapshot, or None if the run has none."""
    try:
        text = (folder / _PLAIN).read_bytes()
    except FileNotFoundError:
        try:
            data = (folder / _SMALL).read_bytes()
        except FileNotFoundError:
            return None
        import pyarrow as pa

        text = pa.CompressedInputStream(pa.BufferReader(data), "zstd").read()
    found: dict[str, Any] = json.loads(text)
    return found


def _compressed(text: bytes) -> bytes:
    import pyarrow as pa

    return bytes(pa.Codec("zstd").compress(text, asbytes=True))
