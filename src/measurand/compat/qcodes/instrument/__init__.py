"""``qcodes.instrument``."""

from measurand.compat import _names

__getattr__, __dir__ = _names.answering(
    __name__,
    {
        "measurand.compat.instrument": "ChannelList ChannelTuple IPInstrument Instrument InstrumentBase "
        "InstrumentBaseKWArgs InstrumentChannel InstrumentModule VisaInstrument VisaInstrumentKWArgs "
        "find_or_create_instrument",
        "measurand.compat.parameters": "ArrayParameter DelegateParameter Function ManualParameter "
        "MultiParameter Parameter ParameterWithSetpoints ScaledParameter SweepFixedValues SweepValues",
        "measurand.parameters": "CombinedParameter combine",
    },
)
