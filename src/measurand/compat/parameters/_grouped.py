"""Parameters that are apart, as one: the opposite of a `GroupParameter`."""

from __future__ import annotations

from collections import OrderedDict, namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from measurand import parameters
from measurand.compat.parameters._family import DelegateParameter, GroupParameter
from measurand.compat.parameters._quantity import ParameterBase
from measurand.errors import DefinitionError, RefusedType


class DelegateGroupParameter(ParameterBase, parameters.DelegateParameter[Any]):
    """A member of a `DelegateGroup`.

    Args:
        name: Identifier.
        source: The parameter that it speaks to.
        **options: As for `DelegateParameter`.
    """

    _has_commands = True

    def __init__(self, name: str, source: Any, **options: Any) -> None:
        self.group: Any = None
        options.pop("snapshot_value", None)
        options.setdefault("bind_to_instrument", False)
        super().__init__(name, source=source, **options)


class DelegateGroup:
    """Several delegates that are read and set together.

    Args:
        name: Of the tuples that reading it gives.
        parameters: Its members.
        parameter_names: Their names in these tuples; default their own.
        setter: Sets them to a value; default each to its own, of a dict by name.
        getter: Reads them; default each.
        formatter: Makes the result of their values; default a named tuple, or the value if there is one member.
    """

    def __init__(
        self,
        name: str,
        parameters: Sequence[DelegateGroupParameter],
        parameter_names: Iterable[str] | None = None,
        setter: Callable[..., Any] | None = None,
        getter: Callable[..., Any] | None = None,
        formatter: Callable[..., Any] | None = None,
        **kwargs: Any,
    ) -> None:
        if kwargs:
            raise DefinitionError(f"{name}: {', '.join(kwargs)} refused, a DelegateGroup has no commands.")
        names = [member.name for member in parameters] if parameter_names is None else list(parameter_names)
        if len(names) != len(parameters) or not names:
            raise DefinitionError(f"{name}: {len(names)} names for {len(parameters)} parameters; give one for each.")
        self.name = name
        self._parameters: OrderedDict[str, DelegateGroupParameter] = OrderedDict(zip(names, parameters, strict=True))
        self._tuple = namedtuple(name, names)  # type: ignore[misc]  # noqa: PYI024 - its names are known now only
        self._setter = setter or self.set_parameters
        self._getter = getter or self.get_parameters
        self._formatter = formatter or self._shown
        for member in parameters:
            member.group = self

    @property
    def parameters(self) -> OrderedDict[str, DelegateGroupParameter]:
        """The members by name."""
        return self._parameters

    @property
    def source_parameters(self) -> tuple[Any, ...]:
        """The parameters that the members speak to."""
        return tuple(member.source for member in self._parameters.values())

    @property
    def instrument(self) -> Any:
        """The instrument of the first member; None if they belong to none."""
        return next(iter(self._parameters.values())).root_instrument

    def set(self, value: Any) -> None:
        """Set the members by the setter: a dict of values by name, or one value for what a setter of one's own takes."""
        if isinstance(value, Mapping) and self._setter == self.set_parameters:
            self.set_parameters(value)
        elif self._setter != self.set_parameters:
            self._setter(value)
        elif len(self._parameters) == 1:
            next(iter(self._parameters.values())).set(value)
        else:
            raise RefusedType(
                f"{self.name}: {value!r} refused, allowed is a dict with values for {', '.join(self._parameters)}; "
                f"nothing was sent."
            )

    def set_parameters(self, parameter_dict: Mapping[str, Any]) -> None:
        """Set each member that is named to its value."""
        for name, value in parameter_dict.items():
            self._parameters[name].set(value)

    def get(self) -> Any:
        """Read the members by the getter and return what the formatter makes of them."""
        return self._getter()

    def get_parameters(self) -> Any:
        """Read each member and return what the formatter makes of their values."""
        return self._formatter(*(member.get() for member in self._parameters.values()))

    def _shown(self, *values: Any) -> Any:
        return values[0] if len(values) == 1 else self._tuple(*values)


class GroupedParameter(ParameterBase):
    """The members of a `DelegateGroup` as one parameter.

    Args:
        name: Identifier.
        group: What it reads and sets.
        unit: SI text; default none.
        label: Text for axes; default the name.
        **options: As for `ParameterBase`.
    """

    def __init__(
        self, name: str, group: DelegateGroup, unit: str | None = None, label: str | None = None, **options: Any
    ) -> None:
        self._group = group
        super().__init__(name, unit=unit, label=label, **options)

    @property
    def group(self) -> DelegateGroup:
        """What it reads and sets."""
        return self._group

    @property
    def parameters(self) -> OrderedDict[str, DelegateGroupParameter]:
        """The members by name."""
        return self._group.parameters

    @property
    def source_parameters(self) -> tuple[Any, ...]:
        """The parameters that the members speak to."""
        return self._group.source_parameters

    def get_raw(self) -> Any:
        """Read the group."""
        return self._group.get()

    def set_raw(self, value: Any) -> None:
        """Set the group."""
        self._group.set(value)

    def __repr__(self) -> str:
        sources = ", ".join(str(source) for source in self.source_parameters)
        return f"GroupedParameter(name={self.name}, source_parameters=({sources}))"


for _kind in (DelegateParameter, GroupParameter):
    _kind.register(DelegateGroupParameter)
