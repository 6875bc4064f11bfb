"""``qcodes.instrument.channel``."""

from typing import Any

from measurand.compat.instrument import (
    AutoLoadableChannelList,
    AutoLoadableInstrumentChannel,
    ChannelList,
    ChannelTuple,
    InstrumentChannel,
    InstrumentModule,
    InstrumentModuleType,
)
from measurand.compat.parameters import MultiChannelInstrumentParameter
from measurand.validators import Enum

__all__ = [
    "AutoLoadableChannelList",
    "AutoLoadableInstrumentChannel",
    "ChannelList",
    "ChannelListValidator",
    "ChannelTuple",
    "ChannelTupleValidator",
    "InstrumentChannel",
    "InstrumentModule",
    "InstrumentModuleType",
    "MultiChannelInstrumentParameter",
]


class ChannelTupleValidator(Enum[Any]):
    """One of several channels.

    Args:
        channel_list: The channels.
    """

    def __init__(self, channel_list: ChannelTuple) -> None:
        super().__init__(*channel_list)


ChannelListValidator = ChannelTupleValidator
