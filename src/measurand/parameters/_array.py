"""One reading that is an array: with setpoints that are parameters themselves, and the older form with fixed ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from measurand.errors import DefinitionError
from measurand.parameters._fields import Field, Shape, Yield, single
from measurand.parameters._multi import axes_of, checked_shape, needs_get_raw
from measurand.parameters._owner import Owner
from measurand.parameters._parameter import Parameter
from measurand.validators import Arrays, Validator


class ParameterWithSetpoints(Parameter[Any]):
    """An array whose coordinates are other parameters, so that they are always those of this reading (F16).

    Its validator is `Arrays` with a shape, and so are those of its setpoints; together the setpoints' shapes make the
    shape of the array. Lengths may be functions, e.g. the parameter for the number of points: they are asked at each
    reading, and a reading of another shape is refused.

    Args:
        name: Identifier, unique within the instrument.
        instrument: The instrument it belongs to.
        vals: `Arrays` with a shape.
        setpoints: The coordinate along each dimension: parameters whose validators are `Arrays` with a shape.
        snapshot_get: Whether a snapshot with ``update=True`` reads it; default no, it may take long.
        snapshot_value: Whether snapshots hold the value; default no, it may be large.
        **options: As for `Parameter`.

    Raises:
        DefinitionError: A validator is not `Arrays` with a shape.
    """

    def __init__(
        self,
        name: str,
        instrument: Owner | None = None,
        *,
        vals: Validator[Any] | None = None,
        setpoints: Sequence[Parameter[Any]] = (),
        snapshot_get: bool = False,
        snapshot_value: bool = False,
        **options: Any,
    ) -> None:
        _refuse_without_shape(name, vals)
        self._setpoints = _checked(name, setpoints)
        self._check_reading = self.validate
        super().__init__(
            name, instrument, vals=vals, snapshot_get=snapshot_get, snapshot_value=snapshot_value, **options
        )

    @property
    def setpoints(self) -> tuple[Parameter[Any], ...]:
        """The coordinate along each dimension; may be replaced, e.g. when the instrument changes its mode."""
        return self._setpoints

    @setpoints.setter
    def setpoints(self, setpoints: Sequence[Parameter[Any]]) -> None:
        self._setpoints = _checked(self.name, setpoints)

    def validate_consistent_shape(self) -> None:
        """Raise `DefinitionError` if the shapes of the setpoints do not make the shape of the array."""
        own = _shape_of(self.name, self.vals)
        theirs = [length for p in self._setpoints for length in _shape_of(p.name, p.vals)]
        if tuple(theirs) != own:
            listed = ", ".join(f"{p.full_name} {_shape_of(p.name, p.vals)}" for p in self._setpoints) or "none"
            raise DefinitionError(
                f"{'.'.join(self.name_parts)}: its shape {own} is not what its setpoints make ({listed}). Use the same "
                f"lengths in both validators."
            )

    def validate(self, value: Any) -> None:
        """Raise unless ``value`` has the shape of the validator and the setpoints fit."""
        self.validate_consistent_shape()
        super().validate(value)

    @property
    def yields(self) -> Yield:
        """The columns: the setpoints, then the array."""
        axes = [single(p, p.full_name, setpoint=True) for p in self._setpoints]
        axes = [Field(a.name, a.unit, a.label, a.kind, a.shape, (a.name,), setpoint=True) for a in axes]
        own = single(self, self.full_name)
        field = Field(own.name, own.unit, own.label, own.kind, own.shape, tuple(axis.name for axis in axes))
        return Yield((*axes, field), lambda reading: [*(p.get() for p in self._setpoints), reading])


class ArrayParameter(Parameter[Any]):
    """An array with coordinates fixed at construction. Kept for old drivers; `ParameterWithSetpoints` is better.

    Subclass it and override `get_raw`.

    Args:
        name: Identifier, unique within the instrument.
        shape: Its shape.
        instrument: The instrument it belongs to.
        setpoints: The coordinate along each dimension, as sequences of numbers; default none.
        setpoint_names: Their names.
        setpoint_labels: Their labels.
        setpoint_units: Their units.
        snapshot_value: Whether snapshots hold the value; default no, it may be large.
        **options: As for `Parameter`.

    Raises:
        DefinitionError: Setpoints do not fit the shape.
    """

    def __init__(
        self,
        name: str,
        shape: Shape,
        instrument: Owner | None = None,
        *,
        setpoints: Sequence[Any] | None = None,
        setpoint_names: Sequence[str] | None = None,
        setpoint_labels: Sequence[str] | None = None,
        setpoint_units: Sequence[str] | None = None,
        snapshot_value: bool = False,
        **options: Any,
    ) -> None:
        self.shape = checked_shape(name, shape)
        self.setpoints = setpoints
        self.setpoint_names = setpoint_names
        self.setpoint_labels = setpoint_labels
        self.setpoint_units = setpoint_units
        if setpoints is not None and len(setpoints) != len(self.shape):
            raise DefinitionError(
                f"{name}: {len(setpoints)} setpoints for the {len(self.shape)} dimensions of {self.shape}."
            )
        axes_of(name, self.shape, setpoints, setpoint_names, setpoint_labels, setpoint_units)
        needs_get_raw(name, self, ArrayParameter)
        super().__init__(name, instrument, snapshot_value=snapshot_value, **options)

    @property
    def yields(self) -> Yield:
        """The columns: the setpoints, where given, then the array."""
        axes = axes_of(
            self.full_name, self.shape, self.setpoints, self.setpoint_names, self.setpoint_labels, self.setpoint_units
        )
        dims = tuple(field.name for field, _ in axes)
        field = Field(self.full_name, self.unit, self.label, shape=self.shape, dims=dims)
        return Yield((*(axis for axis, _ in axes), field), lambda reading: [*(values for _, values in axes), reading])


def _refuse_without_shape(where: str, vals: Validator[Any] | None) -> None:
    """Raise unless the validator has a shape; its lengths are not asked yet, the device may not be ready to say."""
    if not isinstance(vals, Arrays) or vals.shape_unevaluated is None:
        raise DefinitionError(
            f"{where}: vals={vals!r} refused, needed is Arrays with a shape, e.g. Arrays(shape=(101,))."
        )


def _shape_of(where: str, vals: Validator[Any] | None) -> Shape:
    _refuse_without_shape(where, vals)
    return tuple(vals.shape or ())  # type: ignore[union-attr]  # Arrays, as was checked


def _checked(where: str, setpoints: Sequence[Parameter[Any]]) -> tuple[Parameter[Any], ...]:
    for setpoint in setpoints:
        _refuse_without_shape(
            f"{where}: setpoint {getattr(setpoint, 'full_name', setpoint)!s}", getattr(setpoint, "vals", None)
        )
    return tuple(setpoints)
