"""``qcodes.parameters.parameter_base``."""

from measurand.compat.parameters import (
    InstrumentTypeVar_co,
    ParamDataType,
    ParameterBase,
    ParameterBaseKWArgs,
    ParameterDataTypeVar,
    ParameterSet,
    ParamRawDataType,
    invert_val_mapping,
)
from measurand.parameters import Latest as GetLatest

__all__ = [
    "GetLatest",
    "InstrumentTypeVar_co",
    "ParamDataType",
    "ParamRawDataType",
    "ParameterBase",
    "ParameterBaseKWArgs",
    "ParameterDataTypeVar",
    "ParameterSet",
    "invert_val_mapping",
]
