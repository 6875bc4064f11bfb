"""What a parameter is called and means, as data."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from measurand._core.names import check_identifier
from measurand.errors import DefinitionError


class Spec(NamedTuple):
    """Name, label, unit and what a snapshot shows.

    Attributes:
        name: Identifier, unique within its owner.
        label: Text for people, e.g. on an axis.
        unit: SI text, ``""`` without one.
        docstring: What the parameter does.
        metadata: Anything the user wants in snapshots.
        snapshot_get: Whether a snapshot with ``update=True`` reads the instrument.
        snapshot_value: Whether a snapshot holds the value.
        snapshot_exclude: Whether the owner's snapshot leaves the parameter out.
    """

    name: str
    label: str
    unit: str
    docstring: str | None = None
    metadata: Mapping[str, Any] = MappingProxyType({})
    snapshot_get: bool = True
    snapshot_value: bool = True
    snapshot_exclude: bool = False


def make_name(name: object) -> str:
    """Return ``name`` if it can name a parameter, else raise `DefinitionError` with a better one."""
    return check_identifier(name, "parameter")


def make_unit(name: str, unit: str | None, units: str | None) -> str:
    """Return the unit from its two spellings; ``units`` is the deprecated one (A46)."""
    if units is not None:
        warnings.warn(
            f"{name}: units={units!r} is the old spelling and goes away in version 1.0; write unit={units!r}.",
            DeprecationWarning,
            stacklevel=4,
        )
        if unit is not None and unit != units:
            raise DefinitionError(f"{name}: unit={unit!r} and units={units!r} contradict each other; give unit only.")
        return units
    return unit or ""


class InstanceDoc:
    """The docstring of a class of parameters, and for each of its instances one of its own.

    ``help(Parameter)`` shows the class's text; ``dac.ch3.voltage.__doc__`` what this voltage is (A41).
    """

    def __init__(self, of_class: str | None) -> None:
        self._of_class = of_class

    def __get__(self, instance: Any, owner: type) -> str | None:
        if instance is None:
            return self._of_class
        spec: Spec | None = instance.__dict__.get("_spec")
        if spec is None:
            return self._of_class
        rows = [("name", spec.name), ("label", instance.label), ("unit", instance.unit)]
        if getattr(instance, "vals", None) is not None:
            rows.append(("allowed", instance.vals.allowed(spec.unit)))
        table = "\n".join(f"* `{key}` {text}" for key, text in rows if text)
        return f"{spec.docstring}\n\n{table}" if spec.docstring else table
