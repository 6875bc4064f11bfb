"""One quantity: what it is called, where its raw value comes from, how that becomes a value, what is allowed.

`Parameter` is one object made of a few parts: a source (reads and writes raw values), codecs (raw ↔ value), rules
(validators), a cache, a ramp and a frozen spec. A parameter knows no instrument; it asks its `Owner` to ``ask`` and
``write``. The family are the same class with another source, or with a reading of several columns: `ManualParameter`,
`DelegateParameter`, `ScaledParameter`, `ElapsedTimeParameter`, `GroupParameter` with its `Group`, `MultiParameter`,
`ParameterWithSetpoints`, `ArrayParameter`, `JoinedParameter` to read and set several as one, and `combine` to move several
together. `Sweep` is one axis of values; `yield_of` describes what measuring something gives.
"""

from measurand.parameters._adaptive import Adaptive, adaptive
from measurand.parameters._array import ArrayParameter, ParameterWithSetpoints
from measurand.parameters._blueprint import blueprint_of
from measurand.parameters._cache import Cache
from measurand.parameters._combined import CombinedParameter, combine
from measurand.parameters._delegate import DelegateParameter
from measurand.parameters._elapsed import ElapsedTimeParameter
from measurand.parameters._expression import Expression, NamedExpression, Operand
from measurand.parameters._fields import Field, Measurable, Yield, name_of, yield_of
from measurand.parameters._function import Function
from measurand.parameters._group import Group, GroupParameter
from measurand.parameters._joined import JoinedParameter
from measurand.parameters._latest import Latest
from measurand.parameters._manual import ManualParameter
from measurand.parameters._multi import MultiParameter
from measurand.parameters._onoff import create_on_off_val_mapping
from measurand.parameters._owner import Owner
from measurand.parameters._parameter import Parameter
from measurand.parameters._quantity import ParameterBase
from measurand.parameters._scaled import ScaledParameter
from measurand.parameters._source import Source
from measurand.parameters._sweep import Segment, Settable, Sweep, as_settable, linear_sweep

__all__ = [
    "Adaptive",
    "ArrayParameter",
    "Cache",
    "CombinedParameter",
    "DelegateParameter",
    "ElapsedTimeParameter",
    "Expression",
    "Field",
    "Function",
    "Group",
    "GroupParameter",
    "JoinedParameter",
    "Latest",
    "ManualParameter",
    "Measurable",
    "MultiParameter",
    "NamedExpression",
    "Operand",
    "Owner",
    "Parameter",
    "ParameterBase",
    "ParameterWithSetpoints",
    "ScaledParameter",
    "Segment",
    "Settable",
    "Source",
    "Sweep",
    "Yield",
    "adaptive",
    "as_settable",
    "blueprint_of",
    "combine",
    "create_on_off_val_mapping",
    "linear_sweep",
    "name_of",
    "yield_of",
]
