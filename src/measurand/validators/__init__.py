"""Accept a value or refuse it with a reason, before it can reach an instrument. A validator never changes a value.

- numbers: `Numbers`, `Ints`, `PermissiveInts`, `Multiples`, `PermissiveMultiples`, `ComplexNumbers`
- a choice: `Enum`, `OnOff`, `Bool`; text: `Strings`
- several values: `Arrays`, `Lists`, `Sequence`, `Dict`; objects: `ObjectTypeValidator`, `Callable`
- combinations: `MultiType`, `MultiTypeOr`, `MultiTypeAnd`; everything and nothing: `Anything`, `Nothing`

Each knows its rule as text for messages and examples of allowed values for tests, and becomes plain data
(`Validator.to_dict`) which `from_dict` turns back in any process; `CheckedByOwner` stands for what cannot travel.
Knows nothing about parameters, or about units beyond their text.
"""

from measurand.validators._arrays import Arrays
from measurand.validators._choice import Bool, Enum, OnOff
from measurand.validators._complex import ComplexNumbers
from measurand.validators._containers import Dict, Lists, Sequence
from measurand.validators._from_dict import from_dict
from measurand.validators._multi import Anything, MultiType, MultiTypeAnd, MultiTypeOr, Nothing
from measurand.validators._multiples import Multiples, PermissiveMultiples
from measurand.validators._numbers import Ints, Numbers, PermissiveInts
from measurand.validators._objects import Callable, ObjectTypeValidator
from measurand.validators._owner import CheckedByOwner
from measurand.validators._text import Strings
from measurand.validators._validator import Refusal, Validator

__all__ = [
    "Anything",
    "Arrays",
    "Bool",
    "Callable",
    "CheckedByOwner",
    "ComplexNumbers",
    "Dict",
    "Enum",
    "Ints",
    "Lists",
    "MultiType",
    "MultiTypeAnd",
    "MultiTypeOr",
    "Multiples",
    "Nothing",
    "Numbers",
    "ObjectTypeValidator",
    "OnOff",
    "PermissiveInts",
    "PermissiveMultiples",
    "Refusal",
    "Sequence",
    "Strings",
    "Validator",
    "from_dict",
]
