"""``qcodes.parameters``."""

from measurand.compat import _names

__getattr__, __dir__ = _names.answering(
    __name__,
    {
        "measurand.compat.parameters": "ArrayParameter DelegateGroup DelegateGroupParameter DelegateParameter "
        "ElapsedTimeParameter Function Group GroupParameter GroupedParameter InstrumentRefParameter ManualParameter "
        "MultiChannelInstrumentParameter MultiParameter ParamDataType ParamRawDataType Parameter ParameterBase "
        "ParameterBaseKWArgs ParameterKWArgs ParameterSet ParameterWithSetpoints ScaledParameter SweepFixedValues "
        "SweepValues expand_setpoints_helper invert_val_mapping",
        "measurand.parameters": "CombinedParameter combine create_on_off_val_mapping",
        "measurand.compat.description": "ParamSpecBase ParamSpecBaseDict",
    },
)
