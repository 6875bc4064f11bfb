"""The state of one parameter as plain data, made of its parts. Reads no instrument."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from measurand._core.json import to_plain
from measurand.parameters._cache import Cache, shown
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
        "__class__": class_name(kind),
        "name": spec.name,
        "full_name": spec.name if owner is None else f"{owner.name}_{spec.name}",
        "label": spec.label,
        "unit": spec.unit,
        "ts": None if cache is None or cache.time is None else local_time(cache.time),
        "inter_delay": ramp.inter_delay,
        "post_delay": ramp.post_delay,
        "validators": [repr(rule) for rule in vals],
    }
    if spec.snapshot_value:
        state["value"], state["raw_value"] = (
            (None, None) if cache is None else (to_plain(shown(cache)), to_plain(cache.raw()))
        )
    for key, given in (
        ("step", ramp.step),
        ("scale", codecs.scale),
        ("offset", codecs.offset),
        ("val_mapping", codecs.mapping),
    ):
        if given is not None:
            state[key] = to_plain(given)
    if owner is not None:
        state["instrument"] = class_name(type(owner))
        state["instrument_name"] = owner.name
    if spec.metadata:
        state["metadata"] = to_plain(spec.metadata)
    return state


@functools.cache
def class_name(kind: type) -> str:
    """Return the dotted name of a class."""
    return f"{kind.__module__}.{kind.__qualname__}"


def local_time(seconds: float) -> str:
    """Return e.g. ``"2026-11-20 18:53:42.123"``."""
    return datetime.fromtimestamp(seconds).isoformat(" ", "milliseconds")  # noqa: DTZ006 - local, as QCoDeS has it
