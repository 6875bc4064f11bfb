"""Instruments: trees of parameters with a connection.

`Instrument` is the root of a tree, `InstrumentModule` and `InstrumentChannel` are its parts, `ChannelTuple` and
`ChannelList` are several channels as one; `VisaInstrument` is an instrument behind a VISA address, and `InstrumentBase`
needs no device at all: `DelegateInstrument` and `InstrumentGroup` are composed of what others have. Those that exist are found by name: `find_instrument`, `find_or_create_instrument`, `close_all`, all
through a `Registry`. `parameter` and `submodule` declare in the body of a class what its instruments have; `blueprint` is
their structure as data; `Safety` knows what harms nothing; `DelayedKeyboardInterrupt` protects a piece of a driver from
Ctrl-C, `wait_until` waits as a run wants it. Knows nothing about sweeps or data.
"""

from measurand._core.clock import Clock
from measurand._core.interrupt import DelayedKeyboardInterrupt
from measurand.instrument._alias import AliasParameter
from measurand.instrument._autoload import AutoLoadableChannelList, AutoLoadableInstrumentChannel
from measurand.instrument._blueprint import blueprint
from measurand.instrument._broadcast import Broadcast, MultiChannelInstrumentParameter
from measurand.instrument._channels import ChannelList, ChannelTuple
from measurand.instrument._creation import InstrumentMeta, NodeMeta
from measurand.instrument._declared import Declared, DeclaredModule, parameter, submodule
from measurand.instrument._delegate import DelegateChannel, DelegateInstrument, InstrumentGroup
from measurand.instrument._find import close_all, find_instrument, find_or_create_instrument
from measurand.instrument._instrument import Instrument
from measurand.instrument._ip import IPInstrument
from measurand.instrument._late import late
from measurand.instrument._module import InstrumentChannel, InstrumentModule
from measurand.instrument._node import InstrumentBase
from measurand.instrument._registry import Registry
from measurand.instrument._safety import Safe, Safety
from measurand.instrument._visa import VisaInstrument
from measurand.instrument._waiting import wait_until
from measurand.parameters import ManualParameter, MultiParameter  # the driver guide imports them from here

__all__ = [
    "AliasParameter",
    "AutoLoadableChannelList",
    "AutoLoadableInstrumentChannel",
    "Broadcast",
    "ChannelList",
    "ChannelTuple",
    "Clock",
    "Declared",
    "DeclaredModule",
    "DelayedKeyboardInterrupt",
    "DelegateChannel",
    "DelegateInstrument",
    "IPInstrument",
    "Instrument",
    "InstrumentBase",
    "InstrumentChannel",
    "InstrumentGroup",
    "InstrumentMeta",
    "InstrumentModule",
    "ManualParameter",
    "MultiChannelInstrumentParameter",
    "MultiParameter",
    "NodeMeta",
    "Registry",
    "Safe",
    "Safety",
    "VisaInstrument",
    "blueprint",
    "close_all",
    "find_instrument",
    "find_or_create_instrument",
    "late",
    "parameter",
    "submodule",
    "wait_until",
]
