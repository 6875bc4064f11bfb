"""``qcodes.instrument``."""

from measurand.compat import _names

__getattr__, __dir__ = _names.answering(
    __name__,
    {
        "measurand.instrument": "ChannelList ChannelTuple IPInstrument Instrument InstrumentBase InstrumentChannel "
        "InstrumentModule VisaInstrument find_or_create_instrument",
    },
)
