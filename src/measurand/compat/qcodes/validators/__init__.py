"""``qcodes.validators``."""

from measurand.compat import _names

__getattr__, __dir__ = _names.answering(
    __name__,
    {
        "measurand.validators": "Anything Arrays Bool Callable ComplexNumbers Dict Enum Ints Lists MultiType MultiTypeAnd "
        "MultiTypeOr Multiples Nothing Numbers OnOff PermissiveInts PermissiveMultiples Sequence Strings Validator",
    },
)
