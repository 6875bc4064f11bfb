"""The keywords of a declared parameter as a type, so that a misspelt one is seen before the code runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypedDict

from measurand.instrument._late import late


class DeclaredOptions(TypedDict, total=False):
    """Keywords that do not decide the type of the value; see `parameter` and `Parameter` for what they mean."""

    parameter_class: type[Any]
    safe: Any
    abstract: bool
    label: str | late[str] | None
    unit: str | late[str] | None
    set_parser: Callable[[Any], Any] | None
    scale: float | late[float] | None
    offset: float | late[float] | None
    max_val_age: float | None
    initial_cache_value: Any
    step: float | late[float] | None
    inter_delay: float | late[float]
    post_delay: float | late[float]
    docstring: str | None
    metadata: Mapping[str, Any] | None
    snapshot_get: bool
    snapshot_value: bool
    snapshot_exclude: bool
    on_set_callback: Callable[[Any], Any] | None
    setpoints: Any
    shape: Any
    names: Any
    shapes: Any
    labels: Any
    units: Any
    setpoint_names: Any
    setpoint_labels: Any
    setpoint_units: Any
