"""Rules that hold for any number of channels, any limits and any value: a broadcast is all, or nothing, or says how far."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measurand.errors import RefusedValue, UnknownIndex
from measurand.instrument import ChannelTuple, InstrumentBase, InstrumentChannel
from measurand.parameters import Parameter
from measurand.validators import Numbers

LIMITS = st.lists(st.integers(0, 5), min_size=1, max_size=6)
Channels = ChannelTuple[InstrumentChannel]


def channels_with(limits: list[int], send: Callable[[int, Any], None]) -> Channels:
    """Return channels 0, 1, …, each with a voltage from -1 up to its limit, that send ``(number, value)``."""
    dac = InstrumentBase("dac")
    made = [InstrumentChannel(dac, f"ch{number}") for number in range(len(limits))]
    for number, (channel, limit) in enumerate(zip(made, limits, strict=True)):
        Parameter(
            "voltage",
            unit="V",
            set_cmd=lambda value, number=number: send(number, value),
            vals=Numbers(-1, limit),
            instrument=channel,
        )
    return ChannelTuple(dac, "channels", InstrumentChannel, made)


@given(LIMITS, st.data())
def test_all_or_nothing(limits: list[int], data: st.DataObject) -> None:
    """A value that one refuses is sent to none; one that all accept is sent to each once, in order."""
    each = st.tuples(*(st.integers(0, 5) for _ in limits))
    value = data.draw(st.integers(0, 5) | each)
    values = value if isinstance(value, tuple) else (value,) * len(limits)
    sent: list[tuple[int, Any]] = []
    voltage = channels_with(limits, lambda number, raw: sent.append((number, raw))).voltage
    if all(one <= limit for one, limit in zip(values, limits, strict=True)):
        voltage(value)
        assert sent == list(enumerate(values))
        assert voltage.cache.value == voltage() == values
        voltage(voltage())
    else:
        with pytest.raises(RefusedValue):
            voltage(value)
        assert sent == []
        assert voltage.cache.value is None


@given(LIMITS, st.data())
def test_a_failure_on_the_way_is_told(limits: list[int], data: st.DataObject) -> None:
    """What was set before is known, what failed is in doubt, what came after was not touched."""
    failing = data.draw(st.integers(0, len(limits) - 1))

    def send(number: int, value: Any) -> None:
        if number == failing:
            raise OSError("no answer")

    channels = channels_with(limits, send)
    with pytest.raises(OSError, match="no answer") as caught:
        channels.voltage(0)
    caches = [channel.parameters["voltage"].cache for channel in channels]
    assert [cache.value for cache in caches] == [0] * failing + [None] * (len(limits) - failing)
    assert [cache.valid for cache in caches] == [True] * failing + [False] * (len(limits) - failing)
    note = next(note for note in caught.value.__notes__ if "stopped at" in note)
    assert f"stopped at dac.ch{failing}.voltage;" in note


INDICES = st.integers(-8, 8)


@given(LIMITS, st.none() | INDICES, st.none() | INDICES, st.none() | INDICES.filter(bool), INDICES)
def test_picking_is_that_of_a_tuple(limits: list[int], start: Any, stop: Any, step: Any, index: int) -> None:
    """Slices and positions mean what they mean for a tuple of the same channels."""
    channels = channels_with(limits, lambda number, value: None)
    plain = tuple(channels)
    assert tuple(channels[start:stop:step]) == plain[start:stop:step]
    if -len(plain) <= index < len(plain):
        assert channels[index] is plain[index]
    else:
        with pytest.raises(UnknownIndex):
            channels[index]
