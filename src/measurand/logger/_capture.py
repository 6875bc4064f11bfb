"""Keep the records of a block of code in memory, and show more of them than usual. Knows no file."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from measurand.errors import ConfigurationError
from measurand.logger._levels import at_least, get_level_code, handler_level
from measurand.logger._line import row_of
from measurand.logger._start import get_console_handler
from measurand.logger._table import table_of

if TYPE_CHECKING:
    import pandas as pd


class RecordKeeper(logging.Handler):
    """Keeps records in memory.

    Attributes:
        records: One dict per record: ``time``, ``name``, ``level``, ``module``, ``function``, ``line``, ``instrument``
            and ``message``.

    Args:
        level: Least level of what is kept.
    """

    def __init__(self, level: int | str = "NOTSET") -> None:
        super().__init__(get_level_code(level))
        self.records: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep ``record``, as it reads now."""
        self.records.append(row_of(record))


@contextmanager
def capture_dataframe(
    level: int | str = logging.DEBUG, logger: logging.Logger | None = None
) -> Iterator[tuple[RecordKeeper, Callable[[], pd.DataFrame]]]:
    """Capture the log records of a ``with`` block as a table.

    Args:
        level: Least level of what is captured; the logger lets it pass inside the block, to other handlers too.
        logger: Whose records; None: the root logger, that is everybody's.

    Yields:
        The handler, whose ``records`` is a list of dicts and needs no pandas; and a function that returns what was
        captured up to the moment as a pandas DataFrame with one row per record: ``time``, ``name``, ``level``,
        ``module``, ``function``, ``line``, ``instrument`` and ``message``.

    Raises:
        ConfigurationError: There is no such level.
        ImportError: From the function: pandas is not installed.

    Example:
        >>> with capture_dataframe("INFO") as (handler, get_dataframe):
        ...     logging.getLogger("my_lab").info("cold")
        >>> get_dataframe()[["name", "level", "message"]]
             name level message
        0  my_lab  INFO    cold
    """
    keeper = RecordKeeper(level)
    chosen = logging.getLogger() if logger is None else logger
    with _listening(chosen, keeper, level):
        yield keeper, lambda: table_of(keeper.records)


class LogCapture:
    r"""Capture the messages of a ``with`` block as text.

    Args:
        logger: Whose messages; None: the root logger, that is everybody's.
        level: Least level; None leaves the logger's.

    Example:
        >>> with LogCapture(level="INFO") as logs:
        ...     logging.getLogger("my_lab").info("cold")
        >>> logs.value
        'cold\n'
    """

    def __init__(self, logger: logging.Logger | None = None, level: int | str | None = None) -> None:
        self._logger = logging.getLogger() if logger is None else logger
        self._level = self._logger.getEffectiveLevel() if level is None else get_level_code(level)
        self._text = io.StringIO()
        self._inside = ExitStack()

    @property
    def value(self) -> str:
        """The messages so far, one per line."""
        return self._text.getvalue()

    def __enter__(self) -> Self:
        handler = logging.StreamHandler(self._text)
        handler.setLevel(self._level)
        self._inside.enter_context(_listening(self._logger, handler, self._level))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._inside.close()


@contextmanager
def console_level(level: int | str) -> Iterator[logging.Handler]:
    """Show another level on the console for the length of a ``with`` block.

    Args:
        level: Least level that is shown; the root logger lets it pass inside the block, to other handlers too.

    Yields:
        The console's handler.

    Raises:
        ConfigurationError: There is no such level, or no console: `start_logger` was not called, or with
            ``console_level=None``.
    """
    console = get_console_handler()
    if console is None:
        raise ConfigurationError("console_level: nothing is shown on the console. Call start_logger() first.")
    with handler_level(level, console), at_least(logging.getLogger(), level):
        yield console


@contextmanager
def _listening(logger: logging.Logger, handler: logging.Handler, level: int | str) -> Iterator[None]:
    with at_least(logger, level):
        logger.addHandler(handler)
        try:
            yield
        finally:
            logger.removeHandler(handler)
