"""What may stand beside a quantity in an expression: a constant, or a function called at each evaluation.

Constants have a form as plain data that brings back exactly the same value. Knows no parameter.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from measurand._core.names import listing
from measurand.errors import DefinitionError, RefusedType
from measurand.parameters._command import arity_problem
from measurand.parameters._operators import ATOM, SIGN

_DTYPES = "?bBhHiIlLqQefdFDU"  # numpy's letters for what JSON can carry without loss
_SHOWN = 6  # elements of an array that are shown one by one


@dataclass(frozen=True, slots=True, eq=False)
class Constant:
    """A number, text, bool, None, numpy scalar or array; an array is the expression's own copy."""

    value: Any

    def written(self) -> tuple[str, int]:
        """Return the text and how tightly it binds."""
        text = _text(self.value)
        return text, SIGN if text.startswith("-") else ATOM

    def to_dict(self) -> dict[str, Any]:
        """Return the value as plain data."""
        return {"value": _to_data(self.value)}


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A function of no arguments, called once at each evaluation."""

    function: Callable[[], Any]

    def get(self) -> Any:
        """Call it."""
        return self.function()

    def written(self) -> tuple[str, int]:
        """Return the text and how tightly it binds."""
        return f"{getattr(self.function, '__name__', None) or repr(self.function)}()", ATOM

    def to_dict(self) -> dict[str, Any]:
        """Refuse: code is no data.

        Raises:
            DefinitionError: Always.
        """
        text, _ = self.written()
        raise DefinitionError(
            f"{text} is a function, so the expression cannot be written down as data. "
            f"Make it a parameter: Parameter(name, get_cmd=function)."
        )


def plain_term(value: Any) -> Constant | Call:
    """Return the term that ``value`` makes.

    Raises:
        RefusedType: It can be no part of an expression; the message says what to do instead.
    """
    if _is_numpy(value):
        return Constant(_own(value))
    if value is None or isinstance(value, bool):
        return Constant(value)
    if isinstance(value, (int, float, complex, str)):
        return Constant(_builtin(value))
    if not callable(value):
        advice = "make it a numpy array" if isinstance(value, (list, tuple)) else _allowed()
        raise _refused(value, advice)
    if isinstance(value, type):
        raise _refused(value, f"a class is no value; {_allowed()}")
    if getattr(value, "gettable", True) is False:
        raise _refused(value, "it cannot be read")
    problem = arity_problem(value, 0)
    if problem:
        raise _refused(value, problem)
    return Call(value)


def constant_from(data: Any) -> Constant:
    """Return the constant that `Constant.to_dict` described by ``{"value": data}``.

    Raises:
        DefinitionError: The description is not one.
    """
    try:
        return Constant(_from_data(data))
    except (TypeError, ValueError, LookupError) as error:
        raise DefinitionError(f"{data!r} describes no constant of an expression: {error!r}.") from error


def _refused(value: object, advice: str) -> RefusedType:
    return RefusedType(f"{value!r} ({type(value).__name__}) cannot be part of an expression: {advice}.")


def _allowed() -> str:
    kinds = ["parameters", "expressions", "numbers", "text", "None", "numpy arrays", "functions of no arguments"]
    return f"allowed are {listing(kinds)}"


def _builtin(value: complex | str) -> complex | str:
    """Return the plain value of a subclass, such as a member of an enum: data could not tell it from the plain one."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int(value)
    return float(value) if isinstance(value, float) else complex(value)


def _is_numpy(value: object) -> bool:
    """Return whether ``value`` is numpy's; as long as numpy is not loaded, nothing is."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, (numpy.ndarray, numpy.generic))


def _own(value: Any) -> Any:
    """Return a numpy scalar as it is, and of an array a copy that nobody can change."""
    import numpy as np

    if value.dtype.char not in _DTYPES:
        raise _refused(value, f"{value.dtype} is not allowed, numpy's numbers (up to 64 bits each), bools and text are")
    if isinstance(value, np.generic):
        return value
    if type(value) is not np.ndarray:
        raise _refused(value, "only plain arrays keep their meaning; convert it with numpy.asarray")
    own = value.copy()
    own.setflags(write=False)
    return own


def _text(value: Any) -> str:
    if not _is_numpy(value):
        return repr(value)
    if value.ndim == 1 and value.size <= _SHOWN:
        return f"array({value.tolist()!r})"
    if value.ndim or not hasattr(value, "item"):
        return f"<array {value.shape} {value.dtype}>"
    return repr(str(value)) if value.dtype.kind == "U" else str(value)


def _to_data(value: Any) -> Any:
    if _is_numpy(value):
        dtype = value.dtype.str
        if isinstance(value, sys.modules["numpy"].generic):
            return {"dtype": dtype, "scalar": _number_to_data(value.item())}
        return {"dtype": dtype, "shape": list(value.shape), "array": list(map(_number_to_data, value.ravel().tolist()))}
    return _number_to_data(value)


def _number_to_data(value: Any) -> Any:
    """Return what JSON can carry: NaN and the infinities go as text, complex numbers as two parts."""
    if isinstance(value, complex):
        return {"complex": [_number_to_data(value.real), _number_to_data(value.imag)]}
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": str(value)}
    return value


def _from_data(data: Any) -> Any:
    if isinstance(data, Mapping) and "dtype" in data:
        import numpy as np

        dtype = np.dtype(data["dtype"])
        if dtype.char not in _DTYPES:
            raise TypeError(f"dtype {dtype} is not allowed")
        if "scalar" in data:
            return np.array([_number_from(data["scalar"])], dtype)[0]
        array = np.array(list(map(_number_from, data["array"])), dtype).reshape(data["shape"])
        array.setflags(write=False)
        return array
    return _number_from(data)


def _number_from(data: Any) -> Any:
    if isinstance(data, Mapping):
        if "complex" in data:
            real, imaginary = map(_number_from, data["complex"])
            return complex(real, imaginary)
        return float(data["float"])
    if data is None or isinstance(data, (bool, int, float, str)):
        return data
    raise TypeError(f"{type(data).__name__} is no constant")
