"""Parameters that a class promises and its subclasses make: what is missing, and what may take the place.

Knows parameters only as objects that may be ``abstract``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from measurand._core.names import listing
from measurand.errors import DefinitionError, MissingParameter
from measurand.instrument._declared import Declared


def refuse_abstract(kind: type, path: str, parameters: Mapping[str, Any]) -> None:
    """Raise unless every promised parameter was made.

    Args:
        kind: Class of the node.
        path: The node as a user would type it.
        parameters: Its parameters.

    Raises:
        MissingParameter: Some are still abstract; all are named.
        DefinitionError: One that was declared again in the body of a subclass has another unit than was promised.
    """
    for name, unit in _promised_in_class(kind).items():
        if name in parameters:
            _refuse_other_unit(parameters[name], unit)
    missing = [name for name, parameter in parameters.items() if getattr(parameter, "abstract", False)]
    if missing:
        raise MissingParameter(
            f"{path}: {kind.__name__} cannot be made, it has abstract parameters that are not implemented: "
            f"{listing(map(repr, missing))}. A subclass adds {'it' if len(missing) == 1 else 'each of them'} under the "
            f"same name and with the same unit, without abstract=True."
        )


def may_replace(present: Any, member: Any) -> bool:
    """Return whether ``member`` is what the abstract parameter ``present`` promised.

    Raises:
        DefinitionError: It is, but its unit is another one.
    """
    if not getattr(present, "abstract", False):
        return False
    _refuse_other_unit(member, getattr(present, "unit", ""))
    return True


def _promised_in_class(kind: type) -> dict[str, str]:
    """Return the units of the abstract parameters that stand in the body of the class or one of its bases."""
    declared = [(name, it) for base in kind.__mro__ for name, it in vars(base).items() if isinstance(it, Declared)]
    return {name: it.fixed("unit") or "" for name, it in declared if it.fixed("abstract")}


def _refuse_other_unit(parameter: Any, promised: str) -> None:
    given = getattr(parameter, "unit", "")
    if promised != given:
        raise DefinitionError(
            f"{parameter.full_name}: unit {given!r} refused, the abstract parameter of this name has the unit "
            f"{promised!r}. Give unit={promised!r}, with a scale if the device uses another one."
        )
