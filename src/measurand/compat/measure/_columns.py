"""Which columns a parameter registers as, and what of its value belongs to which of them. Knows no run.

A `ParameterWithSetpoints`, an `ArrayParameter` and a `MultiParameter` bring columns for their axes along, which are filled
by themselves: each point of an array has a value of each axis.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from measurand._core.names import listing
from measurand.compat.description import ParamSpecBase
from measurand.errors import DefinitionError, RefusedRow
from measurand.parameters import ArrayParameter, Measurable, MultiParameter, ParameterWithSetpoints, name_of
from measurand.validators import Arrays, ComplexNumbers, Strings

if TYPE_CHECKING:
    import numpy.typing as npt

Named = list[tuple[str, Any]]


@dataclass(frozen=True)
class Columns:
    """What a parameter registers as.

    Attributes:
        results: Its own columns, each with its axes, outermost first.
        order: All columns, in the order in which they are registered.
        spread: From a value of the parameter to one for each column; None: the value is that of the only column.
        inferred: Columns that were computed from another one, and that one.
    """

    results: tuple[tuple[ParamSpecBase, tuple[ParamSpecBase, ...]], ...]
    order: tuple[ParamSpecBase, ...]
    spread: Callable[[Any], Named] | None = None
    inferred: tuple[tuple[ParamSpecBase, ParamSpecBase], ...] = ()


def columns_of(parameter: Any, paramtype: str | None) -> Columns:
    """Return what ``parameter`` registers as.

    Args:
        parameter: A parameter, or an object with a name and a ``get``.
        paramtype: Of all its columns; None: what the parameter says of itself.

    Raises:
        DefinitionError: It is nothing that can be measured, or there is no such ``paramtype``.
    """
    if not isinstance(parameter, Measurable):
        raise DefinitionError(
            f"Can not register object of type {type(parameter)}: {parameter!r}. Can only register a QCoDeS Parameter; a "
            f"name alone is registered by register_custom_parameter."
        )
    if paramtype is not None and paramtype not in ParamSpecBase.allowed_types:
        raise DefinitionError(
            f"{name_of(parameter)}: {paramtype} is not a valid paramtype, allowed are "
            f"{listing(map(repr, ParamSpecBase.allowed_types))}."
        )
    if isinstance(parameter, ParameterWithSetpoints):
        return _with_setpoints(parameter, paramtype or "array")
    if isinstance(parameter, ArrayParameter):
        return _array(parameter, paramtype or "array")
    if isinstance(parameter, MultiParameter):
        return _several(parameter, paramtype or "numeric")
    spec = _spec(parameter, paramtype or _type_of(parameter))
    moved = tuple(getattr(parameter, "has_control_of", ()))
    return _moving(parameter, spec, moved) if moved else Columns(((spec, ()),), (spec,))


def _moving(parameter: Any, own: ParamSpecBase, moved: Sequence[Any]) -> Columns:
    """Return what a parameter registers as that sets others, which tells what to by ``unpack_self``."""
    order, inferred = [own], []
    for one in moved:
        columns = columns_of(one, None)
        order += columns.order
        inferred += [*((spec, own) for spec, _ in columns.results), *columns.inferred]
    names = {spec.name for spec in order}

    def spread(value: Any) -> Named:
        unpacked = [(_name(one), its_value) for one, its_value in parameter.unpack_self(value)]
        return [(name, its_value) for name, its_value in unpacked if name in names]

    return Columns(((own, ()),), tuple(dict.fromkeys(order)), spread, tuple(inferred))


def _type_of(parameter: Any) -> str:
    chosen = getattr(parameter, "paramtype", None)  # QCoDeS's parameters say it themselves
    if chosen in ParamSpecBase.allowed_types:
        return str(chosen)
    vals = getattr(parameter, "vals", None)
    kinds = ((Arrays, "array"), (Strings, "text"), (ComplexNumbers, "complex"))
    return next((kind for rule, kind in kinds if isinstance(vals, rule)), "numeric")


def _spec(parameter: Any, paramtype: str) -> ParamSpecBase:
    return ParamSpecBase(
        _name(parameter), paramtype, getattr(parameter, "label", None), getattr(parameter, "unit", None)
    )


def _name(parameter: Any) -> str:
    return str(getattr(parameter, "register_name", None) or name_of(parameter))


def _with_setpoints(parameter: ParameterWithSetpoints, paramtype: str) -> Columns:
    own = _spec(parameter, paramtype)
    setpoints = tuple(parameter.setpoints)
    axes = tuple(_spec(one, paramtype) for one in setpoints)

    def spread(value: Any) -> Named:
        import numpy as np

        array = _of_shape(own.name, value, getattr(parameter.vals, "shape", None))
        values = [np.asarray(one.get()) for one in setpoints]
        meshed = values if len(values) == 1 else np.meshgrid(*values, indexing="ij") if values else []
        return [(own.name, array), *((axis.name, one) for axis, one in zip(axes, meshed, strict=True))]

    return Columns(((own, axes),), (own, *axes), spread)


def _array(parameter: ArrayParameter, paramtype: str) -> Columns:
    own = _spec(parameter, paramtype)
    shape = tuple(parameter.shape)
    given = (parameter.setpoints, parameter.setpoint_names, parameter.setpoint_labels, parameter.setpoint_units)
    owners = parameter.name_parts[:-1]
    axes = _axes(own.name, owners, paramtype, shape, given)

    def spread(value: Any) -> Named:
        return [*_points(axes, shape), (own.name, _of_shape(own.name, value, shape))]

    specs = tuple(spec for spec, _ in axes)
    return Columns(((own, specs),), (*specs, own), spread)


def _several(parameter: MultiParameter, paramtype: str) -> Columns:
    owners = parameter.name_parts[:-1]
    names = tuple(parameter.full_names)
    parts = (parameter.setpoints, parameter.setpoint_names, parameter.setpoint_labels, parameter.setpoint_units)
    nested = list(zip(*(part or [None] * len(names) for part in parts), strict=True))
    shapes = [tuple(shape) for shape in parameter.shapes]
    axes = [
        _axes(name, owners, paramtype, shape, given) if given[0] or shape else []
        for name, shape, given in zip(names, shapes, nested, strict=True)
    ]
    own = [
        ParamSpecBase(name, paramtype, label, unit)
        for name, label, unit in zip(names, parameter.labels, parameter.units, strict=True)
    ]

    def spread(value: Any) -> Named:
        if len(value) != len(names):
            raise RefusedRow(f"{name_of(parameter)}: {len(value)} values for {len(names)} names, {listing(names)}.")
        found: Named = []
        for name, one, shape, along in zip(names, value, shapes, axes, strict=True):
            found += [*_points(along, shape), (name, _of_shape(name, one, shape) if shape else one)]
        return found

    specs = [tuple(spec for spec, _ in along) for along in axes]
    order = dict.fromkeys([*(spec for along in specs for spec in along), *own])
    return Columns(tuple(zip(own, specs, strict=True)), tuple(order), spread)


Axis = tuple[ParamSpecBase, Any]


def _axes(owner: str, owners: Sequence[str], paramtype: str, shape: Sequence[int | None], given: Any) -> list[Axis]:
    """Return the column of each axis of an array, with its values as they were given; None: it counts from 0."""
    setpoints, names, labels, units = given

    def of(parts: Any, k: int) -> Any:
        return parts[k] if parts and k < len(parts) else None

    found = []
    for k in range(len(shape)):
        name = of(names, k)
        full = f"{owner}_setpoint_{k}" if not name else "_".join([*owners, name])
        found.append((ParamSpecBase(full, paramtype, of(labels, k), of(units, k)), of(setpoints, k)))
    return found


def _points(axes: Sequence[Axis], shape: Sequence[Any]) -> Named:
    """Return the values of axes at every point of an array."""
    import numpy as np

    found: Named = []
    for k, (spec, given) in enumerate(axes):
        values = np.arange(shape[k]) if given is None else np.asarray(given)
        behind = len(shape) - k - 1
        if values.ndim == 1:
            values = values.reshape((1,) * k + values.shape + (1,) * behind)
        else:  # one for dimension k may have the shape of the first k dimensions
            values = values.reshape(values.shape + (1,) * behind)
        found.append((spec.name, np.broadcast_to(values, tuple(shape))))
    return found


def _of_shape(name: str, value: Any, shape: Sequence[int | None] | None) -> npt.NDArray[Any]:
    """Return a value as an array, which has the shape that its parameter says."""
    import numpy as np

    array = np.asarray(value)
    if shape is not None and array.shape != tuple(shape):
        raise RefusedRow(f"{name}: Expected data with shape {tuple(shape)}, but got {array.shape}. Nothing was stored.")
    return array
