"""Several channels as one: picking some, lists that change, guards, snapshots."""

import copy
import io
import json
import pickle

import numpy as np
import pytest

from measurand.errors import (
    DefinitionError,
    DuplicateName,
    GuardedAttribute,
    InstrumentError,
    RefusedValue,
    UnknownIndex,
    UnknownName,
)
from measurand.instrument import (
    ChannelList,
    ChannelTuple,
    InstrumentModule,
)


@pytest.fixture
def dac(channels_dac):
    return channels_dac


@pytest.fixture
def Channel(dac):  # noqa: N802 - it is a class
    return dac.channels.chan_type


# picking


def test_one_channel_by_number_and_name(dac, Channel):
    ch2 = dac.channels[1]
    assert isinstance(ch2, Channel)
    assert ch2 is dac.channels[np.int64(1)] is dac.channels[-2]
    assert ch2 is dac.channels["ch2"] is dac.channels["dac_ch2"] is dac.channels.ch2
    assert ch2 is dac.channels.get_channel_by_name("ch2")
    assert ch2 in dac.channels
    assert "ch2" in dac.channels
    assert "ch4" not in dac.channels
    assert (len(dac.channels), dac.channels.index(ch2), dac.channels.count(ch2)) == (3, 1, 1)


@pytest.mark.parametrize(
    ("key", "names"),
    [
        (slice(0, 2), ["ch1", "ch2"]),
        (slice(None, None, -1), ["ch3", "ch2", "ch1"]),
        ((0, 2), ["ch1", "ch3"]),
        (("ch3", "ch1"), ["ch3", "ch1"]),
        (["ch3", 0], ["ch3", "ch1"]),
        (np.array([1, 2]), ["ch2", "ch3"]),
        (range(0, 3, 2), ["ch1", "ch3"]),
        ((), []),
    ],
)
def test_several_channels(dac, key, names):
    picked = dac.channels[key]
    assert isinstance(picked, ChannelTuple)
    assert [channel.short_name for channel in picked] == names


def test_several_by_name(dac):
    assert list(dac.channels.get_channel_by_name("ch3", "ch1")) == [dac.channels.ch3, dac.channels.ch1]
    assert list(dac.channels.get_channels_by_name("ch3")) == [dac.channels.ch3]


def test_a_channel_that_is_not_there(dac):
    with pytest.raises(UnknownIndex, match=r"dac\.channels: there is no channel 3, it has 3: ch1, ch2 and ch3\."):
        dac.channels[3]
    with pytest.raises(IndexError):
        dac.channels[0, 7]
    with pytest.raises(UnknownName, match=r"dac\.channels has no 'chan2'; did you mean dac\.channels\.ch2\?"):
        dac.channels["chan2"]
    with pytest.raises(AttributeError, match=r"dac\.channels has no 'voltge'; did you mean dac\.channels\.voltage\?"):
        _ = dac.channels.voltge
    assert not hasattr(dac.channels, "_private")


def test_concatenation(dac, Channel):
    both = dac.channels[2:] + dac.channels[:1]
    assert [channel.number for channel in both] == [3, 1]
    both.voltage(1)
    assert dac.sent == ["V3 1", "V1 1"]
    with pytest.raises(DuplicateName, match="there is a channel 'ch1' already"):
        both + dac.channels
    with pytest.raises(DefinitionError, match=r"same class \(Channel\) on the same parent \(dac\)"):
        dac.channels + type(dac)("other").channels


def test_names(dac, Channel):
    channels = dac.channels
    assert (channels.name, channels.full_name, channels.short_name) == ("dac_channels", "dac_channels", "channels")
    assert channels.root_instrument is channels.parent is dac
    assert channels.ch1.full_name == "dac_ch1"
    assert repr(channels) == "<ChannelTuple dac.channels of 3 Channel: ch1, ch2 and ch3>"


def test_components_of_lists_are_found(dac):
    assert dac.get_component("dac_ch2_voltage") is dac.channels.ch2.voltage
    assert dac.get_component("dac_channels") is dac.channels
    assert dac.instrument_modules == {}


def test_completion(dac):
    names = dir(dac.channels)
    assert {"ch1", "ch3", "voltage", "zero", "times", "snapshot", "get_channel_by_name"} <= set(names)
    assert not [name for name in names if name.startswith("_") and not hasattr(dac.channels, name)]


def test_a_validator_for_channels(dac):
    vals = dac.channels.get_validator()
    vals.validate(dac.channels.ch1)
    with pytest.raises(RefusedValue):
        vals.validate(dac)


# the list


