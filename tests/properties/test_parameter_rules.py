"""Rules that hold for every parameter: golden rule, codecs, refusal, cache validity, ramps."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measurand.parameters import Parameter
from measurand.testing import FakeClock
from measurand.validators import Numbers

reasonable = st.floats(-1e6, 1e6, allow_subnormal=False)
scales = st.floats(1e-3, 1e3) | st.floats(-1e3, -1e-3)


class Memory:
    """An instrument with one register."""

    def __init__(self) -> None:
        self.sent: list[Any] = []

    def get(self) -> Any:
        return self.sent[-1]


@given(value=reasonable, scale=scales | st.none(), offset=reasonable | st.none())
def test_golden_rule(value: float, scale: float | None, offset: float | None) -> None:
    """(1) A21, (2): what was set is read back, and can be set again without moving anything."""
    memory = Memory()
    p = Parameter("p", get_cmd=memory.get, set_cmd=memory.sent.append, scale=scale, offset=offset)
    p(value)
    size = max(abs(value), abs((offset or 0) / (scale or 1)), 1e-6)
    assert p() == pytest.approx(value, abs=1e-9 * size)
    before = p.cache.value
    p(p())
    assert p.cache.value == pytest.approx(before, abs=1e-9 * size)


@given(codes=st.dictionaries(st.text(min_size=1) | st.integers(), st.integers(), min_size=1))
def test_mapping_round_trip(codes: dict[Any, int]) -> None:
    """(2): with distinct codes every value comes back as itself."""
    distinct = {value: number for number, value in enumerate(codes)}
    memory = Memory()
    p = Parameter("p", get_cmd=memory.get, set_cmd=memory.sent.append, val_mapping=distinct)
    for value in distinct:
        p(value)
        assert p() == value


@given(value=st.floats() | st.text() | st.none() | st.complex_numbers())
def test_refused_value_changes_nothing(value: Any) -> None:
    """(3) A10."""
    memory = Memory()
    p = Parameter("p", set_cmd=memory.sent.append, vals=Numbers(-1, 1), initial_cache_value=0.25)
    if isinstance(value, float) and -1 <= value <= 1:
        p(value)
        assert memory.sent == [value]
        return
    with pytest.raises((TypeError, ValueError)):
        p(value)
    assert memory.sent == []
    assert (p.cache.value, p.cache.valid) == (0.25, True)


@given(waits=st.lists(st.floats(0, 5), max_size=10), age=st.floats(0, 10))
def test_validity_is_monotone(waits: list[float], age: float) -> None:
    """(4): once too old, a value never becomes valid by waiting."""
    clock = FakeClock()
    p = Parameter("p", get_cmd=lambda: 1.0, max_val_age=age, clock=clock)
    p()
    valid = [True]
    for wait in waits:
        clock.advance(wait)
        valid.append(p.cache.valid)
    assert valid == sorted(valid, reverse=True)


@given(start=reasonable, target=reasonable, count=st.integers(1, 50))
def test_ramp(start: float, target: float, count: int) -> None:
    """(5) A31, A32: no step larger than allowed, ends on the target, monotone."""
    step = max(abs(target - start) / count, 1e-6)
    sent: list[float] = []
    p = Parameter("p", set_cmd=sent.append, get_cmd=False, step=step, initial_cache_value=start)
    p(target)
    path = [start, *sent]
    changes = [b - a for a, b in pairwise(path)]
    slack = 1e-9 * max(abs(start), abs(target), 1.0)
    assert all(abs(change) <= step * (1 + 1e-9) + slack for change in changes)
    assert sent[-1] == target
    sign = math.copysign(1, target - start)
    assert all(change * sign >= -slack for change in changes)
