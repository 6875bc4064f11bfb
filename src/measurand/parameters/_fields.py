"""What a measurable yields: one description for parameters of every kind and for objects of the user's own.

`measure` and storage know nothing else about what they read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

from measurand.errors import DefinitionError
from measurand.validators import Arrays, Bool, Ints, Numbers, Strings, Validator

Shape = tuple[int | None, ...]
Kind = Literal["float", "int", "bool", "complex", "text"]


@dataclass(frozen=True, slots=True)
class Field:
    """One column of what a measurable yields.

    Attributes:
        name: Unique in the laboratory, e.g. ``"vna_trace"``.
        unit: SI text.
        label: Text for axes.
        kind: What the values are; None: seen at the first one.
        shape: ``()`` for single values; None entries are lengths not known beforehand; None: seen at the first value.
        dims: Name of the field that is the coordinate along each dimension of the shape; ``()`` for single values.
        setpoint: Whether it is such a coordinate.
    """

    name: str
    unit: str = ""
    label: str = ""
    kind: Kind | None = None
    shape: Shape | None = ()
    dims: tuple[str, ...] = ()
    setpoint: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the description as plain data."""
        return {
            "name": self.name, "unit": self.unit, "label": self.label, "kind": self.kind,
            "shape": None if self.shape is None else list(self.shape), "dims": list(self.dims), "setpoint": self.setpoint,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Yield:
    """The fields of one measurable, and how one reading becomes their values.

    Attributes:
        fields: The columns, setpoints first.
        values: From what ``get`` returned to one value per field; None: the reading is the value of the only field.
    """

    fields: tuple[Field, ...]
    values: Callable[[Any], Sequence[Any]] | None = None


class _Quantities(type(Protocol)):  # type: ignore[misc]  # what protocols are made of has no public name
    """Tell quantities from instruments, which have a name and a ``get`` by name too."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return not is_node(instance) and super().__instancecheck__(instance)


def is_node(thing: Any) -> bool:
    """Return whether ``thing`` is an instrument, a module, or channels: it has quantities to print, and is none."""
    return hasattr(type(thing), "print_readable_snapshot")


@runtime_checkable
class Measurable(Protocol, metaclass=_Quantities):
    """Anything that can be measured: a parameter, or an object of yours with a name and a ``get``.

    ``label``, ``unit``, ``vals``, ``lane``, and ``names`` with ``labels`` and ``units`` for several values at once are
    used if they are there.
    """

    @property
    def name(self) -> str:
        """Identifier, the name of the column unless there is a ``full_name``."""
        ...

    def get(self) -> Any:
        """Return the present value."""
        ...


def yield_of(measurable: Any) -> Yield:
    """Return what ``measurable`` yields: by its own ``yields`` if it has one, else from name, label, unit and names.

    Raises:
        DefinitionError: ``names``, ``labels`` and ``units`` have different numbers.
    """
    own = getattr(measurable, "yields", None)
    if isinstance(own, Yield):
        return own
    names = getattr(measurable, "names", None)
    if names is None:
        return Yield((single(measurable, name_of(measurable)),))
    shapes = getattr(measurable, "shapes", None) or [None] * len(names)
    return several(
        name_of(measurable),
        tuple(names),
        getattr(measurable, "labels", None),
        getattr(measurable, "units", None),
        shapes,
    )


def single(thing: Any, name: str, *, setpoint: bool = False) -> Field:
    """Return the field of something with one value, from its label, unit and validator."""
    vals = getattr(thing, "vals", None)
    label = getattr(thing, "label", None) or name
    unit = getattr(thing, "unit", None) or ""
    kind = kind_of(vals)
    shape: Shape | None = vals.shape if isinstance(vals, Arrays) else () if kind is not None else None
    return Field(name, unit, label, kind, shape, setpoint=setpoint)


def several(
    where: str,
    names: tuple[str, ...],
    labels: Sequence[str] | None,
    units: Sequence[str] | None,
    shapes: Sequence[Shape | None],
) -> Yield:
    """Return what something with several values at once yields, checked and split by position.

    Raises:
        DefinitionError: The numbers of names, labels, units and shapes differ.
    """
    for what, given in (("labels", labels), ("units", units), ("shapes", shapes)):
        if given is not None and len(given) != len(names):
            raise DefinitionError(
                f"{where}: {len(names)} names but {len(given)} {what}: give one of {what} for each name."
            )
    fields = tuple(
        Field(name, (units or [""] * len(names))[i] or "", (labels or names)[i] or name, shape=shapes[i])
        for i, name in enumerate(names)
    )

    def values(reading: Any) -> Sequence[Any]:
        if len(reading) != len(names):
            raise DefinitionError(
                f"{where}: a reading of {len(reading)} values for {len(names)} names ({', '.join(names)})."
            )
        return list(reading)

    return Yield(fields, values)


def kind_of(vals: Validator[Any] | None) -> Kind | None:
    """Return what values a validator lets through are stored as, where that is certain."""
    rules: list[tuple[type, Kind]] = [(Numbers, "float"), (Ints, "int"), (Strings, "text"), (Bool, "bool")]
    return next((kind for rule, kind in rules if isinstance(vals, rule)), None)


def name_of(thing: Any) -> str:
    """Return the name that is unique in the laboratory, or the plain name of an object that has only that."""
    return str(getattr(thing, "full_name", None) or thing.name)
