"""The state of one parameter as plain data. Reads the instrument only when told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from measurand._core.json import to_plain

if TYPE_CHECKING:
    from measurand.parameters._parameter import Parameter


def snapshot_of(parameter: Parameter[Any], update: bool | None) -> dict[str, Any]:
    """Return value, time and description of ``parameter`` as JSON-ready data.

    Args:
        parameter: What to describe.
        update: True reads the instrument first; None only if the cached value is not valid; False never.
    """
    spec = parameter._spec
    cache = parameter.cache
    if spec.snapshot_get and parameter.gettable and (update or (update is None and not cache.valid)):
        parameter.get()
    owner = parameter.instrument
    kind = type(parameter)
    state: dict[str, Any] = {
        "__class__": f"{kind.__module__}.{kind.__qualname__}",
        "name": spec.name,
        "full_name": parameter.full_name,
        "label": spec.label,
        "unit": spec.unit,
        "ts": cache.timestamp.isoformat(sep=" ", timespec="milliseconds") if cache.timestamp else None,
        "inter_delay": parameter.inter_delay,
        "post_delay": parameter.post_delay,
        "validators": [repr(parameter.vals)] if parameter.vals is not None else [],
    }
    if spec.snapshot_value:
        state["value"] = cache.value
        state["raw_value"] = cache.raw_value
    if parameter.step is not None:
        state["step"] = parameter.step
    if parameter.val_mapping is not None:
        state["val_mapping"] = parameter.val_mapping
    if owner is not None:
        state["instrument"] = f"{type(owner).__module__}.{type(owner).__qualname__}"
        state["instrument_name"] = owner.name
    if spec.metadata:
        state["metadata"] = spec.metadata
    plain: dict[str, Any] = to_plain(state)
    return plain
