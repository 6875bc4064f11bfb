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
        count = len(names)
        self.names = tuple(make_name(element) for element in names)
        self.shapes = tuple(tuple(shape) for shape in _one_for_each(name, "shapes", shapes, count, ()))
        self.labels = tuple(
            label or element
            for label, element in zip(_one_for_each(name, "labels", labels, count, None), names, strict=True)
        )
        self.units = tuple(unit or "" for unit in _one_for_each(name, "units", units, count, None))
        self.setpoints = _one_for_each(name, "setpoints", setpoints, count, None)
        self.setpoint_names = _one_for_each(name, "setpoint_names", setpoint_names, count, None)
        self.setpoint_labels = _one_for_each(name, "setpoint_labels", setpoint_labels, count, None)
        self.setpoint_units = _one_for_each(name, "setpoint_units", setpoint_units, count, None)
        super().__init__(name, instrument, snapshot_value=snapshot_value, **options)

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
        for i, element in enumerate(self.full_names):
            fields = axes_of(
                element,
                self.shapes[i],
                self.setpoints[i],
                self.setpoint_names[i],
                self.setpoint_labels[i],
                self.setpoint_units[i],
            )
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


def _one_for_each(where: str, what: str, given: Sequence[Any] | None, count: int, default: Any) -> tuple[Any, ...]:
    if given is None:
        return (default,) * count
    if len(given) != count:
        raise DefinitionError(f"{where}: {count} names but {len(given)} {what}: give one for each name.")
    return tuple(given)
