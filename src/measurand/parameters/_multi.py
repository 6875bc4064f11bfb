"""One reading that yields several values of different meaning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from measurand.errors import DefinitionError
from measurand.parameters._fields import Field, Shape, Yield
from measurand.parameters._owner import Owner
from measurand.parameters._parameter import Parameter
from measurand.parameters._spec import make_name


class MultiParameter(Parameter[Any]):
    """A parameter whose ``get`` returns a tuple, each element a column of its own (F15).

    Subclass it and override `get_raw`. Setpoints are needed only where an element is an array and its axis matters.

    Args:
        name: Identifier, unique within the instrument; the columns are called by ``names``.
        names: Name of each element.
        shapes: Shape of each element: ``()`` for a single value, else lengths; None in place of a length not known
            beforehand.
        instrument: The instrument it belongs to.
        labels: Text for each element; default the names.
        units: SI text for each element; default none.
        setpoints: For each element a tuple with the coordinates along each of its dimensions, or None.
        setpoint_names: Names of these coordinates, nested likewise.
        setpoint_labels: Their labels, nested likewise.
        setpoint_units: Their units, nested likewise.
        snapshot_value: Whether snapshots hold the value; default no, it may be large.
        **options: As for `Parameter`.

    Raises:
        DefinitionError: The numbers of names, shapes, labels, units and setpoints differ.

    Example:
        >>> class Corners(MultiParameter):
        ...     def get_raw(self):
        ...         return 1.0, 2.0
        >>> Corners("corners", names=("left", "right"), shapes=((), ()), units=("V", "V")).get()
        (1.0, 2.0)
    """

    _make_element_name = staticmethod(make_name)

    def __init__(
        self,
        name: str,
        names: Sequence[str],
        shapes: Sequence[Shape],
        instrument: Owner | None = None,
        *,
        labels: Sequence[str | None] | None = None,
        units: Sequence[str | None] | None = None,
        setpoints: Sequence[Any] | None = None,
        setpoint_names: Sequence[Any] | None = None,
        setpoint_labels: Sequence[Any] | None = None,
        setpoint_units: Sequence[Any] | None = None,
        snapshot_value: bool = False,
        **options: Any,
    ) -> None:
        if isinstance(names, str) or "unit" in options or "label" in options:
            raise DefinitionError(
                f"{name}: give names, labels and units as tuples, one element for each value of a reading."
            )
        needs_get_raw(name, self, MultiParameter)
        count = len(names)
        self.names = tuple(self._make_element_name(element) for element in names)
        self.shapes = tuple(checked_shape(name, shape) for shape in _one_for_each(name, "shapes", shapes, count, ()))
        self.labels = tuple(
            label or element
            for label, element in zip(_one_for_each(name, "labels", labels, count, None), names, strict=True)
        )
        self.units = tuple(unit or "" for unit in _one_for_each(name, "units", units, count, None))
        self.setpoints = setpoints
        self.setpoint_names = setpoint_names
        self.setpoint_labels = setpoint_labels
        self.setpoint_units = setpoint_units
        for what, given in (
            ("setpoints", setpoints),
            ("setpoint_names", setpoint_names),
            ("setpoint_labels", setpoint_labels),
            ("setpoint_units", setpoint_units),
        ):
            _one_for_each(name, what, given, count, None)
        super().__init__(name, instrument, snapshot_value=snapshot_value, **options)
        self._axes()

    @property
    def setpoint_full_names(self) -> tuple[tuple[str, ...] | None, ...] | None:
        """Names of the coordinates with those of the owners, nested as ``setpoint_names``."""
        if self.setpoint_names is None:
            return None
        owners = self.name_parts[:-1]
        return tuple(
            None if names is None else tuple("_".join([*owners, name]) for name in names)
            for names in self.setpoint_names
        )

    @property
    def full_names(self) -> tuple[str, ...]:
        """Names of the columns with those of the owners."""
        owners = self.name_parts[:-1]
        return tuple("_".join([*owners, element]) for element in self.names)

    @property
    def yields(self) -> Yield:
        """The columns: for each element its coordinates, where given, and itself."""
        axes: dict[str, tuple[Field, Any]] = {}
        elements = []
        for i, (element, fields) in enumerate(zip(self.full_names, self._axes(), strict=True)):
            axes.update({field.name: (field, values) for field, values in fields})
            dims = tuple(field.name for field, _ in fields)
            elements.append(Field(element, self.units[i], self.labels[i], shape=self.shapes[i], dims=dims))
        coordinates = [values for _, values in axes.values()]

        def values(reading: Sequence[Any]) -> list[Any]:
            if len(reading) != len(elements):
                raise DefinitionError(
                    f"{'.'.join(self.name_parts)}: get_raw returned {len(reading)} values for {len(elements)} names "
                    f"({', '.join(self.names)})."
                )
            return [*coordinates, *reading]

        return Yield((*(field for field, _ in axes.values()), *elements), values)

    def snapshot(self, update: bool | None = False) -> dict[str, Any]:
        """Return the state as JSON-ready data, with names, labels and units of the elements."""
        state = super().snapshot(update)
        del state["label"], state["unit"]
        return state | {"names": list(self.names), "labels": list(self.labels), "units": list(self.units)}

    def _axes(self) -> list[list[tuple[Field, Any]]]:
        """Return the coordinates of each element."""
        given = (self.setpoints, self.setpoint_names, self.setpoint_labels, self.setpoint_units)
        nested = zip(*(one or [None] * len(self.names) for one in given), strict=True)
        return [
            axes_of(name, shape, *axes) for name, shape, axes in zip(self.full_names, self.shapes, nested, strict=True)
        ]


def axes_of(owner: str, shape: Shape, setpoints: Any, names: Any, labels: Any, units: Any) -> list[tuple[Field, Any]]:
    """Return the coordinate of each dimension of an array, with its values; none if no setpoints are given.

    Args:
        owner: Name of the array, for default names.
        shape: Its shape.
        setpoints: One sequence of numbers per dimension; one for dimension k may have the shape of the first k
            dimensions, as the old rule was: then its last line is used.
        names: Their names; default ``<owner>_axis<k>``.
        labels: Their labels; default the names.
        units: Their units; default none.
    """
    for what, given in (
        ("setpoints", setpoints),
        ("setpoint_names", names),
        ("setpoint_labels", labels),
        ("setpoint_units", units),
    ):
        if given is not None and (isinstance(given, str) or len(given) != len(shape)):
            raise DefinitionError(f"{owner}: {what}={given!r} does not fit the {len(shape)} dimensions of {shape}.")
    if setpoints is None:
        return []
    import numpy as np

    found = []
    for k, points in enumerate(setpoints):
        values = np.asarray(points)
        values = values.reshape(-1, values.shape[-1])[-1] if values.ndim > 1 else values
        if shape[k] is not None and len(values) != shape[k]:
            raise DefinitionError(f"{owner}: {len(values)} setpoints for dimension {k} of length {shape[k]}.")
        name = (names[k] if names else None) or f"{owner}_axis{k}"
        label = (labels[k] if labels else None) or name
        field = Field(
            name, (units[k] if units else None) or "", label, shape=(len(values),), dims=(name,), setpoint=True
        )
        found.append((field, values))
    return found


def checked_shape(where: str, shape: Any) -> Shape:
    """Return ``shape`` as a tuple of lengths; raise `DefinitionError` if it is none."""
    if not isinstance(shape, (tuple, list)) or not all(
        length is None or (isinstance(length, int) and not isinstance(length, bool) and length >= 0) for length in shape
    ):
        raise DefinitionError(
            f"{where}: shape {shape!r} refused, allowed is a tuple of lengths, () for a single value."
        )
    return tuple(shape)


def needs_get_raw(where: str, parameter: Parameter[Any], kind: type[Parameter[Any]]) -> None:
    """Raise `DefinitionError` if the class of ``parameter`` does not say how it is read or set."""
    mine = type(parameter)
    if mine.get_raw is kind.get_raw and mine.set_raw is kind.set_raw:
        raise DefinitionError(
            f"{where}: {mine.__name__} needs a get_raw; derive a class from {kind.__name__} and define it."
        )


def _one_for_each(where: str, what: str, given: Sequence[Any] | None, count: int, default: Any) -> tuple[Any, ...]:
    if given is None:
        return (default,) * count
    if len(given) != count:
        raise DefinitionError(f"{where}: {count} names but {len(given)} {what}: give one for each name.")
    return tuple(given)
