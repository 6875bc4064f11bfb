"""The state of one parameter as plain data, made of its parts. Reads no instrument."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from measurand._core.json import to_plain
from measurand.parameters._cache import Cache
from measurand.parameters._codecs import Codecs
from measurand.parameters._owner import Owner
from measurand.parameters._ramp import Ramp
from measurand.parameters._spec import Spec
from measurand.validators import Validator


def state_of(
    kind: type,
    spec: Spec,
    cache: Cache[Any] | None,
    codecs: Codecs,
    ramp: Ramp,
    vals: Sequence[Validator[Any]],
    owner: Owner | None,
) -> dict[str, Any]:
    """Return value, time and description of a parameter of class ``kind`` with these parts as JSON-ready data; cache None: never used."""
    state: dict[str, Any] = {
        "__class__": f"{kind.__module__}.{kind.__qualname__}",
        "name": spec.name,
        "full_name": spec.name if owner is None else f"{owner.name}_{spec.name}",
        "label": spec.label,
        "unit": spec.unit,
        "ts": None,
        "inter_delay": ramp.inter_delay,
        "post_delay": ramp.post_delay,
        "validators": [repr(rule) for rule in vals],
    }
    if cache is not None and cache.timestamp is not None:
        state["ts"] = cache.timestamp.isoformat(sep=" ", timespec="milliseconds")
    if spec.snapshot_value:
        state["value"], state["raw_value"] = (None, None) if cache is None else (cache.value, cache.raw_value)
    if ramp.step is not None:
        state["step"] = ramp.step
    if codecs.scale is not None:
        state["scale"] = codecs.scale
    if codecs.offset is not None:
        state["offset"] = codecs.offset
    if codecs.mapping is not None:
        state["val_mapping"] = codecs.mapping
    if owner is not None:
        state["instrument"] = f"{type(owner).__module__}.{type(owner).__qualname__}"
        state["instrument_name"] = owner.name
    if spec.metadata:
        state["metadata"] = spec.metadata
    plain: dict[str, Any] = to_plain(state)
    return plain
