"""Every driver, found by walking the package, against its simulator: what the driver guide asks for, check by check.

Proves for all drivers: A10, A21, E03, E04, E05, E09, H01, H02, H08, H11.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import measurand.instrument_drivers
from measurand.driver_kit import CHECKS, Bench, find_drivers, simulation_of
from measurand.instrument import Instrument
from measurand.testing import fresh_registry

DRIVERS = list(find_drivers(measurand.instrument_drivers))
DOCS = Path(__file__).parents[3] / "docs" / "drivers"


@pytest.fixture(autouse=True)
def _no_other_instruments() -> Iterator[None]:
    with fresh_registry():
        yield


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("driver", DRIVERS, ids=lambda driver: driver.__name__)
def test_every_driver_keeps_to_the_guide(driver: type[Instrument], check: str) -> None:
    assert list(CHECKS[check](Bench(driver, simulation_of(driver)))) == []


@pytest.mark.parametrize("driver", DRIVERS, ids=lambda driver: driver.__name__)
def test_every_driver_has_an_example_page_that_runs(driver: type[Instrument]) -> None:
    """H09, H10: the page is a session against the simulated device, run with the rest of the documentation."""
    page = DOCS / f"{driver.__module__.rpartition('.')[2]}.md"
    assert page.exists(), f"write {page.relative_to(DOCS.parents[1])}"
    text = page.read_text(encoding="utf-8")
    assert f"import {driver.__name__}\n" in text
    assert "simulat" in text
