"""What a station measures where nothing is said."""

from __future__ import annotations

import pytest

from measurand.errors import DefinitionError
from measurand.measure import Loop, Task, Wait, sweep
from measurand.parameters import ManualParameter
from measurand.station import Station


@pytest.fixture
def current() -> ManualParameter:
    return ManualParameter("current", initial_value=2.0)


def test_a_station_measures_what_was_chosen(current: ManualParameter) -> None:
    """The values of now, in order; nothing is stored."""
    station = Station(default=False)
    assert station.measure() == []
    station.set_measurement(current, lambda: 5)
    assert station.measure() == [2.0, 5]
    current(3.0)
    assert station.measure(current) == [3.0]
    station.set_measurement()
    assert station.default_measurement == ()


def test_everything_that_a_loop_does_can_be_chosen(current: ManualParameter) -> None:
    station = Station(default=False)
    actions = (current, Task(print), Wait(0), sweep(current[1, 2]).each(current), Loop(current[1, 2]).each(current))
    station.set_measurement(*actions)
    assert station.default_measurement == actions
    with pytest.raises(DefinitionError, match=r"Station.measure: Wait.* gives no single value"):
        station.measure(Wait(0))


def test_what_cannot_be_measured_is_refused_at_once(current: ManualParameter) -> None:
    """A loop without actions would measure itself; a value was read now."""
    station = Station(default=False)
    station.set_measurement(current)
    for wrong in (Loop(current[1, 2]), current(), None):
        with pytest.raises(DefinitionError, match=r"cannot be measured by default; allowed are parameters \(without"):
            station.set_measurement(wrong)
    assert station.default_measurement == (current,)
