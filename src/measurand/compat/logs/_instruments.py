"""The logger of an instrument, and records of some instruments only, with QCoDeS's names of arguments."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from measurand import logger as own
from measurand.instrument import InstrumentBase


def get_instrument_logger(instrument_instance: InstrumentBase, logger_name: str | None = None) -> own.InstrumentLogger:
    """Return the logger of an instrument, module or channel.

    Args:
        instrument_instance: Whose messages they are.
        logger_name: Name of the logger below; default that of the module that defines its class.
    """
    return own.get_instrument_logger(instrument_instance, logger_name)


@contextmanager
def filter_instrument(
    instrument: InstrumentBase | Sequence[InstrumentBase],
    handler: logging.Handler | Sequence[logging.Handler] | None = None,
    level: int | str | None = None,
) -> Iterator[None]:
    """Make handlers show nothing but the given instruments for the length of a ``with`` block.

    Args:
        instrument: One or several instruments, modules or channels.
        handler: Handlers to restrict; None means all of the root logger.
        level: Level of these handlers inside the block; None leaves it.
    """
    with own.filter_instrument(instrument, handler, level):
        yield
