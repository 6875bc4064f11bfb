"""Speaking to all channels at once, and what happens when one of them fails."""

import json
import threading

import numpy as np
import pytest

from measurand.errors import (
    InstrumentClosed,
    NotSettable,
    RefusedType,
    RefusedValue,
    TransportTimeout,
    UnknownName,
)
from measurand.instrument import (
    ChannelList,
    ChannelTuple,
    MultiChannelInstrumentParameter,
)
from measurand.parameters import ParameterWithSetpoints, yield_of
from measurand.validators import Arrays, Numbers


@pytest.fixture
def dac(channels_dac):
    return channels_dac


@pytest.fixture
def Channel(dac):  # noqa: N802 - it is a class
    return dac.channels.chan_type


def notes(caught):
    return "\n".join(caught.value.__notes__)


# reading and setting


def test_reading_all(dac):
    assert dac.channels.voltage() == dac.channels.voltage.get() == (0.1, 0.2, 0.3)
    assert dac.channels[1:].voltage() == (0.2, 0.3)
    assert dac.sent == ["V1?", "V2?", "V3?"] * 2 + ["V2?", "V3?"]


def test_setting_all_to_one_value_or_each_to_its_own(dac):
    dac.channels.voltage(0)
    dac.channels.voltage((1, 2, 3))
    assert dac.sent == ["V1 0", "V2 0", "V3 0", "V1 1", "V2 2", "V3 3"]
    assert dac.channels.voltage.cache() == (1, 2, 3)


def test_what_was_read_is_accepted(dac):
    """A21: the golden rule, for all channels together."""
    voltage = dac.channels.voltage
    voltage(voltage())
    assert voltage() == (0.1, 0.2, 0.3)


def test_all_validate_before_the_first_is_set(dac):
    dac.channels.ch3.voltage.vals = Numbers(-1, 1)
    for value in (5, (0, 0, 5)):
        with pytest.raises(RefusedValue, match=r"dac\.ch3\.voltage: 5 V refused, allowed -1 to 1 V") as caught:
            dac.channels.voltage(value)
        assert "dac.channels.voltage: refused by dac.ch3.voltage, nothing was sent to any" in notes(caught)
    assert dac.sent == []
    assert dac.channels.ch1.voltage.cache.time is None


def test_a_tuple_must_fit(dac):
    with pytest.raises(
        RefusedValue, match=r"dac\.channels\.voltage: \(1, 2\) refused, it has 2 values for 3 parameters \(dac\.ch1"
    ):
        dac.channels.voltage((1, 2))
    with pytest.raises(RefusedType) as caught:
        dac.channels.voltage([1, 2, 3])
    assert "to give each its own value, give a tuple" in notes(caught)
    assert dac.sent == []


def test_a_channel_that_fails_says_what_was_set(dac):
    dac.fails_at = "V2 5"
    with pytest.raises(TransportTimeout) as caught:
        dac.channels.voltage(5)
    assert (
        "dac.channels.voltage: stopped at dac.ch2.voltage; set before it: dac.ch1.voltage; not set: dac.ch3.voltage"
        in notes(caught)
    )
    assert dac.sent == ["V1 5", "V2 5"]
    voltages = [channel.voltage.cache for channel in dac.channels]
    assert [cache.value for cache in voltages] == [5, None, None]
    assert not dac.channels.voltage.cache.valid


def test_the_first_and_the_last_that_fail(dac):
    dac.fails_at = "V1?"
    with pytest.raises(TransportTimeout) as caught:
        dac.channels.voltage()
    assert "stopped at dac.ch1.voltage; read before it: nothing; not read: dac.ch2.voltage and dac" in notes(caught)
    dac.fails_at = "V3?"
    with pytest.raises(TransportTimeout) as caught:
        dac.channels.voltage()
    assert "read before it: dac.ch1.voltage and dac.ch2.voltage; not read: nothing" in notes(caught)


def test_one_that_cannot_be_set_stops_all(dac):
    for channel in dac.channels:
        channel.add_parameter("sense", get_cmd=lambda: 1, set_cmd=None if channel.number == 1 else False)
    assert dac.channels.sense.gettable
    assert not dac.channels.sense.settable
    with pytest.raises(NotSettable, match=r"dac\.channels\.sense: dac\.ch2\.sense, dac\.ch3\.sense cannot be set"):
        dac.channels.sense(2)
    assert dac.channels.ch1.sense.cache.time is None


