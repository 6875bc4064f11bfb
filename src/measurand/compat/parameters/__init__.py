"""Parameters with the names, keywords and methods of QCoDeS, on Measurand's own.

`ParameterBase` has what every parameter of QCoDeS has beyond one of Measurand; the others are the kinds. A parameter of
Measurand that was made without the alias counts as one too (``isinstance``), so that scripts may mix them.
"""

from measurand.compat.parameters._cache import CacheProtocol, KnownCache, cache_of
from measurand.compat.parameters._family import (
    ArrayParameter,
    DelegateParameter,
    ElapsedTimeParameter,
    Function,
    Group,
    GroupParameter,
    InstrumentRefParameter,
    ManualParameter,
    MultiParameter,
    ParameterWithSetpoints,
    ScaledParameter,
)
from measurand.compat.parameters._grouped import DelegateGroup, DelegateGroupParameter, GroupedParameter
from measurand.compat.parameters._merge import deep_update
from measurand.compat.parameters._multichannel import MultiChannelInstrumentParameter
from measurand.compat.parameters._quantity import Parameter, ParameterBase
from measurand.compat.parameters._ranges import invert_val_mapping, is_sequence, is_sequence_of, permissive_range
from measurand.compat.parameters._relations import ParameterSet, expand_setpoints_helper
from measurand.compat.parameters._sweep import SweepFixedValues, SweepValues
from measurand.compat.parameters._types import (
    InstrumentTypeVar_co,
    ParamDataType,
    ParameterBaseKWArgs,
    ParameterDataTypeVar,
    ParameterKWArgs,
    ParamRawDataType,
)

__all__ = [
    "ArrayParameter",
    "CacheProtocol",
    "DelegateGroup",
    "DelegateGroupParameter",
    "DelegateParameter",
    "ElapsedTimeParameter",
    "Function",
    "Group",
    "GroupParameter",
    "GroupedParameter",
    "InstrumentRefParameter",
    "InstrumentTypeVar_co",
    "KnownCache",
    "ManualParameter",
    "MultiChannelInstrumentParameter",
    "MultiParameter",
    "ParamDataType",
    "ParamRawDataType",
    "Parameter",
    "ParameterBase",
    "ParameterBaseKWArgs",
    "ParameterDataTypeVar",
    "ParameterKWArgs",
    "ParameterSet",
    "ParameterWithSetpoints",
    "ScaledParameter",
    "SweepFixedValues",
    "SweepValues",
    "cache_of",
    "deep_update",
    "expand_setpoints_helper",
    "invert_val_mapping",
    "is_sequence",
    "is_sequence_of",
    "permissive_range",
]
