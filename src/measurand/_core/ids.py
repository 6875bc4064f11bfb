"""Identity of a run: random, so that runs of different machines never share one."""

from __future__ import annotations

import uuid


def new_id() -> str:
    """Return 32 hexadecimal digits of a random UUID (RFC 9562, version 4)."""
    return uuid.uuid4().hex
