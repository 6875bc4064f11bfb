"""A world without instruments for one test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from measurand.instrument import Instrument, Registry


@contextmanager
def fresh_registry() -> Iterator[Registry]:
    """Give the block an empty registry; at its end close what is in it and put the earlier one back.

    Example:
        >>> with fresh_registry() as registry:
        ...     _ = Instrument("dac")
        ...     [instrument.name for instrument in registry]
        ['dac']
    """
    before, Instrument.registry = Instrument.registry, Registry()
    try:
        yield Instrument.registry
        Instrument.registry.close_all()
    finally:
        Instrument.registry = before
