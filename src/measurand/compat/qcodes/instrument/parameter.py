"""``qcodes.instrument.parameter``, where older drivers look for parameters."""

from measurand.compat.parameters import (
    ArrayParameter,
    DelegateParameter,
    ElapsedTimeParameter,
    Function,
    InstrumentRefParameter,
    ManualParameter,
    MultiParameter,
    ParamDataType,
    Parameter,
    ParameterBase,
    ParameterWithSetpoints,
    ParamRawDataType,
    ScaledParameter,
    SweepFixedValues,
    SweepValues,
    expand_setpoints_helper,
    invert_val_mapping,
)
from measurand.parameters import CombinedParameter, combine
from measurand.parameters import Latest as GetLatest

_BaseParameter = ParameterBase

__all__ = [
    "ArrayParameter",
    "CombinedParameter",
    "DelegateParameter",
    "ElapsedTimeParameter",
    "Function",
    "GetLatest",
    "InstrumentRefParameter",
    "ManualParameter",
    "MultiParameter",
    "ParamDataType",
    "ParamRawDataType",
    "Parameter",
    "ParameterBase",
    "ParameterWithSetpoints",
    "ScaledParameter",
    "SweepFixedValues",
    "SweepValues",
    "combine",
    "expand_setpoints_helper",
    "invert_val_mapping",
]
