"""The crc32 of the format, as fast as there is one: a large array must not wait for its sum. Knows no format."""

from __future__ import annotations

try:
    from isal.isal_zlib import crc32
except ImportError:  # no wheel for this system: the same sum, some ten times slower
    from zlib import crc32

__all__ = ["crc32"]
