"""Every test of a driver starts without instruments, and its instruments do not print."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from measurand.instrument import Instrument
from measurand.testing import fresh_registry


@pytest.fixture(autouse=True)
def no_other_instruments(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give each test a registry of its own."""
    monkeypatch.setattr(Instrument, "quiet", True)
    with fresh_registry():
        yield
