"""Every driver, found by walking the package, against its simulator: what the driver guide asks for, check by check.

Proves for all drivers: A10, A21, E03, E04, E05, E09, H01, H02, H08, H11.
"""

from __future__ import annotations

import re
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


def family_of(driver: type[Instrument]) -> type[Instrument]:
    """Return the base class that a model shares with its family, e.g. ``_Keithley26xx``; the class itself if it has none."""
    families = [base for base in driver.__mro__ if re.match(r"_[A-Za-z]+\d+x", base.__name__)]
    return families[-1] if families else driver


ONE_OF_EACH_FAMILY = list({family_of(driver): driver for driver in DRIVERS}.values())
OF_THE_MODEL = {  # what may differ within a family; the rest is its shared code, and judged on one of its models
    "names_follow_the_guide",
    "constructor_is_usual",
    "identity_is_known",
    "golden_rule_holds",
    "describes_itself",
}
CASES = [
    (driver, check) for driver in DRIVERS for check in CHECKS if check in OF_THE_MODEL or driver in ONE_OF_EACH_FAMILY
]


@pytest.mark.parametrize(("driver", "check"), CASES, ids=lambda one: getattr(one, "__name__", one))
def test_every_driver_keeps_to_the_guide(driver: type[Instrument], check: str) -> None:
    assert list(CHECKS[check](Bench(driver, simulation_of(driver)))) == []


@pytest.mark.parametrize("driver", DRIVERS, ids=lambda driver: driver.__name__)
def test_every_driver_has_an_example_page_that_runs(driver: type[Instrument]) -> None:
    """H09, H10: the page is a session against the simulated device, run with the rest of the documentation."""
    pages = [page.read_text(encoding="utf-8") for page in DOCS.glob("*.md")]
    models = [one.__name__ for one in DRIVERS if family_of(one) is family_of(driver)]
    shown = [page for page in pages if any(f"import {model}\n" in page for model in models)]
    assert any(f"import {driver.__name__}\n" in page or f"`{driver.__name__}`" in page for page in shown), (
        f"write docs/drivers/{driver.__module__.rpartition('.')[2]}.md, or name {driver.__name__} on its family's page"
    )
    assert all("simulat" in page for page in shown)


@pytest.mark.parametrize("driver", DRIVERS, ids=lambda driver: driver.__name__)
def test_what_a_family_shares_is_private(driver: type[Instrument]) -> None:
    """H03: a private class in a private file; what is public is one model, in a file of its own."""
    shared = [kind for kind in driver.__mro__[1:] if kind.__module__.startswith("measurand.instrument_drivers")]
    for kind in shared:
        assert kind.__name__.startswith("_")
        assert kind.__module__.rpartition(".")[2].startswith("_")
    others = [one for one in DRIVERS if one.__module__ == driver.__module__]
    assert others == [driver]
