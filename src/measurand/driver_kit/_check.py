"""The conformance suite: every check on one driver, its problems as a list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from measurand.driver_kit._bench import Bench, Simulation
from measurand.driver_kit._conduct import (
    closing_lets_go,
    describes_itself,
    everything_can_be_read,
    golden_rule_holds,
    identity_is_known,
    limits_stop_bad_values,
)
from measurand.driver_kit._find import simulation_of
from measurand.driver_kit._form import (
    constructor_is_usual,
    everything_is_documented,
    names_follow_the_guide,
    units_are_si,
)
from measurand.driver_kit._trouble import recovers_from_trouble
from measurand.instrument import Instrument

Check = Callable[[Bench], Iterator[str]]

CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        names_follow_the_guide,
        constructor_is_usual,
        everything_is_documented,
        units_are_si,
        identity_is_known,
        everything_can_be_read,
        golden_rule_holds,
        limits_stop_bad_values,
        describes_itself,
        closing_lets_go,
        recovers_from_trouble,
    )
}
"""The checks by name; each takes a `Bench` and yields what is wrong."""


@dataclass(frozen=True)
class Problem:
    """One thing that a driver does otherwise than the guide asks for.

    Attributes:
        driver: Name of the class.
        check: Name of the check.
        text: What is wrong.
    """

    driver: str
    check: str
    text: str

    def __str__(self) -> str:
        return f"{self.driver}: {self.text} ({self.check})"


def check_driver(driver: type[Instrument], simulate: Callable[[], Simulation] | None = None) -> list[Problem]:
    """Run every check on a driver.

    Args:
        driver: Class of the instrument.
        simulate: Makes its simulated device; None: see `simulation_of`.

    Returns:
        What is wrong; empty if nothing is. A check that itself fails counts as a problem.

    Raises:
        ConfigurationError: There is no simulator.

    Example:
        >>> from measurand.instrument_drivers.Measurand.Measurand_TC1 import MeasurandTC1
        >>> check_driver(MeasurandTC1)
        []
    """
    bench = Bench(driver, simulate or simulation_of(driver))
    problems: list[Problem] = []
    for name, check in CHECKS.items():
        try:
            problems += [Problem(driver.__name__, name, text) for text in check(bench)]
        except Exception as error:  # noqa: BLE001 - a driver that breaks a check has failed it
            problems.append(Problem(driver.__name__, name, f"raised {type(error).__name__}: {error}"))
    return problems
