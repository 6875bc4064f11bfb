"""Drivers wait by a clock that can be another one, and a run that is stopped ends the wait."""

from __future__ import annotations

import pytest

from measurand._core.stop import Stopped, StopToken
from measurand.instrument import wait_until
from measurand.testing import FakeClock


def test_it_asks_until_the_answer_is_yes() -> None:
    clock = FakeClock()
    assert wait_until(lambda: clock.monotonic() >= 3, every=1, clock=clock)
    assert clock.slept == [1, 1, 1]


def test_one_no_begins_the_time_anew() -> None:
    """Stable is what has been so all the time, not on average."""
    clock = FakeClock()
    assert wait_until(lambda: clock.monotonic() != 4, lasting=5, every=1, clock=clock)
    assert clock.monotonic() == 10  # from 5 on


def test_it_gives_up_in_time() -> None:
    clock = FakeClock()
    assert not wait_until(lambda: False, every=0.4, timeout=1, clock=clock)
    assert clock.slept == pytest.approx([0.4, 0.4, 0.2])


def test_a_stopped_run_ends_it() -> None:
    clock, token = FakeClock(), StopToken()

    def asked() -> bool:
        token.request("enough")
        return False

    with token.active(), pytest.raises(Stopped, match="enough"):
        wait_until(asked, clock=clock)
    assert clock.slept == []
