"""The structure of a parameter as plain data: what another process, a document or an editor needs; no value."""

from __future__ import annotations

from typing import Any

from measurand.parameters._fields import yield_of
from measurand.parameters._quantity import ParameterBase


def blueprint_of(parameter: ParameterBase[Any]) -> dict[str, Any]:
    """Return what a parameter is, as JSON-ready data.

    Returns:
        ``name``, ``full_name``, ``kind`` (class), ``label``, ``unit``, ``docstring``, ``gettable``, ``settable``,
        ``validators`` (data form, see `measurand.validators`), ``step``, and ``fields``: the columns that measuring it
        gives.
    """
    kind = type(parameter)
    return {
        "name": parameter.name,
        "full_name": parameter.full_name,
        "kind": f"{kind.__module__}.{kind.__qualname__}",
        "label": parameter.label,
        "unit": parameter.unit,
        "docstring": parameter.docstring,
        "gettable": parameter.gettable,
        "settable": parameter.settable,
        "validators": [rule.to_dict() for rule in getattr(parameter, "validators", ())],
        "step": getattr(parameter, "step", None),
        "fields": [field.to_dict() for field in yield_of(parameter).fields],
    }
