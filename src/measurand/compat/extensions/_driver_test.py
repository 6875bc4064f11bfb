"""Tests of a driver at its instrument, in the form of the standard library's `unittest`."""

from __future__ import annotations

import logging
import unittest
from typing import Any, ClassVar

from measurand.instrument import Instrument

_log = logging.getLogger(__name__)


class DriverTestCase(unittest.TestCase):
    """Tests that need an instrument of one class, which was created before they run.

    A subclass names the class as ``driver`` and finds the instrument as ``self.instrument``: the one that was created
    last.

    Raises:
        TypeError: The subclass names no class of instruments.
        unittest.SkipTest: There is no instrument of this class.
    """

    driver: ClassVar[type[Instrument] | None] = None
    instrument: ClassVar[Any]

    @classmethod
    def setUpClass(cls) -> None:
        """Find the instrument."""
        if cls is DriverTestCase:
            return
        if not (isinstance(cls.driver, type) and issubclass(cls.driver, Instrument)):
            raise TypeError(
                f"{cls.__name__}.driver is {cls.driver!r}. Name the class of the instrument: driver = MyDriver."
            )
        found = cls.driver.instances()
        if not found:
            raise unittest.SkipTest(f"There is no {cls.driver.__name__}; create one before the tests run.")
        cls.instrument = found[-1]
        if len(found) > 1:
            _log.warning("Of %s instruments %s the last one is tested: %s.", len(found), cls.driver.__name__, found[-1])
