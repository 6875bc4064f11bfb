"""Where one message ends and the next begins in a stream of bytes. Knows binary blocks, no socket and no command."""

from __future__ import annotations

import re
from collections.abc import Iterator

_BLOCK = re.compile(rb"[,\s]#([1-9])")  # a definite-length block of IEEE 488.2: digits of the length, length, data


def take_messages(pending: bytearray, terminator: bytes) -> Iterator[str]:
    r"""Take every complete message out of ``pending`` and yield it without its terminator.

    A terminator inside a definite-length block (``#216…``, IEEE 488.2, 7.7.6) is data. Bytes become characters of the
    same number (latin-1), so that a block survives as text.

    Example:
        >>> pending = bytearray(b"VOLT 1\nDATA #12\n\n\nVOLT")
        >>> list(take_messages(pending, b"\n"))
        ['VOLT 1', 'DATA #12\n\n']
        >>> pending
        bytearray(b'VOLT')
    """
    while (end := _end_of_message(pending, terminator)) is not None:
        raw = bytes(pending[:end])
        del pending[: end + len(terminator)]
        text = raw.decode("latin-1")
        yield text if _BLOCK.search(raw) else text.strip()


def _end_of_message(pending: bytearray, terminator: bytes) -> int | None:
    """Return where the first terminator that is none of a block's data begins; None if it is not there yet."""
    start = 0
    while True:
        end = pending.find(terminator, start)
        block = _BLOCK.search(pending, max(start - 1, 0), len(pending) if end < 0 else end)
        if block is None:
            return None if end < 0 else end
        digits = pending[block.end() : block.end() + int(block.group(1))]
        if digits and not digits.isdigit():  # a text with a hash in it
            return None if end < 0 else end
        if len(digits) < int(block.group(1)):
            return None
        start = block.end() + len(digits) + int(digits)
        if start > len(pending):
            return None
