"""The snapshot of a run: JSON, first plain so that it is there before the first row, then compressed.

Compressing needs pyarrow, which a run that starts does not wait for. Behind the compressed text stands what proves it, in
a frame that zstd passes over.
"""

from __future__ import annotations

import json
import os
import struct
from pathlib import Path
from typing import Any

from measurand.dataset._format._crc import crc32
from measurand.errors import DamagedData

_SKIPPED, _MARK = 0x184D2A50, b"MSRC"
_PROOF = struct.Struct("<II4sI")  # a skippable frame: magic, bytes that follow; our mark, crc32 of the JSON


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
    """Return the snapshot of a part of the run, or None if it has none.

    Raises:
        DamagedData: It is not what was written.
    """
    plain = folder / _plain(part)
    packed = plain.with_name(f"{plain.name}.zst")
    try:
        try:
            text = plain.read_bytes()
        except FileNotFoundError:
            text = _unpacked(packed.read_bytes())
        found: dict[str, Any] = json.loads(text)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:  # what pyarrow and json find wrong
        raise DamagedData(f"{packed}: the snapshot cannot be read ({error}). Compare with a copy.") from error
    return found


def _compressed(text: bytes) -> bytes:
    import pyarrow as pa

    packed = bytes(pa.Codec("zstd").compress(text, asbytes=True))
    return packed + _PROOF.pack(_SKIPPED, 8, _MARK, crc32(text))


def _unpacked(data: bytes) -> bytes:
    import pyarrow as pa

    text = bytes(pa.CompressedInputStream(pa.BufferReader(data), "zstd").read())
    proof = data[-_PROOF.size :]
    # Those of earlier times prove nothing.
    if proof.startswith(_PROOF.pack(_SKIPPED, 8, _MARK, 0)[:-4]) and _PROOF.unpack(proof)[3] != crc32(text):
        raise ValueError("its crc32 is another one")
    return text
