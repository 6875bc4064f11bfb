"""Pick log records by the instrument they come from. Knows instruments only by name."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from measurand.logger._adapter import Named


class InstrumentFilter(logging.Filter):
    """Let pass what the given instruments say, with all their modules and channels.

    Args:
        instruments: Instruments, modules or channels, lists of them, or their dotted names, e.g. ``"dac"`` or
            ``"dac.ch3"``.

    Example:
        >>> handler = logging.StreamHandler()
        >>> handler.addFilter(InstrumentFilter("dac", "lockin.aux"))
    """

    def __init__(self, *instruments: Named | str | Sequence[Named | str]) -> None:
        super().__init__()
        self._paths = list(_paths(instruments))

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether ``record`` comes from one of the instruments."""
        path = getattr(record, "instrument", None)
        return isinstance(path, str) and any(path == known or path.startswith(f"{known}.") for known in self._paths)


@contextmanager
def filter_instrument(
    instruments: Named | str | Sequence[Named | str],
    handler: logging.Handler | Sequence[logging.Handler] | None = None,
    level: int | str | None = None,
) -> Iterator[tuple[logging.Handler, ...]]:
    """Make handlers show nothing but the given instruments for the length of a ``with`` block.

    Args:
        instruments: One or several instruments, modules, channels or their dotted names.
        handler: Handlers to restrict; None means all of the root logger.
        level: Level of these handlers inside the block; None leaves it.

    Yields:
        The restricted handlers.
    """
    given = logging.getLogger().handlers if handler is None else handler
    handlers = (given,) if isinstance(given, logging.Handler) else tuple(given)
    restriction = InstrumentFilter(instruments)
    levels = [one.level for one in handlers]
    for one in handlers:
        one.addFilter(restriction)
        if level is not None:
            one.setLevel(level)
    try:
        yield handlers
    finally:
        for one, before in zip(handlers, levels, strict=True):
            one.removeFilter(restriction)
            one.setLevel(before)


def _paths(chosen: Named | str | Sequence[Any]) -> Iterator[str]:
    """Yield dotted names; a list of channels has a name of its own, but it is the channels that speak."""
    if isinstance(chosen, str):
        yield chosen
    elif isinstance(chosen, Sequence):
        for one in chosen:
            yield from _paths(one)
    else:
        yield ".".join(chosen.name_parts)
