"""Instruments, modules and channels with the names, keywords and methods of QCoDeS, on Measurand's own."""

from measurand.compat.instrument._module import (
    AutoLoadableChannelList,
    AutoLoadableInstrumentChannel,
    ChannelList,
    ChannelTuple,
    InstrumentChannel,
    InstrumentModule,
)
from measurand.compat.instrument._node import ABSTRACT, InstrumentBase, InstrumentMeta
from measurand.compat.instrument._root import Instrument, IPInstrument, VisaInstrument, find_or_create_instrument
from measurand.compat.instrument._types import (
    InstrumentBaseKWArgs,
    InstrumentModuleType,
    InstrumentProtocol,
    TParameter,
    TSubmodule,
    VisaInstrumentKWArgs,
)

__all__ = [
    "ABSTRACT",
    "AutoLoadableChannelList",
    "AutoLoadableInstrumentChannel",
    "ChannelList",
    "ChannelTuple",
    "IPInstrument",
    "Instrument",
    "InstrumentBase",
    "InstrumentBaseKWArgs",
    "InstrumentChannel",
    "InstrumentMeta",
    "InstrumentModule",
    "InstrumentModuleType",
    "InstrumentProtocol",
    "TParameter",
    "TSubmodule",
    "VisaInstrument",
    "VisaInstrumentKWArgs",
    "find_or_create_instrument",
]