def test_steps_hold_for_each_channel(dac):
    """A31: a broadcast is no way around a ramp."""
    for channel in dac.channels:
        channel.voltage.step = 0.5
        channel.voltage.cache.set(0.0)
    dac.channels.voltage(1)
    assert dac.sent == ["V1 0.5", "V1 1", "V2 0.5", "V2 1", "V3 0.5", "V3 1"]


def test_increment(dac):
    dac.channels.voltage((1, 2, 3))
    dac.memory.update(V1="1", V2="2", V3="3")
    dac.channels.voltage.increment(0.5)
    assert dac.channels.voltage.cache() == (1.5, 2.5, 3.5)


def test_the_cache_is_that_of_the_channels(dac):
    voltage = dac.channels.voltage
    assert voltage.cache.value is None
    assert voltage.cache.time is None
    dac.channels.ch1.voltage(1)
    assert (voltage.cache.value, voltage.cache.valid) == ((1, None, None), False)
    assert voltage.cache() == (1, 0.2, 0.3)
    assert dac.sent == ["V1 1", "V2?", "V3?"], "what is known is not read again"
    assert voltage.cache.valid
    assert voltage.get_latest() == (1, 0.2, 0.3)
    dac.channels.invalidate_cache()
    assert not dac.channels.ch1.voltage.cache.valid
    voltage.cache.set((4, 5, 6))
    assert dac.channels.ch3.voltage.cache() == 6
    with pytest.raises(RefusedValue):
        voltage.cache.set(11)


def test_description(dac):
    voltage = dac.channels.voltage
    assert (voltage.name, voltage.full_name, voltage.label, voltage.unit) == (
        "voltage", "dac_channels_voltage", "Voltage", "V",
    )  # fmt: skip
    dac.channels.ch1.voltage.unit = "mV"
    assert voltage.unit == ""
    assert voltage.root_instrument is dac
    dac.channels.ch2.voltage(1)
    state = voltage.snapshot()
    assert json.loads(json.dumps(state)) == state
    assert state["value"] == [None, 1, None]
    assert voltage.snapshot(update=True)["ts"] is not None


def test_selections_have_names_of_their_own(dac):
    """Two of them may be swept in one plan."""
    channels = dac.channels
    assert (
        channels[0, 2].voltage.full_name == channels["ch1", "ch3"].voltage.full_name == "dac_channels_ch1_ch3_voltage"
    )
    assert channels[::-1].voltage.full_name == "dac_channels_ch3_ch2_ch1_voltage"
    assert channels[:].voltage.full_name == "dac_channels_voltage"
    assert (channels[:1] + channels[1:2]).voltage.full_name == "dac_channels_ch1_ch2_voltage"
    many = type(dac)("many", 48).channels
    names = {many[a:b].voltage.full_name for a in range(48) for b in range(a + 1, 49)}
    assert len(names) == 48 * 49 // 2
    assert max(map(len, names)) < 50


def test_other_channels_and_other_parameters_are_followed(dac, Channel):
    """E16: a channel that comes, and a parameter that is replaced, count at the next use."""
    channels = ChannelList(dac, "some", Channel)
    channels.append(dac.channels.ch1)
    voltage = channels.voltage
    assert voltage() == (0.1,)
    channels.append(dac.channels.ch2)
    assert voltage() == (0.1, 0.2)
    dac.channels.ch1.remove_parameter("voltage")
    dac.channels.ch1.add_parameter("voltage", unit="V", set_cmd=None, initial_value=7)
    assert voltage() == (7, 0.2)
    dac.channels.ch1.remove_parameter("voltage")
    with pytest.raises(UnknownName, match=r"dac\.ch1 has no 'voltage'"):
        voltage()


def test_one_without_the_parameter_is_named(dac):
    dac.channels.ch2.add_parameter("mode", set_cmd=None)
    with pytest.raises(UnknownName, match=r"dac\.ch1 has no 'mode'"):
        _ = dac.channels.mode
    assert dac.channels[1:2].mode() == (None,)


def test_a_list_without_channels(dac, Channel):
    empty = ChannelList(dac, "empty", Channel)
    with pytest.raises(AttributeError, match=r"dac\.empty has no 'voltage'"):
        _ = empty.voltage
    with pytest.raises(UnknownName, match=r"dac\.empty has no channels yet, so there is no 'voltage'"):
        empty.multi_parameter("voltage")
    assert empty.times(3) == ()
    assert empty.snapshot()["channels"] == {}


