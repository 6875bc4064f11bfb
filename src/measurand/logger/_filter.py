"""Pick log records by the instrument they come from. Knows instruments only by name."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from measurand.logger._adapter import Named


class InstrumentFilter(logging.Filter):
    """Let pass what the given instruments say, with all their modules and channels.

    Args:
        instruments: Instruments, modules or channels, or their dotted names, e.g. ``"dac"`` or ``"dac.ch3"``.

    Example:
        >>> handler = logging.StreamHandler()
        >>> handler.addFilter(InstrumentFilter("dac", "lockin.aux"))
    """

    def __init__(self, *instruments: Named | str) -> None:
        super().__init__()
        self._paths = [it if isinstance(it, str) else ".".join(it.name_parts) for it in instruments]

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
    chosen = (
        list(instruments) if isinstance(instruments, Sequence) and not isinstance(instruments, str) else [instruments]
    )
    given = logging.getLogger().handlers if handler is None else handler
    handlers = (given,) if isinstance(given, logging.Handler) else tuple(given)
    restriction = InstrumentFilter(*chosen)
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
