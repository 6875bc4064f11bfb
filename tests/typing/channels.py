"""What type checkers must infer about channels; read by mypy and pyright, never run."""

from __future__ import annotations

from typing import Any, assert_type

from measurand.instrument import ChannelList, ChannelTuple, Instrument, InstrumentBase, InstrumentChannel
from measurand.parameters import Parameter


class Channel(InstrumentChannel):
    """A channel with a typed parameter."""

    def __init__(self, parent: Instrument, name: str) -> None:
        super().__init__(parent, name)
        self.voltage = Parameter("voltage", get_cmd="V?", get_parser=float, instrument=self)


dac = Instrument("dac")

# A list knows the class of its channels by `chan_type`.
channels = ChannelList(dac, "channels", Channel)
assert_type(channels, ChannelList[Channel])
assert_type(channels[0], Channel)
assert_type(channels["ch1"], Channel)
assert_type(channels[0].voltage(), float)
channels.append(Channel(dac, "ch1"))
channels.append(InstrumentChannel(dac, "ch2"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

# A selection is a tuple of them.
assert_type(channels[0:2], ChannelTuple[Channel])
assert_type(channels["ch1", "ch3"], ChannelTuple[Channel])
assert_type(channels.to_channel_tuple(), ChannelTuple[Channel])
for channel in channels:
    assert_type(channel, Channel)

# Adding it to a node does not lose that.
assert_type(dac.add_submodule("channels", channels.to_channel_tuple()), ChannelTuple[Channel])
assert_type(dac.add_submodule("ch1", Channel(dac, "ch1")), Channel)

# What all of them have is looked up when the code runs.
assert_type(channels.voltage(), Any)

# The tree is typed too.
assert_type(dac.root_instrument, InstrumentBase)
assert_type(Channel(dac, "ch1").parent, InstrumentBase | None)
assert_type(Instrument.instances(), list[Instrument])