def test_a_driver_may_read_all_with_one_command(dac, Channel):
    class AtOnce(MultiChannelInstrumentParameter):
        def get_raw(self):
            return [float(dac.ask("V1?")) + channel.number for channel in self._channels]

    channels = ChannelTuple(dac, "fast", Channel, dac.channels, multichan_paramclass=AtOnce)
    assert channels.voltage() == (1.1, 2.1, 3.1)
    assert channels[::2].voltage() == (1.1, 3.1)


# functions and methods


def test_functions_and_methods_of_all(dac):
    assert dac.channels.zero() == (None, None, None)
    assert dac.sent == ["V1 0.0", "V2 0.0", "V3 0.0"]
    assert dac.channels.times(10) == (10, 20, 30)
    assert dac.channels[1:].times(10, plus=1) == (21, 31)
    assert dac.channels.times.__doc__ == "Return the number of the channel times ``factor``."
    assert repr(dac.channels.zero) == "<Broadcast dac.channels.zero to ch1, ch2 and ch3>"
    assert dac.channels.multi_function("zero")() == (None, None, None)


def test_arguments_of_functions_are_checked_first(dac):
    """C06, for all channels."""
    with pytest.raises(RefusedValue, match=r"dac\.ch1\.limit, argument 1: 11 refused"):
        dac.channels.limit(11)
    assert dac.sent == []
    dac.channels.limit(5)
    assert dac.sent == ["LIM1 5", "LIM2 5", "LIM3 5"]


def test_a_method_that_fails_says_where(dac):
    with pytest.raises(ValueError, match="no") as caught:
        dac.channels.broken()
    assert "dac.channels.broken: stopped at dac.ch2; called before it: dac.ch1; not called: dac.ch3" in notes(caught)


# measuring and sweeping


def test_what_measuring_gives(dac):
    fields = yield_of(dac.channels.voltage).fields
    assert [(field.name, field.unit, field.label, field.kind) for field in fields] == [
        (f"dac_ch{number}_voltage", "V", "Voltage", "float") for number in (1, 2, 3)
    ]
    assert yield_of(dac.channels.voltage).values((1, 2, 3)) == [1, 2, 3]


def test_arrays_of_all_channels(dac):
    for channel in dac.channels:
        channel.add_parameter("time", get_cmd=lambda: np.arange(4.0), vals=Arrays(shape=(4,)), unit="s")
        channel.add_parameter(
            "trace",
            parameter_class=ParameterWithSetpoints,
            get_cmd=lambda n=channel.number: np.full(4, float(n)),
            setpoints=(channel.time,),
            vals=Arrays(shape=(4,)),
        )
    described = yield_of(dac.channels.trace)
    assert [field.name for field in described.fields if not field.setpoint] == [f"dac_ch{n}_trace" for n in (1, 2, 3)]
    values = dict(zip((field.name for field in described.fields), described.values(dac.channels.trace()), strict=True))
    np.testing.assert_array_equal(values["dac_ch2_trace"], [2, 2, 2, 2])
    np.testing.assert_array_equal(values["dac_ch2_time"], [0, 1, 2, 3])


def test_a_closed_instrument_says_so(dac):
    """E09."""
    voltage = dac.channels.voltage
    dac.close()
    with pytest.raises(InstrumentClosed, match="dac was closed") as caught:
        voltage(1)
    assert "set before it: nothing" in notes(caught)
    with pytest.raises(InstrumentClosed):
        dac.channels.voltage()
    assert dac.snapshot()["submodules"]["channels"]["channels"]["dac_ch1"]["parameters"]["voltage"]["value"] is None
    assert dac.sent == []


def test_the_instrument_is_locked_meanwhile(dac):
    """Another thread never gets between two channels, unless they move slowly."""
    free = []

    def look():
        if dac.lock.acquire(blocking=False):
            dac.lock.release()
            free.append(True)
        else:
            free.append(False)

    def from_elsewhere(value):
        other = threading.Thread(target=look)
        other.start()
        other.join()

    dac.channels.ch2.voltage.on_set(from_elsewhere)
    dac.channels.voltage(1)
    assert free == [False]
    dac.channels.ch3.voltage.inter_delay = 1e-6
    dac.channels.voltage(2)
    assert free == [False, True]
