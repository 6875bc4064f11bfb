"""Levels of log records as names and numbers, and levels for the length of a block. Knows no file and no console."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from measurand.errors import ConfigurationError


def get_level_code(level: int | str) -> int:
    """Return a level as a number.

    Args:
        level: Name in any case, e.g. ``"debug"``, or number.

    Raises:
        ConfigurationError: There is no level of this name.

    Example:
        >>> get_level_code("debug"), get_level_code(35)
        (10, 35)
    """
    if isinstance(level, int):
        return level
    names = logging.getLevelNamesMapping()
    if level.upper() not in names:
        raise ConfigurationError(f"Log level {level!r} is not known. Use one of {', '.join(names)}, or a number.")
    return names[level.upper()]


def get_level_name(level: int | str) -> str:
    """Return a level as its name.

    Args:
        level: Name in any case, or number.

    Raises:
        ConfigurationError: There is no level of this name.

    Example:
        >>> get_level_name(10), get_level_name("info")
        ('DEBUG', 'INFO')
    """
    return logging.getLevelName(get_level_code(level))


@contextmanager
def handler_level(
    level: int | str, handler: logging.Handler | Sequence[logging.Handler]
) -> Iterator[tuple[logging.Handler, ...]]:
    """Give handlers another level for the length of a ``with`` block.

    Args:
        level: Name or number.
        handler: One or several.

    Yields:
        The handlers.

    Raises:
        ConfigurationError: There is no level of this name; nothing was changed.

    Example:
        >>> handler = logging.StreamHandler()
        >>> with handler_level("ERROR", handler):
        ...     handler.level
        40
    """
    code = get_level_code(level)
    handlers = (handler,) if isinstance(handler, logging.Handler) else tuple(handler)
    before = [one.level for one in handlers]
    for one in handlers:
        one.setLevel(code)
    try:
        yield handlers
    finally:
        for one, earlier in zip(handlers, before, strict=True):
            one.setLevel(earlier)


@contextmanager
def at_least(logger: logging.Logger, level: int | str) -> Iterator[None]:
    """Have a logger let records of ``level`` pass for the length of a block, if it does not already."""
    code, before = get_level_code(level), logger.level
    if logger.getEffectiveLevel() <= code:
        yield
        return
    logger.setLevel(code)
    try:
        yield
    finally:
        logger.setLevel(before)
