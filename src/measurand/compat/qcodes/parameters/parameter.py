"""``qcodes.parameters.parameter``."""

from measurand.compat.parameters import (
    InstrumentTypeVar_co,
    ManualParameter,
    ParamDataType,
    Parameter,
    ParameterDataTypeVar,
    ParameterKWArgs,
    ParamRawDataType,
)

__all__ = [
    "InstrumentTypeVar_co",
    "ManualParameter",
    "ParamDataType",
    "ParamRawDataType",
    "Parameter",
    "ParameterDataTypeVar",
    "ParameterKWArgs",
]
