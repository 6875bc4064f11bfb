"""Types that annotations of drivers name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, Literal, NotRequired, TypedDict, TypeVar

from measurand.validators import Validator

ParamDataType = Any
ParamRawDataType = Any
ParameterDataTypeVar = TypeVar("ParameterDataTypeVar")
InstrumentTypeVar_co = TypeVar("InstrumentTypeVar_co", covariant=True)
_Commands = str | Callable[..., Any] | Literal[False] | None


class ParameterBaseKWArgs(TypedDict, Generic[ParameterDataTypeVar, InstrumentTypeVar_co]):
    """Keywords of `ParameterBase`."""

    instrument: NotRequired[Any]
    snapshot_get: NotRequired[bool]
    metadata: NotRequired[Mapping[Any, Any] | None]
    step: NotRequired[float | None]
    scale: NotRequired[float | Iterable[float] | None]
    offset: NotRequired[float | Iterable[float] | None]
    inter_delay: NotRequired[float]
    post_delay: NotRequired[float]
    val_mapping: NotRequired[Mapping[Any, Any] | None]
    get_parser: NotRequired[Callable[..., Any] | None]
    set_parser: NotRequired[Callable[..., Any] | None]
    snapshot_value: NotRequired[bool]
    snapshot_exclude: NotRequired[bool]
    max_val_age: NotRequired[float | None]
    vals: NotRequired[Validator[Any] | None]
    abstract: NotRequired[bool | None]
    bind_to_instrument: NotRequired[bool]
    register_name: NotRequired[str | None]
    on_set_callback: NotRequired[Callable[..., None] | None]


class ParameterKWArgs(ParameterBaseKWArgs[ParameterDataTypeVar, InstrumentTypeVar_co]):
    """Keywords of `Parameter`."""

    label: NotRequired[str | None]
    unit: NotRequired[str | None]
    get_cmd: NotRequired[_Commands]
    set_cmd: NotRequired[_Commands]
    initial_value: NotRequired[Any]
    docstring: NotRequired[str | None]
    initial_cache_value: NotRequired[Any]
