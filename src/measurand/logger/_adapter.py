"""A logger that begins each message with the full name of its instrument. Knows no instrument, only names."""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    _Adapter = logging.LoggerAdapter[logging.Logger]
else:
    _Adapter = logging.LoggerAdapter


class Named(Protocol):
    """Whatever has names from the root down: an instrument, module or channel."""

    @property
    def name_parts(self) -> list[str]:
        """Names from the root down, e.g. ``["dac", "ch3"]``."""
        ...


class InstrumentLogger(_Adapter):
    """The ``log`` of one instrument, module or channel.

    Records read ``[dac_ch3(DacChannel)] message`` and carry ``instrument`` (``"dac.ch3"``) for filters and formatters.

    Args:
        logger: The module's own logger.
        path: Names from the root down, joined by dots.
        prefix: What messages begin with.
    """

    def __init__(self, logger: logging.Logger, path: str, prefix: str) -> None:
        super().__init__(logger, {"instrument": path})
        self._prefix = prefix

    def process(self, msg: Any, kwargs: MutableMapping[str, Any]) -> tuple[Any, MutableMapping[str, Any]]:
        """Put the prefix before ``msg`` and the instrument into the record."""
        kwargs["extra"] = {**(self.extra or {}), **(kwargs.get("extra") or {})}
        return f"[{self._prefix}] {msg}", kwargs


def get_instrument_logger(node: Named, name: str | None = None) -> InstrumentLogger:
    """Return the logger of an instrument, module or channel.

    Args:
        node: Whose messages they are; its names must be set already.
        name: Name of the logger below; default that of the module that defines the class of ``node``.

    Example:
        >>> class Channel:
        ...     name_parts = ["dac", "ch3"]
        >>> get_instrument_logger(Channel(), "my_drivers.dac").extra
        {'instrument': 'dac.ch3'}
    """
    prefix = f"{'_'.join(node.name_parts)}({type(node).__name__})"
    return InstrumentLogger(
        logging.getLogger(type(node).__module__ if name is None else name), ".".join(node.name_parts), prefix
    )
