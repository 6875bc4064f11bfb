"""Values as JSON and back: what rules are made of, whole even where JSON has no form for it.

Text, bools, None, whole and finite numbers are themselves; anything else is a dict with one telling key::

    {"float": "nan" | "inf" | "-inf"}       {"complex": [re, im]}        {"bytes": "00ff"}
    {"tuple": [...]}  {"frozenset": [...]}  {"numpy": "float32", "value": 0.5}
    {"type": "module:Class"}                {"asked": "dac.n_points"}    a function that only its owner can call

Classes are looked up among the loaded modules and never imported, so that reading data runs no code (numpy is ours).
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from measurand._core.json import dumps
from measurand.errors import DefinitionError
from measurand.validators._numpy import is_scalar


class Undescribable(Exception):
    """A value that has no form as data, such as a function. Never leaves the package: the rule is described by its text."""


class UnknownClass(Exception):
    """A class that this process does not have. Never leaves the package: the check is left to the owner."""


@dataclass(frozen=True)
class Asked:
    """Stands for a function that only the owner of the instrument can call.

    Attributes:
        name: What is asked, for texts, e.g. ``"scope_n_points"``.
    """

    name: str


def encode(value: Any) -> Any:
    """Return ``value`` as JSON data.

    Raises:
        Undescribable: It has none, e.g. a function, or a class that cannot be found by its name.
    """
    kind = type(value)
    if value is None or kind in (str, bool, int):
        return value
    if kind is float:
        return value if math.isfinite(value) else {"float": repr(value)}
    if kind is complex:
        return {"complex": [encode(value.real), encode(value.imag)]}
    if kind is bytes:
        return {"bytes": value.hex()}
    if kind is tuple:
        return {"tuple": [encode(item) for item in value]}
    if kind is frozenset:  # sorted, because its own order differs between processes
        return {"frozenset": sorted((encode(item) for item in value), key=dumps)}
    if isinstance(value, type):
        return {"type": _name_of_class(value)}
    if isinstance(value, Asked):
        return {"asked": value.name}
    return _encode_numpy(value)


def decode(data: Any) -> Any:
    """Return the value that `encode` made ``data`` of.

    Raises:
        DefinitionError: ``data`` is nothing that `encode` makes.
        UnknownClass: It names a class that this process does not have.
    """
    if data is None or isinstance(data, (str, bool, int, float)):
        return data
    if isinstance(data, dict) and data:
        tag, content = next(iter(data.items()))
        if tag in _DECODERS and len(data) == (2 if tag == "numpy" else 1):
            try:
                return _DECODERS[tag](data if tag == "numpy" else content)
            except (TypeError, ValueError, KeyError, AttributeError) as error:
                raise DefinitionError(f"{data!r} cannot be read as a value: {error}.") from error
    raise DefinitionError(f"{data!r} cannot be read as a value; allowed is what to_dict() of a validator returns.")


def _encode_numpy(value: Any) -> Any:
    plain = value.item() if is_scalar(value) else None
    if type(plain) not in (str, bool, int, float, complex, bytes):  # also what numpy cannot say in Python's types
        raise Undescribable(type(value).__name__)
    return {"numpy": type(value).__name__, "value": encode(plain)}


def _decode_numpy(data: dict[str, Any]) -> Any:
    kind = _find_class(f"numpy:{data['numpy']}")
    if "generic" not in [parent.__name__ for parent in kind.__mro__]:  # other classes of numpy do things when called
        raise ValueError(f"{data['numpy']} is no scalar type of numpy")
    return kind(decode(data["value"]))


def _decode_float(text: str) -> float:
    if text not in ("nan", "inf", "-inf"):
        raise ValueError("allowed are nan, inf and -inf")
    return float(text)


def _decode_complex(parts: list[Any]) -> complex:
    real, imaginary = parts
    return complex(decode(real), decode(imaginary))


def _name_of_class(kind: type) -> str:
    name = f"{kind.__module__}:{kind.__qualname__}"
    try:
        found = _find_class(name)
    except UnknownClass:
        found = None
    if found is not kind or kind.__module__ == "__main__":  # every process has another __main__
        raise Undescribable(name)
    return name


def _find_class(name: str) -> type[Any]:
    module_name, _, path = name.partition(":")
    if module_name == "numpy":
        import numpy as np  # noqa: F401 - only has to be loaded
    found: Any = sys.modules.get(module_name)
    for part in path.split("."):  # not by getattr, which may make a lazy module import
        found = vars(found).get(part) if isinstance(found, (ModuleType, type)) else None
    if not isinstance(found, type):
        raise UnknownClass(name)
    return found


_DECODERS: dict[str, Callable[[Any], Any]] = {
    "float": _decode_float,
    "complex": _decode_complex,
    "bytes": bytes.fromhex,
    "tuple": lambda items: tuple(decode(item) for item in items),
    "frozenset": lambda items: frozenset(decode(item) for item in items),
    "type": _find_class,
    "asked": lambda name: Asked(str(name)),
    "numpy": _decode_numpy,
}
