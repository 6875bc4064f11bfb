"""From data to the validator that it describes; the reverse of `Validator.to_dict`.

Runs no code that the data name: classes are looked up among ours and among the loaded modules.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from measurand._core.names import listing, nearest
from measurand.errors import DefinitionError
from measurand.validators._arrays import Arrays
from measurand.validators._choice import Bool, Enum, OnOff
from measurand.validators._complex import ComplexNumbers
from measurand.validators._containers import Dict, Lists, Sequence
from measurand.validators._multi import Anything, MultiType, MultiTypeAnd, MultiTypeOr, Nothing
from measurand.validators._multiples import Multiples, PermissiveMultiples
from measurand.validators._numbers import Ints, Numbers, PermissiveInts
from measurand.validators._objects import ObjectTypeValidator
from measurand.validators._owner import CheckedByOwner
from measurand.validators._text import Strings
from measurand.validators._validator import DATA_VERSION, Validator, shown
from measurand.validators._values import UnknownClass, decode

_CLASSES: tuple[type[Validator[Any]], ...] = (
    Anything, Arrays, Bool, CheckedByOwner, ComplexNumbers, Dict, Enum, Ints, Lists, MultiType, MultiTypeAnd, MultiTypeOr,
    Multiples, Nothing, Numbers, ObjectTypeValidator, OnOff, PermissiveInts, PermissiveMultiples, Sequence, Strings,
)  # fmt: skip
_KINDS = {cls.kind: cls for cls in _CLASSES}
_POSITIONAL = {  # the argument that the constructor takes as its *args
    "Enum": "values",
    "MultiType": "validators",
    "MultiTypeAnd": "validators",
    "MultiTypeOr": "validators",
    "ObjectTypeValidator": "types",
}


def from_dict(data: Mapping[str, Any]) -> Validator[Any]:
    """Return the validator that ``data`` describes.

    It accepts and refuses the same values as the one that was described, and is equal to it. What this process cannot
    check it accepts, and says so in its rule: the owner of the instrument checks again.

    Args:
        data: What `Validator.to_dict` returned, here or in another process, possibly by way of JSON.

    Raises:
        DefinitionError: ``data`` is something else, names an unknown kind, or comes from a later version.

    Example:
        >>> from_dict({"version": 1, "kind": "Numbers", "min_value": -1, "max_value": 1})
        <Numbers: -1 to 1>
    """
    if not isinstance(data, Mapping):
        raise DefinitionError(f"{shown(data)} is no description of a validator; allowed is what to_dict() returns.")
    version = data.get("version")
    if type(version) is not int or version < 1:
        raise DefinitionError(f"A validator's data need their version, a whole number from 1; given {shown(version)}.")
    if version > DATA_VERSION:
        raise DefinitionError(
            f"A validator's data have version {version}, but this Measurand reads up to {DATA_VERSION}: update Measurand "
            "on this side."
        )
    return _build({name: value for name, value in data.items() if name != "version"})


def _build(data: Mapping[str, Any]) -> Validator[Any]:
    kind = data.get("kind")
    cls = _KINDS.get(kind) if isinstance(kind, str) else None
    if cls is None:
        near = nearest(kind, _KINDS) if isinstance(kind, str) else None
        advice = f"Did you mean {near!r}? " if near else ""
        raise DefinitionError(
            f"Kind {shown(kind)} of validator is unknown. {advice}Allowed are {listing(sorted(_KINDS))}."
        )
    try:
        arguments = {name: _argument(value) for name, value in data.items() if name != "kind"}
    except UnknownClass as missing:
        return CheckedByOwner(cls.kind, f"{cls.kind} of {missing}", cls.is_numeric, data=data)
    positional = arguments.pop(_POSITIONAL.get(cls.kind, ""), ())
    try:
        if not isinstance(positional, tuple):
            raise TypeError(f"{positional!r} is no list")
        return cls(*positional, **arguments)
    except (TypeError, AttributeError) as error:
        raise DefinitionError(f"The data of a validator of kind {cls.kind!r} cannot be read: {error}.") from error


def _argument(data: Any) -> Any:
    if isinstance(data, list):
        return tuple(_item(item) for item in data)
    return _item(data)


def _item(data: Any) -> Any:
    return _build(data) if isinstance(data, Mapping) and "kind" in data else decode(data)
