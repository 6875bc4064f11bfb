"""Channels of an instrument in a plan, all together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from measurand.dataset import DataRoot
from measurand.errors import DefinitionError
from measurand.instrument import ChannelTuple, Instrument, InstrumentChannel
from measurand.measure import Task, sweep
from measurand.parameters import ManualParameter, Measurable, Parameter, as_settable
from measurand.testing import fresh_registry
from measurand.validators import Numbers


@pytest.fixture
def channels() -> Iterator[ChannelTuple[InstrumentChannel]]:
    with fresh_registry():
        dac = Instrument("dac")
        made = [InstrumentChannel(dac, f"ch{number}") for number in (1, 2)]
        for number, channel in enumerate(made, 1):
            volt = channel.add_parameter("volt", unit="V", set_cmd=None, vals=Numbers(-number, number))
            channel.add_parameter("sense", unit="A", get_cmd=lambda v=volt, n=number: v.cache.value * n)
        yield dac.add_submodule("channels", ChannelTuple(dac, "channels", InstrumentChannel, made))


def test_all_channels_are_swept_and_measured(data: DataRoot, channels: ChannelTuple[InstrumentChannel]) -> None:
    """Each channel has its own columns, called by its full name."""
    stored = sweep(channels.volt, 0, 1, num=3).each(channels.sense).run("all", data=data).dataset.to_xarray()
    np.testing.assert_array_equal(stored.dac_ch1_volt, [0, 0.5, 1])
    np.testing.assert_array_equal(stored.dac_ch2_volt, [0, 0.5, 1])
    np.testing.assert_array_equal(stored.dac_ch2_sense, [0, 1, 2])
    assert stored.dac_ch1_sense.attrs["units"] == "A"


def test_two_selections_are_swept_in_one_plan(data: DataRoot) -> None:
    """With the same values: they are two dimensions all the same."""
    with fresh_registry():
        dac = Instrument("dac")
        made = [InstrumentChannel(dac, f"ch{number}") for number in range(4)]
        for channel in made:
            channel.add_parameter("volt", unit="V", set_cmd=None)
        four = ChannelTuple(dac, "channels", InstrumentChannel, made)
        total = Parameter("total", get_cmd=lambda: sum(four.volt()))
        plan = sweep(four[:2].volt, 0, 1, num=2).each(sweep(four[2:].volt, 0, 1, num=2).each(total))
        stored = plan.run("two", data=data).dataset.to_xarray()
    assert stored.total.dims == ("dac_channels_ch0_ch1_volt", "dac_channels_ch2_ch3_volt")
    np.testing.assert_array_equal(stored.total, [[0, 2], [2, 4]])


def test_a_sweep_that_one_channel_refuses_sets_nothing(channels: ChannelTuple[InstrumentChannel]) -> None:
    with pytest.raises(ValueError, match=r"dac\.ch1\.volt: .* refused, allowed -1 to 1 V"):
        sweep(channels.volt, 0, 2, num=3).each(channels.sense).check()
    assert channels.volt.cache.value is None


def test_an_instrument_is_no_quantity(channels: ChannelTuple[InstrumentChannel]) -> None:
    """It has a name, and ``get`` and ``set`` by name; what is measured and swept is one of its parameters."""
    gate = ManualParameter("gate")
    for thing in (channels.root_instrument, channels[0], channels):
        assert not isinstance(thing, Measurable)
        with pytest.raises(DefinitionError, match="cannot be done at a point"):
            sweep(gate, 0, 1, num=2).each(thing)
        with pytest.raises(DefinitionError, match="cannot be swept"):
            as_settable(thing)
    assert isinstance(channels.volt, Measurable)
    assert channels.get("volt") == (None, None)


def test_a_task_may_have_an_instrument_as_argument(channels: ChannelTuple[InstrumentChannel]) -> None:
    got: list[object] = []
    Task(got.append, channels.root_instrument)()
    Task(got.append, channels)()
    assert got == [channels.root_instrument, channels]
