"""What is asked of a run that shall begin, looked at while nothing of it has been made. Knows no place and no table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from measurand.errors import ConfigurationError

_COMPRESSIONS = (None, "zstd", "lz4")


def check_request(
    name: object,
    *,
    tags: object = (),
    parents: object = (),
    metadata: object = None,
    snapshot: object = None,
    write_period: object = 1.0,
    compression: object = None,
) -> None:
    """Raise `ConfigurationError` for what cannot be a run's name, tags, metadata, write period…, before it costs anything."""
    if not isinstance(name, str):
        raise ConfigurationError(f"{name!r} cannot be the name of a run: it must be a text.")
    for what, given in (("tags", tags), ("parents", parents)):
        if isinstance(given, str) or not isinstance(given, Sequence) or not all(isinstance(one, str) for one in given):
            raise ConfigurationError(f"Run {name!r}: {what} {given!r} refused; they are a list of texts.")
    for what, given in (("metadata", metadata), ("snapshot", snapshot)):
        if given is not None and not isinstance(given, Mapping):
            raise ConfigurationError(f"Run {name!r}: {what} {given!r} refused; it is a dict of names and values.")
    if compression not in _COMPRESSIONS:
        raise ConfigurationError(f"Run {name!r}: compression {compression!r} refused; it is 'zstd', 'lz4' or None.")
    check_write_period(write_period)


def check_write_period(seconds: object) -> None:
    """Raise `ConfigurationError` for what is no number of seconds from 0."""
    if not isinstance(seconds, (int, float)) or isinstance(seconds, bool) or math.isnan(seconds) or seconds < 0:
        raise ConfigurationError(f"write_period={seconds!r} refused: it is a number of seconds, from 0.")
