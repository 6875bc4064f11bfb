"""``qcodes.parameters``."""

from measurand.compat import _names

__getattr__, __dir__ = _names.answering(
    __name__,
    {
        "measurand.parameters": "ArrayParameter CombinedParameter DelegateParameter ElapsedTimeParameter Function Group "
        "GroupParameter ManualParameter MultiParameter Parameter ParameterBase ParameterWithSetpoints ScaledParameter "
        "combine create_on_off_val_mapping",
        "measurand.instrument": "MultiChannelInstrumentParameter",
    },
)
