"""Parameters that a class promises and its subclasses make: what is missing, and what may take the place.

Knows parameters only as objects that may be ``abstract``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from measurand._core.names import listing
from measurand.errors import DefinitionError, MissingParameter


def refuse_abstract(kind: type, path: str, parameters: Mapping[str, Any]) -> None:
    """Raise unless every promised parameter was made.

    Args:
        kind: Class of the node.
        path: The node as a user would type it.
        parameters: Its parameters.

    Raises:
        MissingParameter: Some are still abstract; all are named.
    """
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
    promised, given = getattr(present, "unit", ""), getattr(member, "unit", "")
    if promised != given:
        raise DefinitionError(
            f"{present.full_name}: unit {given!r} refused, the abstract parameter of this name has the unit {promised!r}. "
            f"Give unit={promised!r}, with a scale if the device uses another one."
        )
    return True