def test_a_list_is_a_list(dac, Channel):
    ch1, ch2, ch3 = dac.channels
    channels = ChannelList(dac, "some", Channel)
    channels.extend([ch1, ch3])
    channels.insert(1, ch2)
    assert [*channels] == [ch1, ch2, ch3]
    channels.remove(ch2)
    channels.remove("ch3")
    channels += [ch3]
    assert channels.pop() is ch3
    channels[0] = ch2
    assert [*channels] == [ch2]
    del channels[0]
    assert not channels
    channels.append(ch1)
    channels.clear()
    assert len(channels) == 0
    with pytest.raises(UnknownName, match=r"dac\.some has no 'ch1'"):
        channels.remove(ch1)


def test_only_channels_of_the_kind_come_in_and_once(dac, Channel):
    channels = ChannelList(dac, "some", Channel)
    channels.append(dac.channels.ch1)
    with pytest.raises(DefinitionError, match=r"dac\.some: .* \(InstrumentModule\) refused, .*class Channel"):
        channels.append(InstrumentModule(dac, "module"))
    with pytest.raises(DuplicateName, match=r"dac\.some: there is a channel 'ch1' already"):
        channels.extend([dac.channels.ch2, dac.channels.ch1])
    assert [*channels] == [dac.channels.ch1], "all or none"
    with pytest.raises(DefinitionError, match=r"chan_type=<class 'int'> refused"):
        ChannelTuple(dac, "wrong", int)


def test_a_locked_list_does_not_change(dac, Channel):
    ch1, ch2, _ = dac.channels
    channels = ChannelList(dac, "some", Channel)
    channels.append(ch1)
    channels.lock()
    for change in (
        lambda: channels.append(ch2),
        lambda: channels.extend([ch2]),
        lambda: channels.remove(ch1),
        lambda: channels.pop(),
        lambda: channels.__setitem__(0, ch2),
        channels.clear,
    ):
        with pytest.raises(InstrumentError, match=r"dac\.some is locked"):
            change()
    assert [*channels] == [ch1]
    assert [*ChannelList(dac, "made", Channel, [ch1, ch2]) + channels[:0]] == [ch1, ch2]
    with pytest.raises(InstrumentError, match="locked"):
        ChannelList(dac, "made", Channel, [ch1]).append(ch2)
    with pytest.raises(AttributeError):
        dac.channels.append(ch1)


def test_a_sum_of_lists_is_a_list(dac, Channel):
    one, other = ChannelList(dac, "some", Channel), ChannelList(dac, "some", Channel)
    one.append(dac.channels.ch1)
    other.append(dac.channels.ch2)
    both = one + other
    both.append(dac.channels.ch3)
    assert len(both) == 3
    assert len(one) == 1


# guarding


def test_assigning_over_what_channels_have_is_refused(dac):
    with pytest.raises(GuardedAttribute, match=r"To set all, call dac\.channels\.voltage\(5\)\."):
        dac.channels.voltage = 5
    with pytest.raises(GuardedAttribute, match=r"did you mean dac\.channels\.voltage\(5\)\?"):
        dac.channels.voltge = 5
    with pytest.raises(GuardedAttribute, match="it would hide 'ch1'"):
        dac.channels.ch1 = 5
    with pytest.raises(GuardedAttribute):
        dac.channels = 5
    dac.channels.wiring = "left"
    assert dac.channels.wiring == "left"
    assert dac.sent == []


@pytest.mark.parametrize("duplicate", [pickle.dumps, copy.copy, copy.deepcopy])
def test_channels_cannot_be_copied(dac, duplicate):
    """E19."""
    with pytest.raises(TypeError, match=r"dac\.channels cannot be pickled or copied"):
        duplicate(dac.channels)


# snapshots


def test_snapshot(dac):
    """E03, E04."""
    dac.channels.ch1.voltage(2)
    state = dac.snapshot()["submodules"]["channels"]
    assert json.loads(json.dumps(state)) == state
    assert state["snapshotable"] is True
    assert list(state["channels"]) == ["dac_ch1", "dac_ch2", "dac_ch3"]
    assert state["channels"]["dac_ch1"]["parameters"]["voltage"]["value"] == 2
    assert dac.sent == ["V1 2"]
    assert (
        dac.snapshot(update=True)["submodules"]["channels"]["channels"]["dac_ch3"]["parameters"]["voltage"]["value"]
        == 0.3
    )


def test_a_snapshot_may_leave_the_channels_out(dac, Channel):
    assert "channels" not in ChannelTuple(dac, "again", Channel, dac.channels, snapshotable=False).snapshot()


def test_readable_snapshot(dac):
    dac.channels.ch1.voltage(2)
    whole, part = io.StringIO(), io.StringIO()
    dac.print_readable_snapshot(file=whole)
    lines = whole.getvalue().splitlines()
    assert lines[lines.index("dac.channels.ch1:") + 1] == "  voltage : 2 V"
    dac.channels[1:].print_readable_snapshot(file=part)
    assert part.getvalue() == "ch2:\n  voltage : not known\nch3:\n  voltage : not known\n"
