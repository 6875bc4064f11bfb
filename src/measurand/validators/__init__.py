"""Accept a value or refuse it with a reason, before it can reach an instrument. A validator never changes a value.

`Numbers`, `Ints`, `Bool`, `Strings`, `Enum`, `Arrays`, `Anything`, and `MultiType` to combine them. Each knows its rule
as text for messages and examples of allowed values for tests. Knows nothing about parameters or units beyond their text.
"""

from measurand.validators._arrays import Arrays
from measurand.validators._choice import Bool, Enum
from measurand.validators._multi import Anything, MultiType
from measurand.validators._numbers import Ints, Numbers
from measurand.validators._text import Strings
from measurand.validators._validator import Refusal, Validator

__all__ = ["Anything", "Arrays", "Bool", "Enum", "Ints", "MultiType", "Numbers", "Refusal", "Strings", "Validator"]
