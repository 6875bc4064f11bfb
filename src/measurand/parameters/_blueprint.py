"""The structure of a parameter as plain data: what another process, a document or an editor needs; no value."""

from __future__ import annotations

from typing import Any

from measurand._core.json import to_plain
from measurand.parameters._fields import yield_of
from measurand.parameters._quantity import ParameterBase
from measurand.parameters._source import Source, command_texts


def blueprint_of(parameter: ParameterBase[Any]) -> dict[str, Any]:
    """Return what a parameter is, as JSON-ready data.

    Returns:
        ``name``, ``full_name``, ``kind`` (class), ``label``, ``unit``, ``docstring``, ``gettable``, ``settable``,
        ``validators`` (data form, see `measurand.validators`), ``step``, ``get_cmd`` and ``set_cmd`` (None unless they
        are text), ``codes`` (what the device says, of a mapping), and ``fields``: the columns that measuring it gives.
    """
    kind = type(parameter)
    source: object = getattr(parameter, "_source", None)
    get_cmd, set_cmd = command_texts(source) if isinstance(source, Source) else (None, None)
    mapping = getattr(parameter, "val_mapping", None)
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
        "get_cmd": get_cmd,
        "set_cmd": set_cmd,
        "codes": None if mapping is None else to_plain(list(dict.fromkeys(mapping.values()))),
        "fields": [field.to_dict() for field in yield_of(parameter).fields],
    }
