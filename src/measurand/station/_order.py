"""In which order settings are restored. Knows only paths and values.

By default what is switched off comes first and what is switched on last, so that nothing is live while it moves; words
(modes, ranges) come before numbers, because they decide what the numbers mean. Otherwise the order of the settings
stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from measurand.station._change import Change

_REST = "*"
_ON, _OFF = ("on", "true"), ("off", "false")


def in_order(changes: Sequence[Change], patterns: Sequence[str]) -> list[Change]:
    """Return the changes in the order in which they are made.

    Args:
        changes: What will be set.
        patterns: Paths with ``*`` for anything, first to be set first; ``"*"`` alone stands for all that no other one
            matches, and stands at the end if it is not there.
    """
    places = list(patterns) if _REST in patterns else [*patterns, _REST]
    special = [pattern for pattern in places if pattern != _REST]

    def place(change: Change) -> int:
        matched = next((pattern for pattern in special if fnmatchcase(change.path, pattern)), _REST)
        return places.index(matched)

    return sorted(changes, key=lambda change: (place(change), _rank(change.then)))


def _rank(value: object) -> int:
    word = str(value).lower() if isinstance(value, (bool, str)) else None
    if word in _OFF:
        return 0
    if word in _ON:
        return 3
    return 1 if isinstance(value, str) else 2
